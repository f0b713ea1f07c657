"""The board: what needs a person now, today's rounds by site, late checks, the month's standing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from backend.directory.actors import Actor
from backend.office.bulk import load_bulk
from backend.office.conflicts import count_conflicts
from backend.office.findings import FindingFilter, count_findings, load_findings
from backend.office.held_counts import count_held
from backend.office.names import load_people
from backend.office.phones import count_phone_alarms, load_silent_phones
from backend.office.scope import (
    Sites,
    covert_sites,
    day_edges,
    load_revision,
    load_sites,
    local_date,
    zone_of,
)
from backend.office.scorecards import load_lines
from backend.office.shifts import count_missing
from backend.office.verdicts import standing
from backend.office.windows import (
    ASKED_FOR,
    DISCLOSED,
    LONGEST_SHIFT_MS,
    WINDOW_COLUMNS,
    WINDOW_JOINS,
    people_in,
    read_task,
)
from shared_schemas.office import DayRounds, SiteToday, TaskSeen, Today

LATEST_FINDINGS = 30
LATE_TASKS = 50
DAYS_SHOWN = 14

_WINDOWS = f"""
    SELECT {WINDOW_COLUMNS}
    FROM unnest($2::text[], $3::bigint[], $4::bigint[]) AS day (site_id, begins_ms, ends_ms)
    JOIN task_windows w
      ON w.organization_id = $1 AND w.site_id = day.site_id
     AND w.closes_ms >= day.begins_ms AND w.closes_ms < day.ends_ms + {LONGEST_SHIFT_MS}
    {WINDOW_JOINS}
    WHERE (t.id IS NOT NULL OR ({ASKED_FOR} AND (p.active OR w.opens_ms <= $5)))
      AND {DISCLOSED.format("$6")}
    ORDER BY w.closes_ms DESC, w.id
"""  # noqa: S608  the pieces put in are our own
"""Every window that can stand on the board of each site's date.

Not those that their plan no longer asks for or not on that kind of day, unless someone began them
all the same.
"""

_DAYS = f"""
    SELECT w.due_on, count(*) AS planned,
           count(*) FILTER (WHERE done AND verdict = 'within') AS within,
           count(*) FILTER (WHERE done AND verdict = 'late') AS late,
           count(*) FILTER (WHERE done AND verdict = 'make_up') AS make_up,
           count(*) FILTER (WHERE done AND verdict = 'undecidable') AS undecidable,
           count(*) FILTER (WHERE NOT done AND closes_ms < $4) AS missed
    FROM (
        SELECT w.closes_ms, coalesce(t.state = 'finished', false) AS done,
               CASE WHEN t.timeliness <> '' THEN t.timeliness
                    WHEN coalesce(o.latest_ms, t.finished_ms) <= w.closes_ms THEN 'within'
                    WHEN b.earliest_ms > w.closes_ms THEN 'make_up'
                    WHEN coalesce(o.earliest_ms, t.finished_ms) > w.closes_ms THEN 'late'
                    ELSE 'undecidable' END AS verdict,
               CASE WHEN w.closes_ms - w.opens_ms <= {LONGEST_SHIFT_MS} THEN w.on_date
                    ELSE to_char(to_timestamp((w.closes_ms - 1) / 1000) AT TIME ZONE site.zone,
                                 'YYYY-MM-DD') END AS due_on
        FROM unnest($2::text[], $3::text[]) AS site (id, zone)
        JOIN task_windows w
          ON w.organization_id = $1 AND w.site_id = site.id
         AND w.closes_ms >= $5 AND w.closes_ms < $6
        JOIN plans p ON p.organization_id = $1 AND p.id = w.plan_id
        LEFT JOIN tasks t ON t.organization_id = $1 AND t.id = w.id
        LEFT JOIN operations o ON o.organization_id = $1 AND o.id = t.finished_op
        LEFT JOIN operations b ON b.organization_id = $1 AND b.id = nullif(t.started_op, '')
        LEFT JOIN day_variants v
          ON v.organization_id = $1 AND v.site_id = w.site_id AND v.on_date = w.on_date
        WHERE (t.id IS NOT NULL OR ({ASKED_FOR} AND (p.active OR w.opens_ms <= $4)))
          AND {DISCLOSED.format("$7")}
    ) w
    GROUP BY w.due_on
"""  # noqa: S608  as above
"""Verdicts and dates as in `timeliness.py` and `windows.py`, counted where the rows lie.

