"""What is strange about the scans of a round: pure, and the same whatever arrived first.

Everything is judged on the whole interval of the capture: where a guard may have been honest,
nothing is said. Nothing here refuses a scan.

Source: decisions "Records and people"; sync design, section 7 (deadlines are judged on intervals).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from backend.domains.patrols.distances import (
    Spot,
    Stretch,
    farthest_within,
    metres_between,
    stretch_of,
)
from backend.domains.patrols.rules import REPRINTED
from shared_schemas.patrol_desk import Oddity
from shared_schemas.patrols import Route, RouteStop
from shared_schemas.scoring import Instant

SECOND_MS = 1_000
FASTEST_M_S = 15
"""Nobody carries a label faster than this across a site, by whatever means."""


class Sight(Struct, frozen=True, kw_only=True):
    """One scan as it is judged.

    `code`, `serial` and `signature` are what the label said: empty where it is none of ours,
    serial 0 where only a code was typed. `spot` is where the phone believed to be.

    Units: `stamp_ms` in milliseconds UTC, `accuracy_m` in metres.
    """

    operation: str
    writer: str
    counter: int
    round: str
    checkpoint: str
    how: Literal["camera", "nfc", "typed"]
    time: Instant
    stamp_ms: int
    code: str = ""
    serial: int = 0
    signature: str = ""
    spot: Spot | None = None
    accuracy_m: int = 0


class KnownTag(Struct, frozen=True, kw_only=True):
    """A label as the office issued it. Units: milliseconds UTC, `revoked_ms` 0 while it counts."""

    code: str
    checkpoint: str
    serial: int
    signature: str = ""
    revoked_ms: int = 0
    revoked_because: str = ""


class Readings(Struct, frozen=True, kw_only=True):
    """All scans of one label that know their place, in order of the time they may begin at.

    Units: `begins` in milliseconds UTC.
    """

    sights: Sequence[Sight]
    begins: Sequence[int]
    stretch: Stretch


def gather_readings(sights: Iterable[Sight]) -> dict[str, Readings]:
    """Lay scans out by the label's code, once for all rounds that are judged against them."""
    by_code: dict[str, list[Sight]] = {}
    for one in sorted(sights, key=lambda one: one.time.earliest_ms):
        if one.code and one.spot is not None:
            by_code.setdefault(one.code, []).append(one)
    return {
        code: Readings(
            sights=read,
            begins=[one.time.earliest_ms for one in read],
            stretch=stretch_of([one.spot for one in read if one.spot is not None]),
        )
        for code, read in by_code.items()
    }


class Ground(Struct, frozen=True, kw_only=True):
    """What scans are held against: route, the round's window, labels by code, places, other rounds.

    `elsewhere` are scans of the same labels in any round, by the label's code; those of the round
    itself may be among them. `opens_ms` 0: nobody planned it.

    Units: milliseconds UTC.
    """

    route: Route
    opens_ms: int
    closes_ms: int
    tags: Mapping[str, KnownTag]
    spots: Mapping[str, Spot]
    elsewhere: Mapping[str, Readings] = {}


def find_oddities(scans: Iterable[Sight], ground: Ground) -> dict[str, tuple[Oddity, ...]]:
    """Say what is strange about each scan of one round, by operation.

    Source: decisions "Records and people": flagged, never refused.
    """
    ordered = sorted(scans, key=_age)
    found: dict[str, set[Oddity]] = {one.operation: set() for one in ordered}
    for one in ordered:
        found[one.operation].update(_about_label(one, ground))
        found[one.operation].update(_about_place_and_time(one, ground))
    for operation, oddity in (
        *_too_fast(ordered, ground.route),
        *_wrong_order(ordered, ground.route),
        *_two_serials(ordered, ground.tags),
        *_two_places(ordered, ground),
    ):
        found[operation].add(oddity)
    return {operation: tuple(sorted(each)) for operation, each in found.items()}


def _age(one: Sight) -> tuple[int, str]:
    return one.stamp_ms, one.operation


def is_before(one: Sight, other: Sight) -> bool:
    """Say whether one scan was surely made before another.

    A phone counts what its person records, so two of one writer are never in doubt.

    Source: sync design, section 7.
    """
    if one.writer == other.writer:
        return one.counter < other.counter
    return one.time.latest_ms < other.time.earliest_ms


def _longest_between(one: Sight, other: Sight) -> int:
    """Give the longest time that can lie between two scans. Units: milliseconds."""
    return max(
        one.time.latest_ms - other.time.earliest_ms, other.time.latest_ms - one.time.earliest_ms
    )


def _about_label(one: Sight, ground: Ground) -> Iterator[Oddity]:
    if one.how == "typed" or (one.code and not one.serial):
        yield Oddity(oddity="typed")
    tag = ground.tags.get(one.code) if one.code else None
    if tag is None:
        yield Oddity(oddity="unknown_text")
        return
    if one.serial and (one.serial, one.signature) != (tag.serial, tag.signature):
        yield Oddity(oddity="forged")
    if tag.checkpoint != one.checkpoint:
        yield Oddity(oddity="other_checkpoint")
    if tag.revoked_ms and one.time.earliest_ms > tag.revoked_ms:
        replaced = tag.revoked_because == REPRINTED
        yield Oddity(oddity="replaced" if replaced else "revoked")


