"""What sync, scoring and the office may read of inspections."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Struct

from backend.sync.doors import Known
from backend.sync.merge import Stamped
from shared_schemas.inspections import Checklist, ChecklistItem, Plan, PlanUse


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


class TaskBackground(Struct, frozen=True, kw_only=True):
    """What a batch of operations on tasks needs to know: windows by task, checklists by id."""

    windows: dict[str, DueWindow]
    checklists: dict[str, Checklist]


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
    """What a batch of plans stands on: sites, checklists, and where the checkpoints are."""

    sites: frozenset[str]
    checklists: frozenset[str]
    checkpoint_sites: dict[str, str]
    sites_with_places: frozenset[str]


_GROUND_SQL = """
SELECT 'site' AS part, id, '' AS site_id FROM sites WHERE organization_id = $1
UNION ALL
SELECT 'checklist', id, '' FROM checklists WHERE organization_id = $1 AND id = ANY($2)
UNION ALL
SELECT 'checkpoint', id, site_id FROM checkpoints WHERE organization_id = $1 AND id = ANY($3)
UNION ALL
SELECT DISTINCT 'places', site_id, '' FROM checkpoints WHERE organization_id = $1
"""


async def read_plan_ground(
    connection: Any, organization: str, operations: Sequence[Stamped]
) -> Known:
    """Load what the plans of these operations name."""
    plans = [operation.body.get("plan", {}) for operation in operations]
    parts: dict[str, dict[str, str]] = {"site": {}, "checklist": {}, "checkpoint": {}, "places": {}}
    for row in await connection.fetch(
        _GROUND_SQL,
        organization,
        sorted({str(plan.get("checklist", "")) for plan in plans}),
        sorted({str(plan.get("checkpoint", "")) for plan in plans}),
    ):
        parts[row["part"]][row["id"]] = row["site_id"]
    ground = PlanGround(
        sites=frozenset(parts["site"]),
        checklists=frozenset(parts["checklist"]),
        checkpoint_sites=parts["checkpoint"],
        sites_with_places=frozenset(parts["places"]),
    )
    return {"plans": ground}


_BACKGROUND_SQL = """
WITH due AS (
    SELECT x.id, w.plan_id, w.site_id, w.opens_ms, w.closes_ms, p.content, p.checklist_id
      FROM unnest($2::text[]) AS x (id), LATERAL (
        SELECT * FROM task_windows WHERE organization_id = $1 AND id = x.id OFFSET 0) w
      JOIN plans p ON p.organization_id = $1 AND p.id = w.plan_id
)
SELECT id, plan_id AS plan, site_id, opens_ms, closes_ms, content FROM due
UNION ALL
SELECT id, '', '', 0, 0, content FROM checklists
 WHERE organization_id = $1
   AND id IN (SELECT unnest($3::text[]) UNION SELECT checklist_id FROM due)
"""
"""One journey: this is read under the lock of the log. LATERAL: see `sync/storage.py`."""


def _window(row: Any) -> DueWindow:
    plan = read_plan(row["content"])
    return DueWindow(
        task=row["id"],
        plan=row["plan"],
        site=row["site_id"],
        use=plan.use,
        checklist=plan.checklist,
        roles=plan.roles,
        opens_ms=row["opens_ms"],
        closes_ms=row["closes_ms"],
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
