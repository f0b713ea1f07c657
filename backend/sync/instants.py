"""What can be known about when something was recorded: an interval, a best estimate, a class.

Pure. A phone's clock is a claim; the server's signed anchors and the phone's monotonic clock bound
it. Nothing here rejects a phone for its clock.
"""

from typing import Literal

from msgspec import Struct

from shared_schemas.primitives import Capture
from shared_schemas.sync import TimeVerdict

TimeClass = Literal["A", "B", "C"]

SET_BACK_MS = 2_000
"""A backward step of more than this within one page session is a clock set back."""

BRACKET_MS = 120_000
"""An interval no wider than this is class A."""

STABLE_MS = 2_000
"""Two measurements of the clock's offset that agree this well show that nobody moved it."""

DRIFT_PER_MILLION = 100
"""How fast a cheap phone's clock may wander."""

WORTH_SAYING_MS = 120_000
"""From this much on the phone is told that its clock is wrong."""


class Bounds(Struct, frozen=True, kw_only=True):
    """What the server itself knows: when the writer was bound and when the operation came."""

    floor_ms: int
    received_ms: int


def judge_time(
    captured: Capture,
    sent: Capture,
    bounds: Bounds,
    *,
    trusted: bool,
    stepped_back: bool = False,
) -> TimeVerdict:
    """Say when something was recorded, as surely as the evidence allows.

    `captured` are the phone's clocks at the act, `sent` the same clocks when the batch left, and
    `trusted` whether the anchor's signature held.

    Units: milliseconds UTC.
    Source: sync design, section 7; SPEC TI1 to TI7, TI10.
    """
    earliest, latest = _bracket(captured, sent, bounds, trusted=trusted)
    bracketed = latest - earliest <= BRACKET_MS
    offset = bounds.received_ms - sent.wall_ms
    estimate, stable = _estimate(captured, offset, bounds, trusted=trusted)
    set_back = stepped_back or _was_set_back(captured, sent)
    honest = stable and _is_linked(captured, sent) and not set_back
    sure = honest and earliest - STABLE_MS <= estimate <= latest + STABLE_MS
    best = min(max(estimate, earliest), latest)
    if sure:
        slack = STABLE_MS + _drift(latest - earliest)
        earliest, latest = max(earliest, best - slack), min(latest, best + slack)
    off_by = max(-offset, captured.wall_ms - best, key=abs)
    weak: TimeClass = "B" if sure else "C"
    return TimeVerdict(
        best_ms=best,
        earliest_ms=earliest,
        latest_ms=latest,
        time_class="A" if bracketed else weak,
        clock_off_ms=off_by if abs(off_by) > WORTH_SAYING_MS else None,
        set_back=set_back,
    )


def judge_carried(
    captured: Capture, bounds: Bounds, *, trusted: bool, stepped_back: bool = False
) -> TimeVerdict:
    """Say when something was recorded that another person carried up, or a file.

    Nobody vouches for the clocks with which it left, so only the anchor and the receipt bound it;
    the estimate goes by the clock's offset at that anchor.

    Units: milliseconds UTC.
    Source: sync design, sections 6 and 7; SPEC SE3.
    """
    unknown = Capture(wall_ms=captured.wall_ms, mono_ms=0, origin_ms=0, session="")
    earliest, latest = _bracket(captured, unknown, bounds, trusted=trusted)
    anchor = captured.anchor
    offset = 0
    if anchor is not None and trusted:
        offset = anchor.server_ms + anchor.round_trip_ms // 2 - anchor.wall_ms
    best = min(max(captured.wall_ms + offset, earliest), latest)
    off_by = captured.wall_ms - best
    return TimeVerdict(
        best_ms=best,
        earliest_ms=earliest,
        latest_ms=latest,
        time_class="A" if latest - earliest <= BRACKET_MS else "C",
        clock_off_ms=off_by if abs(off_by) > WORTH_SAYING_MS else None,
        set_back=stepped_back or _was_set_back(captured, unknown),
    )


def server_instant(at_ms: int) -> TimeVerdict:
    """Say that something happened on the server itself, at a known moment."""
    return TimeVerdict(best_ms=at_ms, earliest_ms=at_ms, latest_ms=at_ms, time_class="A")


def _bracket(captured: Capture, sent: Capture, bounds: Bounds, *, trusted: bool) -> tuple[int, int]:
    """Bound the act by what the server saw: never before its anchor, never after receipt.

    The monotonic clock stops in sleep, so it can only make time too short: added to the anchor it
    gives a floor, taken from the receipt a ceiling.
    """
    earliest, latest = bounds.floor_ms, bounds.received_ms
    anchor = captured.anchor
    if anchor is not None and trusted:
        earliest = max(earliest, anchor.server_ms)
        if anchor.session == captured.session:
            ran = captured.mono_ms - anchor.mono_ms
            earliest = max(earliest, anchor.server_ms + ran - _drift(ran))
    if sent.session == captured.session:
        ran = sent.mono_ms - captured.mono_ms
        latest = min(latest, bounds.received_ms - ran + _drift(ran))
    earliest = min(earliest, bounds.received_ms)
    return earliest, max(earliest, latest)


def _estimate(captured: Capture, offset: int, bounds: Bounds, *, trusted: bool) -> tuple[int, bool]:
    """Correct the phone's wall clock by its offset; say whether the offset stayed the same."""
    anchor = captured.anchor
    if anchor is None or not trusted:
        return captured.wall_ms + offset, False
    then = anchor.server_ms + anchor.round_trip_ms // 2 - anchor.wall_ms
    allowed = STABLE_MS + anchor.round_trip_ms + _drift(bounds.received_ms - anchor.server_ms)
    return captured.wall_ms + then, abs(then - offset) <= allowed


def _is_linked(captured: Capture, sent: Capture) -> bool:
    """Say whether one page session spans the act and a moment that the server saw.

    Between two restarts a clock may be set back and forth again, and both ends look honest: then
    only the bounds are known.
    """
    anchor = captured.anchor
    return captured.session == sent.session or (
        anchor is not None and anchor.session == captured.session
    )


def _was_set_back(captured: Capture, sent: Capture) -> bool:
    """Within a page session wall minus monotonic only grows, by sleep; a decrease is proof.

    What was set back and forth again the page itself has seen, and says by how much.
    """
    gauge, seen = _gauge(captured), captured.back_ms
    anchor = captured.anchor
    if (
        anchor is not None
        and anchor.session == captured.session
        and (gauge < anchor.wall_ms - anchor.mono_ms - SET_BACK_MS or seen > anchor.back_ms)
    ):
        return True
    if sent.session != captured.session:
        return False
    return _gauge(sent) < gauge - SET_BACK_MS or sent.back_ms > seen


def _gauge(clocks: Capture) -> int:
    return clocks.wall_ms - clocks.mono_ms


def _drift(span_ms: int) -> int:
    return abs(span_ms) * DRIFT_PER_MILLION // 1_000_000 + 1
