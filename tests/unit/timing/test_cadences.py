"""Windows of a cadence: whole local days and hours, in any zone, through any change of clocks."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.timing.cadences import months_between, running_since, spans_in_month

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
