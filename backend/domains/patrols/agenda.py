"""Make the windows of every route's rounds 31 days ahead, so that phones carry them.

On which days the variants of a route apply, and whose duty it is by the roster, is left to whoever
shows the rounds: both may change after the windows were made.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import msgspec
import structlog

from backend.domains.patrols.queries import read_route
from backend.domains.patrols.rules import round_of
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
from backend.timing.cadences import (
    Span,
    day_span,
    months_between,
    running_since,
    spans_in_month,
    spans_of,
)
from shared_schemas.patrols import RoundsPlanned, Route
from shared_schemas.timetable import Window

A_DAY = timedelta(days=1)

_LOG = structlog.get_logger("round_agenda")

_ROUTES_SQL = """
SELECT p.id, p.content, s.zone, r.content AS record
  FROM routes p
  JOIN sites s ON s.organization_id = p.organization_id AND s.id = p.site_id
  JOIN records r ON r.organization_id = p.organization_id AND r.id = p.id
 WHERE p.organization_id = $1
 ORDER BY p.id
"""
_BEGUN_SQL = """
SELECT r.id, r.on_date, r.ordinal
  FROM rounds r
 WHERE r.organization_id = $1 AND r.route_id = $2 AND substr(r.on_date, 1, 7) = ANY($3)
"""


def round_agenda_of(route: str, month: date) -> str:
    """Give the id of the record that holds the windows of a route's rounds in one month."""
    return derived_id("round_agenda", route, f"{month:%Y-%m}")


async def due_round_agendas(
    database: Database,
    organization: str,
    now_ms: int,
    *,
    back: timedelta = timedelta(0),
    secret: str = "",  # noqa: ARG001  the hours of rounds are no secret; checks' are
) -> list[DueAgenda]:
    """List the agendas of rounds that are missing for the coming 31 days, or no longer right.

    `back` reaches into the past, for building samples. A route that cannot be read is logged and
    stops no other.

    Units: milliseconds UTC.
    """
    due: list[DueAgenda] = []
    for row in await database.rows(_ROUTES_SQL, organization):
        try:
            due += await _due_of_route(database, organization, row, now_ms, back)
        except UNAVAILABLE:
            raise
        except Exception as error:  # noqa: BLE001  one broken route must not stop the others
            _LOG.error(
                "route_broken", organization=organization, route=row["id"], error=repr(error)
            )
    return due


async def _due_of_route(
    database: Database, organization: str, row: Any, now_ms: int, back: timedelta
) -> list[DueAgenda]:
    route, route_id = read_route(row["content"]), row["id"]
    published_ms = msgspec.json.decode(row["record"])["stamp"] // MICRO
    today = instant(now_ms).date()
    since_ms = min(published_ms, now_ms - back // timedelta(milliseconds=1))
    # A day more, because last night's round may still run, and it may still be yesterday there.
    first = min(today - back, running_since(route.cadence, today)) - A_DAY
    months = {round_agenda_of(route_id, one): one for one in months_between(first, today + AHEAD)}
    standing = await _standing(database, organization, route_id, route, row["zone"], months)
    due = []
    for record, month in months.items():
        windows, cancelled = plan_month(
            lambda on, ordinal: round_of(organization, route_id, on, ordinal),
            route_spans(route, month, row["zone"]),
            standing[record],
            since_ms=since_ms,
            now_ms=now_ms,
            by_hand=route.active and route.cadence == "ad_hoc",
        )
        agenda = RoundsPlanned(
            route=route_id, month=f"{month:%Y-%m}", windows=windows, cancelled=cancelled
        )
        found = find_due(record, route_id, agenda, standing[record], published_ms)
        if found is not None:
            due.append(found)
    return due


def route_spans(route: Route, month: date, zone: str) -> Sequence[Span]:
    """List the windows of a route's rounds in a month: on each of its days every round, by number.

    The first of `rounds` is number 1 of each day, so that an hour that is moved stays that round.

    Source: sync design, section 3 (deterministic ids).
    """
    if not route.active:
        return ()
    return [
        span
        for number, hours in enumerate(route.rounds, start=1)
        for span in spans_of(route, month, (hours.opens, hours.closes), zone, ordinal=number)
    ]


def window_of(route: Route, round_id: str, on: str, ordinal: int, zone: str) -> Window:
    """Give the window of a round that was begun where the phone had none: its hours, or its day.

    Source: sync design, section 3 (a round begun offline meets the server's in one record).
    """
    day = date.fromisoformat(on)
    span = day_span(day, zone)
    if ordinal <= len(route.rounds):
        hours = route.rounds[ordinal - 1]
        spans = spans_in_month("daily", day, hours.opens, hours.closes, zone, day)
        span = next((one for one in spans if one.on == day), span)
    return Window(
        task=round_id, on=on, ordinal=ordinal, opens_ms=span.opens_ms, closes_ms=span.closes_ms
    )


async def _standing(
    database: Database,
    organization: str,
    route_id: str,
    route: Route,
    zone: str,
    months: Mapping[str, date],
) -> dict[str, Standing]:
    found = await database.rows(
        "SELECT id, position, content FROM records WHERE organization_id = $1 AND id = ANY($2)",
        organization,
        list(months),
    )
    folds = {row["id"]: (row["position"], msgspec.json.decode(row["content"])) for row in found}
    listed = {one.task for _, fold in folds.values() for one in read_windows(fold)}
    texts = {f"{month:%Y-%m}" for month in months.values()}
    rows = await database.rows(_BEGUN_SQL, organization, route_id, list(texts))
    beside: dict[str, list[Window]] = {}
    for row in rows:
        if row["id"] in listed:
            continue
        window = window_of(route, row["id"], row["on_date"], row["ordinal"], zone)
        record = round_agenda_of(route_id, date.fromisoformat(window.on))
        beside.setdefault(record, []).append(window)
    begun = frozenset(row["id"] for row in rows)
    standing = {}
    for record in months:
        position, fold = folds.get(record, (0, NOTHING_STANDS))
        standing[record] = read_standing(position, fold, begun, beside.get(record, ()))
    return standing
