"""What is carted away is registered where it happens, also without a signal."""

from typing import Any

import pytest

from backend.kernel.identity import content_hash, derived_id
from tests.world.cast import CLEO, DAY, HARBOUR_MALL, LAO_ZHOU, NORTH_GARDEN
from tests.world.fixtures import World

LOAD = derived_id("removal", "one")
SLIP = b"\xff\xd8\xff a slip"


def _load(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "site": HARBOUR_MALL,
        "waste": "kitchen",
        "quantity": "2.5",
        "unit": "桶",
        "removed_at": world.clock.now_ms(),
        "hauler": "城投环卫",
        "vehicle": "沪A12345",
        **changes,
    }


async def test_a_load_is_registered_with_its_slip(world: World) -> None:
    zhou = await world.phone(LAO_ZHOU)
    zhou.record(LOAD, "removal_registered", **_load(world))
    zhou.record(LOAD, "removal_evidenced", (SLIP,), photo=content_hash(SLIP))
    zhou.record(LOAD, "removal_registered", **_load(world, quantity="3"))
    await zhou.sync()
    [row] = await world.rows("SELECT * FROM removals")
    assert (row["quantity"], row["unit"], row["waste"]) == ("3", "桶", "kitchen")
    assert (row["on_date"], row["person_id"]) == ("2026-11-17", LAO_ZHOU.id)
    assert content_hash(SLIP) in row["photos"]


@pytest.mark.parametrize(
    ("changes", "code", "what"),
    [
        ({"quantity": "0"}, "rules_broken", "quantity"),
        ({"quantity": "-1"}, "rules_broken", "quantity"),
        ({"quantity": "1000001"}, "rules_broken", "quantity"),
        ({"quantity": "two"}, "operation_malformed", None),
        ({"waste": "gold"}, "operation_malformed", None),
        ({"site": NORTH_GARDEN}, "not_allowed", None),
        ({"site": LOAD}, "not_allowed", None),
    ],
)
async def test_a_load_that_cannot_be_is_held_with_its_problem(
    world: World, changes: dict[str, Any], code: str, what: str | None
) -> None:
    zhou = await world.phone(LAO_ZHOU)
    zhou.record(LOAD, "removal_registered", **_load(world, **changes))
    [outcome] = await zhou.push()
    assert (outcome["status"], outcome["problem"]["code"]) == ("held", code)
    if what:
        assert outcome["problem"]["details"]["what"] == what
    assert await world.rows("SELECT 1 FROM removals") == []


async def test_a_load_of_the_day_after_tomorrow_or_of_a_stranger_is_held(world: World) -> None:
    zhou, cleo = await world.phone(LAO_ZHOU), await world.phone(CLEO)
    late = _load(world, removed_at=world.clock.now_ms() + 2 * DAY)
    zhou.record(LOAD, "removal_registered", **late)
    zhou.record(LOAD, "removal_evidenced", photo=content_hash(SLIP))
    cleo.record(LOAD, "removal_registered", **_load(world))
    first, second = await zhou.push()
    assert first["problem"]["details"]["what"] == "removed_at"
    assert second["problem"]["code"] == "record_unknown"
    [third] = await cleo.push()
    assert third["problem"]["code"] == "not_allowed"
