"""A month's windows from what a rule says and what stands: pure, shared by checks and rounds."""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

import msgspec
from msgspec import Struct

from backend.timing.cadences import Span
from shared_schemas.inspections import AgendaPlanned
from shared_schemas.patrols import RoundsPlanned
from shared_schemas.timetable import Window

AHEAD = timedelta(days=31)
"""How far ahead phones carry what is due."""

MICRO = 1_000

SAME_OCCURRENCE_MS = 48 * 3_600_000
"""Two windows of one date that close this near each other are one occurrence with other hours;
a day's and a week's of the same Monday are two."""


class Standing(Struct, frozen=True, kw_only=True):
    """What an agenda of one month says now, and which of its tasks or rounds were begun.

    `beside` are windows of what was begun on a phone that had no window for it: the agenda has
    not got them yet and takes them over. `said` is all that stands in its record, by field.

    Units: `stamp_ms` in milliseconds UTC.
    """

    position: int = 0
    stamp_ms: int = 0
    windows: tuple[Window, ...] = ()
    cancelled: tuple[Window, ...] = ()
    begun: frozenset[str] = frozenset()
    beside: tuple[Window, ...] = ()
    said: Mapping[str, Any] = {}


class DueAgenda(Struct, frozen=True, kw_only=True):
    """An agenda to be written; whoever finds it due at the same time writes the very same.

    `of` is the plan or the route, `based_on` the position of what stands, `at_ms` the instant
    under which it is written.

    Units: milliseconds UTC.
    """

    record: str
    of: str
    agenda: AgendaPlanned | RoundsPlanned
    based_on: int
    at_ms: int


def plan_month(
    id_of: Callable[[str, int], str],
    spans: Iterable[Span],
    standing: Standing,
    *,
    since_ms: int,
    now_ms: int,
    by_hand: bool = False,
) -> tuple[tuple[Window, ...], tuple[Window, ...]]:
    """Give a month's windows and those cancelled, from what the rule says and what stands.

    What has opened or was begun stays as it is; what has not follows the rule. Nothing is made
    that closed before `since_ms`, and what was running then opens then. An id comes from
    what is due where, local date and ordinal, never from times, so that moving a window does
    not make another task. A span with an ordinal of its own is that very occurrence; the
    others take the next free one. With `by_hand` others make windows too, and those stay.

    Units: milliseconds UTC.
    Source: sync design, section 3 (deterministic ids).
    """
    kept = {
        one.task: one
        for one in (*standing.beside, *standing.windows)
        if one.opens_ms <= now_ms
        or one.task in standing.begun
        or (by_hand and one.task != id_of(one.on, one.ordinal))
    }
    windows = dict(kept)
    for span in spans:
        if span.closes_ms <= since_ms or _is_kept(span, kept.values()):
            continue
        on, ordinal = span.on.isoformat(), span.ordinal or 1
        while not span.ordinal and id_of(on, ordinal) in windows:
            ordinal += 1
        task = id_of(on, ordinal)
        windows[task] = Window(
            task=task,
            on=on,
            ordinal=ordinal,
            opens_ms=max(span.opens_ms, since_ms),
            closes_ms=span.closes_ms,
        )
    gone = {one.task: one for one in (*standing.cancelled, *standing.windows)}
    return _in_order(windows.values()), _in_order(
        one for one in gone.values() if one.task not in windows
    )


def _is_kept(span: Span, kept: Iterable[Window]) -> bool:
    same_day = [one for one in kept if one.on == span.on.isoformat()]
    if span.ordinal:
        return any(one.ordinal == span.ordinal for one in same_day)
    return any(abs(one.closes_ms - span.closes_ms) < SAME_OCCURRENCE_MS for one in same_day)


def _in_order(windows: Iterable[Window]) -> tuple[Window, ...]:
    return tuple(sorted(windows, key=lambda one: (one.on, one.ordinal, one.task)))


def read_windows(fold: Mapping[str, Any], field: str = "windows") -> tuple[Window, ...]:
    """Give the windows that stand in a field of an agenda's record."""
    state = fold["fields"].get(field)
    return msgspec.convert(state["value"] if state else [], tuple[Window, ...])


def read_standing(
    position: int,
    fold: Mapping[str, Any],
    begun: frozenset[str],
    beside: Iterable[Window] = (),
) -> Standing:
    """Read what an agenda's record says, with what is known of the begun."""
    listed = read_windows(fold)
    known = {one.task for one in listed}
    return Standing(
        position=position,
        stamp_ms=fold["stamp"] // MICRO,
        windows=listed,
        cancelled=read_windows(fold, "cancelled"),
        begun=begun,
        beside=tuple(one for one in beside if one.task not in known),
        said={name: state["value"] for name, state in fold["fields"].items()},
    )


NOTHING_STANDS: Mapping[str, Any] = {"stamp": 0, "fields": {}}
"""The record of an agenda that was never written."""


def find_due(
    record: str,
    of: str,
    agenda: AgendaPlanned | RoundsPlanned,
    standing: Standing,
    published_ms: int,
) -> DueAgenda | None:
    """Give what must be written so that an agenda says this, or nothing where it does already.

    Units: milliseconds UTC.
    """
    if standing.said:
        if msgspec.convert(standing.said, type(agenda), strict=False) == agenda:
            return None
    elif not agenda.windows and not agenda.cancelled:
        return None
    return DueAgenda(
        record=record,
        of=of,
        agenda=agenda,
        based_on=standing.position,
        at_ms=max(published_ms, standing.stamp_ms) + 1,
    )
