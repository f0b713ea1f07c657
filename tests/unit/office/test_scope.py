"""Dates are those of the site, whatever the server's own clock is set to."""

from datetime import date

import pytest

from backend.office.scope import day_edges, local_date, require_month, zone_of
from shared_schemas.problems import ProblemError

HOUR = 3_600_000


def test_a_day_may_have_23_or_25_hours() -> None:
    lengths = [
        end - begin
        for begin, end in (
            day_edges(date(2026, 3, 29), "Europe/Berlin"),
            day_edges(date(2026, 10, 25), "Europe/Berlin"),
            day_edges(date(2026, 10, 25), "Asia/Shanghai"),
        )
    ]
    assert [length // HOUR for length in lengths] == [23, 25, 24]


def test_it_is_tomorrow_in_shanghai_while_it_is_still_today_here() -> None:
    assert local_date(16 * HOUR, "Asia/Shanghai") == date(1970, 1, 2)
    assert local_date(16 * HOUR - 1, "Asia/Shanghai") == date(1970, 1, 1)


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../etc/passwd"])
def test_a_zone_nobody_knows_counts_as_chinese_time(name: str) -> None:
    assert zone_of(name).key == "Asia/Shanghai"


def test_a_month_knows_its_last_day() -> None:
    assert require_month("2028-02") == (date(2028, 2, 1), date(2028, 2, 29))
    assert require_month("2026-12") == (date(2026, 12, 1), date(2026, 12, 31))


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "x", "9999-12", "2026-W01"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ProblemError, match="request_invalid"):
        require_month(text)
