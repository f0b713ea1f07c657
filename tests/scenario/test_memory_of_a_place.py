"""What a place remembers: the results of the check captured last, with how often it was estimated."""

from typing import Any

from backend.directory.actors import RoleAt
from backend.domains.inspections.memory import memory_of
from backend.kernel.identity import content_hash
from shared_schemas.retention import REMOVED
from tests.world.cast import ANA, BEN, DAY, HARBOUR_MALL, HOUR, LAO_ZHOU, LIN
from tests.world.checkers import check_log
from tests.world.fixtures import World
from tests.world.inspecting import OWN_CHECK, TODAY, answer, finish, item, plan_check
from tests.world.phone import Phone
from tests.world.rebuild import read_tables, rebuild_tables, records_differ
from tests.world.rights import grant

METER = item("water", input="meter")


def _memory(phone: Phone) -> dict[str, Any]:
    """Give what the phone holds under the plan, by field."""
    record = phone.records[memory_of(OWN_CHECK)]
    return {name: state["value"] for name, state in record["fields"].items()}


def _results(phone: Phone) -> dict[str, tuple[str, str, str]]:
    return {
        one["item"]: (one["answer"], one["value"], one["note"]) for one in _memory(phone)["results"]
    }


async def test_finished_check_leaves_its_results_for_the_next_one(world: World) -> None:
    await plan_check(world, item("1"), item("2"), METER)
    ana = await world.phone(ANA)
    task = ana.tasks(OWN_CHECK)[TODAY]
    answer(ana, task, "1", "fail")
    ana.record(task, "item_noted", item="1", note="地面有水")
    ana.photograph(task, "1", b"a puddle")
    answer(ana, task, "2", "pass")
    answer(ana, task, "2", "unanswered")
    answer(ana, task, "water", "pass", value="1024.5")
    await ana.sync()
    assert memory_of(OWN_CHECK) not in ana.records, "nothing is remembered before it is finished"
    finish(ana, task)
    await ana.sync()
    zhou = await world.phone(LAO_ZHOU)
    told = _memory(zhou)
    assert (told["plan"], told["task"], told["finished_by"]) == (OWN_CHECK, task, ANA.id)
    assert _results(zhou) == {"1": ("fail", "", "地面有水"), "water": ("pass", "1024.5", "")}
    assert told["results"][0]["photo"] == content_hash(b"a puddle")
    assert told["estimates"] == []


async def test_answers_after_the_finish_are_remembered_and_the_same_again_writes_nothing(
    world: World,
) -> None:
    await plan_check(world, item("1"), item("2"))
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    task = ana.tasks(OWN_CHECK)[TODAY]
    answer(ana, task, "1", "pass")
    finish(ana, task)
    await ana.sync()
    answer(ben, task, "2", "fail")
    await ben.sync()
    assert {name: said[0] for name, said in _results(ben).items()} == {"1": "pass", "2": "fail"}
    written = await _written(world)
    answer(ben, task, "2", "fail")
    finish(ben, task)
    await ben.sync()
    assert await _written(world) == written == 2
    await check_log(world.server.database)


async def _written(world: World) -> int:
    rows = await world.rows("SELECT 1 FROM operations WHERE kind = 'results_remembered'")
    return len(rows)


async def test_older_check_that_arrives_later_never_replaces_the_newer(world: World) -> None:
    await plan_check(world, item("1"), METER)
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    days = ana.tasks(OWN_CHECK)
    answer(ben, days[TODAY], "1", "fail")
    answer(ben, days[TODAY], "water", "pass", value="9", estimated=True)
    finish(ben, days[TODAY])
    world.clock.advance(DAY)
    answer(ana, days["2026-11-18"], "1", "pass")
    answer(ana, days["2026-11-18"], "water", "pass", value="10", estimated=True)
    finish(ana, days["2026-11-18"])
    await ana.sync()
    assert _memory(ana)["estimates"] == [{"item": "water", "in_a_row": 1}]
    world.clock.advance(HOUR)
    await ben.sync()
    told = _memory(ben)
    assert (told["task"], _results(ben)["1"][0]) == (days["2026-11-18"], "pass")
    # What came before is known now: the next estimate would be the third.
    assert told["estimates"] == [{"item": "water", "in_a_row": 2}]


async def test_covert_check_is_remembered_once_it_was_released_G25(world: World) -> None:
    await grant(world, ANA, RoleAt("quality_clerk", HARBOUR_MALL))
    await plan_check(world, item("1"), disclosure="when_released", checkers=[ANA.id])
    ana, zhou = await world.phone(ANA), await world.phone(LAO_ZHOU)
    task = ana.tasks(OWN_CHECK)[TODAY]
    answer(ana, task, "1", "fail")
    finish(ana, task)
    await ana.sync()
    await zhou.pull()
    assert await _written(world) == 0
    office = await world.office()
    outcome = await office.act(task, "check_released", released_at=world.clock.now_ms())
    assert outcome["status"] in ("accepted", "merged")
    await zhou.pull()
    assert _results(zhou) == {"1": ("fail", "", "")}


async def test_LO6_words_taken_out_of_a_check_leave_the_memory_of_its_place_too(
    world: World,
) -> None:
    await grant(world, LIN, RoleAt("project_manager", HARBOUR_MALL))
    await plan_check(world, item("1"))
    ana = await world.phone(ANA)
    days = ana.tasks(OWN_CHECK)
    notes = []
    for on, words in ((TODAY, "住户王某投诉" * 60), ("2026-11-18", "住户李某投诉")):
        answer(ana, days[on], "1", "fail")
        notes.append(ana.record(days[on], "item_noted", item="1", note=words))
        finish(ana, days[on])
        await ana.sync()
        world.clock.advance(DAY)
    office = await world.office()
    for on, note in zip((TODAY, "2026-11-18"), notes, strict=True):
        said = {"operation": note.id, "reason": "涉及住户姓名"}
        outcome = await office.act(days[on], "operation_redacted", "task", **said)
        assert outcome["status"] in ("accepted", "merged")
    await ana.pull()
    assert _results(ana)["1"] == ("fail", "", REMOVED)
    for table in ("operations", "records", "answers"):
        rows = await world.rows(f"SELECT t::text AS whole FROM {table} t")
        assert [row for row in rows if "王某" in row["whole"] or "李某" in row["whole"]] == []
    await check_log(world.server.database)
    before = await read_tables(world.server.database)
    await rebuild_tables(world.server.database)
    assert await read_tables(world.server.database) == before
    assert await records_differ(world.server.database) == []
