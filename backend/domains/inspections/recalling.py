"""Read what operations on checks stand on beside their own record.

One more journey under the lock only where something must be remembered, a meter was estimated or a
check is approved.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from backend.domains.inspections.beginning import read_tasks
from backend.domains.inspections.memory import memory_of
from backend.domains.inspections.queries import TaskBackground, read_checklist
from backend.domains.inspections.values import READINGS_KEPT, Reading, Recall, meters_of
from backend.kernel.identity import derived_id
from backend.sync.doors import Known
from backend.sync.merge import Stamped

_CLOSING = frozenset({"task_finished", "check_released"})

_READINGS_SQL = f"""
SELECT x.plan, x.item, a.task_id, a.stamp_ms, a.estimated
  FROM unnest($2::text[], $3::text[]) AS x (plan, item), LATERAL (
    SELECT task_id, stamp_ms, estimated FROM answers
     WHERE organization_id = $1 AND plan_id = x.plan AND item = x.item AND reading
     ORDER BY stamp_ms DESC LIMIT {READINGS_KEPT}) a
"""  # noqa: S608  our own number

_BEGUN_SQL = """
SELECT DISTINCT c.id, c.content
  FROM records r
  JOIN checklists c ON c.organization_id = $1
   AND c.id = r.content::json -> 'fields' -> 'checklist' ->> 'value'
 WHERE r.organization_id = $1 AND r.id = ANY($2)
"""
"""The versions on which checks were begun that are disclosed now."""

_FAILED_SQL = """
SELECT task_id, item FROM answers
 WHERE organization_id = $1 AND task_id = ANY($2) AND answer = 'fail'
"""


async def read_for_tasks(
    connection: Any, organization: str, operations: Sequence[Stamped]
) -> Known:
    """Load windows, checklists, earlier readings, and name the records that flows will ask for."""
    known = await read_tasks(connection, organization, operations)
    background: TaskBackground = known["tasks"]
    remembering = _remembering(background, operations)
    approved = sorted({one.record for one in operations if one.kind == "task_approved"})
    records = [memory_of(plan) for plan in remembering]
    disclosing = sorted(_disclosing(background, operations))
    if disclosing:
        begun = await connection.fetch(_BEGUN_SQL, organization, disclosing)
        lists = {row["id"]: read_checklist(row["content"]) for row in begun}
        background = msgspec.structs.replace(
            background, checklists={**background.checklists, **lists}
        )
        known = {**known, "tasks": background}
    if approved or disclosing:
        failed = await connection.fetch(_FAILED_SQL, organization, [*approved, *disclosing])
        records += [derived_id("nonconformity", row["task_id"], row["item"]) for row in failed]
    records += [
        derived_id("nonconformity", one.record, str(one.body.get("item", "")))
        for one in operations
        if one.kind == "item_answered" and one.record in disclosing
    ]
    estimated = {one.record for one in operations if one.body.get("estimated")}
    estimating = {window.plan for id_, window in background.windows.items() if id_ in estimated}
    readings = await _readings(connection, organization, background, remembering | estimating)
    return {**known, "recall": Recall(readings=readings), "records": tuple(records)}


def _disclosing(background: TaskBackground, operations: Sequence[Stamped]) -> set[str]:
    """Name the checks that the assessed may come to know of with this group."""
    closing = {one.record for one in operations if one.kind in _CLOSING}
    return {task for task in closing if background.discloses(task)}


def _remembering(background: TaskBackground, operations: Sequence[Stamped]) -> set[str]:
    """Name the plans of checks that are finished, or are so with this group."""
    closing = {one.record for one in operations if one.kind in _CLOSING}
    return {
        window.plan
        for task, window in background.windows.items()
        if window.finished or task in closing
    }


async def _readings(
    connection: Any, organization: str, background: TaskBackground, plans: set[str]
) -> dict[tuple[str, str], tuple[Reading, ...]]:
    pairs = sorted(
        {
            (window.plan, item)
            for window in background.windows.values()
            if window.plan in plans
            for item in meters_of(background.checklists.get(window.checklist))
        }
    )
    if not pairs:
        return {}
    rows = await connection.fetch(
        _READINGS_SQL, organization, [plan for plan, _ in pairs], [item for _, item in pairs]
    )
    found: dict[tuple[str, str], tuple[Reading, ...]] = {}
    for row in rows:
        key = (row["plan"], row["item"])
        reading = Reading(task=row["task_id"], stamp_ms=row["stamp_ms"], estimated=row["estimated"])
        found[key] = (*found.get(key, ()), reading)
    return found
