"""Make the windows of every plan 31 days ahead, so that phones carry them and derive none."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import msgspec
import structlog
from msgspec import Struct

from backend.domains.inspections.queries import read_plan
from backend.kernel.clock import instant
from backend.kernel.database import UNAVAILABLE, Database
from backend.kernel.identity import derived_id
from backend.timing.cadences import Span, months_between, running_since, spans_in_month
from shared_schemas.inspections import AgendaPlanned, Plan, Window

AHEAD = timedelta(days=31)
MICRO = 1_000

SAME_OCCURRENCE_MS = 48 * 3_600_000
"""Two windows of one date that close this near each other are one occurrence with other hours;
a day's and a week's of the same Monday are two."""

_LOG = structlog.get_logger("agenda")


class Standing(Struct, frozen=True, kw_only=True):
    """What a plan's agenda of one month says now, and which of its tasks were begun.

    Units: `stamp_ms` in milliseconds UTC.
    """

    position: int = 0
    stamp_ms: int = 0
    windows: tuple[Window, ...] = ()
    cancelled: tuple[Window, ...] = ()
    begun: frozenset[str] = frozenset()


class DueAgenda(Struct, frozen=True, kw_only=True):
    """An agenda to be written; whoever finds it due at the same time writes the very same.

    `based_on` is the position of what stands, `at_ms` the instant under which it is written.

    Units: milliseconds UTC.
    """

    record: str
    agenda: AgendaPlanned
    based_on: int
    at_ms: int


def agenda_of(plan: str, month: date) -> str:
    """Give the id of the record that holds a plan's windows of one month."""
    return derived_id("agenda", plan, f"{month:%Y-%m}")


def plan_month(
    task_of: Callable[[str, int], str],
    spans: Iterable[Span],
    standing: Standing,
    *,
    since_ms: int,
    now_ms: int,
    by_hand: bool = False,
) -> tuple[tuple[Window, ...], tuple[Window, ...]]:
    """Give a month's windows and those cancelled, from what the plan says and what stands.

    What has opened or was begun stays as it is; what has not follows the plan. Nothing is made
    that closed before `since_ms`, and what was running then opens then. A task's id comes from
    organisation, plan, checkpoint, local date and ordinal, never from times, so that moving a
    window does not make another task. With `by_hand` others make windows too, and those stay.

    Units: milliseconds UTC.
    Source: sync design, section 3 (deterministic ids).
    """
    kept = {
        one.task: one
        for one in standing.windows
        if one.opens_ms <= now_ms
        or one.task in standing.begun
        or (by_hand and one.task != task_of(one.on, one.ordinal))
    }
    windows = dict(kept)
    for span in spans:
        if span.closes_ms <= since_ms or _is_kept(span, kept.values()):
            continue
        on, ordinal = span.on.isoformat(), 1
        while task_of(on, ordinal) in windows:
            ordinal += 1
        task = task_of(on, ordinal)
        windows[task] = Window(
            task=task,
            on=on,
            ordinal=ordinal,
            opens_ms=max(span.opens_ms, since_ms),
            closes_ms=span.closes_ms,
        )
    gone = {one.task: one for one in (*standing.cancelled, *standing.windows)}
    return _in_order(windows.values()), _in_order(
        one for one in gone.values() if one.task not in windows
    )


def _is_kept(span: Span, kept: Iterable[Window]) -> bool:
    return any(
        one.on == span.on.isoformat() and abs(one.closes_ms - span.closes_ms) < SAME_OCCURRENCE_MS
        for one in kept
    )


def _in_order(windows: Iterable[Window]) -> tuple[Window, ...]:
    return tuple(sorted(windows, key=lambda one: (one.on, one.ordinal, one.task)))


async def due_agendas(
    database: Database, organization: str, now_ms: int, *, back: timedelta = timedelta(0)
) -> list[DueAgenda]:
    """List the agendas that are missing for the coming 31 days, or no longer as the plan says.

    `back` reaches into the past, for building samples. A plan that cannot be read is logged and
    stops no other.

    Units: milliseconds UTC.
    """
    plans = await database.rows(_PLANS_SQL, organization)
    due: list[DueAgenda] = []
    for row in plans:
        try:
            due += await _due_of_plan(database, organization, row, now_ms, back)
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
    database: Database, organization: str, row: Any, now_ms: int, back: timedelta
) -> list[DueAgenda]:
    plan, plan_id = read_plan(row["content"]), row["id"]
    published_ms = msgspec.json.decode(row["record"])["stamp"] // MICRO
    today = instant(now_ms).date()
    since_ms = min(published_ms, now_ms - back // timedelta(milliseconds=1))
    first = min(today - back, running_since(plan.cadence, today))
    months = {agenda_of(plan_id, one): one for one in months_between(first, today + AHEAD)}
    standing = await _standing(database, organization, list(months))

    def task_of(on: str, ordinal: int) -> str:
        return derived_id("task", organization, plan_id, plan.checkpoint, on, ordinal)

    due = []
    for record, month in months.items():
        stands = standing.get(record, Standing())
        windows, cancelled = plan_month(
            task_of,
            _spans(plan, month, row["zone"]),
            stands,
            since_ms=since_ms,
            now_ms=now_ms,
            by_hand=plan.active and plan.cadence == "ad_hoc",
        )
        if (windows, cancelled) == (stands.windows, stands.cancelled):
            continue
        due.append(
            DueAgenda(
                record=record,
                agenda=AgendaPlanned(
                    plan=plan_id, month=f"{month:%Y-%m}", windows=windows, cancelled=cancelled
                ),
                based_on=stands.position,
                at_ms=max(published_ms, stands.stamp_ms) + 1,
            )
        )
    return due


def _spans(plan: Plan, month: date, zone: str) -> Sequence[Span]:
    if not plan.active:
        return ()
    from_on = date.fromisoformat(plan.from_on)
    return spans_in_month(plan.cadence, month, plan.opens, plan.closes, zone, from_on)


async def _standing(
    database: Database, organization: str, records: list[str]
) -> dict[str, Standing]:
    found = await database.rows(
        "SELECT id, position, content FROM records WHERE organization_id = $1 AND id = ANY($2)",
        organization,
        records,
    )
    folds = {row["id"]: msgspec.json.decode(row["content"]) for row in found}
    listed = {one: _listed(fold, "windows") for one, fold in folds.items()}
    begun = await database.rows(
        "SELECT id FROM tasks WHERE organization_id = $1 AND id = ANY($2)",
        organization,
        [window.task for windows in listed.values() for window in windows],
    )
    ids = frozenset(row["id"] for row in begun)
    return {
        row["id"]: Standing(
            position=row["position"],
            stamp_ms=folds[row["id"]]["stamp"] // MICRO,
            windows=listed[row["id"]],
            cancelled=_listed(folds[row["id"]], "cancelled"),
            begun=ids,
        )
        for row in found
    }


def _listed(fold: Any, field: str) -> tuple[Window, ...]:
    state = fold["fields"].get(field)
    return msgspec.convert(state["value"] if state else [], tuple[Window, ...])
