"""What must hold for any scheme and any facts, searched for by Hypothesis."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.scoring.engine import score
from backend.scoring.schemes import check_scheme
from tests.unit.scoring.builders import (
    HARBOUR_MALL,
    JUNE,
    NORTH_GARDEN,
    SHANGHAI,
    a_fact,
    a_scheme,
    a_source,
    an_indicator,
    lines,
    ms,
)

CODES = ("a", "b", "c", "d", "e", "f")
POINTS = st.sampled_from(("1", "3", "7", "10", "12.5", "33.33", "100"))
COSTS = st.sampled_from(("0.1", "0.5", "1", "3", "7"))


@st.composite
def schemes(draw):
    """Draw a sound scheme: one to six sources of one indicator or two, any weights."""
    number = draw(st.integers(1, 3))
    cuts = sorted(draw(st.lists(st.integers(0, 10_000), min_size=number - 1, max_size=number - 1)))
    weights = [Decimal(b - a) / 100 for a, b in zip([0, *cuts], [*cuts, 10_000], strict=True)]
    codes = iter(CODES)
    sources = []
    for place, weight in enumerate(weights):
        indicators = [
            an_indicator(
                next(codes), draw(POINTS), draw(COSTS), draw(st.sampled_from(("0", "0.5")))
            )
            for _ in range(draw(st.integers(1, 2)))
        ]
        sources.append(a_source(str(place), str(weight), indicators))
    return a_scheme(*sources)


@st.composite
def facts(draw):
    """Draw a fact inside June, near its edges or beyond, of one of a few items and sites."""
    number = draw(st.integers(0, 10_000))
    day = draw(st.integers(-2, 33))
    return a_fact(
        draw(st.sampled_from(("item_checked", "item_failed", "finding_confirmed"))),
        draw(st.sampled_from((*CODES, "unknown", ""))),
        at=ms("2026-06-01 00:00") + day * 86_400_000 + draw(st.integers(0, 86_399_999)),
        doubt_s=draw(st.sampled_from((0, 0, 600, 200_000))),
        id=f"fact-{number}",
        site=draw(st.sampled_from((HARBOUR_MALL, HARBOUR_MALL, NORTH_GARDEN))),
        record=f"{draw(st.integers(0, 20)):032x}",
        item=draw(st.sampled_from(("", "x", "y"))),
    )


MANY = st.lists(facts(), max_size=40)


def score_june(scheme, told):
    return score(scheme, HARBOUR_MALL, JUNE, told, SHANGHAI)


@given(schemes())
@settings(max_examples=50)
def test_the_drawn_schemes_are_sound(scheme):
    assert check_scheme(scheme) == ()


@given(schemes(), MANY)
@settings(max_examples=150)
def test_GR5_every_tree_sums_exactly(scheme, told):
    card = score_june(scheme, told)
    for line in lines(card.reasons):
        if line.children:
            assert line.points == sum(child.points for child in line.children)
    assert card.reasons.points == (card.score if card.measured else 0)
    assert len(lines(card.reasons, "rounding")) <= 1
    for line in lines(card.reasons, "rounding"):
        assert abs(line.points) <= Decimal("0.00501")


@given(schemes(), MANY)
@settings(max_examples=150)
def test_GR8_every_score_is_bounded_and_graded(scheme, told):
    card = score_june(scheme, told)
    assert card.measured is (card.score is not None) is (card.grade is not None)
    if card.score is not None:
        assert 0 <= card.score <= 100
        assert card.grade.from_points <= card.score
        assert card.passed is (card.score >= 70)


@given(schemes(), MANY, st.randoms(use_true_random=False))
@settings(max_examples=150)
def test_DE9_order_and_repetition_of_facts_do_not_matter(scheme, told, chance):
    shuffled = [*told, *told[: len(told) // 2]]
    chance.shuffle(shuffled)
    assert score_june(scheme, shuffled) == score_june(scheme, told)


@given(schemes(), MANY, facts())
@settings(max_examples=150)
def test_DE10_a_further_failure_in_a_measured_source_never_raises_the_score(scheme, told, further):
    failing = a_fact(
        "item_failed",
        further.indicator,
        at=further.captured.best_ms,
        site=further.site,
        record=further.record,
        item=further.item,
    )
    before, after = score_june(scheme, told), score_june(scheme, [*told, failing])
    if _measured(before) == _measured(after) and before.score is not None:
        assert after.score <= before.score


@given(schemes(), MANY)
@settings(max_examples=50)
def test_DE8_other_sites_and_periods_change_nothing_but_edges(scheme, told):
    edges = JUNE.edges(SHANGHAI)
    own = [
        fact for fact in told if fact.site == HARBOUR_MALL and edges.contain(fact.captured.best_ms)
    ]
    kept = {fact.id for fact in own}
    strangers = [fact for fact in told if fact not in own and fact.id not in kept]
    assert score_june(scheme, own).score == score_june(scheme, own + strangers).score


def _measured(card):
    return [line.kind for line in card.reasons.children]
