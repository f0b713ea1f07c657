"""Where the checkpoints of some sites are: names, codes, areas and places on the globe."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Struct

from backend.domains.patrols.distances import Spot, read_spot
from shared_schemas.places import Places
from shared_schemas.primitives import Bilingual

_RECORDS = """
    SELECT content FROM records
    WHERE organization_id = $1 AND kind = 'places' AND id = ANY($2::text[])
"""
UNNAMED = Bilingual(zh="")


class KnownPlace(Struct, frozen=True, kw_only=True):
    """One checkpoint as people know it, and its place on the globe where somebody said it."""

    id: str
    site: str
    name: Bilingual
    code: str
    area: Bilingual
    spot: Spot | None


async def load_checkpoints(
    connection: Any, organization: str, sites: Iterable[str]
) -> Mapping[str, KnownPlace]:
    """Read the checkpoints of these sites, in the order in which they were published."""
    rows = await connection.fetch(_RECORDS, organization, sorted(set(sites)))
    return {one.id: one for row in rows for one in _read(row["content"])}


@lru_cache(maxsize=64)
def _read(content: str) -> tuple[KnownPlace, ...]:
    record = msgspec.json.decode(content)
    places = msgspec.convert(record["fields"]["places"]["value"], Places)
    areas = {area.id: area.name for area in places.areas}
    return tuple(
        KnownPlace(
            id=one.id,
            site=places.site,
            name=one.name,
            code=one.code,
            area=areas.get(one.area, UNNAMED),
            spot=read_spot(one.latitude or "", one.longitude or ""),
        )
        for one in places.checkpoints
    )
