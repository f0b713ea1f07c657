"""Projections are disposable: the log alone gives every record and every row again."""

import msgspec

from backend.scoring.recompute import mark_all_stale
from tests.world.cast import ANA, BEN, DAILY_CHECK, GUARD_CHECK, HARBOUR, LAO_ZHOU, MINUTE
from tests.world.checkers import check_log
from tests.world.fixtures import World
from tests.world.rebuild import read_tables, rebuild_tables

ITEMS = ("cleaning", "greening", "exterior", "energy_saving", "labour_discipline")


async def _work(world: World) -> None:
    """Let three people disagree, correct themselves, photograph, remark and finish."""
    ana, ben, zhou = [await world.phone(one) for one in (ANA, BEN, LAO_ZHOU)]
    office = await world.office()
    for day in ("2026-11-15", "2026-11-16", "2026-11-17"):
        task, guard = ana.tasks(DAILY_CHECK)[day], zhou.tasks(GUARD_CHECK)[day]
        for number, item in enumerate(ITEMS):
            world.clock.advance(MINUTE)
            ana.answer(task, item, ("fail", "pass")[number % 2], plan=DAILY_CHECK)
            ben.answer(task, item, ("pass", "fail")[number % 3 == 1], plan=DAILY_CHECK)
            ben.record(task, "item_noted", item=item, note=f"第{number}项 \x00")
            ana.photograph(task, item, item.encode())
        zhou.answer(guard, "plaza", "fail", plan=GUARD_CHECK)
        ben.record(task, "remark_added", remark="都看过了")
        ana.record(task, "task_finished", finished_at=world.clock.now_ms())
        for phone in (ben, ana, zhou, ben):
            await phone.sync()
        ana.answer(task, ITEMS[0], "pass", plan=DAILY_CHECK)
        ana.record(
            task, "evidence_withdrawn", item=ITEMS[0], photo=ana.outbox[1].stamped.body["photo"]
        )
        await ana.sync()
    findings = await world.rows("SELECT id FROM nonconformities WHERE use = 'self_check'")
    for finding in findings[:2]:
        await office.act(
            finding["id"], "nonconformity_confirmed", confirmed_at=world.clock.now_ms()
        )
        await office.act(finding["id"], "severity_judged", severity="general")


async def test_LO4_rebuild_from_the_log_gives_the_same_rows(world: World) -> None:
    await _work(world)
    database = world.server.database
    assert await check_log(database) > 60
    before = await read_tables(database)
    assert min(len(before[table]) for table in ("tasks", "answers", "nonconformities")) > 2
    await rebuild_tables(database)
    assert await read_tables(database) == before


async def test_W3_scorecards_thrown_away_come_back_the_same(world: World) -> None:
    await _work(world)
    await world.server.scores_settle()
    before = await world.rows("SELECT id, content FROM scorecards ORDER BY id")
    assert any(msgspec.json.decode(row["content"])["measured"] for row in before)
    await world.server.database.run("DELETE FROM scorecards")
    await mark_all_stale(world.server.database, HARBOUR, world.clock.now_ms())
    await world.server.scores_settle()
    assert await world.rows("SELECT id, content FROM scorecards ORDER BY id") == before


async def test_LO5_what_a_flow_wrote_names_its_cause_and_is_written_once(world: World) -> None:
    await _work(world)
    rows = await world.rows("SELECT id, caused_by, kind FROM operations WHERE caused_by <> ''")
    assert {row["kind"] for row in rows} >= {"nonconformity_raised", "nonconformity_withdrawn"}
    for row in rows:
        assert row["id"].startswith(row["caused_by"] + "/")
    subjects = await world.rows("SELECT DISTINCT task_id, item FROM nonconformities")
    assert len(subjects) == len(await world.rows("SELECT 1 FROM nonconformities"))
