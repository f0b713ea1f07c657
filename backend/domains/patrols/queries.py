"""What sync and the office may read of patrols."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Struct

from backend.sync.doors import Known
from backend.sync.merge import Stamped
from shared_schemas.patrols import Route


class DueRound(Struct, frozen=True, kw_only=True):
    """A planned round; its id is the key under which it is found."""

    route: str
    on: str
    ordinal: int


class RoundBackground(Struct, frozen=True, kw_only=True):
    """What a batch of operations on rounds needs to know, by id.

    `keys` are the public halves that the phones of these receipts have registered, by writer;
    empty where a phone has none.
    """

    windows: dict[str, DueRound]
    routes: dict[str, Route]
    keys: dict[str, str]


class RouteGround(Struct, frozen=True, kw_only=True):
    """What a batch of routes and tags stands on: sites, and where the checkpoints are."""

    sites: frozenset[str]
    checkpoint_sites: dict[str, str]
    sites_with_places: frozenset[str]


class KnownLabel(Struct, frozen=True, kw_only=True):
    """A label that was issued, as far as another one could be taken for it."""

    id: str
    code: str
    checkpoint: str
    serial: int


@lru_cache(maxsize=512)
def read_route(text: str) -> Route:
    """Read a published route; equal texts are read once."""
    return msgspec.json.decode(text, type=Route)


_BACKGROUND_SQL = """
WITH due AS (
    SELECT x.id, w.route_id, w.on_date, w.ordinal
      FROM unnest($2::text[]) AS x (id), LATERAL (
        SELECT * FROM round_windows WHERE organization_id = $1 AND id = x.id OFFSET 0) w
)
SELECT 'window' AS part, id, route_id AS named, on_date, ordinal FROM due
UNION ALL
SELECT 'route', id, content, '', 0 FROM routes
 WHERE organization_id = $1
   AND id IN (SELECT unnest($3::text[]) UNION SELECT route_id FROM due
              UNION SELECT route_id FROM rounds WHERE organization_id = $1 AND id = ANY($2))
UNION ALL
SELECT 'key', id, public_key, '', 0 FROM writers
 WHERE organization_id = $1 AND id = ANY($4)
"""
"""One journey: this is read under the lock of the log. LATERAL: see `sync/storage.py`."""


async def read_round_background(
    connection: Any,
    organization: str,
    operations: Sequence[Stamped],
    writers: Sequence[str] = (),
) -> Known:
    """Load the windows, routes and keys that these operations speak of."""
    parts: dict[str, dict[str, Any]] = {"window": {}, "route": {}, "key": {}}
    for row in await connection.fetch(
        _BACKGROUND_SQL,
        organization,
        sorted({operation.record for operation in operations}),
        sorted({str(operation.body.get("route", "")) for operation in operations} - {""}),
        list(writers),
    ):
        parts[row["part"]][row["id"]] = row
    background = RoundBackground(
        windows={
            one: DueRound(route=row["named"], on=row["on_date"], ordinal=row["ordinal"])
            for one, row in parts["window"].items()
        },
        routes={one: read_route(row["named"]) for one, row in parts["route"].items()},
        keys={one: row["named"] for one, row in parts["key"].items()},
    )
    return {"rounds": background}


_GROUND_SQL = """
SELECT 'site' AS part, id, '' AS site_id FROM sites WHERE organization_id = $1
UNION ALL
SELECT 'checkpoint', id, site_id FROM checkpoints WHERE organization_id = $1 AND id = ANY($2)
UNION ALL
SELECT DISTINCT 'places', site_id, '' FROM checkpoints WHERE organization_id = $1
"""
_LABELS_SQL = """
SELECT id, code, checkpoint_id, serial FROM tags
 WHERE organization_id = $1 AND (checkpoint_id = ANY($2) OR code = ANY($3))
"""


async def _read_ground(
    connection: Any, organization: str, checkpoints: Sequence[str]
) -> RouteGround:
    parts: dict[str, dict[str, str]] = {"site": {}, "checkpoint": {}, "places": {}}
    for row in await connection.fetch(_GROUND_SQL, organization, list(checkpoints)):
        parts[row["part"]][row["id"]] = row["site_id"]
    return RouteGround(
        sites=frozenset(parts["site"]),
        checkpoint_sites=parts["checkpoint"],
        sites_with_places=frozenset(parts["places"]),
    )


async def read_route_ground(
    connection: Any, organization: str, operations: Sequence[Stamped]
) -> Known:
    """Load what the routes of these operations name."""
    routes = [operation.body.get("route", {}) for operation in operations]
    stops = sorted({str(stop["checkpoint"]) for one in routes for stop in one.get("stops", ())})
    return {"ground": await _read_ground(connection, organization, stops)}


async def read_tag_ground(
    connection: Any, organization: str, operations: Sequence[Stamped]
) -> Known:
    """Load the checkpoints of these labels, and the labels that are there already."""
    issued = [operation.body["tag"] for operation in operations if "tag" in operation.body]
    checkpoints = sorted({str(one["checkpoint"]) for one in issued})
    ground = await _read_ground(connection, organization, checkpoints)
    codes = sorted({str(one["code"]) for one in issued})
    labels = tuple(
        KnownLabel(
            id=row["id"],
            code=row["code"],
            checkpoint=row["checkpoint_id"],
            serial=row["serial"],
        )
        for row in await connection.fetch(_LABELS_SQL, organization, checkpoints, codes)
    )
    return {"ground": ground, "labels": labels}


async def read_route_sites(
    connection: Any, organization: str, operations: Sequence[Stamped]
) -> Known:
    """Load the sites of the routes whose rounds are planned."""
    routes = sorted({str(operation.body.get("route", "")) for operation in operations})
    found = await connection.fetch(
        "SELECT id, site_id FROM routes WHERE organization_id = $1 AND id = ANY($2)",
        organization,
        routes,
    )
    return {"route_sites": {row["id"]: row["site_id"] for row in found}}
