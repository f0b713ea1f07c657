"""Pull: a cursor means exactly the log up to it, whatever the phone missed or the server lost."""

import asyncio

from backend.flows.failed_item_raises_nonconformity import nonconformity_of
from backend.sync.cursor import parse_cursor
from tests.world.cast import (
    ANA,
    BEN,
    CLEO,
    DAILY_CHECK,
    DING,
    GARDEN_CHECK,
    HARBOUR,
    LAO_ZHOU,
    LIN,
    NORTH_GARDEN,
)
from tests.world.checkers import check_cursor, check_equal_states
from tests.world.fixtures import World
from tests.world.phone import Phone

ITEMS = ("cleaning", "greening", "exterior", "energy_saving", "labour_discipline")
DAYS = tuple(f"2026-11-{day:02}" for day in range(1, 29))


async def _busy(phone: Phone, days: tuple[str, ...] = DAYS) -> None:
    for day in days:
        for item in ITEMS[:2]:
            phone.answer(phone.tasks(DAILY_CHECK)[day], item, "fail", plan=DAILY_CHECK)
    while phone.waiting:
        await phone.push(phone.waiting[:7])


async def test_CU1_full_then_incremental_is_the_log_up_to_the_cursor(world: World) -> None:
    ana = await world.phone(ANA)
    ben, zhou, lin, cleo = [await world.phone(one) for one in (BEN, LAO_ZHOU, LIN, CLEO)]
    await _busy(ana, DAYS[:4])
    for phone in (ben, zhou, lin, cleo):
        before = phone.cursor
        await phone.pull()
        assert phone.cursor != before
        assert await check_cursor(world.server.database, phone) >= (0 if phone is cleo else 8)
    assert cleo.records == {}
    await _busy(ana, DAYS[4:6])
    assert await check_cursor(world.server.database, ben) == len(ben.records)


async def test_CU5_paging_while_others_push_misses_nothing(world: World) -> None:
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    await _busy(ana, DAYS[:6])

    async def pull_slowly() -> int:
        ben.cursor = ""
        return await ben.pull(limit=3)

    pages, _ = await asyncio.gather(pull_slowly(), _busy(ana, DAYS[6:]))
    assert pages > 10
    assert await check_cursor(world.server.database, ben) > 20
    await ben.pull()
    await ana.pull()
    check_equal_states([ana, ben])


async def test_CU2_cursor_that_is_none_of_ours_means_a_full_refill(world: World) -> None:
    ana = await world.phone(ANA)
    await _busy(ana, DAYS[:2])
    await ana.pull()
    held, good = dict(ana.records), ana.cursor
    mine = parse_cursor(good)
    assert mine is not None
    for cursor in (
        "",
        "nonsense",
        "1.2.3.4",
        "-1.a.b",
        f"{mine.position}.{mine.tag}.0000",
        f"{mine.position}.{mine.tag}.{mine.mark.pairs}-0000",
        f"{mine.position}.{mine.tag}.0000~{mine.mark}~0",
        f"{mine.position}.{mine.tag}.{mine.mark}~0000~3",
        f"{mine.position}.ffffffffffff.{mine.mark}",
        f"{mine.position}.ffffffffffff.{mine.mark.pairs}~{mine.mark}~3",
        f"{mine.position + 9}.{mine.tag}.{mine.mark}",
        f"{10**30}.{mine.tag}.{mine.mark}",
        f"{mine.position}.\x00.{mine.mark}",
        "٣.a.b",
    ):
        asked = {"cursor": cursor, "writers": ana.writer, "limit": 1000, "wire": 2}
        said = await ana.browser.get("/api/sync/pull", params=asked)
        assert said.status_code == 200, (cursor, said.text)
        reply = said.json()
        assert reply["full"] is True, cursor
        assert reply["cursor"] == good
        assert {one["record"]["id"] for one in reply["records"]} == held.keys()
    ana.records["stale"] = {"id": "stale"}
    ana.cursor = "nonsense"
    await ana.pull()
    assert ana.records == held


async def test_CU3_trap31_server_restored_from_a_backup_refills_and_takes_the_lost_work_again(
    world: World,
) -> None:
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    await _busy(ana, DAYS[:2])
    await ana.pull()
    await _lose_the_newest(world, ana)
    await ben.pull()
    await _busy(ben, DAYS[9:12])
    await ana.pull()
    assert (ana.contiguous, len(ana.waiting)) == (0, len(ana.outbox))
    await ana.push()
    await ana.pull()
    await ben.pull()
    assert ana.contiguous == len(ana.outbox)
    check_equal_states([ana, ben])
    assert await check_cursor(world.server.database, ana) > 20


COUNT_ANEW = """
    INSERT INTO scope_sums SELECT organization_id, site_id, kind, sum(sum), count(*)
      FROM records WHERE organization_id = $1 AND $2 > 0 GROUP BY 1, 2, 3
"""


