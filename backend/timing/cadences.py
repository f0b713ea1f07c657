"""Which windows a cadence gives: pure; local hours of a site become instants once, here."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

_MONTHS = {"monthly": 1, "quarterly": 3, "half_yearly": 6, "annual": 12}
_WEEK = 7


class Span(Struct, frozen=True, kw_only=True):
    """One window: the local date it is called by and its two instants.

    Units: milliseconds UTC.
    """

    on: date
    opens_ms: int
    closes_ms: int


def spans_in_month(
    cadence: str, month: date, opens: str, closes: str, zone: str, from_on: date
) -> list[Span]:
    """List the windows of a cadence whose date lies in a month, earliest first.

    A daily window runs between its hours, over midnight when it closes before it opens; a weekly
    one from Monday's opening to Sunday's closing; longer ones from the first to the last day.

    Source: catalogue 2.2 (cadences); decisions G14.

    >>> [s.on.day for s in spans_in_month(
    ...     "weekly", date(2026, 11, 1), "08:00", "18:00", "Asia/Shanghai", date(2000, 1, 1))]
    [2, 9, 16, 23, 30]
    """
    return [
        _span(first, last, opens, closes, zone)
        for first, last in _days(cadence, month.replace(day=1))
        if first >= from_on
    ]


def running_since(cadence: str, today: date) -> date:
    """Give the first day of the period of a cadence in which a day lies.

    >>> running_since("weekly", date(2026, 11, 20)), running_since("annual", date(2026, 11, 20))
    (datetime.date(2026, 11, 16), datetime.date(2026, 1, 1))
    """
    if cadence == "weekly":
        return today - timedelta(days=today.weekday())
    if cadence not in _MONTHS:
        return today
    return today.replace(month=today.month - (today.month - 1) % _MONTHS[cadence], day=1)


def _days(cadence: str, first_of_month: date) -> Iterator[tuple[date, date]]:
    count = monthrange(first_of_month.year, first_of_month.month)[1]
    days = [first_of_month + timedelta(days=number) for number in range(count)]
    if cadence == "daily":
        yield from ((day, day) for day in days)
    elif cadence == "weekly":
        yield from ((day, day + timedelta(days=_WEEK - 1)) for day in days if day.weekday() == 0)
    elif cadence in _MONTHS and (first_of_month.month - 1) % _MONTHS[cadence] == 0:
        yield first_of_month, _end_of(first_of_month, _MONTHS[cadence])


def _end_of(first: date, months: int) -> date:
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1) - timedelta(days=1)


def _span(first: date, last: date, opens: str, closes: str, zone: str) -> Span:
    start, end = _at(first, opens, zone), _at(last, closes, zone)
    if end <= start:
        end = _at(last + timedelta(days=1), closes, zone)
    return Span(on=first, opens_ms=start, closes_ms=end)


def _at(day: date, clock: str, zone: str) -> int:
    hour, minute = (int(part) for part in clock.split(":"))
    return int(datetime.combine(day, time(hour, minute), ZoneInfo(zone)).timestamp()) * 1000


def months_between(first: date, last: date) -> list[date]:
    """List the first days of all months that a span of days touches.

    >>> months_between(date(2026, 11, 20), date(2026, 12, 21))
    [datetime.date(2026, 11, 1), datetime.date(2026, 12, 1)]
    """
    months = []
    month = first.replace(day=1)
    while month <= last:
        months.append(month)
        month = _end_of(month, 1) + timedelta(days=1)
    return months
