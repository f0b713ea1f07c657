"""Make the windows of every plan 31 days ahead, so that phones carry them and derive none."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import msgspec
import structlog

from backend.domains.inspections.queries import read_plan
from backend.kernel.clock import instant
from backend.kernel.database import UNAVAILABLE, Database
from backend.kernel.identity import derived_id
from backend.timing.agenda import (
    AHEAD,
    MICRO,
    NOTHING_STANDS,
    DueAgenda,
    Standing,
    find_due,
    plan_month,
    read_standing,
    read_windows,
)
from backend.timing.cadences import Span, months_between, running_since, spans_of
from backend.timing.chance import window_seed
from shared_schemas.inspections import AgendaPlanned, Plan
from shared_schemas.timetable import Window

A_DAY = timedelta(days=1)

_LOG = structlog.get_logger("agenda")


def agenda_of(plan: str, month: date) -> str:
    """Give the id of the record that holds a plan's windows of one month."""
    return derived_id("agenda", plan, f"{month:%Y-%m}")


def task_of(organization: str, plan: str, checkpoint: str, on: str, ordinal: int) -> str:
    """Give the id of a task, as the server makes it and a phone that had no window.

    Source: sync design, section 3 (deterministic ids).
    """
    return derived_id("task", organization, plan, checkpoint, on, ordinal)


async def due_agendas(
    database: Database,
    organization: str,
    now_ms: int,
    *,
    back: timedelta = timedelta(0),
    secret: str = "",
) -> list[DueAgenda]:
    """List the agendas that are missing for the coming 31 days, or no longer as the plan says.

    `back` reaches into the past, for building samples; `secret` is the server's, from which the
    hours of unannounced checks come. A plan that cannot be read is logged and stops no other.

    Units: milliseconds UTC.
    """
    plans = await database.rows(_PLANS_SQL, organization)
    due: list[DueAgenda] = []
    for row in plans:
        try:
            seed = window_seed(secret, organization, row["id"])
            due += await _due_of_plan(database, organization, row, now_ms, back, seed)
        except UNAVAILABLE:
            raise
        except Exception as error:  # noqa: BLE001  one broken plan must not stop the others
            _LOG.error("plan_broken", organization=organization, plan=row["id"], error=repr(error))
    return due


_PLANS_SQL = """
SELECT p.id, p.content, s.zone, r.content AS record
  FROM plans p
  JOIN sites s ON s.organization_id = p.organization_id AND s.id = p.site_id
  JOIN records r ON r.organization_id = p.organization_id AND r.id = p.id
 WHERE p.organization_id = $1
 ORDER BY p.id
"""


async def _due_of_plan(
    database: Database, organization: str, row: Any, now_ms: int, back: timedelta, seed: bytes
) -> list[DueAgenda]:
    plan, plan_id = read_plan(row["content"]), row["id"]
    published_ms = msgspec.json.decode(row["record"])["stamp"] // MICRO
    today = instant(now_ms).date()
    since_ms = min(published_ms, now_ms - back // timedelta(milliseconds=1))
    # A day more, because last night's window may still run, and it may still be yesterday there.
    first = min(today - back, running_since(plan.cadence, today)) - A_DAY
    months = {agenda_of(plan_id, one): one for one in months_between(first, today + AHEAD)}
    standing = await _standing(database, organization, plan_id, months)
    due = []
    for record, month in months.items():
        windows, cancelled = plan_month(
            _naming(organization, plan_id, plan),
            _spans(plan, month, row["zone"], seed),
            standing[record],
            since_ms=since_ms,
            now_ms=now_ms,
            by_hand=plan.active and plan.cadence == "ad_hoc",
        )
        agenda = AgendaPlanned(
            plan=plan_id,
            month=f"{month:%Y-%m}",
            windows=windows,
            cancelled=cancelled,
            closed=plan.disclosure != "open",
            checkers=plan.checkers,
        )
        found = find_due(record, plan_id, agenda, standing[record], published_ms)
        if found is not None:
            due.append(found)
    return due


def _naming(organization: str, plan_id: str, plan: Plan) -> Callable[[str, int], str]:
    return lambda on, ordinal: task_of(organization, plan_id, plan.checkpoint, on, ordinal)


def _spans(plan: Plan, month: date, zone: str, seed: bytes) -> Sequence[Span]:
    if not plan.active:
        return ()
    return spans_of(
        plan,
        month,
        (plan.opens, plan.closes),
        zone,
        chance_min=plan.random_min,
        seed=seed,
    )


async def _standing(
    database: Database, organization: str, plan: str, months: dict[str, date]
) -> dict[str, Standing]:
    found = await database.rows(
        "SELECT id, position, content FROM records WHERE organization_id = $1 AND id = ANY($2)",
        organization,
        list(months),
    )
    folds = {row["id"]: msgspec.json.decode(row["content"]) for row in found}
    positions = {row["id"]: row["position"] for row in found}
    listed = [one.task for fold in folds.values() for one in read_windows(fold)]
    begun = await database.rows(_BEGUN_SQL, organization, plan, listed)
    ids = frozenset(row["id"] for row in begun)
    beside: dict[str, list[Window]] = {}
    for row in begun:
        record = agenda_of(plan, date.fromisoformat(row["on_date"]))
        beside.setdefault(record, []).append(_window(row))
    return {
        one: read_standing(
            positions.get(one, 0), folds.get(one, NOTHING_STANDS), ids, beside.get(one, ())
        )
        for one in months
    }


_BEGUN_SQL = """
SELECT w.id, w.on_date, w.ordinal, w.opens_ms, w.closes_ms
  FROM tasks t
  JOIN task_windows w ON w.organization_id = $1 AND w.id = t.id
 WHERE t.organization_id = $1 AND t.id = ANY($3)
UNION
SELECT w.id, w.on_date, w.ordinal, w.opens_ms, w.closes_ms
  FROM task_windows w
  JOIN tasks t ON t.organization_id = $1 AND t.id = w.id
 WHERE w.organization_id = $1 AND w.plan_id = $2 AND w.beside
 ORDER BY on_date, ordinal
"""
"""What was begun beside the agenda is in no agenda yet, but its window is written."""


def _window(row: Any) -> Window:
    return Window(
        task=row["id"],
        on=row["on_date"],
        ordinal=row["ordinal"],
        opens_ms=row["opens_ms"],
        closes_ms=row["closes_ms"],
    )