def _about_place_and_time(one: Sight, ground: Ground) -> Iterator[Oddity]:
    stop = next((stop for stop in ground.route.stops if stop.checkpoint == one.checkpoint), None)
    if stop is None:
        yield Oddity(oddity="off_route")
    elif ground.opens_ms:
        yield from _outside(one, *window_of_stop(stop, ground.opens_ms, ground.closes_ms))
    if one.time.time_class == "C":
        yield Oddity(oddity="weak_clock")
    far = far_from(one, ground.spots.get(one.checkpoint))
    if far is not None and far > ground.route.within_m + one.accuracy_m:
        yield Oddity(oddity="far_away", by=far)


def window_of_stop(stop: RouteStop, opens_ms: int, closes_ms: int) -> tuple[int, int]:
    """Give when a stop is to be reached: its own window, or the whole round's.

    Units: milliseconds UTC.
    Source: the route as it was published.
    """
    begin = opens_ms + stop.opens_s * SECOND_MS
    end = opens_ms + stop.closes_s * SECOND_MS if stop.closes_s else closes_ms
    return begin, end


def _outside(one: Sight, opens_ms: int, closes_ms: int) -> Iterator[Oddity]:
    early, late = opens_ms - one.time.latest_ms, one.time.earliest_ms - closes_ms
    if max(early, late) > 0:
        yield Oddity(oddity="outside_window", by=-(-max(early, late) // SECOND_MS))


def far_from(one: Sight, place: Spot | None) -> int | None:
    """Give how far from a place the phone believed to be, or nothing where either is unknown.

    Units: metres.
    Source: platform: a position comes once with a scan, never as a trail.
    """
    if place is None or one.spot is None:
        return None
    return metres_between(one.spot, place)


def _too_fast(scans: Sequence[Sight], route: Route) -> Iterator[tuple[str, Oddity]]:
    """Name scans that followed the neighbouring stop's faster than anyone walks, for sure."""
    pairs = [
        (before.checkpoint, stop.checkpoint, stop.walk_s * SECOND_MS)
        for before, stop in zip(route.stops, route.stops[1:], strict=False)
        if stop.walk_s
    ]
    for before, after, walk_ms in pairs:
        for one in (scan for scan in scans if scan.checkpoint == before):
            for other in (scan for scan in scans if scan.checkpoint == after):
                between_ms = _longest_between(one, other)
                # Two guards may share a round: only one's own way takes its time.
                if one.writer == other.writer and between_ms < walk_ms:
                    # Walked backwards, it is the stop before that came too soon.
                    late, early = (one, other) if _age(one) > _age(other) else (other, one)
                    lacking = -(-(walk_ms - between_ms) // SECOND_MS)
                    yield (
                        late.operation,
                        Oddity(oddity="too_fast", by=lacking, other=early.operation),
                    )


def _wrong_order(scans: Sequence[Sight], route: Route) -> Iterator[tuple[str, Oddity]]:
    """Name the first scan of each stop before which a later stop was surely reached."""
    if not route.ordered:
        return
    places = {stop.checkpoint: place for place, stop in enumerate(route.stops)}
    known = [scan for scan in scans if scan.checkpoint in places]
    for checkpoint, place in places.items():
        own = [scan for scan in known if scan.checkpoint == checkpoint]
        for other in known:
            later = places[other.checkpoint] > place
            if own and later and all(is_before(other, scan) for scan in own):
                yield own[0].operation, Oddity(oddity="wrong_order", other=other.operation)
                break


def _two_serials(
    scans: Sequence[Sight], tags: Mapping[str, KnownTag]
) -> Iterator[tuple[str, Oddity]]:
    """Name scans of one checkpoint by two of its labels in one round."""
    read = [(scan, tags[scan.code]) for scan in scans if scan.code in tags]
    for scan, tag in read:
        for other, its in read:
            if tag.checkpoint == its.checkpoint and tag.serial != its.serial:
                yield scan.operation, Oddity(oddity="copied", other=other.operation)
                break


def _two_places(scans: Sequence[Sight], ground: Ground) -> Iterator[tuple[str, Oddity]]:
    """Name scans of a label that two phones read at times and places that cannot both be."""
    within = gather_readings(scans)
    for one in scans:
        near = [
            other
            for readings in (within.get(one.code), ground.elsewhere.get(one.code))
            if readings is not None
            for other in _near_enough(one, readings, ground.route.within_m)
        ]
        for other in sorted(near, key=_age):
            by = _metres_too_many(one, other, ground.route.within_m)
            if by > 0:
                yield one.operation, Oddity(oddity="copied", by=by, other=other.operation)
                break


def _near_enough(one: Sight, readings: Readings, within_m: int) -> list[Sight]:
    """List another phone's scans so near in time that the label could not be carried between.

    Honest scans of a label lie within metres of each other: then none has to be looked at.
    """
    if one.spot is None:
        return []
    room_m = farthest_within(one.spot, readings.stretch) - one.accuracy_m - within_m
    if room_m <= 0:
        return []
    longest_ms = room_m * SECOND_MS // FASTEST_M_S + 1
    begin = bisect_left(readings.begins, one.time.latest_ms - longest_ms)
    end = bisect_right(readings.begins, one.time.earliest_ms + longest_ms)
    return [other for other in readings.sights[begin:end] if other.writer != one.writer]


def _metres_too_many(one: Sight, other: Sight, within_m: int) -> int:
    if one.spot is None or other.spot is None:
        return 0
    carried_m = FASTEST_M_S * max(0, _longest_between(one, other)) // SECOND_MS
    apart_m = metres_between(one.spot, other.spot)
    return apart_m - carried_m - one.accuracy_m - other.accuracy_m - within_m
