"""Rules GR: one rounding, the bands, and a reason for every point."""

from decimal import Decimal
from fractions import Fraction

import msgspec
import pytest

from backend.scoring.engine import score
from backend.scoring.grades import find_band, line_points, passes, score_of
from shared_schemas.scoring import Scorecard
from tests.unit.scoring.builders import (
    BANDS,
    HARBOUR_MALL,
    JUNE,
    SHANGHAI,
    a_fact,
    a_scheme,
    a_source,
    an_indicator,
    lines,
    ten_items,
)


def score_june(scheme, *facts):
    return score(scheme, HARBOUR_MALL, JUNE, facts, SHANGHAI)


def thirds():
    """Give a scheme whose weights make endless decimals as soon as a source is unmeasured."""
    return a_scheme(
        a_source("a", "30", [an_indicator("a", maximum="7")]),
        a_source("b", "30", [an_indicator("b", maximum="3")]),
        a_source("c", "10", [an_indicator("c")]),
        a_source("d", "30", [an_indicator("d")]),
    )


@pytest.mark.parametrize(
    ("exact", "written"),
    [
        (Fraction(191, 2), "95.50"),
        (Fraction(95005, 1000), "95.01"),
        (Fraction(95004999, 1000000), "95.00"),
        (Fraction(200, 3), "66.67"),
        (Fraction(0), "0.00"),
        (Fraction(100), "100.00"),
    ],
)
def test_GR1_score_has_two_decimals_rounded_half_up(exact, written):
    assert str(score_of(exact)) == written


def test_GR1_nothing_is_rounded_before_the_end():
    """Two sources of 1.005 each would make 2.02 if rounded one by one."""
    sources = [
        a_source(code, "50", [an_indicator(code, maximum="100", each="97.99")]) for code in "ab"
    ]
    card = score_june(a_scheme(*sources), a_fact(indicator="a"), a_fact(indicator="b"))
    assert [line.points for line in card.reasons.children] == [Decimal("1.005")] * 2
    assert str(card.score) == "2.01"


def test_GR2_no_binary_fraction_takes_part():
    scheme = a_scheme(a_source(indicators=[an_indicator(maximum="100", each="0.1")]))
    card = score_june(scheme, *(a_fact() for _ in range(3)))
    assert str(card.score) == "99.70"
    assert all(isinstance(line.points, Decimal) for line in lines(card.reasons))


def test_GR2_points_travel_as_text_and_come_back_the_same():
    card = score_june(ten_items(), a_fact(indicator="item_0"))
    sent = msgspec.json.encode(card)
    assert b'"score":"99.00"' in sent
    assert msgspec.json.decode(sent, type=Scorecard) == card


@pytest.mark.parametrize(
    ("points", "grade"),
    [
        ("100", "excellent"),
        ("96", "excellent"),
        ("95.99", "fine"),
        ("95.5", "fine"),
        ("91", "fine"),
        ("90.5", "good"),
        ("81", "good"),
        ("80.5", "pass"),
        ("70", "pass"),
        ("69.99", "fail"),
        ("0", "fail"),
    ],
)
def test_GR3_band_runs_from_its_start_to_the_next(points, grade):
    assert find_band(BANDS, Decimal(points)).code == grade
    assert find_band(tuple(reversed(BANDS)), Decimal(points)).code == grade


def test_GR3_a_score_of_95_5_is_in_the_band_from_91():
    scheme = a_scheme(a_source(indicators=[an_indicator(maximum="100", each="0.5")]))
    card = score_june(scheme, *(a_fact() for _ in range(9)))
    assert (str(card.score), card.grade.code) == ("95.50", "fine")


def test_GR3_the_rounded_score_is_what_is_graded():
    scheme = a_scheme(a_source(indicators=[an_indicator(maximum="100", each="4.004")]))
    card = score_june(scheme, a_fact())
    assert (str(card.score), card.grade.code) == ("96.00", "excellent")


def test_GR4_reaching_the_pass_mark_passes():
    assert passes(Decimal(70), Decimal("70.00"))
    assert not passes(Decimal(70), Decimal("69.99"))


def test_GR5_the_tree_of_s07_sums_without_any_rounding_line():
    card = score_june(ten_items(), *(a_fact(indicator=f"item_{n % 3}") for n in range(25)))
    assert card.reasons.points == card.score
    assert lines(card.reasons, "rounding") == []
    for line in lines(card.reasons):
        if line.children:
            assert line.points == sum(child.points for child in line.children)


def test_GR6_endless_decimals_leave_one_line_under_the_root():
    facts = [a_fact(indicator=code) for code in ("a", "b", "c", "c")]
    card = score_june(thirds(), *facts)
    (rest,) = lines(card.reasons, "rounding")
    assert rest in card.reasons.children
    assert abs(rest.points) <= Decimal("0.006")
    assert sum(child.points for child in card.reasons.children) == card.score


def test_GR6_an_indicator_used_up_shows_exactly_its_floor():
    card = score_june(thirds(), *(a_fact(indicator="a") for _ in range(9)), a_fact(indicator="b"))
    used_up = next(line for line in lines(card.reasons, "indicator") if line.name.en == "a")
    assert used_up.points == 0


def test_GR7_every_lost_point_names_its_fact_and_evidence():
    facts = [a_fact(indicator="item_0") for _ in range(12)]
    for line in lines(score_june(ten_items(), *facts).reasons, "deduction", "floor"):
        assert line.fact in facts
        assert line.fact.operation
        assert line.fact.evidence


def test_GR7_the_line_carries_the_item_s_own_words():
    titled = msgspec.structs.replace(a_fact(indicator="item_0"), title=BANDS[0].name)
    card = score_june(ten_items(), titled, a_fact(indicator="item_1"))
    assert [line.name.en for line in lines(card.reasons, "deduction")] == ["excellent", "item_1"]


def test_GR8_score_lies_from_0_to_100():
    every = [a_fact(indicator=f"item_{n}") for n in range(10) for _ in range(20)]
    assert str(score_june(ten_items(), *every).score) == "0.00"
    assert str(score_june(ten_items(), a_fact("item_checked", "item_0")).score) == "100.00"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Fraction(10), "10"),
        (Fraction(-3, 10), "-0.3"),
        (Fraction(1, 3), "0.333333"),
        (Fraction(0), "0"),
    ],
)
def test_lines_are_written_without_needless_zeros(value, written):
    assert str(line_points(value)) == written
