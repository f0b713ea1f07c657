"""When something is due: cadences, hours and windows, as checks and rounds share them."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from shared_schemas.primitives import Id, LocalDate, Milliseconds

Cadence = Literal[
    "ad_hoc",
    "annual",
    "daily",
    "dates",
    "every_n_days",
    "half_yearly",
    "month_days",
    "monthly",
    "quarterly",
    "weekdays",
    "weekly",
]

DayVariant = Literal["holiday", "normal", "rain", "rush"]
"""节假日, 平时, 雨天, 客流高峰: the kind of day for which a plan is made. Source: rule S08."""

LocalHour = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z")]
"""An hour of the site's day, 00:00 to 23:59."""

Weekday = Annotated[int, Meta(ge=1, le=7)]
"""Monday is 1."""

MonthDay = Annotated[int, Meta(ge=1, le=31)]

DayOrdinal = Annotated[int, Meta(ge=1, le=99)]
"""Which one of several occurrences that are called by the same date."""


class Window(Struct, frozen=True, kw_only=True):
    """One due occurrence, made by the server, with the id that its task or round will have.

    Units: `opens_ms`, `closes_ms` in milliseconds UTC; `on` is the site's calendar date.
    """

    task: Id
    on: LocalDate
    ordinal: Annotated[int, Meta(ge=1, le=2**31 - 1)]
    opens_ms: Milliseconds
    closes_ms: Milliseconds
