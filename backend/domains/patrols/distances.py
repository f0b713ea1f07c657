"""How far two places lie apart, in whole metres; pure, and without a float.

Good to a few metres over the size of a site, which no phone's position is.
"""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from math import isqrt

from msgspec import Struct

PER_DEGREE = 10_000_000
"""Places are kept to the seventh digit, about a centimetre."""

_QUARTER, _TURN = 90 * PER_DEGREE, 360 * PER_DEGREE
_MICROMETRES = 11_132
"""What a ten-millionth of a degree is along a meridian."""

_PI = Decimal("3.14159265358979")
_ONE = 1_000_000
_TERMS = 12


class Spot(Struct, frozen=True):
    """A place on the globe. Units: ten-millionths of a degree."""

    latitude: int
    longitude: int


@lru_cache(maxsize=4_096)
def read_spot(latitude: str, longitude: str) -> Spot | None:
    """Read a place as it travels; nothing when there is none on the globe.

    >>> read_spot("31.2304", "-121.5").longitude
    -1215000000
    >>> read_spot("131.0", "0") is None
    True
    """
    if not latitude or not longitude:
        return None
    spot = Spot(*(int(Decimal(text) * PER_DEGREE) for text in (latitude, longitude)))
    on_globe = abs(spot.latitude) <= _QUARTER and abs(spot.longitude) <= 2 * _QUARTER
    return spot if on_globe else None


def metres_between(one: Spot, other: Spot) -> int:
    """Give the distance of two places, rounded down to metres.

    >>> metres_between(Spot(312304000, 1214737000), Spot(312313000, 1214737000))
    100
    """
    north = abs(one.latitude - other.latitude)
    east = abs(one.longitude - other.longitude)
    east = min(east, _TURN - east)
    middle = (one.latitude + other.latitude) // 2
    east = east * _cosine(middle) // _ONE
    return isqrt(north * north + east * east) * _MICROMETRES // 1_000_000


class Stretch(Struct, frozen=True):
    """The edges of everything that lies between some places. Units: ten-millionths of a degree."""

    south: int
    north: int
    west: int
    east: int


def stretch_of(spots: Sequence[Spot]) -> Stretch:
    """Give the edges of some places, at least one."""
    latitudes = [spot.latitude for spot in spots]
    longitudes = [spot.longitude for spot in spots]
    return Stretch(min(latitudes), max(latitudes), min(longitudes), max(longitudes))


def farthest_within(spot: Spot, stretch: Stretch) -> int:
    """Give a distance that nothing in a stretch exceeds, seen from a place: quick, and too long.

    >>> farthest_within(Spot(0, 0), Stretch(-1000, 9000, 0, 9000))
    201
    """
    north = max(abs(spot.latitude - stretch.south), abs(spot.latitude - stretch.north))
    east = max(abs(spot.longitude - stretch.west), abs(spot.longitude - stretch.east))
    return (north + min(east, _TURN // 2)) * _MICROMETRES // 1_000_000 + 1


@lru_cache(maxsize=4_096)
def _cosine(latitude: int) -> int:
    """Give the cosine of a latitude in millionths, by its series."""
    angle = Decimal(latitude) * _PI / Decimal(2 * _QUARTER)
    term = total = Decimal(1)
    for number in range(1, _TERMS):
        term = -term * angle * angle / Decimal((2 * number - 1) * (2 * number))
        total += term
    return max(0, int(total * _ONE))
