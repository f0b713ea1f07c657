"""Whether a check was done in time, judged on the whole interval of its finish; pure."""

from typing import Literal

from shared_schemas.inspections import Timeliness
from shared_schemas.office import Verdict
from shared_schemas.scoring import Instant


def judge_window(
    *,
    closes_ms: int,
    finished: Instant | None,
    now_ms: int,
    judged: Timeliness | Literal[""] = "",
) -> Verdict:
    """Say whether a check was finished within its window, late, missing, or nobody can tell.

    A finish whose interval lies across the closing is undecidable: nobody is blamed by it alone.
    The closing instant itself is in time. What a person has `judged` stands over the clocks.

    Units: milliseconds UTC.
    Source: sync design, section 7 (deadlines are judged on the interval).

    >>> judge_window(closes_ms=1000, finished=None, now_ms=999)
    'open'
    >>> judge_window(closes_ms=1000, finished=None, now_ms=1001)
    'missing'
    """
    if finished is None:
        return "missing" if now_ms > closes_ms else "open"
    if judged:
        return judged
    if finished.latest_ms <= closes_ms:
        return "within"
    return "late" if finished.earliest_ms > closes_ms else "undecidable"


def standing(*, state: str, verdict: Verdict) -> str:
    """Say in which of the board's four heaps a check lies: each check lies in exactly one.

    Source: screens brief, office board (completeness).

    >>> standing(state="in_progress", verdict="missing")
    'overdue'
    """
    if state == "finished":
        return "finished"
    if verdict == "missing":
        return "overdue"
    return "in_progress" if state == "in_progress" else "to_come"
