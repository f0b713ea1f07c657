"""When the database refuses one operation, only that one is held; the phone is told why."""

import asyncio

import httpx
import pytest

from backend.flows.failed_item_raises_nonconformity import nonconformity_of
from tests.world.cast import ANA, BEN, DAILY_CHECK, LAO_ZHOU
from tests.world.fixtures import World

REFUSE = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'no'; END $$;
CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON answers FOR EACH ROW
WHEN (NEW.item = 'exterior') EXECUTE FUNCTION refuse();
"""


async def test_one_refused_operation_is_held_alone(world: World) -> None:
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    await world.server.database.run(REFUSE)
    for item in ("cleaning", "exterior", "greening"):
        ana.answer(task, item, "fail", plan=DAILY_CHECK)
    ben.answer(task, "energy_saving", "fail", plan=DAILY_CHECK)
    await asyncio.gather(ana.push(), ben.push())
    told = [
        (one.outcome["status"], (one.outcome["problem"] or {}).get("code")) for one in ana.outbox
    ]
    assert told[1] == ("held", "could_not_store")
    assert {told[0], told[2]} <= {("accepted", None), ("merged", None)}, "whoever came first"
    assert ben.outbox[0].outcome["status"] in ("accepted", "merged")
    await ana.pull()
    assert ana.contiguous == 3
    fields = ana.view(task)["fields"]
    assert {"answer/cleaning", "answer/greening", "answer/energy_saving"} <= set(fields)
    assert "answer/exterior" not in fields
    office = await world.office()
    [held] = (await office.get("held"))["held"]
    assert held["text"].encode() == ana.outbox[1].text


async def test_correction_that_comes_before_its_finding_waits_for_it(world: World) -> None:
    """Lao Zhou saw the finding on Ana's phone page; his own phone had it never."""
    ana, zhou = await world.phone(ANA), await world.phone(LAO_ZHOU)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    ana.answer(task, "cleaning", "fail", plan=DAILY_CHECK)
    finding = nonconformity_of(task, "cleaning")
    now = world.clock.now_ms()
    zhou.record(finding, "nonconformity_corrected", corrected_at=now, correction="已擦干")
    await zhou.sync()
    assert zhou.outbox[0].outcome["problem"]["code"] == "record_unknown"
    await ana.sync()
    await world.nothing_waits()
    await zhou.pull()
    assert zhou.view(finding)["fields"]["state"]["value"] == "corrected"


async def test_server_that_is_down_loses_nothing(world: World) -> None:
    ana = await world.phone(ANA)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    ana.answer(task, "cleaning", "fail", plan=DAILY_CHECK)
    await world.server.stop()
    with pytest.raises(httpx.ConnectError):
        await ana.push()
    assert len(ana.waiting) == 1
    await world.server.start()
    await ana.sync()
    assert ana.waiting == []
