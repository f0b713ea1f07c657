"""Checks begun on a phone that had no window for them: the one that they get here.

The id is derived from plan, place, date and ordinal on both sides, so that what was begun beside
the agenda and what the agenda brings later are one record.

Source: sync design, section 3 (deterministic ids).
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec

from backend.domains.inspections.agenda import task_of
from backend.domains.inspections.publishing import real_date
from backend.domains.inspections.queries import (
    TaskBackground,
    due_window,
    read_checklist,
    read_plan,
    read_task_background,
)
from backend.domains.inspections.transfer import read_assignees
from backend.kernel.database import Row
from backend.sync.doors import Known, Refusal, Situation
from backend.sync.merge import Record, Stamped
from backend.timing.cadences import Span, day_span, spans_of
from shared_schemas.inspections import Plan
from shared_schemas.problems import problem
from shared_schemas.timetable import Window

_PLANS_SQL = """
SELECT p.id, p.site_id, p.content, s.zone, c.content AS checklist
  FROM plans p
  JOIN sites s ON s.organization_id = p.organization_id AND s.id = p.site_id
  LEFT JOIN checklists c ON c.organization_id = p.organization_id AND c.id = p.checklist_id
 WHERE p.organization_id = $1 AND p.id = ANY($2)
"""


async def read_tasks(connection: Any, organization: str, operations: Sequence[Stamped]) -> Known:
    """Load what operations on tasks speak of, with windows for what was begun without one.

    `with_beginnings` does the work; this reads for it, and who those are that get a check.
    """
    known = await read_task_background(connection, organization, operations)
    background: TaskBackground = known["tasks"]
    assignees = await read_assignees(connection, organization, operations)
    if assignees:
        background = msgspec.structs.replace(background, assignees=assignees)
    begun = [
        one
        for one in operations
        if one.kind == "task_started"
        and one.body.get("plan")
        and one.record not in background.windows
    ]
    if not begun:
        return {**known, "tasks": background}
    plans = sorted({str(one.body["plan"]) for one in begun})
    rows = await connection.fetch(_PLANS_SQL, organization, plans)
    found = {row["id"]: row for row in rows}
    return {**known, "tasks": with_beginnings(organization, background, begun, found)}


def with_beginnings(
    organization: str, background: TaskBackground, begun: Sequence[Stamped], plans: dict[str, Any]
) -> TaskBackground:
    """Give the background with the windows of what was begun beside; pure.

    `plans` are the rows of the named plans that are known, by id.
    """
    windows, beside = dict(background.windows), dict(background.beside)
    checklists = dict(background.checklists)
    for one in begun:
        row = plans.get(one.body["plan"])
        if row is None:
            continue
        plan = read_plan(row["content"])
        window = find_window(organization, row["id"], plan, row["zone"], one)
        if window is None:
            continue
        beside[one.record] = window
        windows[one.record] = due_window(
            one.record, row["id"], row["site_id"], plan, window.opens_ms, window.closes_ms
        )
        if row["checklist"]:
            checklists[plan.checklist] = read_checklist(row["checklist"])
    return msgspec.structs.replace(
        background,
        windows=windows,
        beside=beside,
        checklists=checklists,
        plans=background.plans | plans.keys(),
    )


def find_window(
    organization: str, plan_id: str, plan: Plan, zone: str, started: Stamped
) -> Window | None:
    """Give the window of a check begun beside, or nothing where its id is another one's.

    It is what the plan's cadence gives on that date, all of its hours where the hour is a
    secret, else the whole local day.
    """
    on, ordinal = started.body.get("on"), started.body.get("ordinal") or 1
    if not on or not real_date(on):
        return None
    if started.record != task_of(organization, plan_id, plan.checkpoint, on, ordinal):
        return None
    span = find_span(plan, date.fromisoformat(on), zone)
    return Window(
        task=started.record,
        on=on,
        ordinal=ordinal,
        opens_ms=span.opens_ms,
        closes_ms=span.closes_ms,
    )


def find_span(plan: Plan, on: date, zone: str) -> Span:
    """Give the hours of a plan that are called by a date, or else that whole local day."""
    spans = spans_of(plan, on, (plan.opens, plan.closes), zone)
    return next((one for one in spans if one.on == on), None) or day_span(on, zone)


def refuse_unknown(situation: Situation) -> Refusal:
    """Let an operation wait for the window of its check, or for the plan that it was begun by."""
    operation = situation.operation
    background: TaskBackground = situation.known["tasks"]
    plan = operation.body.get("plan") if operation.kind == "task_started" else None
    waits_for = plan if plan and plan not in background.plans else operation.record
    return Refusal(problem=problem("task_unknown"), waits_for=waits_for)


def beside_row(organization: str, site: str, record: Record, known: Known) -> Row | None:
    """Give the row of a window that no agenda has yet, or nothing where there is one."""
    background: TaskBackground = known["tasks"]
    window = background.beside.get(record["id"])
    if window is None:
        return None
    due = background.windows[record["id"]]
    return {
        "organization_id": organization,
        "id": record["id"],
        "plan_id": due.plan,
        "site_id": site,
        "on_date": window.on,
        "ordinal": window.ordinal,
        "opens_ms": window.opens_ms,
        "closes_ms": window.closes_ms,
        "cancelled": False,
        "closed": due.disclosure != "open",
        "beside": True,
    }
