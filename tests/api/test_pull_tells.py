"""What a pull says of itself: how much is still to come, and what it does not understand."""

import pytest

from shared_schemas.sync import WIRE_VERSION
from tests.world.cast import ANA
from tests.world.fixtures import World

PULL = "/api/sync/pull"


async def test_CU2_first_page_of_a_refill_says_how_many_records_there_are(world: World) -> None:
    ana = await world.phone(ANA)
    asked = {"cursor": "", "limit": 7, "wire": WIRE_VERSION}
    reply = (await ana.browser.get(PULL, params=asked)).json()
    total, came = reply["total"], len(reply["records"])
    assert (reply["full"], reply["more"], total > came) == (True, True, True)
    while reply["more"]:
        asked["cursor"] = reply["cursor"]
        reply = (await ana.browser.get(PULL, params=asked)).json()
        came += len(reply["records"])
        assert "total" not in reply, "told once, with the first page"
    assert came == total


async def test_CU2_refill_in_one_page_and_a_difference_tell_no_total(world: World) -> None:
    ana = await world.phone(ANA)
    whole = (await ana.browser.get(PULL, params={"wire": WIRE_VERSION})).json()
    assert (whole["full"], whole["more"], "total" in whole) == (True, False, False)
    asked = {"cursor": whole["cursor"], "wire": WIRE_VERSION}
    assert "total" not in (await ana.browser.get(PULL, params=asked)).json()


@pytest.mark.parametrize("wire", [WIRE_VERSION + 1, 99, 2**53])
async def test_PH1_pull_of_a_version_to_come_is_refused_with_a_problem(
    world: World, wire: int
) -> None:
    ana = await world.phone(ANA)
    reply = await ana.browser.get(PULL, params={"wire": wire})
    assert (reply.status_code, reply.json()["code"]) == (409, "wire_too_new")
    for known in range(1, WIRE_VERSION + 1):
        assert (await ana.browser.get(PULL, params={"wire": known})).status_code == 200
