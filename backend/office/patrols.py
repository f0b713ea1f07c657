"""Rounds as the office sees them: today's list, and one round with all its stops."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from backend.directory.actors import Actor
from backend.domains.patrols.oddities import far_from, window_of_stop
from backend.domains.patrols.queries import read_route
from backend.domains.patrols.verdicts import judge_round
from backend.office.arrivals import lacking_of, load_lacking
from backend.office.folded import Record, photos_of, read_record, value_of
from backend.office.names import People, load_people, named
from backend.office.patrol_places import UNNAMED, KnownPlace, load_checkpoints
from backend.office.patrol_receipts import load_receipts
from backend.office.patrol_scans import JudgedScan, load_judged
from backend.office.scope import Sites, day_edges, load_revision, load_sites, local_date
from shared_schemas.patrol_desk import (
    OddityKind,
    PatrolsToday,
    RoundOpened,
    RoundSeen,
    ScanSeen,
    StopSeen,
)
from shared_schemas.patrols import Route, RouteStop
from shared_schemas.problems import ProblemError
from shared_schemas.scoring import Instant

_OF_DAYS = """
    SELECT w.id, w.route_id, w.site_id, w.on_date, w.ordinal, w.opens_ms, w.closes_ms, w.cancelled
    FROM unnest($2::text[], $3::bigint[], $4::bigint[]) AS day (site_id, begins_ms, ends_ms)
    JOIN round_windows w
      ON w.organization_id = $1 AND w.site_id = day.site_id
     AND w.closes_ms > day.begins_ms AND w.opens_ms < day.ends_ms
    UNION ALL
    SELECT r.id, r.route_id, r.site_id, r.on_date, r.ordinal, 0, 0, false
    FROM unnest($2::text[], $3::bigint[], $4::bigint[]) AS day (site_id, begins_ms, ends_ms)
    JOIN rounds r
      ON r.organization_id = $1 AND r.site_id = day.site_id
     AND r.began_ms >= day.begins_ms AND r.began_ms < day.ends_ms
    WHERE NOT EXISTS (
        SELECT 1 FROM round_windows w WHERE w.organization_id = $1 AND w.id = r.id)
"""
"""Every window that touches the date, and every round that was begun on it without one."""

_OF_ID = """
    SELECT w.id, w.route_id, w.site_id, w.on_date, w.ordinal, w.opens_ms, w.closes_ms, w.cancelled
    FROM round_windows w
    WHERE w.organization_id = $1 AND w.id = $2 AND w.site_id = ANY($3::text[])
    UNION ALL
    SELECT r.id, r.route_id, r.site_id, r.on_date, r.ordinal, 0, 0, false
    FROM rounds r
    WHERE r.organization_id = $1 AND r.id = $2 AND r.site_id = ANY($3::text[]) AND NOT EXISTS (
        SELECT 1 FROM round_windows w WHERE w.organization_id = $1 AND w.id = r.id)
"""
_LINE = """
    SELECT x.*, p.title_zh, p.title_en, p.content, coalesce(r.state, 'due') AS state,
           coalesce(nullif(r.finished_by, ''), nullif(r.started_by, ''), r.assignee, '')
             AS person_id,
           coalesce(r.scanned, 0) AS scanned, coalesce(r.receipts, 0) AS receipts,
           s.best_ms AS s_best, s.earliest_ms AS s_earliest, s.latest_ms AS s_latest,
           s.time_class AS s_class,
           f.best_ms AS f_best, f.earliest_ms AS f_earliest, f.latest_ms AS f_latest,
           f.time_class AS f_class, c.content AS record
    FROM shown x
    JOIN routes p ON p.organization_id = $1 AND p.id = x.route_id
    LEFT JOIN rounds r ON r.organization_id = $1 AND r.id = x.id
    LEFT JOIN operations s ON s.organization_id = $1 AND s.id = r.started_op
    LEFT JOIN operations f ON f.organization_id = $1 AND f.id = r.finished_op
    LEFT JOIN records c ON c.organization_id = $1 AND c.id = x.id AND r.id IS NOT NULL
