"""The server's clock, handed in so that tests can set it; nobody else asks the machine."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Gives the present instant."""

    def now_ms(self) -> int:
        """Milliseconds UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now_ms(self) -> int:
        """Give milliseconds UTC since 1970."""
        return time.time_ns() // 1_000_000


class SetClock:
    """A clock that stands where it was set; for tests and for building samples.

    Units: milliseconds UTC.
    """

    def __init__(self, at_ms: int) -> None:
        """Stand at that instant."""
        self.at_ms = at_ms

    def now_ms(self) -> int:
        """Give the instant at which it was set."""
        return self.at_ms

    def advance(self, milliseconds: int) -> None:
        """Go forward by so many milliseconds."""
        self.at_ms += milliseconds


def instant(at_ms: int) -> datetime:
    """Give milliseconds UTC as an aware datetime.

    >>> instant(0).isoformat()
    '1970-01-01T00:00:00+00:00'
    """
    return datetime.fromtimestamp(at_ms / 1000, UTC)


def milliseconds(at: datetime) -> int:
    """Give an aware datetime as milliseconds UTC, rounded down.

    >>> milliseconds(instant(1_700_000_000_123))
    1700000000123
    """
    return int(at.timestamp() * 1000 + 0.5)
