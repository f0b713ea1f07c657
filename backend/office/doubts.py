"""Checks whose time nobody can know from the clocks: whose they are, and what a person decided."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from backend.directory.actors import Actor
from backend.domains.inspections.timeliness import judge_window
from backend.office.folded import read_record, value_of
from backend.office.names import load_people
from backend.office.scope import covert_sites, load_revision, load_sites
from backend.office.windows import (
    DISCLOSED,
    WINDOW_COLUMNS,
    WINDOW_JOINS,
    people_in,
    read_task,
)
from shared_schemas.office import DoubtCount, TaskSeen, TimeDoubt, TimeDoubts

SHOWN_MS = 31 * 24 * 3_600_000
MOST = 300

_DOUBTS = f"""
    SELECT * FROM (
        SELECT {WINDOW_COLUMNS}, r.content AS record
        FROM task_windows w
        {WINDOW_JOINS}
        LEFT JOIN records r ON r.organization_id = $1 AND r.id = w.id
        WHERE w.organization_id = $1 AND w.site_id = ANY($2::text[])
          AND w.closes_ms > $3 AND t.state = 'finished' AND {DISCLOSED.format("$4")}
    ) w
    WHERE timeliness <> '' OR set_back OR (earliest_ms <= closes_ms AND latest_ms > closes_ms)
    ORDER BY timeliness <> '', closes_ms DESC, id LIMIT {MOST}
"""  # noqa: S608  the pieces put in are our own


async def load_time_doubts(connection: Any, actor: Actor, *, now_ms: int) -> TimeDoubts:
    """Read the checks of the last 31 days whose time is in doubt, and count them by person.

    In doubt is a finish whose interval lies across the closing, and one before which the phone's
    clock was set back; nobody is blamed by either alone.

    Raises: not_allowed.
    Source: sync design, section 7.
    """
    sites = await load_sites(connection, actor, "see_office")
    rows = await connection.fetch(
        _DOUBTS, actor.organization, list(sites), now_ms - SHOWN_MS, covert_sites(actor)
    )
    people = await load_people(connection, actor.organization, people_in(rows))
    doubts = tuple(_doubt(row, read_task(row, sites, now_ms=now_ms, people=people)) for row in rows)
    return TimeDoubts(
        revision=await load_revision(connection, actor.organization),
        now_ms=now_ms,
        people=count_doubts([one.line for one in doubts], now_ms=now_ms),
        doubts=doubts,
    )


def count_doubts(lines: Sequence[TaskSeen], *, now_ms: int) -> tuple[DoubtCount, ...]:
    """Count by person what the clocks left open, whoever judged it since; the most first."""
    undecidable: Counter[str] = Counter()
    set_back: Counter[str] = Counter()
    names = {}
    for line in lines:
        if line.person is None:
            continue
        names[line.person.id] = line.person
        by_clocks = judge_window(
            opens_ms=line.opens_ms,
            closes_ms=line.closes_ms,
            started=line.started,
            finished=line.finished,
            now_ms=now_ms,
        )
        undecidable[line.person.id] += by_clocks == "undecidable"
        set_back[line.person.id] += line.set_back
    counts = (
        DoubtCount(person=named, undecidable=undecidable[one], set_back=set_back[one])
        for one, named in names.items()
    )
    return tuple(sorted(counts, key=lambda one: (-one.undecidable - one.set_back, one.person.id)))


def _doubt(row: Mapping[str, Any], line: TaskSeen) -> TimeDoubt:
    record = read_record(row["record"])
    return TimeDoubt(
        line=line,
        operation=row["finished_op"],
        position=record["position"],
        stamp=record["stamp"],
        reason=str(value_of(record, "timeliness_reason") or ""),
    )