"""
_DAY_SQL = f"""
    WITH shown AS ({_OF_DAYS}) {_LINE}
    WHERE r.id IS NOT NULL OR (NOT x.cancelled AND (p.active OR x.opens_ms <= $5))
    ORDER BY x.site_id, p.code, x.route_id, x.opens_ms, x.ordinal, x.id
"""
_ONE_SQL = f"WITH shown AS ({_OF_ID}) {_LINE}"


async def load_patrols(
    connection: Any, actor: Actor, *, on: date | None, now_ms: int
) -> PatrolsToday:
    """Read the rounds of one date, by default the date that it is now at the sites.

    Raises: not_allowed.
    """
    sites = await load_sites(connection, actor, "see_office")
    dates = {site: on or local_date(now_ms, one.zone) for site, one in sites.items()}
    edges = {site: day_edges(dates[site], one.zone) for site, one in sites.items()}
    rows = await connection.fetch(
        _DAY_SQL,
        actor.organization,
        list(sites),
        [begin for begin, _ in edges.values()],
        [end for _, end in edges.values()],
        now_ms,
    )
    places = await load_checkpoints(connection, actor.organization, sites)
    judged = await load_judged(connection, actor.organization, rows, places)
    people = await load_people(connection, actor.organization, (row["person_id"] for row in rows))
    return PatrolsToday(
        on=min(dates.values(), default=on or local_date(now_ms, "")).isoformat(),
        revision=await load_revision(connection, actor.organization),
        now_ms=now_ms,
        rounds=tuple(
            read_round(row, sites, judged[row["id"]], people, now_ms=now_ms) for row in rows
        ),
    )


async def load_round(connection: Any, actor: Actor, round_id: str, *, now_ms: int) -> RoundOpened:
    """Read one round with each stop: when, by whom, how, what is odd, photos and words.

    Raises: not_allowed, not_found.
    """
    sites = await load_sites(connection, actor, "see_office")
    row = await connection.fetchrow(_ONE_SQL, actor.organization, round_id, list(sites))
    if row is None:
        raise ProblemError("not_found")
    places = await load_checkpoints(connection, actor.organization, [row["site_id"]])
    judged = (await load_judged(connection, actor.organization, [row], places))[row["id"]]
    record = read_record(row["record"])
    receipts = await load_receipts(connection, actor.organization, row["id"], record)
    people = await load_people(
        connection, actor.organization, [row["person_id"], *(one.person for one in judged)]
    )
    line = read_round(row, sites, judged, people, now_ms=now_ms)
    stops = _stops(row, record, judged, places, people, is_over=_is_over(row, now_ms))
    photos = [photo for stop in stops for photo in stop.photos]
    lacking = await load_lacking(connection, actor.organization, photos)
    return RoundOpened(
        revision=await load_revision(connection, actor.organization),
        line=line,
        ordered=read_route(row["content"]).ordered,
        stops=stops,
        receipts=receipts,
        photos_lacking=lacking_of(photos, lacking),
    )


def read_round(
    row: Mapping[str, Any],
    sites: Sites,
    judged: Sequence[JudgedScan],
    people: People,
    *,
    now_ms: int,
) -> RoundSeen:
    """Give a round's line, its time judged on the intervals of its beginning and its finish."""
    route = read_route(row["content"])
    record = read_record(row["record"])
    reached = {one.sight.checkpoint for one in judged}
    left = [stop.checkpoint for stop in route.stops if stop.checkpoint not in reached]
    missed = left if _is_over(row, now_ms) else []
    started, finished = _instant(row, "s"), _instant(row, "f")
    kinds: Counter[OddityKind] = Counter(odd.oddity for one in judged for odd in one.oddities)
    return RoundSeen(
        id=row["id"],
        route=row["route_id"],
        title=named(row, "title"),
        site=sites[row["site_id"]],
        on=row["on_date"],
        ordinal=row["ordinal"],
        opens_ms=row["opens_ms"],
        closes_ms=row["closes_ms"],
        state=row["state"],
        verdict=judge_round(
            opens_ms=row["opens_ms"],
            closes_ms=row["closes_ms"],
            started=started or _earliest(judged),
            finished=finished,
            now_ms=now_ms,
        ),
        person=people.name_or_none(row["person_id"]),
        started=started,
        finished=finished,
        scanned=len(route.stops) - len(left),
        expected=len(route.stops),
        missed=len(missed),
        excused=sum(1 for one in missed if value_of(record, f"missed_because/{one}")),
        oddities=dict(sorted(kinds.items())),
        receipts=row["receipts"],
    )


