"""A window is judged on the whole interval of its finish, and nobody is blamed on a doubt."""

import pytest

from backend.office.verdicts import judge_window, standing
from shared_schemas.scoring import Instant

CLOSES = 1_000


def finished(earliest_ms: int, latest_ms: int) -> Instant:
    return Instant(best_ms=latest_ms, earliest_ms=earliest_ms, latest_ms=latest_ms, time_class="B")


@pytest.mark.parametrize(
    ("earliest_ms", "latest_ms", "verdict"),
    [
        (900, 1_000, "within"),
        (900, 1_001, "undecidable"),
        (1_000, 1_001, "undecidable"),
        (1_001, 1_002, "late"),
    ],
)
def test_the_closing_instant_itself_is_in_time(
    earliest_ms: int, latest_ms: int, verdict: str
) -> None:
    instant = finished(earliest_ms, latest_ms)
    assert judge_window(closes_ms=CLOSES, finished=instant, now_ms=5_000) == verdict


@pytest.mark.parametrize(("now_ms", "verdict"), [(1_000, "open"), (1_001, "missing")])
def test_a_check_is_missing_only_after_its_window(now_ms: int, verdict: str) -> None:
    assert judge_window(closes_ms=CLOSES, finished=None, now_ms=now_ms) == verdict


@pytest.mark.parametrize(
    ("state", "verdict", "heap"),
    [
        ("finished", "late", "finished"),
        ("in_progress", "open", "in_progress"),
        ("in_progress", "missing", "overdue"),
        ("due", "missing", "overdue"),
        ("due", "open", "to_come"),
    ],
)
def test_each_check_lies_in_one_heap(state: str, verdict: str, heap: str) -> None:
    assert standing(state=state, verdict=verdict) == heap
