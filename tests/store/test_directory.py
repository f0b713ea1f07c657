"""Places as rows of a real database, through the very statements that sync's committer runs."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from backend.directory.enrol import create_organization
from backend.directory.handlers import read_ground, rows_of_places
from backend.kernel.database import Database, write_rows
from shared_schemas.places import Area, Checkpoint, Equipment, Places
from shared_schemas.primitives import Bilingual

SITE, AREA, OLD_AREA, CHECKPOINT, PUMP = ("1" * 32, "a" * 32, "b" * 32, "c" * 32, "e" * 32)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An open database of our own."""
    opened = Database(database_url, pool_size=2)
    await opened.open()
    yield opened
    await opened.close()


def places(area: str) -> Places:
    """Give a site with one area and one of everything in it."""
    return Places(
        site=SITE,
        name=Bilingual(zh="海港广场", en="Harbour Mall"),
        areas=(Area(id=area, name=Bilingual(zh="地下二层")),),
        checkpoints=(Checkpoint(id=CHECKPOINT, code="B2-1", name=Bilingual(zh="泵房"), area=area),),
        equipment=(
            Equipment(
                id=PUMP,
                number="P-1",
                name=Bilingual(zh="消防泵"),
                equipment_kind="pump",
                area=area,
                in_use_since="2020-02-29",
            ),
        ),
    )


async def publish(connection: Any, organization: str, published: Places, position: int) -> None:
    """Write the rows of a site's record as it stands at that position."""
    value = msgspec.to_builtins(published)
    record = {"position": position, "fields": {"places": {"value": value}}}
    for projection, row in rows_of_places(organization, record):
        await write_rows(connection, projection, [row])


async def test_places_become_rows_and_what_is_gone_keeps_its_old_position(
    database: Database,
) -> None:
    made = await create_organization(
        database, code="harbour", name=Bilingual(zh="海港"), manager="1", scrypt_cost=16
    )
    async with database.transaction() as connection:
        await publish(connection, made.organization, places(OLD_AREA), 3)
        await publish(connection, made.organization, places(AREA), 8)
        body = {"places": msgspec.to_builtins(places(AREA))}
        ground = await read_ground(connection, made.organization, [body])
    assert ground.sites == {SITE}
    assert ground.owners == {AREA: SITE, CHECKPOINT: SITE, PUMP: SITE}
    now = await database.rows(
        "SELECT a.id FROM areas a JOIN sites s ON s.organization_id = a.organization_id "
        "AND s.id = a.site_id WHERE a.position >= s.places_position"
    )
    assert [row["id"] for row in now] == [AREA]
    assert len(await database.rows("SELECT id FROM areas")) == 2


async def test_ground_of_a_body_that_is_no_places_is_empty(database: Database) -> None:
    async with database.transaction() as connection:
        for body in ({}, {"places": None}, {"places": {"areas": [1, {"id": 5}], "equipment": "x"}}):
            ground = await read_ground(connection, "o" * 32, [body])
            assert ground.owners == {}
