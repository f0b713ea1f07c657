"""A due check as the office sees it: its window, how far it has come, and its verdict on time."""

from collections.abc import Mapping
from typing import Any

from backend.office.names import named, read_instant
from backend.office.scope import Sites, local_date
from backend.office.verdicts import judge_window
from shared_schemas.office import Named, TaskSeen
from shared_schemas.scoring import Instant

LONGEST_SHIFT_MS = 36 * 3_600_000
"""A window longer than this belongs to several days."""

WINDOW_COLUMNS = """w.id, w.plan_id, w.site_id, w.on_date, w.opens_ms, w.closes_ms,
           p.title_zh, p.title_en, p.use,
           coalesce(c.name_zh, '') AS checkpoint_zh, coalesce(c.name_en, '') AS checkpoint_en,
           coalesce(t.state, 'due') AS state, coalesce(t.answered, 0) AS answered,
           coalesce(t.failed, 0) AS failed,
           coalesce(nullif(t.finished_by, ''), t.started_by, '') AS person_id,
           coalesce(t.finished_ms, 0) AS finished_ms, coalesce(t.timeliness, '') AS timeliness,
           coalesce(o.outcome LIKE '%"set_back":true%', false) AS set_back,
           t.finished_op, o.best_ms, o.earliest_ms, o.latest_ms, o.time_class
"""
WINDOW_JOINS = """
    JOIN plans p ON p.organization_id = $1 AND p.id = w.plan_id
    LEFT JOIN checkpoints c ON c.organization_id = $1 AND c.id = p.checkpoint_id
    LEFT JOIN tasks t ON t.organization_id = $1 AND t.id = w.id
    LEFT JOIN operations o ON o.organization_id = $1 AND o.id = t.finished_op
"""
"""Beside `task_windows w` in a statement whose first value is the organisation."""


def read_task(
    row: Mapping[str, Any], sites: Sites, *, now_ms: int, person: Named | None
) -> TaskSeen:
    """Give a due check as the office sees it, its time judged on the interval of its finish."""
    finished = _finished(row)
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
            closes_ms=row["closes_ms"], finished=finished, now_ms=now_ms, judged=row["timeliness"]
        ),
        answered=row["answered"],
        failed=row["failed"],
        person=person,
        finished=finished,
        judged=bool(row["timeliness"]),
        set_back=row["set_back"],
    )


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
