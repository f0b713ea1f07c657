"""Windows of a cadence: whole local days and hours, in any zone, through any change of clocks."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from backend.domains.inspections.publishing import minutes_between
from backend.timing.cadences import months_between, running_since, spans_in_month, spans_of
from backend.timing.chance import window_seed

SHANGHAI, BERLIN = "Asia/Shanghai", "Europe/Berlin"
EVER = date(2000, 1, 1)
HOUR = 3_600_000
MONTHS = st.dates(date(2001, 1, 1), date(2099, 12, 1)).map(lambda day: day.replace(day=1))
HOURS = st.tuples(st.integers(0, 23), st.integers(0, 59)).map(lambda at: f"{at[0]:02}:{at[1]:02}")


def _told(at_ms: int, zone: str) -> str:
    return datetime.fromtimestamp(at_ms // 1000, ZoneInfo(zone)).strftime("%m-%d %H:%M")


def _days(cadence: str, month: date, zone: str = SHANGHAI, from_on: date = EVER) -> list[str]:
    spans = spans_in_month(cadence, month, "08:00", "18:00", zone, from_on)
    return [f"{span.on:%m-%d}" for span in spans]


def test_daily_gives_every_day_of_the_month() -> None:
    assert len(_days("daily", date(2026, 2, 1))) == 28
    assert len(_days("daily", date(2028, 2, 1))) == 29
    assert _days("daily", date(2026, 11, 15))[0] == "11-01"


def test_plan_that_begins_in_mid_month_has_no_windows_before() -> None:
    assert _days("daily", date(2026, 11, 1), from_on=date(2026, 11, 29)) == ["11-29", "11-30"]
    assert _days("quarterly", date(2026, 10, 1), from_on=date(2026, 10, 2)) == []


def test_weekly_runs_from_monday_to_sunday_also_into_the_next_month() -> None:
    spans = spans_in_month("weekly", date(2026, 11, 1), "08:00", "18:00", SHANGHAI, EVER)
    assert [span.on.weekday() for span in spans] == [0] * 5
    assert _told(spans[-1].opens_ms, SHANGHAI) == "11-30 08:00"
    assert _told(spans[-1].closes_ms, SHANGHAI) == "12-06 18:00"


@pytest.mark.parametrize(
    ("cadence", "months", "last"),
    [
        ("monthly", set(range(1, 13)), "01-31 18:00"),
        ("quarterly", {1, 4, 7, 10}, "03-31 18:00"),
        ("half_yearly", {1, 7}, "06-30 18:00"),
        ("annual", {1}, "12-31 18:00"),
    ],
)
def test_longer_cadences_run_from_the_first_to_the_last_day(
    cadence: str, months: set[int], last: str
) -> None:
    found = {month for month in range(1, 13) if _days(cadence, date(2026, month, 1))}
    assert found == months
    [span] = spans_in_month(cadence, date(2026, 1, 1), "08:00", "18:00", SHANGHAI, EVER)
    assert _told(span.closes_ms, SHANGHAI) == last


def test_ad_hoc_gives_no_windows_by_itself() -> None:
    assert _days("ad_hoc", date(2026, 11, 1)) == []


def test_window_over_midnight_closes_on_the_next_day() -> None:
    span = spans_in_month("daily", date(2026, 11, 1), "22:00", "06:00", SHANGHAI, EVER)[-1]
    assert _told(span.opens_ms, SHANGHAI) == "11-30 22:00"
    assert _told(span.closes_ms, SHANGHAI) == "12-01 06:00"
    assert span.closes_ms - span.opens_ms == 8 * HOUR


def test_hours_are_local_hours_also_when_the_clocks_change() -> None:
    spans = spans_in_month("daily", date(2026, 3, 1), "22:00", "06:00", BERLIN, EVER)
    lengths = {span.on.day: (span.closes_ms - span.opens_ms) // HOUR for span in spans}
    assert lengths.pop(28) == 7
    assert set(lengths.values()) == {8}
    autumn = spans_in_month("daily", date(2026, 10, 1), "22:00", "06:00", BERLIN, EVER)
    assert {(span.closes_ms - span.opens_ms) // HOUR for span in autumn} == {8, 9}


@given(MONTHS, HOURS, HOURS, st.sampled_from([SHANGHAI, BERLIN, "America/St_Johns", "UTC"]))
def test_every_window_has_a_length_and_begins_on_its_date(
    month: date, opens: str, closes: str, zone: str
) -> None:
    spans = spans_in_month("daily", month, opens, closes, zone, EVER)
    assert [span.on for span in spans] == sorted({span.on for span in spans})
    for span in spans:
        assert 0 < span.closes_ms - span.opens_ms <= 26 * HOUR
        begun = datetime.fromtimestamp(span.opens_ms // 1000, UTC).astimezone(ZoneInfo(zone))
        # An hour that the clocks skip begins an hour later, never on another date but at midnight.
        assert abs((begun.date() - span.on).days) <= (1 if opens < "03:00" else 0)


@given(MONTHS, st.integers(0, 40))
def test_months_between_are_every_month_once(first: date, count: int) -> None:
    last = date(
        first.year + (first.month - 1 + count) // 12, (first.month - 1 + count) % 12 + 1, 28
    )
    months = months_between(first.replace(day=15), last)
    assert len(months) == count + 1
    assert months[0] == first
    assert all(month.day == 1 for month in months)
    assert months == sorted(set(months))
    assert months_between(last, first) == [] or count == 0


@given(
    st.dates(date(2001, 1, 1), date(2099, 12, 1)),
    st.sampled_from(["daily", "weekly", "monthly", "quarterly", "half_yearly", "annual"]),
)
def test_running_period_is_the_one_whose_window_lies_around_the_day(
    today: date, cadence: str
) -> None:
    first = running_since(cadence, today)
    assert first <= today
    spans = [
        span
        for month in months_between(first, today)
        for span in spans_in_month(cadence, month, "00:00", "23:59", SHANGHAI, EVER)
    ]
    noon = int(datetime(today.year, today.month, today.day, 4, tzinfo=UTC).timestamp()) * 1000
    assert [span.on for span in spans if span.opens_ms <= noon < span.closes_ms] == [first]


class Rule(Struct, frozen=True, kw_only=True):
    """As much of a plan as its calendar needs."""

    cadence: str
    every_days: int = 0
    weekdays: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    dates: tuple[str, ...] = ()
    from_on: str = "2000-01-01"


ZONES = st.sampled_from([SHANGHAI, BERLIN, "America/St_Johns", "Pacific/Apia", "UTC"])
RULES = st.builds(
    Rule,
    cadence=st.sampled_from(["daily", "dates", "every_n_days", "month_days", "weekdays"]),
    every_days=st.integers(1, 366),
    weekdays=st.sets(st.integers(1, 7), min_size=1).map(tuple),
    month_days=st.sets(st.integers(1, 31), min_size=1).map(tuple),
    dates=st.sets(st.dates(date(2026, 1, 1), date(2028, 12, 31)), min_size=1).map(
        lambda days: tuple(day.isoformat() for day in sorted(days))
    ),
    from_on=st.dates(date(2024, 1, 1), date(2027, 6, 1)).map(date.isoformat),
)


def _year(rule: Rule, year: int, hours: tuple[str, str] = ("08:00", "18:00")) -> list[date]:
    months = [date(year, month, 1) for month in range(1, 13)]
    return [one.on for month in months for one in spans_of(rule, month, hours, SHANGHAI)]


def test_every_n_days_counts_from_the_first_date_through_months_and_years() -> None:
    rule = Rule(cadence="every_n_days", every_days=10, from_on="2026-12-20")
    assert _year(rule, 2026) == [date(2026, 12, 20), date(2026, 12, 30)]
    assert _year(rule, 2027)[:3] == [date(2027, 1, 9), date(2027, 1, 19), date(2027, 1, 29)]
    assert _year(Rule(cadence="every_n_days"), 2026) == [], "no distance, no dates"


def test_chosen_weekdays_are_those_of_the_calendar() -> None:
    days = _year(Rule(cadence="weekdays", weekdays=(1, 6)), 2026)
    assert {day.isoweekday() for day in days} == {1, 6}
    assert len(days) == 52 + 52


def test_month_day_that_a_month_has_not_got_is_its_last_once() -> None:
    days = _year(Rule(cadence="month_days", month_days=(15, 30, 31)), 2027)
    assert [day.day for day in days if day.month == 2] == [15, 28]
    assert [day.day for day in days if day.month == 4] == [15, 30]
    assert [day.day for day in days if day.month == 5] == [15, 30, 31]
    assert date(2028, 2, 29) in _year(Rule(cadence="month_days", month_days=(31,)), 2028)


def test_chosen_dates_are_those_and_none_before_the_first() -> None:
    rule = Rule(cadence="dates", dates=("2026-10-01", "2026-12-31"), from_on="2026-10-02")
    assert _year(rule, 2026) == [date(2026, 12, 31)]


@given(RULES, st.integers(2026, 2028))
def test_every_days_cadence_gives_each_of_its_dates_once_and_no_other(
    rule: Rule, year: int
) -> None:
    days, first = _year(rule, year), date.fromisoformat(rule.from_on)
    assert days == sorted(set(days))
    for number in range(366):
        day = date(year, 1, 1) + timedelta(days=number)
        is_last = (day + timedelta(days=1)).day == 1
        wanted = {
            "daily": True,
            "dates": day.isoformat() in rule.dates,
            "every_n_days": (day - first).days % rule.every_days == 0,
            "month_days": day.day in rule.month_days
            or (is_last and max(rule.month_days) > day.day),
            "weekdays": day.isoweekday() in rule.weekdays,
        }[rule.cadence]
        if day.year == year:
            assert (day in days) == (wanted and day >= first), day


@given(RULES, st.integers(2026, 2028), HOURS, HOURS, ZONES)
def test_every_window_of_a_day_is_as_long_as_its_hours_but_for_the_clocks(
    rule: Rule, year: int, opens: str, closes: str, zone: str
) -> None:
    minutes = minutes_between(opens, closes)
    for month in (1, 3, 10, 12):
        for span in spans_of(rule, date(year, month, 1), (opens, closes), zone):
            length = (span.closes_ms - span.opens_ms) // 60_000
            assert length > 0
            assert abs(length - minutes) <= 60


def test_night_over_the_years_end_runs_into_the_new_year() -> None:
    rule = Rule(cadence="dates", dates=("2026-12-31",))
    [span] = spans_of(rule, date(2026, 12, 1), ("22:00", "06:00"), SHANGHAI)
    assert _told(span.opens_ms, SHANGHAI) == "12-31 22:00"
    assert _told(span.closes_ms, SHANGHAI) == "01-01 06:00"
    assert spans_of(rule, date(2027, 1, 1), ("22:00", "06:00"), SHANGHAI) == []


def test_window_that_opens_in_the_hour_that_the_clocks_skip_is_no_day_long() -> None:
    rule = Rule(cadence="dates", dates=("2026-03-29",))
    [span] = spans_of(rule, date(2026, 3, 1), ("02:30", "03:10"), BERLIN)
    assert (span.closes_ms - span.opens_ms) // 60_000 == 40


@given(
    st.sampled_from(["daily", "weekly", "monthly", "annual"]),
    HOURS,
    HOURS,
    st.integers(1, 600),
    st.binary(min_size=1, max_size=32),
    ZONES,
)
def test_random_window_lies_between_the_hours_of_a_day_and_never_moves(
    cadence: str, opens: str, closes: str, wanted: int, seed: bytes, zone: str
) -> None:
    minutes = min(wanted, minutes_between(opens, closes))
    rule, month = Rule(cadence=cadence), date(2026, 1, 1)
    made = spans_of(rule, month, (opens, closes), zone, chance_min=minutes, seed=seed)
    again = spans_of(rule, month, (opens, closes), zone, chance_min=minutes, seed=seed)
    assert made == again
    # On some day there is a window of the hours in which it lies.
    days = [
        one
        for first in (date(2026, number, 1) for number in range(1, 13))
        for one in spans_of(Rule(cadence="daily"), first, (opens, closes), zone)
    ]
    for span in made:
        assert 0 < (span.closes_ms - span.opens_ms) // 60_000 <= minutes
        assert any(
            one.opens_ms <= span.opens_ms and span.closes_ms <= one.closes_ms for one in days
        )


def test_random_windows_fall_all_over_the_hours_and_differ_by_seed() -> None:
    rule, hours = Rule(cadence="daily"), ("22:00", "06:00")
    plain = spans_of(rule, date(2026, 11, 1), hours, SHANGHAI)

    def minutes_in(seed: bytes) -> list[int]:
        spans = spans_of(rule, date(2026, 11, 1), hours, SHANGHAI, chance_min=30, seed=seed)
        return [
            (span.opens_ms - whole.opens_ms) // 60_000
            for span, whole in zip(spans, plain, strict=True)
        ]

    one, other = minutes_in(b"one"), minutes_in(b"other")
    assert one != other
    assert min(one) < 120
    assert max(one) > 330
    assert len(set(one)) > 20


def test_seed_is_nobodys_to_compute_and_differs_by_plan() -> None:
    assert window_seed("a", "o", "p") == window_seed("a", "o", "p")
    seeds = {window_seed(*parts) for parts in (("a", "o", "p"), ("b", "o", "p"), ("a", "o", "q"))}
    assert len(seeds) == 3
