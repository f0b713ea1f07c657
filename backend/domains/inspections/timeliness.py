"""Whether a check was made in its time, judged on when it was really done; pure.

Judged on the intervals of capture, never on arrival: what comes late to us was not late by that,
and what counts as missed today is lifted by whatever a phone still brings.

Source: sync design, section 7 (deadlines are judged on the interval); catalogue 2.2 (补检).
"""

from typing import Literal

from shared_schemas.inspections import Timeliness
from shared_schemas.office import Verdict
from shared_schemas.scoring import Instant
from shared_schemas.timetable import DayVariant

USUAL_DAY: DayVariant = "normal"
"""What a day is where nobody said otherwise; weekends and holidays are not guessed."""


def judge_window(
    *,
    opens_ms: int,
    closes_ms: int,
    finished: Instant | None,
    now_ms: int,
    started: Instant | None = None,
    judged: Timeliness | Literal[""] = "",
    asked_for: bool = True,
) -> Verdict:
    """Say whether a check was finished in its window, early, late, made up, missed, or is due.

    A finish whose interval lies across the closing is undecidable, unless the check was surely
    begun after it: that is a make-up. Early is only what was surely finished before the opening.
    The closing instant itself is in time. What a person has `judged` stands over the clocks.

    Units: milliseconds UTC.

    >>> judge_window(opens_ms=0, closes_ms=1000, finished=None, now_ms=1000)
    'due'
    >>> judge_window(opens_ms=0, closes_ms=1000, finished=None, now_ms=1001)
    'missed'
    >>> judge_window(opens_ms=0, closes_ms=1000, finished=None, now_ms=1001, asked_for=False)
    'not_asked'
    """
    if finished is None:
        if not asked_for:
            return "not_asked"
        return "missed" if now_ms > closes_ms else "due"
    if judged:
        return judged
    if finished.latest_ms <= closes_ms:
        return "early" if finished.latest_ms < opens_ms else "within"
    if started is not None and started.earliest_ms > closes_ms:
        return "make_up"
    return "late" if finished.earliest_ms > closes_ms else "undecidable"


def is_asked_for(*, variants: str, variant: str, cancelled: bool) -> bool:
    """Say whether a window is to be done on a day of that kind.

    `variants` are the plan's, joined by commas (empty: every day); `variant` is what somebody
    said of the day (empty: nobody did).

    Source: rule S08.

    >>> is_asked_for(variants="rain,rush", variant="", cancelled=False)
    False
    >>> is_asked_for(variants="normal,rush", variant="", cancelled=False)
    True
    """
    return not cancelled and (not variants or (variant or USUAL_DAY) in variants.split(","))