A test keeps them alike.
"""


async def load_today(connection: Any, actor: Actor, *, on: date | None, now_ms: int) -> Today:
    """Read the whole board for one date, by default the date that it is now at the sites.

    Raises: not_allowed.
    """
    sites = await load_sites(connection, actor, "see_office")
    dates = {site: on or local_date(now_ms, one.zone) for site, one in sites.items()}
    held = await count_held(connection, actor, now_ms)
    tasks = await load_day(connection, actor, sites, dates, now_ms)
    return Today(
        on=min(dates.values(), default=on or local_date(now_ms, "")).isoformat(),
        revision=await load_revision(connection, actor.organization),
        now_ms=now_ms,
        sites=tuple(count_site(site, sites, dates[site].isoformat(), tasks) for site in sites),
        days=await _days(connection, actor, sites, max(dates.values()), now_ms) if dates else (),
        flagged_tasks=tuple(one for one in tasks if _is_flagged(one, dates))[:LATE_TASKS],
        late_tasks=tuple(one for one in tasks if _is_amiss(one, dates))[:LATE_TASKS],
        findings=await load_findings(connection, actor, FindingFilter(limit=LATEST_FINDINGS)),
        silent_phones=await load_silent_phones(connection, actor, now_ms=now_ms),
        scorecards=await _scorecards(connection, actor, sorted(set(dates.values()))),
        held_count=held.waiting,
        held_overdue_count=held.overdue,
        conflict_count=await count_conflicts(connection, actor),
        to_confirm_count=await count_findings(connection, actor, "confirm"),
        to_verify_count=await count_findings(connection, actor, "verify"),
        phone_alarm_count=await count_phone_alarms(connection, actor, now_ms=now_ms),
        missing_handover_count=await count_missing(connection, actor, sites, dates, now_ms),
        bulk=await load_bulk(
            connection, actor, {site: day_edges(dates[site], sites[site].zone) for site in sites}
        ),
    )


async def load_day(
    connection: Any, actor: Actor, sites: Sites, dates: Mapping[str, date], now_ms: int
) -> list[TaskSeen]:
    """Read every check that can stand on the board of each site's date."""
    rows = await _windows(connection, actor, sites, dates, now_ms)
    return await _tasks(connection, actor, sites, rows, now_ms=now_ms)


_AMISS = ("late", "make_up", "missed", "undecidable")


def _is_amiss(task: TaskSeen, dates: Mapping[str, date]) -> bool:
    """Say whether a check went wrong on its site's date: as one of it, or by closing on it."""
    today = dates[task.site.id]
    closes_today = task.closes_ms < day_edges(today, task.site.zone)[1]
    return task.verdict in _AMISS and (task.due_on == today.isoformat() or closes_today)


def _is_flagged(task: TaskSeen, dates: Mapping[str, date]) -> bool:
    """Say whether something is amiss with a check of its site's date, beside its time."""
    return bool(task.flags) and task.due_on == dates[task.site.id].isoformat()


async def _scorecards(connection: Any, actor: Actor, dates: Sequence[date]) -> Any:
    if not dates or not actor.may("see_scorecards"):
        return ()
    return await load_lines(connection, actor, first=dates[0], last=dates[-1])


async def _days(
    connection: Any, actor: Actor, sites: Sites, last: date, now_ms: int
) -> tuple[DayRounds, ...]:
    """Count how the checks of the last days ended, the earliest day first."""
    dates = [last - timedelta(days=ago) for ago in reversed(range(DAYS_SHOWN))]
    edges = [day_edges(one, site.zone) for site in sites.values() for one in (dates[0], last)]
    rows = await connection.fetch(
        _DAYS,
        actor.organization,
        list(sites),
        [zone_of(site.zone).key for site in sites.values()],
        now_ms,
        min(begins_ms for begins_ms, _ in edges),
        max(ends_ms for _, ends_ms in edges) + LONGEST_SHIFT_MS,
        covert_sites(actor),
    )
    counted = {row["due_on"]: row for row in rows}
    return tuple(_day(one.isoformat(), counted.get(one.isoformat(), {})) for one in dates)


def _day(on: str, row: Mapping[str, Any]) -> DayRounds:
    return DayRounds(
        on=on,
        planned=row.get("planned", 0),
        within=row.get("within", 0),
        late=row.get("late", 0),
        undecidable=row.get("undecidable", 0),
        missed=row.get("missed", 0),
        make_up=row.get("make_up", 0),
    )


async def _windows(
    connection: Any, actor: Actor, sites: Sites, dates: Mapping[str, date], now_ms: int
) -> list[Any]:
    edges = [day_edges(dates[site], sites[site].zone) for site in sites]
    found: list[Any] = await connection.fetch(
        _WINDOWS,
        actor.organization,
        list(sites),
        [begin for begin, _ in edges],
        [end for _, end in edges],
        now_ms,
        covert_sites(actor),
    )
    return found


async def _tasks(
    connection: Any, actor: Actor, sites: Sites, rows: Sequence[Any], *, now_ms: int
) -> list[TaskSeen]:
    people = await load_people(connection, actor.organization, people_in(rows))
    return [read_task(row, sites, now_ms=now_ms, people=people) for row in rows]


def count_site(site: str, sites: Sites, on: str, tasks: Sequence[TaskSeen]) -> SiteToday:
    """Count one site's checks of that date: every check lies in exactly one heap."""
    own = [one for one in tasks if one.site.id == site and one.due_on == on]
    heaps = Counter(standing(state=one.state, verdict=one.verdict) for one in own)
    verdicts = Counter(one.verdict for one in own)
    return SiteToday(
        site=site,
        name=sites[site].name,
        zone=sites[site].zone,
        on=on,
        planned=len(own),
        finished=heaps["finished"],
        in_progress=heaps["in_progress"],
        overdue=heaps["overdue"],
        to_come=heaps["to_come"],
        late=verdicts["late"],
        undecidable=verdicts["undecidable"],
        early=verdicts["early"],
        make_up=verdicts["make_up"],
    )
