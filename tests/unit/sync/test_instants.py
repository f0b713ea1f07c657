"""When something was recorded: an interval that always holds, an estimate inside it, a class."""

from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.sync.instants import BRACKET_MS, SET_BACK_MS, Bounds, judge_time, server_instant
from shared_schemas.primitives import Anchor, Capture
from shared_schemas.sync import TimeVerdict

NOW = 1_794_880_800_000
SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
BOUND = NOW - 30 * DAY


class Life:
    """A phone through a morning: true time runs, its clocks are what somebody made of them."""

    def __init__(self, *, offset_ms: int = 0) -> None:
        self.true_ms = NOW
        self.offset_ms = offset_ms
        self.slept_ms = 0
        self.session, self.booted_ms = "a", NOW
        self.anchor: Anchor | None = None

    def clocks(self) -> Capture:
        return Capture(
            wall_ms=self.true_ms + self.offset_ms,
            mono_ms=self.true_ms - self.booted_ms - self.slept_ms,
            origin_ms=self.booted_ms,
            session=self.session,
            anchor=self.anchor,
        )

    def meets_server(self, round_trip_ms: int = 100) -> None:
        """The server says the time; the answer takes half the round trip to arrive."""
        said_ms = self.true_ms
        self.true_ms += round_trip_ms // 2
        now = self.clocks()
        self.anchor = Anchor(
            server_ms=said_ms,
            round_trip_ms=round_trip_ms,
            wall_ms=now.wall_ms,
            mono_ms=now.mono_ms,
            session=self.session,
            token="signed",
        )

    def restarts(self) -> None:
        self.session, self.booted_ms, self.slept_ms = self.session + "'", self.true_ms, 0

    def sleeps(self, milliseconds: int) -> None:
        self.true_ms += milliseconds
        self.slept_ms += milliseconds

    def judge(self, captured: Capture, *, trusted: bool = True) -> TimeVerdict:
        bounds = Bounds(floor_ms=BOUND, received_ms=self.true_ms)
        return judge_time(captured, self.clocks(), bounds, trusted=trusted)


def test_TI1_interval_holds_the_estimate_and_ends_at_receipt() -> None:
    life = Life()
    life.meets_server()
    life.true_ms += HOUR
    captured = life.clocks()
    life.true_ms += 3 * HOUR
    said = life.judge(captured)
    assert said.earliest_ms <= said.best_ms <= said.latest_ms <= life.true_ms
    assert abs(said.best_ms - (NOW + HOUR)) <= 100


@pytest.mark.parametrize("years", [-56, 4, 300])
def test_TI2_no_clock_is_refused_and_a_wrong_one_is_said(years: int) -> None:
    life = Life(offset_ms=years * 365 * DAY)
    life.true_ms += MINUTE
    said = life.judge(life.clocks(), trusted=False)
    assert said.clock_off_ms == years * 365 * DAY
    assert BOUND <= said.earliest_ms <= said.latest_ms <= life.true_ms


def test_TI3_trusted_anchor_of_the_same_session_is_a_floor() -> None:
    life = Life()
    life.meets_server()
    life.true_ms += HOUR
    captured = life.clocks()
    life.true_ms += DAY
    life.restarts()
    life.offset_ms = -5 * DAY
    said = life.judge(captured)
    assert said.earliest_ms >= NOW + HOUR - SECOND
    assert life.judge(captured, trusted=False).earliest_ms == BOUND


def test_TI3_anchor_of_an_earlier_session_still_bounds() -> None:
    life = Life()
    life.meets_server()
    life.restarts()
    life.true_ms += HOUR
    captured = life.clocks()
    life.true_ms += HOUR
    life.restarts()
    assert life.judge(captured).earliest_ms == NOW


def test_TI4_monotonic_clock_of_the_sending_session_is_a_ceiling() -> None:
    life = Life()
    captured = life.clocks()
    life.true_ms += 2 * HOUR
    life.sleeps(HOUR)
    said = life.judge(captured, trusted=False)
    assert NOW <= said.latest_ms <= NOW + HOUR + 2 * SECOND


