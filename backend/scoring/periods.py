"""Periods of assessment: whole local days of a site; pure, no clock is read here.

A period knows its days; only together with a zone does it know its instants. It must never
guess a zone.
"""

from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

from msgspec import Struct

from shared_schemas.primitives import Milliseconds
from shared_schemas.scoring import Instant, PeriodKind

_MONTHS: dict[PeriodKind, int] = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


class Edges(NamedTuple):
    """The instants between which a period lies: opens inside, closes outside.

    Units: milliseconds UTC.
    """

    opens_ms: Milliseconds
    closes_ms: Milliseconds

    def contain(self, instant_ms: Milliseconds) -> bool:
        """Say whether an instant lies inside; the closing edge itself belongs to what follows.

        >>> Edges(10, 20).contain(10), Edges(10, 20).contain(20)
        (True, False)
        """
        return self.opens_ms <= instant_ms < self.closes_ms

    def cross(self, captured: Instant) -> bool:
        """Say whether the time of a fact cannot be placed on one side of an edge with certainty.

        Source: sync design, section 7 (time evidence); rule PE4.
        """
        return any(
            captured.earliest_ms < edge <= captured.latest_ms
            for edge in (self.opens_ms, self.closes_ms)
        )


class Period(Struct, frozen=True, kw_only=True):
    """The days that one scorecard speaks of, first and last both inside.

    Source: decisions G21.
    """

    kind: PeriodKind
    start_on: date
    end_on: date

    def __post_init__(self) -> None:
        """Refuse a period that ends before it starts."""
        if self.end_on < self.start_on:
            message = f"a period cannot end on {self.end_on} before it starts on {self.start_on}"
            raise ValueError(message)

    @classmethod
    def of(cls, kind: PeriodKind, day: date) -> Self:
        """Give the month, quarter, half-year or year in which a day lies.

        >>> Period.of("quarter", date(2026, 5, 20)).start_on
        datetime.date(2026, 4, 1)
        >>> Period.of("month", date(2028, 2, 3)).end_on
        datetime.date(2028, 2, 29)
        """
        if kind == "special":
            message = "a special period has its own days: use Period.special"
            raise ValueError(message)
        length = _MONTHS[kind]
        first = (day.month - 1) // length * length + 1
        last = first + length - 1
        return cls(
            kind=kind,
            start_on=date(day.year, first, 1),
            end_on=date(day.year, last, monthrange(day.year, last)[1]),
        )

    @classmethod
    def special(cls, start_on: date, end_on: date) -> Self:
        """Give a period of any whole days, as after a major event (重大事件)."""
        return cls(kind="special", start_on=start_on, end_on=end_on)

    def edges(self, zone: str) -> Edges:
        """Give the instants of the period at a place: from the first midnight to the last.

        >>> june = Period.of("month", date(2026, 6, 9)).edges("Asia/Shanghai")
        >>> june.closes_ms - june.opens_ms == 30 * 24 * 3600 * 1000
        True
        """
        return Edges(
            _midnight_ms(self.start_on, zone),
            _midnight_ms(self.end_on + timedelta(days=1), zone),
        )

    def contains(self, instant_ms: Milliseconds, zone: str) -> bool:
        """Say whether an instant lies in the period at a place."""
        return self.edges(zone).contain(instant_ms)

    def previous(self) -> Self:
        """Give the period of the same kind that ends the day before.

        >>> Period.of("month", date(2026, 1, 31)).previous().start_on
        datetime.date(2025, 12, 1)
        """
        return self.of(self.kind, self.start_on - timedelta(days=1))

    def next(self) -> Self:
        """Give the period of the same kind that starts the day after.

        >>> Period.of("half_year", date(2026, 8, 1)).next().end_on
        datetime.date(2027, 6, 30)
        """
        return self.of(self.kind, self.end_on + timedelta(days=1))

    def publish_by(self, day: int) -> date:
        """Give the last day on which its result is made known in time; that day still counts.

        Units: day of the month that follows the period.
        Source: rule S07 (次月10号以前); decisions G31.

        >>> Period.of("month", date(2026, 12, 5)).publish_by(10)
        datetime.date(2027, 1, 10)
        """
        following = self.end_on + timedelta(days=1)
        return following.replace(day=day)


def local_day(instant_ms: Milliseconds, zone: str) -> date:
    """Give the calendar date of an instant at a place.

    >>> local_day(1782835200000, "Asia/Shanghai")
    datetime.date(2026, 7, 1)
    """
    return datetime.fromtimestamp(instant_ms // 1000, ZoneInfo(zone)).date()


def _midnight_ms(day: date, zone: str) -> Milliseconds:
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
    return int(midnight.timestamp()) * 1000
