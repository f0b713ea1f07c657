"""The scans of rounds as they are judged: labels, other rounds and capture times together."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from backend.domains.patrols.distances import Spot, read_spot
from backend.domains.patrols.oddities import (
    Ground,
    KnownTag,
    Sight,
    find_oddities,
    gather_readings,
)
from backend.domains.patrols.queries import read_route
from backend.office.names import read_instant
from backend.office.patrol_places import KnownPlace
from shared_schemas.patrol_desk import Oddity

A_DAY_MS = 86_400_000
"""A label is compared with scans of other rounds that lie at most so far apart."""

_SCANS = """
    SELECT s.*, o.writer_id, o.counter, o.best_ms, o.earliest_ms, o.latest_ms, o.time_class
    FROM scans s
    JOIN operations o ON o.organization_id = $1 AND o.id = s.id
    WHERE s.organization_id = $1 AND s.round_id = ANY($2::text[])
"""
_ELSEWHERE = """
    SELECT s.*, o.writer_id, o.counter, o.best_ms, o.earliest_ms, o.latest_ms, o.time_class
    FROM scans s
    JOIN operations o ON o.organization_id = $1 AND o.id = s.id
    WHERE s.organization_id = $1 AND s.tag_code = ANY($2::text[]) AND s.latitude <> ''
      AND s.stamp_ms BETWEEN $3 AND $4
"""
_TAGS = """
    SELECT code, checkpoint_id, serial, signature, revoked_ms, revoked_because
    FROM tags WHERE organization_id = $1 AND code = ANY($2::text[])
"""


class JudgedScan(Struct, frozen=True, kw_only=True):
    """One scan with what is odd about it, and the words that were read off the label."""

    sight: Sight
    person: str
    said: str
    oddities: tuple[Oddity, ...]


async def load_judged(
    connection: Any,
    organization: str,
    rounds: Sequence[Mapping[str, Any]],
    places: Mapping[str, KnownPlace],
) -> dict[str, list[JudgedScan]]:
    """Read the scans of these rounds, the earliest first, each with what is odd, by round.

    Nothing of it is stored: a label that is revoked, or another phone's scan, may arrive later.
    """
    rows = await connection.fetch(_SCANS, organization, [row["id"] for row in rounds])
    own = [read_sight(row) for row in rows]
    codes = sorted({one.code for one in own if one.code})
    tags = await _tags(connection, organization, codes)
    elsewhere = await _elsewhere(connection, organization, codes, own)
    words = {row["id"]: row for row in rows}
    # A big day is judged beside the loop: phones are served meanwhile.
    return await asyncio.to_thread(_judge, rounds, own, words, tags, places, elsewhere)


def _judge(
    rounds: Sequence[Mapping[str, Any]],
    own: Sequence[Sight],
    words: Mapping[str, Mapping[str, Any]],
    tags: Mapping[str, KnownTag],
    places: Mapping[str, KnownPlace],
    elsewhere: Sequence[Sight],
) -> dict[str, list[JudgedScan]]:
    sights_of: dict[str, list[Sight]] = {row["id"]: [] for row in rounds}
    for one in own:
        sights_of[one.round].append(one)
    spots: dict[str, dict[str, Spot]] = {}
    for place in places.values():
        if place.spot:
            spots.setdefault(place.site, {})[place.id] = place.spot
    readings = gather_readings(elsewhere)
    judged: dict[str, list[JudgedScan]] = {}
    for row in rounds:
        sights = sights_of[row["id"]]
        codes = {one.code for one in sights}
        ground = Ground(
            route=read_route(row["content"]),
            opens_ms=row["opens_ms"],
            closes_ms=row["closes_ms"],
            tags={code: tags[code] for code in codes if code in tags},
            spots=spots.get(row["site_id"], {}),
            elsewhere=readings,
        )
        odd = find_oddities(sights, ground)
        judged[row["id"]] = [
            JudgedScan(
                sight=one,
                person=words[one.operation]["person_id"],
                said=words[one.operation]["said"],
                oddities=odd[one.operation],
            )
            for one in sorted(sights, key=lambda one: (one.stamp_ms, one.operation))
        ]
    return judged


async def _tags(connection: Any, organization: str, codes: Sequence[str]) -> dict[str, KnownTag]:
    rows = await connection.fetch(_TAGS, organization, codes)
    return {
        row["code"]: KnownTag(
            code=row["code"],
            checkpoint=row["checkpoint_id"],
            serial=row["serial"],
            signature=row["signature"],
            revoked_ms=row["revoked_ms"],
            revoked_because=row["revoked_because"],
        )
        for row in rows
    }


async def _elsewhere(
    connection: Any, organization: str, codes: Sequence[str], own: Iterable[Sight]
) -> list[Sight]:
    stamps = [one.stamp_ms for one in own]
    if not codes:
        return []
    rows = await connection.fetch(
        _ELSEWHERE, organization, codes, min(stamps) - A_DAY_MS, max(stamps) + A_DAY_MS
    )
    return [read_sight(row) for row in rows]


def read_sight(row: Mapping[str, Any]) -> Sight:
    """Give a scan as it is judged, from its row beside its operation's."""
    return Sight(
        operation=row["id"],
        writer=row["writer_id"],
        counter=row["counter"],
        round=row["round_id"],
        checkpoint=row["checkpoint_id"],
        how=row["how"],
        time=read_instant(row),
        stamp_ms=row["stamp_ms"],
        code=row["tag_code"],
        serial=row["tag_serial"],
        signature=row["signature"],
        spot=read_spot(row["latitude"], row["longitude"]),
        accuracy_m=row["accuracy_m"],
    )