async def _lose_the_newest(world: World, phone: Phone) -> None:
    """Take everything that came from this phone out of the database, as an older backup would."""
    database = world.server.database
    lost = await world.rows(
        "SELECT min(position) AS first FROM operations WHERE writer_id = $1", phone.writer
    )
    first = lost[0]["first"]
    for sql in (
        "DELETE FROM records WHERE organization_id = $1 AND position >= $2",
        "DELETE FROM commits WHERE organization_id = $1 AND position >= $2",
        "DELETE FROM answers WHERE organization_id = $1 AND position >= $2",
        "DELETE FROM tasks WHERE organization_id = $1 AND position >= $2",
        "DELETE FROM nonconformities WHERE organization_id = $1 AND position >= $2",
        "DELETE FROM operations WHERE organization_id = $1 AND position >= $2",
        "DELETE FROM writer_progress WHERE organization_id = $1 AND $2 > 0",
        "DELETE FROM scope_sums WHERE organization_id = $1 AND $2 > 0",
        COUNT_ANEW,
        "UPDATE log_heads SET position = $2 - 1 WHERE organization_id = $1",
    ):
        await database.run(sql, HARBOUR, first)


async def test_CU4_person_moved_to_another_site_gets_that_sites_working_set(world: World) -> None:
    ana = await world.phone(ANA)
    await _busy(ana, DAYS[:1])
    await ana.pull()
    await world.server.database.run(
        "UPDATE memberships SET site_id = $1 WHERE person_id = $2", NORTH_GARDEN, ANA.id
    )
    await ana.pull()
    assert {ana.sites[one] for one in ana.records} == {"", NORTH_GARDEN}
    assert ana.tasks(DAILY_CHECK) == {}
    assert len(ana.tasks(GARDEN_CHECK)) > 20


async def test_CU6_records_travel_as_the_very_text_that_is_stored(world: World) -> None:
    ana = await world.phone(ANA)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    ana.record(task, "remark_added", remark='"\\/\u2028\x00 压 😀')
    await ana.push()
    asked = {"cursor": ana.cursor, "writers": ana.writer}
    reply = await ana.browser.get("/api/sync/pull", params=asked)
    [row] = await world.rows("SELECT content FROM records WHERE id = $1", task)
    assert row["content"].encode() in reply.content


async def test_CU7_pull_says_how_far_the_server_has_each_writer(world: World) -> None:
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    for item in ITEMS:
        ana.answer(task, item, "pass", plan=DAILY_CHECK)
    await ana.push([ana.outbox[0], ana.outbox[3]])
    ben.answer(task, "cleaning", "pass", plan=DAILY_CHECK)
    await ben.push()
    asked = {"cursor": ana.cursor, "writers": f"{ana.writer},{ben.writer},{'0' * 32}"}
    reply = (await ana.browser.get("/api/sync/pull", params=asked)).json()
    told = {one["writer"]: (one["contiguous"], one["beyond"]) for one in reply["writers"]}
    assert told == {ana.writer: (1, [4]), ben.writer: (1, [])}


async def test_W4_phone_with_unsent_work_shows_the_servers_copy_with_its_own_on_top(
    world: World,
) -> None:
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    ben.answer(task, "greening", "fail", plan=DAILY_CHECK)
    await ben.sync()
    ana.answer(task, "cleaning", "pass", plan=DAILY_CHECK)
    assert "answer/greening" not in ana.view(task)["fields"]
    await ana.pull()
    assert ana.view(task)["fields"]["answer/greening"]["value"] == "fail"
    assert ana.view(task)["fields"]["answer/cleaning"]["value"] == "pass"
    shown = ana.view(task)
    await ana.push()
    assert ana.view(task) == shown, "nothing flickers between acknowledgement and pull"
    await ana.pull()
    assert ana.view(task) == ana.records[task]
    for name, state in shown["fields"].items():
        assert state["value"] == ana.records[task]["fields"][name]["value"]


async def test_inspectors_of_two_sites_never_meet(world: World) -> None:
    ana, ding = await world.phone(ANA), await world.phone(DING)
    await _busy(ana, DAYS[:2])
    task = ding.tasks(GARDEN_CHECK)["2026-11-17"]
    ding.answer(task, "cleaning", "fail", plan=GARDEN_CHECK)
    ding.answer(ana.tasks(DAILY_CHECK)["2026-11-17"], "cleaning", "fail", plan=DAILY_CHECK)
    await ding.sync()
    await ana.pull()
    finding = nonconformity_of(ana.outbox[0].stamped.record, "cleaning")
    ding.record(finding, "nonconformity_confirmed", confirmed_at=world.clock.now_ms())
    ding.record(finding, "severity_judged", severity="minor")
    await ding.sync()
    codes = [(one.outcome["problem"] or {}).get("code") for one in ding.outbox]
    assert codes == [None, "not_allowed", "not_allowed", "not_allowed"]
    assert nonconformity_of(task, "cleaning") not in ana.records
    for phone in (ana, ding):
        assert await check_cursor(world.server.database, phone) == len(phone.records)
