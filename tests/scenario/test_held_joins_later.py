"""What cannot be applied yet is held whole, in nobody's way, and joins by itself."""

import asyncio
import json

import msgspec

from backend.directory.enrol import disable_person
from backend.kernel.identity import derived_id
from backend.packs.loader import PACKS_FOLDER, load_pack
from backend.sync.server_writer import server_submission
from shared_schemas.timetable import Window
from tests.world.cast import ANA, DAILY_CHECK, DAILY_LIST, DAY, HARBOUR, HOUR, NOW
from tests.world.fixtures import World

LATER = derived_id("task", "of an agenda to come")
AGENDA = derived_id("agenda", DAILY_CHECK, "2027-03")
NEW_LIST = derived_id("checklist", "floor_management_daily", 2)


async def _publish(world: World, record: str, kind: str, **parts: object) -> None:
    body = {"kind": kind, **{name: msgspec.to_builtins(part) for name, part in parts.items()}}
    [outcome] = await world.server.app.state.committer.push(
        server_submission(HARBOUR, record, body, world.clock.now_ms())
    )
    assert outcome.status == "accepted"


async def _plan_later(world: World) -> None:
    window = Window(task=LATER, on="2027-03-01", ordinal=1, opens_ms=NOW, closes_ms=NOW + DAY)
    await _publish(
        world, AGENDA, "agenda_planned", plan=DAILY_CHECK, month="2027-03", windows=(window,)
    )


async def test_HE3_answer_to_a_task_not_yet_planned_joins_when_its_agenda_comes(
    world: World,
) -> None:
    ana = await world.phone(ANA)
    ana.answer(LATER, "cleaning", "fail", plan=DAILY_CHECK)
    ana.record(LATER, "item_noted", item="cleaning", note="积水")
    known = ana.tasks(DAILY_CHECK)["2026-11-17"]
    ana.answer(known, "greening", "pass", plan=DAILY_CHECK)
    await ana.sync()
    statuses = [
        (one.outcome["status"], (one.outcome["problem"] or {}).get("code")) for one in ana.outbox
    ]
    assert statuses == [("held", "task_unknown"), ("held", "task_unknown"), ("accepted", None)]
    office = await world.office()
    held = (await office.get("held"))["held"]
    assert [one["text"].encode() for one in held] == [one.text for one in ana.outbox[:2]]
    await _plan_later(world)
    await world.nothing_waits()
    await ana.pull()
    fields = ana.view(LATER)["fields"]
    assert (fields["answer/cleaning"]["value"], fields["note/cleaning"]["value"]) == (
        "fail",
        "积水",
    )
    assert (await office.get("held"))["held"] == []
    again = await ana.push(ana.outbox)
    assert [one["status"] for one in again] == ["duplicate"] * 3


async def test_HE3_answer_on_a_checklist_version_to_come_joins_with_it(world: World) -> None:
    ana = await world.phone(ANA)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    ana.record(task, "item_answered", item="cleaning", answer="pass", checklist=NEW_LIST)
    await ana.sync()
    assert ana.outbox[0].outcome["problem"]["code"] == "checklist_unknown"
    assert ana.view(task) is None
    pack = load_pack(PACKS_FOLDER / "mall")
    [daily] = [one for one in pack.checklists if one.code == "floor_management_daily"]
    await _publish(world, NEW_LIST, "checklist_published", checklist=daily)
    await world.nothing_waits()
    await ana.pull()
    assert ana.view(task)["fields"]["answer/cleaning"]["value"] == "pass"


async def test_HE3_what_waited_while_the_server_died_is_tried_at_the_next_start(
    world: World,
) -> None:
    ana = await world.phone(ANA)
    ana.answer(LATER, "cleaning", "fail", plan=DAILY_CHECK)
    await ana.sync()
    # The process dies between the commit that brings the task and the second try.
    world.server.app.state.committer.retry = _die
    await _plan_later(world)
    await world.server.stop()
    await world.server.start()
    await world.nothing_waits()
    await ana.pull()
    assert ana.view(LATER)["fields"]["answer/cleaning"]["value"] == "fail"


async def _die(*_: object) -> None:
    return


async def test_HE4_same_agenda_and_answer_in_one_group_meet(world: World) -> None:
    """The task is planned in the very group in which it is answered."""
    ana = await world.phone(ANA)
    ana.answer(LATER, "cleaning", "pass", plan=DAILY_CHECK)
    await asyncio.gather(_plan_later(world), ana.push())
    await world.nothing_waits()
    await ana.pull()
    assert ana.view(LATER)["fields"]["answer/cleaning"]["value"] == "pass"
    assert DAILY_LIST in ana.records


async def test_HE3_held_work_of_someone_shut_out_since_waits_for_a_person(world: World) -> None:
    ana = await world.phone(ANA)
    ana.answer(LATER, "cleaning", "fail", plan=DAILY_CHECK)
    await ana.sync()
    await disable_person(world.server.database, HARBOUR, ANA.id)
    await _plan_later(world)
    await world.server.app.state.caretaker.retry_waiting(HARBOUR)
    await asyncio.sleep(0.2)
    assert await world.rows("SELECT 1 FROM tasks WHERE id = $1", LATER) == []
    office = await world.office()
    assert [one["operation"] for one in (await office.get("held"))["held"]] == [ana.outbox[0].id]


async def test_TI10_clock_set_back_between_two_acts_is_still_known_when_the_held_one_joins(
    world: World,
) -> None:
    """Only the step between the two proves it: each by itself looks honest."""
    ana = await world.phone(ANA)
    ana.record(LATER, "item_noted", item="cleaning", note="积水")
    ana.clock.restart()
    ana.clock.offset_ms = -HOUR
    ana.record(LATER, "task_finished", finished_at=ana.clock.wall_ms())
    ana.clock.restart()
    ana.clock.offset_ms = 0
    await ana.sync()
    held = [one.outcome for one in ana.outbox]
    assert [(one["status"], one["time"]["set_back"]) for one in held] == [
        ("held", False),
        ("held", True),
    ]
    await _plan_later(world)
    await world.nothing_waits()
    rows = await world.rows("SELECT outcome FROM operations WHERE record_id = $1", LATER)
    told = [json.loads(row["outcome"])["time"].get("set_back", False) for row in rows]
    assert sorted(told) == [False, True]
