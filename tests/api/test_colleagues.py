"""A phone knows by name with whom its person works, and nobody else."""

from tests.world.cast import ANA, BEN, CLEO, DING, LAO_ZHOU, LIN, MALLORY, SOL, WEI, Person
from tests.world.fixtures import World


async def _named(world: World, person: Person) -> set[str]:
    phone = await world.phone(person)
    session = (await phone.browser.get("/api/session")).json()
    return {one["id"] for one in session["colleagues"]}


def _ids(*people: Person) -> set[str]:
    return {one.id for one in people}


async def test_colleagues_are_those_of_ones_sites(world: World) -> None:
    assert _ids(BEN, LAO_ZHOU, SOL, WEI, LIN) <= await _named(world, ANA)
    assert not _ids(ANA, DING, MALLORY) & await _named(world, ANA)
    assert await _named(world, CLEO) == set(), "who only looks on knows nobody"
    assert _ids(ANA, DING) <= await _named(world, LIN)


async def test_a_contractors_people_know_their_own(world: World) -> None:
    await world.server.database.run(
        "INSERT INTO contractors (organization_id, id, name_zh, name_en)"
        " VALUES ($1, 'antai', '安泰', 'Antai')",
        ANA.organization,
    )
    await world.server.database.run(
        "UPDATE people SET contractor_id = 'antai' WHERE id = ANY($1)", [WEI.id, LAO_ZHOU.id]
    )
    assert await _named(world, WEI) == _ids(LAO_ZHOU)
    assert _ids(WEI, LAO_ZHOU) <= await _named(world, ANA)
