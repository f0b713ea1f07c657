"""When shifts open and close, and how each place on a roster stands; pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

from backend.domains.shifts.rules import slot_of
from backend.kernel.clock import milliseconds
from shared_schemas.shifts import Roster, Shift

Standing = Literal["disputed", "made", "missing", "running", "taken", "to_come"]
GRACE = timedelta(minutes=30)
"""A handover is written at the end of a shift: so long nobody calls it missing."""

GRACE_MS = GRACE // timedelta(milliseconds=1)


class Slot(Struct, frozen=True, kw_only=True):
    """One place on a roster with its hours. Units: milliseconds UTC."""

    on: str
    shift: Shift
    post: str
    person: str
    substitute: str
    opens_ms: int
    closes_ms: int


def shift_span(on: date, shift: Shift, zone: ZoneInfo) -> tuple[int, int]:
    """Give when a shift of a date opens and closes; what closes before it opens: next day.

    Units: milliseconds UTC.

    >>> from shared_schemas.primitives import Bilingual
    >>> night = Shift(code="night", title=Bilingual(zh="夜班"), opens="20:00", closes="08:00")
    >>> opens, closes = shift_span(date(2026, 12, 31), night, ZoneInfo("Asia/Shanghai"))
    >>> (closes - opens) // 3_600_000
    12
    """
    ends_on = on + timedelta(days=1) if shift.closes <= shift.opens else on
    return _moment(on, shift.opens, zone), _moment(ends_on, shift.closes, zone)


def _moment(on: date, hour: str, zone: ZoneInfo) -> int:
    hours, minutes = (int(part) for part in hour.split(":"))
    wall = datetime.combine(on, time(), zone) + timedelta(hours=hours, minutes=minutes)
    return milliseconds(wall.astimezone(UTC))


def slots_of(
    roster: Roster, substitutes: Mapping[str, str], days: Sequence[date], zone: ZoneInfo
) -> list[Slot]:
    """List the places of a roster on these dates, by opening hour, then as it lists them."""
    shifts = {one.code: one for one in roster.shifts}
    wanted = {day.isoformat(): day for day in days}
    found = []
    for duty in roster.duties:
        if duty.on not in wanted or duty.shift not in shifts:
            continue
        shift = shifts[duty.shift]
        opens_ms, closes_ms = shift_span(wanted[duty.on], shift, zone)
        found.append(
            Slot(
                on=duty.on,
                shift=shift,
                post=duty.post,
                person=duty.person,
                substitute=substitutes.get(slot_of(duty.on, duty.shift, duty.post), ""),
                opens_ms=opens_ms,
                closes_ms=closes_ms,
            )
        )
    return sorted(found, key=lambda one: one.opens_ms)


def standing_of(
    *, opens_ms: int, closes_ms: int, state: str, disputed: bool, now_ms: int
) -> Standing:
    """Say how a place on the roster stands: a handover counts however late it arrives.

    Units: milliseconds UTC.

    >>> def at(now_ms, state="", disputed=False):
    ...     return standing_of(
    ...         opens_ms=1, closes_ms=2, state=state, disputed=disputed, now_ms=now_ms
    ...     )
    >>> at(0), at(1), at(2 + GRACE_MS), at(3 + GRACE_MS)
    ('to_come', 'running', 'running', 'missing')
    >>> at(3 + GRACE_MS, "made"), at(9, "taken"), at(9, "taken", disputed=True)
    ('made', 'taken', 'disputed')
    """
    if state == "taken":
        return "disputed" if disputed else "taken"
    if state == "made":
        return "made"
    if now_ms < opens_ms:
        return "to_come"
    return "missing" if now_ms > closes_ms + GRACE_MS else "running"
