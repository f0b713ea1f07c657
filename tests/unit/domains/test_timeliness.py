"""Early, in time, late, made up or missed: judged on intervals, and nobody is blamed on a doubt."""

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domains.inspections.timeliness import is_asked_for, judge_window
from shared_schemas.inspections import Timeliness
from shared_schemas.scoring import Instant

OPENS, CLOSES = 500, 1_000
TIMES = st.integers(0, 2_000)


def _at(earliest_ms: int, latest_ms: int) -> Instant:
    return Instant(best_ms=latest_ms, earliest_ms=earliest_ms, latest_ms=latest_ms, time_class="B")


def _judge(
    finished: Instant | None,
    started: Instant | None = None,
    now_ms: int = 5_000,
    judged: Timeliness | Literal[""] = "",
) -> str:
    return judge_window(
        opens_ms=OPENS,
        closes_ms=CLOSES,
        finished=finished,
        started=started,
        now_ms=now_ms,
        judged=judged,
    )


@pytest.mark.parametrize(
    ("earliest_ms", "latest_ms", "verdict"),
    [
        (100, 499, "early"),
        (100, 500, "within"),
        (499, 501, "within"),
        (900, 1_000, "within"),
        (900, 1_001, "undecidable"),
        (1_000, 1_001, "undecidable"),
        (1_001, 1_002, "late"),
    ],
)
def test_the_edges_belong_to_the_window(earliest_ms: int, latest_ms: int, verdict: str) -> None:
    assert _judge(_at(earliest_ms, latest_ms)) == verdict


@pytest.mark.parametrize(
    ("begun", "finished", "verdict"),
    [
        ((1_001, 1_100), (1_200, 1_300), "make_up"),
        ((1_000, 1_100), (1_200, 1_300), "late"),
        ((900, 950), (1_200, 1_300), "late"),
        ((900, 1_100), (990, 1_100), "undecidable"),
        ((600, 700), (800, 900), "within"),
    ],
)
def test_what_was_surely_begun_after_the_closing_is_made_up(
    begun: tuple[int, int], finished: tuple[int, int], verdict: str
) -> None:
    assert _judge(_at(*finished), _at(*begun)) == verdict


@pytest.mark.parametrize(("now_ms", "verdict"), [(1_000, "due"), (1_001, "missed")])
def test_a_check_is_missed_only_after_its_window(now_ms: int, verdict: str) -> None:
    assert _judge(None, now_ms=now_ms) == verdict
    assert _judge(None, _at(600, 700), now_ms=now_ms) == verdict


def test_what_a_person_decided_stands_over_the_clocks_once_it_is_finished() -> None:
    assert _judge(_at(1_500, 1_600), judged="within") == "within"
    assert _judge(_at(600, 700), judged="late") == "late"
    assert _judge(None, judged="within") == "missed"


@given(TIMES, TIMES, TIMES)
def test_wider_doubt_never_turns_a_verdict_into_its_contrary(
    at_ms: int, before: int, after: int
) -> None:
    sure = _judge(_at(at_ms, at_ms))
    doubted = _judge(_at(max(at_ms - before, 0), at_ms + after))
    assert doubted in {sure, "undecidable", "within"} if sure == "early" else {sure, "undecidable"}
    assert (sure == "late") == (at_ms > CLOSES)


@pytest.mark.parametrize(
    ("variants", "variant", "wanted"),
    [
        ("", "", True),
        ("", "rain", True),
        ("rain", "", False),
        ("rain", "rain", True),
        ("rain,rush", "rush", True),
        ("rain,rush", "normal", False),
        ("holiday,normal", "", True),
    ],
)
def test_a_day_of_which_nobody_said_anything_is_a_usual_one(
    variants: str, variant: str, wanted: bool
) -> None:
    assert is_asked_for(variants=variants, variant=variant, cancelled=False) is wanted
    assert not is_asked_for(variants=variants, variant=variant, cancelled=True)


def test_what_is_not_asked_for_is_neither_due_nor_missed_but_counts_when_done() -> None:
    for now_ms in (0, 5_000):
        verdict = judge_window(
            opens_ms=OPENS, closes_ms=CLOSES, finished=None, now_ms=now_ms, asked_for=False
        )
        assert verdict == "not_asked"
    done = judge_window(
        opens_ms=OPENS, closes_ms=CLOSES, finished=_at(600, 700), now_ms=5_000, asked_for=False
    )
    assert done == "within"
