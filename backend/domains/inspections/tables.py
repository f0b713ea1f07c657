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
    """Plans with their use and place; `content` is the published Plan as JSON.

    `variants` are the kinds of day that it is for (empty: every day), `checkers` who is to carry it
    out by name (empty: whoever has the role), both joined by commas.
    """

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
    closed = Boolean()
    variants = Text()
    checkers = Text()
    content = Text()


class TaskWindows(Table, tablename="task_windows"):
    """Due occurrences; `id` is the id that the task has, `cancelled` when its plan changed.

    `closed` stays on what a covert plan made; its check says whether that was disclosed. `beside`
    marks what was begun on a phone without a window, until its plan's agenda has taken it over.
    """

    organization_id = Text(required=True)
    id = Text(primary_key=True)
    plan_id = Text()
    site_id = Text()
    on_date = Text()
    ordinal = BigInt()
    opens_ms = BigInt()
    closes_ms = BigInt()
    cancelled = Boolean()
    closed = Boolean()
    beside = Boolean()


class DayVariants(Table, tablename="day_variants"):
    """What kind of day a site's date is, where somebody said so."""

    organization_id = Text(required=True)
    id = Text(primary_key=True)
    site_id = Text()
    on_date = Text()
    variant = Text()


class Tasks(Table, tablename="tasks"):
    """Checks that were begun; times by the operation named beside them.

    `flags` is a JSON list of what is amiss, `bulk` how many answers were given with one tap.
    """

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
    assignee = Text()
    closed = Boolean()
    position = BigInt()
    flags = Text()
    bulk = BigInt()
    approval = Text()
    approved_by = Text()


class Answers(Table, tablename="answers"):
    """What stands on each item of each task; `photos` is a JSON list of hashes.

    `reading` marks what was read off a meter or estimated; `dispute` says how a disputed finding
    stands.
    """

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
    plan_id = Text()
    value = Text()
    estimated = Boolean()
    bulk = Boolean()
    reading = Boolean()
    dispute = Text()


class DailyReports(Table, tablename="daily_reports"):
    """The quality reports that were issued, one per site and date."""

    organization_id = Text(required=True)
    id = Text(primary_key=True)
    site_id = Text()
    on_date = Text()
    issued_by = Text()
    issued_op = Text()
    words = Text()
    position = BigInt()
