"""A sample is drawn by its seed alone: anybody who has seed and population draws the very same."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from backend.domains.inspections.sampling import begins_ms, draw, ends_ms

SEED = "5eed" * 8
ids = st.lists(st.text("0123456789abcdef", min_size=4, max_size=8), max_size=60, unique=True)


@given(ids, st.integers(1, 100), st.randoms())
def test_g15_the_draw_is_repeatable_whatever_the_order(
    whole: list[str], rate: int, dice: object
) -> None:
    shuffled = list(whole)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    assert draw(SEED, shuffled, rate) == draw(SEED, whole, rate)


@given(ids, st.integers(1, 100))
def test_g15_the_share_is_rounded_up_and_within_the_whole(whole: list[str], rate: int) -> None:
    drawn = draw(SEED, whole, rate)
    assert set(drawn) <= set(whole)
    assert len(drawn) == -(-len(whole) * rate // 100)


def test_five_percent_of_forty_are_the_two_with_the_smallest_hashes() -> None:
    whole = [f"{number:032x}" for number in range(40)]
    by_hand = sorted(whole, key=lambda one: hashlib.sha256(f"{SEED}:{one}".encode()).hexdigest())
    assert draw(SEED, whole, 5) == tuple(sorted(by_hand[:2]))
    assert draw(SEED, whole, 100) == tuple(whole)


def test_another_seed_draws_otherwise() -> None:
    whole = [f"{number:032x}" for number in range(400)]
    assert draw(SEED, whole, 5) != draw("0" * 32, whole, 5)


def test_a_day_ends_where_the_next_begins() -> None:
    assert ends_ms("2026-12-31", "Asia/Shanghai") == begins_ms("2027-01-01", "Asia/Shanghai")
