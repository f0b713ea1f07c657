"""Rules PE: which days a period has, and which fact belongs to it."""

import doctest
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.scoring import cases, grades, periods
from backend.scoring.engine import score
from backend.scoring.periods import Edges, Period, local_day
from tests.unit.scoring.builders import (
    HARBOUR_MALL,
    JULY,
    JUNE,
    SHANGHAI,
    a_fact,
    a_scheme,
    lines,
    ms,
)

CALENDAR_KINDS = ("month", "quarter", "half_year", "year")
DAYS = st.dates(date(1971, 1, 1), date(2199, 12, 31))


@pytest.mark.parametrize("module", [periods, grades, cases], ids=lambda module: module.__name__)
def test_the_examples_in_the_docstrings_hold(module):
    result = doctest.testmod(module)
    assert result.attempted
    assert not result.failed


@pytest.mark.parametrize(
    ("kind", "first", "last"),
    [
        ("month", date(2026, 2, 1), date(2026, 2, 28)),
        ("quarter", date(2026, 1, 1), date(2026, 3, 31)),
        ("half_year", date(2026, 1, 1), date(2026, 6, 30)),
        ("year", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_PE1_periods_are_whole_days_of_the_calendar(kind, first, last):
    period = Period.of(kind, date(2026, 2, 11))
    assert (period.start_on, period.end_on) == (first, last)


def test_PE1_special_period_has_any_days_in_order():
    period = Period.special(date(2026, 5, 3), date(2026, 5, 3))
    assert period.edges(SHANGHAI).closes_ms - period.edges(SHANGHAI).opens_ms == 24 * 3600 * 1000
    with pytest.raises(ValueError, match="cannot end"):
        Period.special(date(2026, 5, 4), date(2026, 5, 3))
    with pytest.raises(ValueError, match="special"):
        Period.of("special", date(2026, 5, 3))


@given(DAYS, st.sampled_from(CALENDAR_KINDS))
def test_PE1_every_day_lies_in_its_period(day, kind):
    period = Period.of(kind, day)
    assert period.start_on <= day <= period.end_on
    assert Period.of(kind, period.start_on) == Period.of(kind, period.end_on) == period


def test_PE2_period_runs_from_midnight_to_midnight():
    edges = JUNE.edges(SHANGHAI)
    assert edges == Edges(ms("2026-06-01 00:00"), ms("2026-07-01 00:00"))
    assert JUNE.contains(ms("2026-06-30 23:59"), SHANGHAI)
    assert not JUNE.contains(ms("2026-07-01 00:00"), SHANGHAI)


def test_PE2_a_day_of_summer_time_has_its_own_length():
    march = Period.special(date(2026, 3, 29), date(2026, 3, 29)).edges("Europe/Berlin")
    assert march.closes_ms - march.opens_ms == 23 * 3600 * 1000


def test_PE3_fact_belongs_to_the_period_of_its_capture():
    late = a_fact(at="2026-06-30 23:59")
    checked = a_fact("item_checked", at="2026-07-02 09:00")
    assert str(score(a_scheme(), HARBOUR_MALL, JUNE, [late], SHANGHAI).score) == "90.00"
    assert str(score(a_scheme(), HARBOUR_MALL, JULY, [late, checked], SHANGHAI).score) == "100.00"


def test_PE3_the_zone_of_the_site_decides():
    fact = a_fact(at=ms("2026-07-01 00:30"))
    checked = a_fact("item_checked")
    assert (
        str(score(a_scheme(), HARBOUR_MALL, JUNE, [fact, checked], "Asia/Bangkok").score) == "90.00"
    )
    assert str(score(a_scheme(), HARBOUR_MALL, JUNE, [fact, checked], SHANGHAI).score) == "100.00"


def test_PE4_fact_across_the_edge_is_counted_by_best_estimate_and_named():
    fact = a_fact(at="2026-06-30 23:50", doubt_s=3600)
    june = score(a_scheme(), HARBOUR_MALL, JUNE, [fact], SHANGHAI)
    (line,) = lines(june.reasons, "deduction")
    assert june.edge_facts == (fact.id,)
    assert (str(line.points), line.fact) == ("-10", fact)
    assert line.note


def test_PE4_the_neighbouring_period_names_it_and_takes_nothing():
    fact = a_fact(at="2026-06-30 23:50", doubt_s=3600)
    checked = a_fact("item_checked", at="2026-07-02 09:00")
    july = score(a_scheme(), HARBOUR_MALL, JULY, [fact, checked], SHANGHAI)
    (line,) = lines(july.reasons, "edge")
    assert july.edge_facts == (fact.id,)
    assert (str(july.score), str(line.points), line.fact) == ("100.00", "0", fact)


def test_PE4_it_is_named_even_where_nothing_was_measured():
    fact = a_fact(at="2026-06-30 23:50", doubt_s=3600)
    july = score(a_scheme(), HARBOUR_MALL, JULY, [fact], SHANGHAI)
    assert july.score is None
    assert [line.fact for line in lines(july.reasons, "edge")] == [fact]


@pytest.mark.parametrize(
    ("doubt_s", "at", "named"),
    [
        (599, "2026-06-30 23:50", False),
        (600, "2026-06-30 23:50", True),  # its last instant is July's first
        (600, "2026-07-01 00:10", False),  # its first instant is July's first
        (601, "2026-07-01 00:10", True),
    ],
)
def test_PE4_an_instant_on_each_side_is_what_counts(doubt_s, at, named):
    card = score(a_scheme(), HARBOUR_MALL, JUNE, [a_fact(at=at, doubt_s=doubt_s)], SHANGHAI)
    assert bool(card.edge_facts) is named


@given(DAYS, st.sampled_from(CALENDAR_KINDS))
def test_PE5_periods_follow_without_gap(day, kind):
    period = Period.of(kind, day)
    assert period.next().start_on == period.end_on + timedelta(days=1)
    assert period.previous().end_on == period.start_on - timedelta(days=1)
    assert period.next().previous() == period.previous().next() == period
    assert period.edges(SHANGHAI).closes_ms == period.next().edges(SHANGHAI).opens_ms


def test_PE6_the_tenth_is_in_time_whatever_day_it_is():
    assert JUNE.publish_by(10) == date(2026, 7, 10)
    assert Period.of("month", date(2026, 4, 1)).publish_by(10).isoweekday() == 7


def test_local_day_is_the_site_s_date():
    assert local_day(ms("2026-07-01 00:00"), SHANGHAI) == date(2026, 7, 1)
    assert local_day(ms("2026-07-01 00:00"), "UTC") == date(2026, 6, 30)