def _instant(row: Mapping[str, Any], which: str) -> Instant | None:
    if row[f"{which}_best"] is None:
        return None
    return Instant(
        best_ms=row[f"{which}_best"],
        earliest_ms=row[f"{which}_earliest"],
        latest_ms=row[f"{which}_latest"],
        time_class=row[f"{which}_class"],
    )


def _earliest(judged: Sequence[JudgedScan]) -> Instant | None:
    """Give when a round began whose beginning itself has not arrived."""
    return judged[0].sight.time if judged else None


def _is_over(row: Mapping[str, Any], now_ms: int) -> bool:
    """Whether nothing more is to come: it was finished, or its window has closed."""
    return bool(row["state"] == "finished" or 0 < row["closes_ms"] < now_ms)


def _stops(
    row: Mapping[str, Any],
    record: Record,
    judged: Sequence[JudgedScan],
    places: Mapping[str, KnownPlace],
    people: People,
    *,
    is_over: bool,
) -> tuple[StopSeen, ...]:
    """List the stops of the route in order, then any checkpoint that it does not name."""
    route: Route = read_route(row["content"])
    known = {stop.checkpoint for stop in route.stops}
    strange = {one.sight.checkpoint for one in judged} | {
        name.partition("/")[2]
        for name in record["fields"]
        if name.partition("/")[0] in ("evidence", "missed_because", "note")
    }
    listed = [
        *enumerate(route.stops, start=1),
        *((0, RouteStop(checkpoint=one)) for one in sorted(strange - known)),
    ]
    stops = []
    for place, stop in listed:
        scans = tuple(
            _scan(one, places.get(stop.checkpoint), people)
            for one in judged
            if one.sight.checkpoint == stop.checkpoint
        )
        at = places.get(stop.checkpoint)
        opens_ms, closes_ms = (
            window_of_stop(stop, row["opens_ms"], row["closes_ms"])
            if row["opens_ms"] and (stop.opens_s or stop.closes_s)
            else (0, 0)
        )
        stops.append(
            StopSeen(
                place=place,
                checkpoint=stop.checkpoint,
                name=at.name if at else UNNAMED,
                code=at.code if at else "",
                area=at.area if at else UNNAMED,
                standing="reached" if scans else "missed" if is_over and place else "open",
                opens_ms=opens_ms,
                closes_ms=closes_ms,
                scans=scans,
                missed_because=str(value_of(record, f"missed_because/{stop.checkpoint}") or ""),
                note=str(value_of(record, f"note/{stop.checkpoint}") or ""),
                photos=photos_of(record, f"evidence/{stop.checkpoint}"),
            )
        )
    return tuple(stops)


def _scan(one: JudgedScan, place: KnownPlace | None, people: People) -> ScanSeen:
    sight = one.sight
    return ScanSeen(
        operation=sight.operation,
        person=people.name(one.person),
        recorded=sight.time,
        how=sight.how,
        said=one.said,
        code=sight.code,
        serial=sight.serial,
        oddities=one.oddities,
        far_m=far_from(sight, place.spot if place else None),
    )
