"""The tables of inspections, without logic."""

from piccolo.columns import BigInt, Boolean, Text
from piccolo.table import Table


class Checklists(Table, tablename="checklists"):
    """Versions of checklists; `content` is the published Checklist as JSON."""

    organization_id = Text(required=True)
    id = Text(primary_key=True)
    code = Text()
    version = BigInt()
    title_zh = Text()
    title_en = Text()
    content = Text()


class Plans(Table, tablename="plans"):
    """Plans with their use and place; `content` is the published Plan as JSON."""

    organization_id = Text(required=True)
    id = Text(primary_key=True)
    site_id = Text()
    checkpoint_id = Text()
    checklist_id = Text()
    title_zh = Text()
    title_en = Text()
    use = Text()
    cadence = Text()
    active = Boolean()
    content = Text()


class TaskWindows(Table, tablename="task_windows"):
    """Due occurrences; `id` is the id that the task has, `cancelled` when its plan changed."""

    organization_id = Text(required=True)
    id = Text(primary_key=True)
    plan_id = Text()
    site_id = Text()
    on_date = Text()
    ordinal = BigInt()
    opens_ms = BigInt()
    closes_ms = BigInt()
    cancelled = Boolean()


class Tasks(Table, tablename="tasks"):
    """Checks that were begun; times by the operation named beside them."""

    organization_id = Text(required=True)
    id = Text(primary_key=True)
    site_id = Text()
    state = Text()
    answered = BigInt()
    failed = BigInt()
    started_by = Text()
    started_op = Text()
    finished_by = Text()
    finished_op = Text()
    finished_ms = BigInt()
    timeliness = Text()
    position = BigInt()


class Answers(Table, tablename="answers"):
    """What stands on each item of each task; `photos` is a JSON list of hashes."""

    organization_id = Text(required=True)
    id = Text(primary_key=True)
    task_id = Text()
    site_id = Text()
    item = Text()
    indicator = Text()
    use = Text()
    answer = Text()
    contested = Boolean()
    person_id = Text()
    operation_id = Text()
    note = Text()
    photos = Text()
    stamp_ms = BigInt()
    position = BigInt()
