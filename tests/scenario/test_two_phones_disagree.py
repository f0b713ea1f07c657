"""Two inspectors answer the same item in the cellar; neither has seen the other's answer."""

from typing import Any

import pytest

from backend.sync.merge import fold
from tests.world.cast import ANA, BEN, DAILY_CHECK, MINUTE
from tests.world.fixtures import World
from tests.world.phone import Phone

ITEM = "cleaning"


async def _meet(world: World, *, first: str) -> tuple[Phone, Phone, str]:
    """Ben fails an item offline and Ana passes it later; `first` is who finds a network first."""
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    world.clock.advance(MINUTE)
    ben.answer(task, ITEM, "fail", plan=DAILY_CHECK)
    world.clock.advance(MINUTE)
    ana.answer(task, ITEM, "pass", plan=DAILY_CHECK)
    world.clock.advance(MINUTE)
    for phone in (ana, ben) if first == "Ana" else (ben, ana):
        await phone.sync()
    await ana.pull()
    await ben.pull()
    return ana, ben, task


def _without_positions(record: Any) -> Any:
    """Take out what the order of arrival decides, and nothing else."""
    if isinstance(record, dict):
        return {
            name: _without_positions(value)
            for name, value in record.items()
            if name not in ("position", "saw")
        }
    return [_without_positions(one) for one in record] if isinstance(record, list) else record


@pytest.mark.parametrize("first", ["Ana", "Ben"])
async def test_fail_stands_over_a_pass_in_both_orders_of_arrival(world: World, first: str) -> None:
    ana, ben, task = await _meet(world, first=first)
    assert ana.view(task) == ben.view(task)
    answer = ana.view(task)["fields"][f"answer/{ITEM}"]
    assert answer["value"] == "fail"
    assert answer["contested"] is True
    kept = {person: entry["value"] for person, entry in answer["by"].items()}
    assert kept == {ANA.id: "pass", BEN.id: "fail"}
    [conflict] = await world.rows("SELECT * FROM conflicts")
    assert (conflict["field"], conflict["state"]) == (f"answer/{ITEM}", "open")
    assert {conflict["first_op"], conflict["second_op"]} == {f"{ana.writer}:1", f"{ben.writer}:1"}
    second = ben if first == "Ana" else ana
    assert second.outbox[0].outcome["status"] == "merged"
    assert second.outbox[0].outcome["met"] != []
    seen = fold(fold(None, ana.outbox[0].stamped), ben.outbox[0].stamped)
    assert _without_positions(ana.view(task)) == _without_positions(seen)


@pytest.mark.parametrize("first", ["Ana", "Ben"])
async def test_author_corrects_a_mis_tap_and_the_conflict_settles(world: World, first: str) -> None:
    ana, ben, task = await _meet(world, first=first)
    world.clock.advance(MINUTE)
    ben.answer(task, ITEM, "pass", plan=DAILY_CHECK)
    await ben.sync()
    await ana.pull()
    answer = ana.view(task)["fields"][f"answer/{ITEM}"]
    assert answer["value"] == "pass"
    assert "contested" not in answer
    [conflict] = await world.rows("SELECT state FROM conflicts")
    assert conflict["state"] == "settled"
    office = await world.office()
    opened = await office.get(f"tasks/{task}")
    [line] = [one for one in opened["answers"] if one["item"] == ITEM]
    assert (line["answer"], line["contested"]) == ("pass", False)


async def test_second_inspector_who_saw_the_first_answer_is_no_conflict(world: World) -> None:
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    ana.answer(task, ITEM, "pass", plan=DAILY_CHECK)
    await ana.sync()
    await ben.pull()
    ben.answer(task, ITEM, "fail", plan=DAILY_CHECK)
    await ben.sync()
    assert ben.view(task)["fields"][f"answer/{ITEM}"]["value"] == "fail"
    assert ben.outbox[0].outcome["status"] == "accepted"
    assert await world.rows("SELECT * FROM conflicts") == []


async def test_office_sees_both_answers_side_by_side(world: World) -> None:
    _, _, task = await _meet(world, first="Ana")
    office = await world.office()
    [seen] = (await office.get("conflicts"))["conflicts"]
    assert (seen["record"], seen["item"], seen["decision"]) == (task, ITEM, None)
    sides = {one["person"]["id"]: (one["answer"], one["stands"]) for one in seen["sides"]}
    assert sides == {ANA.id: ("pass", False), BEN.id: ("fail", True)}
