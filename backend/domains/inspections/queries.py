"""What sync, scoring and the office may read of inspections."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Struct

from backend.sync.doors import Known
from backend.sync.merge import Stamped
from shared_schemas.inspections import Checklist, ChecklistItem, Plan, PlanMode, PlanUse
from shared_schemas.timetable import Window


class DueWindow(Struct, frozen=True, kw_only=True):
    """A due occurrence with what its plan says; the key of `Windows` is the task's id."""

    task: str
    plan: str
    site: str
    use: PlanUse
    checklist: str
    roles: tuple[str, ...]
    opens_ms: int
    closes_ms: int
    disclosure: str = "open"
    mode: PlanMode = "routine"
    people: int = 1
    department: str = ""
    workflow: str = ""
    finished: bool = False


class TaskBackground(Struct, frozen=True, kw_only=True):
    """What a batch of operations on tasks needs to know: windows by task, checklists by id.

    `beside` are those of the windows that nobody has written yet: of checks begun in this very
    batch where the phone had none. `plans` are the known ones of those that were named,
    `assignees` the people who work here of those to whom a check was handed.
    """

    windows: dict[str, DueWindow]
    checklists: dict[str, Checklist]
    beside: dict[str, Window] = {}
    plans: frozenset[str] = frozenset()
    assignees: frozenset[str] = frozenset()

    def discloses(self, task: str) -> bool:
        """Say whether a check is one of which the assessed come to know only some time."""
        window = self.windows.get(task)
        return window is not None and window.disclosure != "open"


async def read_task_background(
    connection: Any, organization: str, operations: Sequence[Stamped]
) -> Known:
    """Load the windows and checklist versions that these operations speak of."""
    tasks = sorted({operation.record for operation in operations})
    named = sorted({str(operation.body.get("checklist", "")) for operation in operations} - {""})
    found = await connection.fetch(_BACKGROUND_SQL, organization, tasks, named)
    windows = {row["id"]: _window(row) for row in found if row["plan"]}
    checklists = {row["id"]: read_checklist(row["content"]) for row in found if not row["plan"]}
    return {"tasks": TaskBackground(windows=windows, checklists=checklists)}


class PlanGround(Struct, frozen=True, kw_only=True):
    """What a batch of plans stands on: sites, checklists, people, and where the places are."""

    sites: frozenset[str]
    checklists: frozenset[str]
    checkpoint_sites: dict[str, str]
    sites_with_places: frozenset[str]
    people: frozenset[str] = frozenset()
    equipment_sites: dict[str, str] = {}


_GROUND_SQL = """
SELECT 'site' AS part, id, '' AS site_id FROM sites WHERE organization_id = $1
UNION ALL
SELECT 'checklist', id, '' FROM checklists WHERE organization_id = $1 AND id = ANY($2)
UNION ALL
SELECT 'checkpoint', id, site_id FROM checkpoints WHERE organization_id = $1 AND id = ANY($3)
UNION ALL
SELECT DISTINCT 'places', site_id, '' FROM checkpoints WHERE organization_id = $1
UNION ALL
SELECT 'equipment', id, site_id FROM equipment WHERE organization_id = $1 AND id = ANY($4)
UNION ALL
SELECT 'person', id, '' FROM people WHERE organization_id = $1 AND id = ANY($5)
"""


async def read_plan_ground(
    connection: Any, organization: str, operations: Sequence[Stamped]
) -> Known:
    """Load what the plans of these operations name."""
    plans = [operation.body.get("plan", {}) for operation in operations]
    names = ("site", "checklist", "checkpoint", "places", "equipment", "person")
    parts: dict[str, dict[str, str]] = {name: {} for name in names}
    for row in await connection.fetch(
        _GROUND_SQL,
        organization,
        sorted({str(plan.get("checklist", "")) for plan in plans}),
        sorted({str(plan.get("checkpoint", "")) for plan in plans}),
        sorted({str(plan.get("equipment") or "") for plan in plans}),
        sorted({str(one) for plan in plans for one in plan.get("checkers", ())}),
    ):
        parts[row["part"]][row["id"]] = row["site_id"]
    ground = PlanGround(
        sites=frozenset(parts["site"]),
        checklists=frozenset(parts["checklist"]),
        checkpoint_sites=parts["checkpoint"],
        sites_with_places=frozenset(parts["places"]),
        people=frozenset(parts["person"]),
        equipment_sites=parts["equipment"],
    )
    return {"plans": ground}


_BACKGROUND_SQL = """
WITH due AS (
    SELECT x.id, w.plan_id, w.site_id, w.opens_ms, w.closes_ms, p.content, p.checklist_id,
           EXISTS (SELECT 1 FROM tasks t WHERE t.organization_id = $1 AND t.id = x.id
                   AND t.finished_op <> '') AS finished
      FROM unnest($2::text[]) AS x (id), LATERAL (
        SELECT * FROM task_windows WHERE organization_id = $1 AND id = x.id OFFSET 0) w
      JOIN plans p ON p.organization_id = $1 AND p.id = w.plan_id
)
SELECT id, plan_id AS plan, site_id, opens_ms, closes_ms, content, finished FROM due
UNION ALL
SELECT id, '', '', 0, 0, content, false FROM checklists
 WHERE organization_id = $1
   AND id IN (SELECT unnest($3::text[]) UNION SELECT checklist_id FROM due)
"""
"""One journey: this is read under the lock of the log. LATERAL: see `sync/storage.py`."""


def _window(row: Any) -> DueWindow:
    return due_window(
        row["id"],
        row["plan"],
        row["site_id"],
        read_plan(row["content"]),
        row["opens_ms"],
        row["closes_ms"],
        finished=row["finished"],
    )


def due_window(
    task: str,
    plan_id: str,
    site: str,
    plan: Plan,
    opens_ms: int,
    closes_ms: int,
    *,
    finished: bool = False,
) -> DueWindow:
    """Give a due occurrence with what its plan says; `finished` when its check was before."""
    return DueWindow(
        task=task,
        plan=plan_id,
        site=site,
        use=plan.use,
        checklist=plan.checklist,
        roles=plan.roles,
        opens_ms=opens_ms,
        closes_ms=closes_ms,
        disclosure=plan.disclosure,
        mode=plan.mode,
        people=plan.people,
        department=plan.department or "",
        workflow=plan.workflow,
        finished=finished,
    )


@lru_cache(maxsize=512)
def read_plan(text: str) -> Plan:
    """Read a published plan; equal texts are read once."""
    return msgspec.json.decode(text, type=Plan)


@lru_cache(maxsize=512)
def read_checklist(text: str) -> Checklist:
    """Read a published checklist; versions never change, so equal texts are read once."""
    return msgspec.json.decode(text, type=Checklist)


def find_item(checklist: Checklist | None, item: str) -> ChecklistItem | None:
    """Give the line of a checklist with that id, or nothing."""
    if checklist is None:
        return None
    return next((one for one in checklist.items if one.id == item), None)
