"""Rules DE: what costs a point, what does not, and what was not measured."""

from decimal import Decimal

import msgspec

from backend.scoring.engine import score
from tests.unit.scoring.builders import (
    HARBOUR_MALL,
    JUNE,
    NORTH_GARDEN,
    SHANGHAI,
    a_fact,
    a_scheme,
    a_source,
    an_indicator,
    id_of,
    lines,
    ten_items,
)


def score_june(scheme, *facts, subject=HARBOUR_MALL):
    return score(scheme, subject, JUNE, facts, SHANGHAI)


def failures(times, indicator="item_0", **changes):
    return [a_fact(indicator=indicator, **changes) for _ in range(times)]


def test_DE1_each_failure_costs_its_points():
    card = score_june(ten_items(), *failures(2), *failures(1, "item_3"))
    assert card.score == Decimal("97.00")
    assert [line.points for line in lines(card.reasons, "indicator")][:4] == [8, 10, 10, 9]


def test_DE1_being_checked_costs_nothing():
    card = score_june(ten_items(), *(a_fact("item_checked", f"item_{n}") for n in range(10)))
    assert card.score == Decimal("100.00")


def test_DE1_only_what_the_measure_counts_costs():
    scheme = a_scheme(a_source(indicators=[an_indicator(counts=("item_failed",))]))
    card = score_june(scheme, a_fact("finding_confirmed"), a_fact("item_failed"))
    assert card.score == Decimal("90.00")


def test_DE2_eleven_failures_in_one_item_cost_ten_points():
    card = score_june(ten_items(), *failures(11))
    assert card.score == Decimal("90.00")
    assert [line.points for line in lines(card.reasons, "deduction")] == [-1] * 10
    (beyond,) = lines(card.reasons, "floor")
    assert beyond.points == 0
    assert beyond.note


def test_DE2_the_failure_that_meets_the_floor_costs_what_is_left():
    scheme = a_scheme(a_source(indicators=[an_indicator(maximum="100", each="40", floor="10")]))
    card = score_june(scheme, *failures(4, "cleaning"))
    assert card.score == Decimal("10.00")
    assert [line.points for line in lines(card.reasons, "deduction", "floor")] == [-40, -40, -10, 0]


def test_DE3_self_check_costs_one_point_only_once_confirmed():
    checked = a_fact("item_checked", "item_0")
    confirmed = a_fact("finding_confirmed", "item_0")
    assert score_june(ten_items(), checked).score == Decimal("100.00")
    assert score_june(ten_items(), checked, confirmed).score == Decimal("99.00")


def test_DE4_same_item_in_the_same_check_costs_once():
    failed = a_fact(indicator="item_0")
    confirmed = msgspec.structs.replace(
        a_fact("finding_confirmed", "item_0"), record=failed.record, item=failed.item
    )
    card = score_june(ten_items(), failed, confirmed)
    assert card.score == Decimal("99.00")
    assert lines(card.reasons, "indicator")[0].note.en == "Checked 1 times; 1 failed"
    assert [line.points for line in lines(card.reasons, "repeat")] == [0]


def test_DE4_findings_without_an_item_are_each_their_own():
    record = id_of("round")
    card = score_june(ten_items(), *failures(2, record=record, item=""))
    assert card.score == Decimal("98.00")


def test_DE5_unchecked_item_among_checked_ones_keeps_its_points_and_says_so():
    card = score_june(ten_items(), *failures(1))
    first, second = lines(card.reasons, "indicator")[:2]
    assert (first.points, second.points) == (9, 10)
    assert second.note.en == "Not checked in this period; no failure recorded"
    assert [line.kind for line in second.children] == ["full"]


def two_sources(first="60", second="40"):
    return a_scheme(
        a_source("checks", first, [an_indicator("cleaning")]),
        a_source("calls", second, [an_indicator("courtesy")]),
    )


def test_DE6_weight_of_an_unmeasured_source_goes_to_the_others():
    card = score_june(two_sources(), *failures(2, "cleaning"))
    assert card.score == Decimal("80.00")
    calls = next(line for line in card.reasons.children if line.name.en == "calls")
    assert (calls.kind, calls.points, calls.weight_percent) == ("not_measured", 0, 0)
    assert "spread" in calls.note.en
    assert card.reasons.children[0].weight_percent == 100


def test_DE6_measured_sources_keep_their_weights():
    card = score_june(two_sources(), *failures(2, "cleaning"), *failures(1, "courtesy"))
    checks, calls = card.reasons.children
    assert (checks.own_points, checks.points) == (80, 48)
    assert (calls.own_points, calls.points) == (90, 36)
    assert card.score == Decimal("84.00")


def test_DE6_source_of_weight_zero_is_shown_and_does_not_count():
    card = score_june(two_sources("100", "0"), a_fact("item_checked"), *failures(3, "courtesy"))
    assert card.score == Decimal("100.00")
    assert card.reasons.children[1].own_points == 70


def test_DE7_without_facts_there_is_no_score():
    card = score_june(ten_items())
    assert (card.measured, card.score, card.grade, card.passed) == (False, None, None, None)
    assert {line.kind for line in lines(card.reasons)} == {"not_measured"}
    assert card.reasons.note


def test_DE7_only_a_source_of_weight_zero_is_no_score_either():
    assert score_june(two_sources("100", "0"), *failures(1, "courtesy")).score is None


def test_DE8_other_sites_do_not_count():
    facts = [*failures(3), a_fact("item_checked", "item_0", site=NORTH_GARDEN)]
    assert score_june(ten_items(), *facts).score == Decimal("97.00")
    assert score_june(ten_items(), *facts, subject=NORTH_GARDEN).score == Decimal("100.00")


def test_DE8_organisation_counts_all_its_sites():
    scheme = msgspec.structs.replace(ten_items(), subject="organization")
    facts = [*failures(1), *failures(1, site=NORTH_GARDEN)]
    assert score_june(scheme, *facts, subject=id_of("company")).score == Decimal("98.00")


def test_DE8_items_of_no_indicator_do_not_measure_anything():
    assert score_june(ten_items(), a_fact(indicator=""), a_fact(indicator="noise")).score is None


def test_DE8_a_fact_given_twice_counts_once():
    fact = a_fact(indicator="item_0", item="")
    assert score_june(ten_items(), fact, fact).score == Decimal("99.00")


def test_DE9_order_of_facts_does_not_matter_even_where_one_id_tells_two_things():
    fact = a_fact(indicator="item_0")
    twin = msgspec.structs.replace(fact, indicator="item_1")
    others = failures(12, "item_2")
    forward = score_june(ten_items(), fact, twin, *others)
    again = [msgspec.structs.replace(one) for one in (*reversed(others), twin, fact)]
    assert score_june(ten_items(), *again) == forward


def test_DE10_further_failures_never_raise_the_score():
    facts = []
    scores = []
    for _ in range(12):
        facts += failures(1)
        scores.append(score_june(ten_items(), *facts).score)
    assert scores == sorted(scores, reverse=True)
