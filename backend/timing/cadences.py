"""Which windows a cadence gives: pure; local hours of a site become instants once, here."""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from msgspec import Struct

from backend.timing.chance import pick

_MONTHS = {"monthly": 1, "quarterly": 3, "half_yearly": 6, "annual": 12}
_WEEK = 7
_MINUTE_MS = 60_000


class Span(Struct, frozen=True, kw_only=True):
    """One window: the local date it is called by and its two instants.

    `ordinal` says which of several of one date it is, where that is fixed (0: the next free one).

    Units: milliseconds UTC.
    """

    on: date
    opens_ms: int
    closes_ms: int
    ordinal: int = 0


class Days(Struct, frozen=True, kw_only=True):
    """On which days a cadence falls that says so itself; the others need none of it."""

    every_days: int = 0
    weekdays: Sequence[int] = ()
    month_days: Sequence[int] = ()
    dates: Sequence[str] = ()


ANY_DAYS = Days()


class Timetabled(Protocol):
    """What a plan and a route have in common: a cadence, its days, and since when."""

    @property
    def cadence(self) -> str:
        """Name how often."""
        ...

    @property
    def every_days(self) -> int:
        """Give the distance in days, for `every_n_days`."""
        ...

    @property
    def weekdays(self) -> Sequence[int]:
        """List the days of the week, Monday being 1."""
        ...

    @property
    def month_days(self) -> Sequence[int]:
        """List the days of the month."""
        ...

    @property
    def dates(self) -> Sequence[str]:
        """List the dates one by one."""
        ...

    @property
    def from_on(self) -> str:
        """Give the first date."""
        ...


def spans_of(
    rule: Timetabled,
    month: date,
    hours: tuple[str, str],
    zone: str,
    *,
    ordinal: int = 0,
    chance_min: int = 0,
    seed: bytes = b"",
) -> list[Span]:
    """List the windows of a plan or a route whose date lies in a month, earliest first.

    With `chance_min` each is that many minutes long and lies somewhere between the hours of one
    of its days, always at the same place for the same seed.

    Units: `chance_min` in minutes.
    Source: catalogue 2.2 (night post checks at random hours).
    """
    days = Days(
        every_days=rule.every_days,
        weekdays=rule.weekdays,
        month_days=rule.month_days,
        dates=rule.dates,
    )
    from_on = date.fromisoformat(rule.from_on)
    found = _days(rule.cadence, month.replace(day=1), days, from_on)
    return [
        _by_chance(first, last, hours, zone, chance_min, seed, ordinal)
        if chance_min
        else _span(first, last, *hours, zone, ordinal)
        for first, last in found
        if first >= from_on
    ]


def spans_in_month(
    cadence: str,
    month: date,
    opens: str,
    closes: str,
    zone: str,
    from_on: date,
    days: Days = ANY_DAYS,
) -> list[Span]:
    """List the windows of a cadence whose date lies in a month, earliest first.

    A window of a day runs between its hours, over midnight when it closes before it opens; a
    weekly one from Monday's opening to Sunday's closing; longer ones from the first to the last
    day of their months. Every so many days counts from `from_on`; a day that a month has not got
    is its last one.

    Source: catalogue 2.2 (cadences); decisions G14.

    >>> [s.on.day for s in spans_in_month(
    ...     "weekly", date(2026, 11, 1), "08:00", "18:00", "Asia/Shanghai", date(2000, 1, 1))]
    [2, 9, 16, 23, 30]
    """
    return [
        _span(first, last, opens, closes, zone)
        for first, last in _days(cadence, month.replace(day=1), days, from_on)
        if first >= from_on
    ]


def day_span(on: date, zone: str) -> Span:
    """Give a whole local day as a window, midnight to midnight.

    >>> span = day_span(date(2026, 11, 20), "Asia/Shanghai")
    >>> (span.closes_ms - span.opens_ms) // 3_600_000
    24
    """
    return _span(on, on, "00:00", "00:00", zone)


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


def _days(
    cadence: str, first_of_month: date, days: Days, from_on: date
) -> Iterator[tuple[date, date]]:
    count = monthrange(first_of_month.year, first_of_month.month)[1]
    of_month = [first_of_month + timedelta(days=number) for number in range(count)]
    if cadence == "weekly":
        yield from (
            (day, day + timedelta(days=_WEEK - 1)) for day in of_month if day.weekday() == 0
        )
    elif cadence in _MONTHS:
        if (first_of_month.month - 1) % _MONTHS[cadence] == 0:
            yield first_of_month, _end_of(first_of_month, _MONTHS[cadence])
    else:
        yield from ((day, day) for day in of_month if _falls_on(cadence, day, days, from_on, count))


def _falls_on(cadence: str, day: date, days: Days, from_on: date, count: int) -> bool:
    """Say whether a cadence of single days falls on this one; `count` is the month's length."""
    match cadence:
        case "daily":
            return True
        case "every_n_days":
            return days.every_days > 0 and (day - from_on).days % days.every_days == 0
        case "weekdays":
            return day.isoweekday() in days.weekdays
        case "month_days":
            return day.day in {min(one, count) for one in days.month_days}
        case "dates":
            return day.isoformat() in days.dates
    return False


def _end_of(first: date, months: int) -> date:
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1) - timedelta(days=1)


def _span(first: date, last: date, opens: str, closes: str, zone: str, ordinal: int = 0) -> Span:
    over_midnight = first == last and closes <= opens
    end = _at(last + timedelta(days=1) if over_midnight else last, closes, zone)
    start = _at(first, opens, zone)
    if end <= start:
        # The clocks skip the opening hour: what is left of the window is its end.
        start = _at(first, opens, zone, fold=1)
    return Span(on=first, opens_ms=start, closes_ms=end, ordinal=ordinal)


def _by_chance(
    first: date,
    last: date,
    hours: tuple[str, str],
    zone: str,
    minutes: int,
    seed: bytes,
    ordinal: int,
) -> Span:
    """Give a short window on one day of a period, at a place that the seed says.

    The day does not depend on the hours, so that other hours move no check to another day.
    """
    name = f"{first.isoformat()} {ordinal}"
    day = first + timedelta(days=pick(seed, f"{name} day", (last - first).days + 1))
    whole = _span(day, day, *hours, zone)
    free = (whole.closes_ms - whole.opens_ms) // _MINUTE_MS - minutes
    opens_ms = whole.opens_ms + pick(seed, f"{name} minute", max(free, 0) + 1) * _MINUTE_MS
    closes_ms = min(opens_ms + minutes * _MINUTE_MS, whole.closes_ms)
    return Span(on=first, opens_ms=opens_ms, closes_ms=closes_ms, ordinal=ordinal)


def _at(day: date, clock: str, zone: str, fold: int = 0) -> int:
    hour, minute = (int(part) for part in clock.split(":"))
    wall = datetime.combine(day, time(hour, minute, fold=fold), ZoneInfo(zone))
    return int(wall.timestamp()) * 1000


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
