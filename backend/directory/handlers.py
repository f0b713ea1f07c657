"""What publishing a site's places means: who may, what must hold, and the rows that follow.

Pure save for the one reader. The directory lies below sync and cannot name its doors; the
switchboard puts these functions into one.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from msgspec import Struct

from backend.directory.actors import Actor
from backend.kernel.database import Projection, Row
from shared_schemas.places import Checkpoint, Equipment, Places
from shared_schemas.problems import Problem, problem

_NAMED = {"organization_id": "text", "id": "text", "name_zh": "text", "name_en": "text"}
_KEY = ("organization_id", "id")

SITES = Projection(
    table="sites", columns={**_NAMED, "zone": "text", "places_position": "bigint"}, key=_KEY
)
AREAS = Projection(
    table="areas", columns={**_NAMED, "site_id": "text", "position": "bigint"}, key=_KEY
)
CHECKPOINTS = Projection(
    table="checkpoints",
    columns={
        **_NAMED,
        "site_id": "text",
        "area_id": "text",
        "code": "text",
        "position": "bigint",
    },
    key=_KEY,
)
EQUIPMENT = Projection(
    table="equipment",
    columns={
        **_NAMED,
        "site_id": "text",
        "area_id": "text",
        "number": "text",
        "equipment_kind": "text",
        "in_use_since": "date",
        "position": "bigint",
    },
    key=_KEY,
)

_OWNERS_SQL = """
SELECT id, site_id FROM areas WHERE organization_id = $1 AND id = ANY($2::text[])
UNION ALL
SELECT id, site_id FROM checkpoints WHERE organization_id = $1 AND id = ANY($2::text[])
UNION ALL
SELECT id, site_id FROM equipment WHERE organization_id = $1 AND id = ANY($2::text[])
"""


class Ground(Struct, frozen=True, kw_only=True):
    """What is known before: the organisation's sites, and whose the named ids are."""

    sites: frozenset[str]
    owners: Mapping[str, str]


async def read_ground(
    connection: Any, organization: str, bodies: Iterable[Mapping[str, Any]]
) -> Ground:
    """Load the sites there are, and the site of every area, checkpoint and equipment named."""
    named = sorted({one for body in bodies for one in _ids_in(body.get("places"))})
    sites = await connection.fetch("SELECT id FROM sites WHERE organization_id = $1", organization)
    owners = await connection.fetch(_OWNERS_SQL, organization, named)
    return Ground(
        sites=frozenset(row["id"] for row in sites),
        owners={row["id"]: row["site_id"] for row in owners},
    )


def check_places(
    record: str, places: Places, actor: Actor | None, ground: Ground
) -> Problem | None:
    """Say why these places cannot be published, or nothing when they can.

    A new site needs the right for the whole organisation; the server itself (no actor) may.
    """
    if actor is not None and not _may_publish(actor, places.site, ground):
        return problem("not_allowed", right="publish_places")
    wrong = _wrong_field(record, places, ground)
    return problem("operation_malformed", field=wrong) if wrong else None


def rows_of_places(organization: str, record: Mapping[str, Any]) -> list[tuple[Projection, Row]]:
    """Give the rows of a site's places as they stand in its record.

    What the latest places no longer name keeps its row with an older position: records of the
    past still speak of it.
    """
    places = record["fields"]["places"]["value"]
    position = record["position"]
    at = {"organization_id": organization, "site_id": places["site"], "position": position}
    site: Row = {
        "organization_id": organization,
        "id": places["site"],
        **_names(places),
        "zone": places.get("zone", "Asia/Shanghai"),
        "places_position": position,
    }
    return [
        (SITES, site),
        *((AREAS, {**at, "id": one["id"], **_names(one)}) for one in places.get("areas", ())),
        *((CHECKPOINTS, _checkpoint(at, one)) for one in places.get("checkpoints", ())),
        *((EQUIPMENT, _equipment(at, one)) for one in places.get("equipment", ())),
    ]


def _may_publish(actor: Actor, site: str, ground: Ground) -> bool:
    if site in ground.sites:
        return actor.may("publish_places", site)
    return actor.may_everywhere("publish_places")


def _wrong_field(record: str, places: Places, ground: Ground) -> str:
    """Name the first field that does not fit, or give an empty text."""
    areas = {area.id for area in places.areas}
    in_areas: tuple[Checkpoint | Equipment, ...] = (*places.checkpoints, *places.equipment)
    ids = [*(area.id for area in places.areas), *(one.id for one in in_areas)]
    if places.site != record:
        return "site"
    if places.zone not in _zones():
        return "zone"
    if len(set(ids)) != len(ids) or any(ground.owners.get(one, record) != record for one in ids):
        return "id"
    if any(one.area not in areas for one in in_areas):
        return "area"
    if not all(_is_date(one.in_use_since) for one in places.equipment if one.in_use_since):
        return "in_use_since"
    return ""


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _ids_in(places: Any) -> list[str]:
    if not isinstance(places, Mapping):
        return []
    lists = (places.get(name) for name in ("areas", "checkpoints", "equipment"))
    return [
        one["id"]
        for each in lists
        if isinstance(each, list | tuple)
        for one in each
        if isinstance(one, Mapping) and isinstance(one.get("id"), str)
    ]


def _names(one: Mapping[str, Any]) -> dict[str, str]:
    name: Mapping[str, str] = one["name"]
    return {"name_zh": _storable(name["zh"]), "name_en": _storable(name.get("en", ""))}


def _checkpoint(at: Row, one: Mapping[str, Any]) -> Row:
    return {
        **at,
        "id": one["id"],
        **_names(one),
        "area_id": one["area"],
        "code": _storable(one["code"]),
    }


def _equipment(at: Row, one: Mapping[str, Any]) -> Row:
    since = one.get("in_use_since")
    return {
        **at,
        "id": one["id"],
        **_names(one),
        "area_id": one["area"],
        "number": _storable(one["number"]),
        "equipment_kind": _storable(one["equipment_kind"]),
        "in_use_since": date.fromisoformat(since) if since else None,
    }


def _storable(text: str) -> str:
    """Leave out the sign zero, which the record keeps but no column can."""
    return text.replace("\x00", "")
