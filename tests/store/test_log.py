"""The log: locked before it is read, dense, visible in order, never rewritten."""

import asyncio
from typing import Any

import asyncpg
import msgspec

from backend.kernel.canonical import canonical
from backend.kernel.identity import content_hash
from tests.world.cast import ANA, BEN, DAILY_CHECK, GUARD_CHECK, HARBOUR, LAO_ZHOU
from tests.world.fixtures import World

ITEMS = ("cleaning", "greening", "exterior", "energy_saving", "labour_discipline")


async def test_LO1_nothing_is_read_before_the_head_is_locked(world: World) -> None:
    """Another server changes the record while it holds the head: the push folds on what that left."""
    ana = await world.phone(ANA)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    ana.answer(task, "cleaning", "pass", plan=DAILY_CHECK)
    await ana.sync()
    ana.answer(task, "greening", "pass", plan=DAILY_CHECK)
    other = await asyncpg.connect(world.server.url)
    transaction = other.transaction()
    await transaction.start()
    await other.execute("SELECT FROM log_heads WHERE organization_id = $1 FOR UPDATE", HARBOUR)
    push = asyncio.create_task(ana.push())
    await _someone_waits_for_a_lock(other)
    text = await other.fetchval("SELECT content FROM records WHERE id = $1", task)
    record = msgspec.json.decode(text)
    record["fields"]["remark"] = {"entries": {}, "value": ["from the other server"]}
    await other.execute("UPDATE records SET content = $1 WHERE id = $2", canonical(record), task)
    assert not push.done()
    await transaction.commit()
    await other.close()
    assert [one["status"] for one in await push] == ["accepted"]
    [row] = await world.rows("SELECT content FROM records WHERE id = $1", task)
    fields = msgspec.json.decode(row["content"])["fields"]
    assert fields["remark"]["value"] == ["from the other server"]
    assert fields["answer/greening"]["value"] == "pass"


async def _someone_waits_for_a_lock(connection: Any) -> None:
    for _ in range(500):
        if await connection.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
            return
        await asyncio.sleep(0.01)
    message = "the push did not wait for the head"
    raise AssertionError(message)


async def test_LO2_positions_are_dense_and_every_commit_ends_on_one(world: World) -> None:
    phones = [await world.phone(one) for one in (ANA, BEN, LAO_ZHOU)]
    for phone, plan, items in zip(
        phones, (DAILY_CHECK, DAILY_CHECK, GUARD_CHECK), (ITEMS, ITEMS, ("plaza",)), strict=True
    ):
        for item in items:
            phone.answer(phone.tasks(plan)["2026-11-17"], item, "fail", plan=plan)
    while any(phone.waiting for phone in phones):
        await asyncio.gather(*(phone.push(phone.waiting[:2]) for phone in phones if phone.waiting))
    rows = await world.rows(
        "SELECT position FROM operations WHERE organization_id = $1 ORDER BY 1", HARBOUR
    )
    assert [row["position"] for row in rows] == list(range(1, len(rows) + 1))
    commits = await world.rows(
        "SELECT position, tag FROM commits WHERE organization_id = $1 ORDER BY 1", HARBOUR
    )
    [head] = await world.rows("SELECT position FROM log_heads WHERE organization_id = $1", HARBOUR)
    assert head["position"] == commits[-1]["position"] == len(rows)
    assert len({row["tag"] for row in commits}) == len(commits)


async def test_LO3_log_keeps_the_very_text_that_was_hashed(world: World) -> None:
    ana = await world.phone(ANA)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    entry = ana.record(task, "remark_added", remark='\u2028 压 \x00 😀 / \\ "')
    spaced = entry.text.replace(b'"based_on":0', b'"based_on" :  0 , "later_field":[1, 2]')
    [outcome] = (await ana.send(spaced)).json()["outcomes"]
    assert (outcome["status"], outcome["sha256"]) == ("accepted", content_hash(spaced))
    [row] = await world.rows("SELECT content, sha256 FROM operations WHERE id = $1", entry.id)
    assert row["content"].encode() == spaced
    assert row["sha256"] == content_hash(spaced)
