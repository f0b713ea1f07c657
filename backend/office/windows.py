"""A due check as the office sees it: its window, how far it has come, and its verdict on time."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import msgspec

from backend.domains.inspections.timeliness import is_asked_for, judge_window
from backend.office.names import People, named, read_instant
from backend.office.scope import Sites, local_date
from shared_schemas.office import CheckFlag, TaskSeen
from shared_schemas.scoring import Instant

LONGEST_SHIFT_MS = 36 * 3_600_000
"""A window longer than this belongs to several days."""

WINDOW_COLUMNS = """w.id, w.plan_id, w.site_id, w.on_date, w.opens_ms, w.closes_ms,
           p.title_zh, p.title_en, p.use,
           coalesce(c.name_zh, '') AS checkpoint_zh, coalesce(c.name_en, '') AS checkpoint_en,
           coalesce(t.state, 'due') AS state, coalesce(t.answered, 0) AS answered,
           coalesce(t.failed, 0) AS failed,
           coalesce(nullif(t.finished_by, ''), t.started_by, '') AS person_id,
           w.closed AND coalesce(t.closed, true) AS covert,
           coalesce(t.assignee, '') AS assignee, p.checkers, p.variants, w.cancelled,
           coalesce(v.variant, '') AS variant,
           coalesce(t.finished_ms, 0) AS finished_ms, coalesce(t.timeliness, '') AS timeliness,
           coalesce(t.flags, '[]') AS flags, coalesce(t.approval, '') AS approval,
           coalesce(o.outcome LIKE '%"set_back":true%', false) AS set_back,
           t.finished_op, o.best_ms, o.earliest_ms, o.latest_ms, o.time_class,
           b.best_ms AS begun_best_ms, b.earliest_ms AS begun_earliest_ms,
           b.latest_ms AS begun_latest_ms, b.time_class AS begun_time_class
"""
DISCLOSED = "(NOT w.closed OR NOT coalesce(t.closed, true) OR w.site_id = ANY({}::text[]))"
"""What this person may know of, beside `WINDOW_JOINS`; the value is what `covert_sites` gives."""

WINDOW_JOINS = """
    JOIN plans p ON p.organization_id = $1 AND p.id = w.plan_id
    LEFT JOIN checkpoints c ON c.organization_id = $1 AND c.id = p.checkpoint_id
    LEFT JOIN tasks t ON t.organization_id = $1 AND t.id = w.id
    LEFT JOIN operations o ON o.organization_id = $1 AND o.id = t.finished_op
    LEFT JOIN operations b ON b.organization_id = $1 AND b.id = nullif(t.started_op, '')
    LEFT JOIN day_variants v
      ON v.organization_id = $1 AND v.site_id = w.site_id AND v.on_date = w.on_date
"""
ASKED_FOR = """(NOT w.cancelled AND (
    p.variants = '' OR coalesce(v.variant, 'normal') = ANY(string_to_array(p.variants, ','))))"""
"""Whether a window is to be done, as `timeliness.py` says it; beside `WINDOW_JOINS`."""

"""Beside `task_windows w` in a statement whose first value is the organisation."""


def read_task(row: Mapping[str, Any], sites: Sites, *, now_ms: int, people: People) -> TaskSeen:
    """Give a due check as the office sees it, its time judged on the intervals of its capture."""
    finished, started = _finished(row), _started(row)
    return TaskSeen(
        task=row["id"],
        plan=row["plan_id"],
        title=named(row, "title"),
        use=row["use"],
        site=sites[row["site_id"]],
        checkpoint=named(row, "checkpoint"),
        on=row["on_date"],
        due_on=due_on(row, sites[row["site_id"]].zone),
        opens_ms=row["opens_ms"],
        closes_ms=row["closes_ms"],
        state=row["state"],
        verdict=judge_window(
            opens_ms=row["opens_ms"],
            closes_ms=row["closes_ms"],
            finished=finished,
            started=started,
            now_ms=now_ms,
            judged=row["timeliness"],
            asked_for=row["state"] != "due"
            or is_asked_for(
                variants=row["variants"], variant=row["variant"], cancelled=row["cancelled"]
            ),
        ),
        answered=row["answered"],
        failed=row["failed"],
        person=people.name_or_none(row["person_id"]),
        finished=finished,
        started=started,
        assignee=people.name_or_none(row["assignee"]),
        stand_in=_is_stand_in(row),
        covert=row["covert"],
        judged=bool(row["timeliness"]),
        set_back=row["set_back"],
        flags=read_flags(row["flags"]),
        approval=row["approval"],
    )


def people_in(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Name everybody whose name these checks show."""
    for row in rows:
        yield row["person_id"]
        yield row["assignee"]


def _is_stand_in(row: Mapping[str, Any]) -> bool:
    """Say whether somebody else did it than whom the plan or the transfer names."""
    named_people = {*row["checkers"].split(","), row["assignee"]} - {""}
    return bool(named_people and row["person_id"]) and row["person_id"] not in named_people


def due_on(row: Mapping[str, Any], zone: str) -> str:
    """Give the date on whose board a window stands.

    A shift of the night stands under the date on which it began; a window of several days, such as
    a weekly check's, under the date on which it closes.
    """
    if row["closes_ms"] - row["opens_ms"] <= LONGEST_SHIFT_MS:
        return str(row["on_date"])
    return local_date(row["closes_ms"] - 1, zone).isoformat()


def _finished(row: Mapping[str, Any]) -> Instant | None:
    """Give when it was finished; without its operation at hand only the best estimate is known."""
    if row["state"] != "finished":
        return None
    if row["best_ms"] is not None:
        return read_instant(row)
    at = row["finished_ms"]
    return Instant(best_ms=at, earliest_ms=at, latest_ms=at, time_class="C")


def _started(row: Mapping[str, Any]) -> Instant | None:
    """Give when it was begun, where that was recorded."""
    if row["begun_best_ms"] is None:
        return None
    names = ("best_ms", "earliest_ms", "latest_ms", "time_class")
    return read_instant({name: row[f"begun_{name}"] for name in names})


@lru_cache(maxsize=256)
def read_flags(text: str) -> tuple[CheckFlag, ...]:
    """Read what is amiss with a check; the same few lists come again and again."""
    return msgspec.json.decode(text, type=tuple[CheckFlag, ...])
