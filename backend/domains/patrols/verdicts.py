"""Whether a round was walked in time, too late, afterwards or not at all; pure.

Source: sync design, section 7 (deadlines are judged on the interval of the capture); S07 scores
findings, not punctuality.
"""

from shared_schemas.patrol_desk import RoundVerdict
from shared_schemas.scoring import Instant


def judge_round(
    *,
    opens_ms: int,
    closes_ms: int,
    started: Instant | None,
    finished: Instant | None,
    now_ms: int,
) -> RoundVerdict:
    """Say how a round stands beside its window; arrival and sending do not matter.

    A round that surely began only after the window had closed makes up for a missed one (补巡). A
    finish that may lie on either side of the closing is undecidable, and nobody is blamed by it.

    Units: milliseconds UTC; `closes_ms` 0 where nobody planned the round.
    Source: sync design, section 7.

    >>> judge_round(opens_ms=1, closes_ms=9, started=None, finished=None, now_ms=10)
    'missed'
    """
    if not closes_ms:
        return "unplanned"
    if finished is None:
        return "open" if now_ms <= closes_ms else _unfinished(closes_ms, started)
    if finished.latest_ms <= closes_ms:
        return "early" if finished.latest_ms < opens_ms else "within"
    if finished.earliest_ms <= closes_ms:
        return "undecidable"
    return "make_up" if started is not None and started.earliest_ms > closes_ms else "late"


def _unfinished(closes_ms: int, started: Instant | None) -> RoundVerdict:
    """Who began in time and has not finished is another matter than a round nobody walked."""
    if started is None or started.earliest_ms > closes_ms:
        return "missed"
    return "unfinished"