def test_TI5_classes() -> None:
    bracketed, stable, weak = Life(), Life(offset_ms=-7 * HOUR), Life()
    bracketed.meets_server()
    captured = bracketed.clocks()
    bracketed.true_ms += MINUTE
    assert bracketed.judge(captured).time_class == "A"
    stable.meets_server()
    stable.sleeps(HOUR)
    captured = stable.clocks()
    stable.sleeps(HOUR)
    said = stable.judge(captured)
    assert said.time_class == "B"
    assert abs(said.best_ms - (NOW + HOUR)) < SECOND
    assert said.latest_ms - said.earliest_ms <= 2 * (2 * SECOND + 2 * HOUR // 10_000 + 2)
    captured = weak.clocks()
    weak.sleeps(HOUR)
    assert weak.judge(captured).time_class == "C"


def test_TI5_offset_that_changed_between_anchor_and_sending_is_weak() -> None:
    life = Life()
    life.meets_server()
    life.sleeps(HOUR)
    captured = life.clocks()
    life.sleeps(HOUR)
    life.offset_ms = 5 * MINUTE
    said = life.judge(captured)
    assert said.time_class == "C"
    assert said.earliest_ms <= NOW + HOUR <= said.latest_ms


def test_TI6_clock_set_back_in_one_session_is_proven() -> None:
    for moment in ("before", "after"):
        life = Life()
        life.meets_server()
        life.true_ms += HOUR
        if moment == "before":
            life.offset_ms = -10 * MINUTE
        captured = life.clocks()
        if moment == "after":
            life.offset_ms = -10 * MINUTE
        life.true_ms += HOUR
        said = life.judge(captured)
        assert said.set_back is True
        assert said.earliest_ms <= NOW + HOUR <= said.latest_ms


def test_TI11_clock_set_back_and_forth_is_proven_by_what_the_page_saw() -> None:
    for moment in ("before the act", "after the act"):
        life = Life()
        life.meets_server()
        life.true_ms += HOUR
        captured = life.clocks()
        sent = life.clocks()
        seen = msgspec.structs.replace(captured, back_ms=HOUR)
        judged = (seen, seen) if moment == "before the act" else (captured, seen)
        bounds = Bounds(floor_ms=BOUND, received_ms=life.true_ms)
        assert judge_time(*judged, bounds, trusted=True).set_back is True
        assert judge_time(captured, sent, bounds, trusted=True).set_back is False


def test_TI6_small_corrections_of_the_network_time_are_no_set_back() -> None:
    life = Life()
    life.meets_server()
    life.offset_ms = -SET_BACK_MS + 100
    assert life.judge(life.clocks()).set_back is False


def test_TI7_set_back_hidden_between_two_restarts_only_widens_the_interval() -> None:
    """Both ends look honest; what lies between is known by its bounds alone."""
    life = Life()
    life.meets_server()
    life.true_ms += HOUR
    life.restarts()
    life.offset_ms = -50 * MINUTE
    captured = life.clocks()
    life.true_ms += HOUR
    life.restarts()
    life.offset_ms = 0
    said = life.judge(captured)
    assert said.time_class == "C"
    assert said.earliest_ms <= NOW + HOUR <= said.latest_ms
    assert said.latest_ms - said.earliest_ms > BRACKET_MS


def test_what_the_server_writes_needs_no_guess() -> None:
    said = server_instant(NOW)
    assert (said.earliest_ms, said.best_ms, said.latest_ms, said.time_class) == (NOW, NOW, NOW, "A")


@given(seed=st.integers(0, 2**32))
def test_TI1_trap15_truth_lies_in_the_interval_whatever_an_honest_phone_goes_through(
    seed: int,
) -> None:
    """Sleeps, restarts, any constant offset and any round trip: the interval still holds it."""
    dice = Random(seed)
    life = Life(offset_ms=dice.choice((0, 1, -1)) * dice.randrange(10**12))
    captured, true_ms = life.clocks(), life.true_ms
    kept = dice.randrange(8)
    for number in range(8):
        step = dice.randrange(2 * HOUR)
        dice.choice((lambda: life.meets_server(dice.randrange(3000)), life.restarts,
                     lambda step=step: life.sleeps(step)))()  # fmt: skip
        life.true_ms += dice.randrange(HOUR)
        if number == kept:
            captured, true_ms = life.clocks(), life.true_ms
    said = life.judge(captured)
    assert said.earliest_ms <= true_ms <= said.latest_ms
    assert said.earliest_ms <= said.best_ms <= said.latest_ms
    assert not said.set_back


CLOCK = st.integers(-(2**70), 2**70)
SESSION = st.sampled_from(["a", "b"])


ANCHORS = st.none() | st.builds(
    Anchor, server_ms=CLOCK, round_trip_ms=CLOCK, wall_ms=CLOCK, mono_ms=CLOCK, session=SESSION,
    token=st.just("x"),
)  # fmt: skip
CAPTURES = st.builds(
    Capture, wall_ms=CLOCK, mono_ms=CLOCK, origin_ms=CLOCK, session=SESSION, anchor=ANCHORS
)


@given(CAPTURES, CAPTURES, st.booleans())
def test_TI2_any_numbers_give_an_ordered_interval_before_receipt(
    captured: Capture, sent: Capture, trusted: bool
) -> None:
    said = judge_time(captured, sent, Bounds(floor_ms=BOUND, received_ms=NOW), trusted=trusted)
    assert BOUND <= said.earliest_ms <= said.best_ms <= said.latest_ms <= NOW
