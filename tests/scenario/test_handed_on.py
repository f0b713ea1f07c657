"""A check goes to another person, its maker to another site, its checklist to another version."""

from typing import Any

import msgspec

from backend.directory.actors import RoleAt
from backend.sync.server_writer import server_submission
from tests.world.cast import (
    ANA,
    BEN,
    DAILY_CHECK,
    DAILY_LIST,
    GUARD_CHECK,
    GUARD_LIST,
    HARBOUR,
    HARBOUR_MALL,
    HOUR,
    LAO_ZHOU,
    MINUTE,
    NORTH_GARDEN,
    SOL,
    WEI,
)
from tests.world.checkers import check_cursor, check_log
from tests.world.fixtures import World
from tests.world.held import check_held_rows, decide, desk_of
from tests.world.phone import Phone
from tests.world.rights import grant

TODAY = "2026-11-17"
NEW_LIST = "6" * 32
GUARD_TOO = RoleAt("patrol_guard", HARBOUR_MALL)


async def _two_guards(world: World) -> tuple[Phone, Phone, Phone, str]:
    """Give Lao Zhou's, Wei's and Sol's phones and today's check of the guards."""
    await grant(world, WEI, GUARD_TOO)
    zhou, wei, sol = [await world.phone(one) for one in (LAO_ZHOU, WEI, SOL)]
    return zhou, wei, sol, zhou.tasks(GUARD_CHECK)[TODAY]


def _answer(phone: Phone, task: str, item: str, answer: str = "pass") -> None:
    phone.answer(task, item, answer, plan=GUARD_CHECK)


def _hand_to(phone: Phone, task: str, person: str) -> Any:
    return phone.record(task, "task_transferred", assignee=person, transfer_reason="临时顶岗")


async def _line(world: World, task: str) -> dict[str, Any]:
    office = await world.office()
    line: dict[str, Any] = (await office.get(f"tasks/{task}"))["line"]
    return line


async def test_check_handed_on_while_it_is_being_done_loses_nothing_of_either(
    world: World,
) -> None:
    zhou, wei, sol, task = await _two_guards(world)
    world.clock.advance(MINUTE)
    zhou.record(task, "task_started", checklist=GUARD_LIST, started_at=zhou.clock.wall_ms())
    _answer(zhou, task, "at_post")
    world.clock.advance(MINUTE)
    _hand_to(sol, task, WEI.id)
    await sol.sync()
    await wei.pull()
    assert wei.records[task]["fields"]["assignee"]["value"] == WEI.id
    _answer(wei, task, "plaza", "fail")
    await wei.sync()
    world.clock.advance(MINUTE)
    _answer(zhou, task, "entrances")  # he has not heard of it
    await zhou.sync()
    wei.record(task, "task_finished", finished_at=wei.clock.wall_ms())
    await wei.sync()
    await zhou.pull()
    assert zhou.records[task] == wei.records[task]
    fields = zhou.records[task]["fields"]
    told = {name: state["person"] for name, state in fields.items() if "answer/" in name}
    assert told == {
        "answer/at_post": LAO_ZHOU.id, "answer/plaza": WEI.id, "answer/entrances": LAO_ZHOU.id,
    }  # fmt: skip
    assert (fields["started_at"]["person"], fields["finished_at"]["person"]) == (
        LAO_ZHOU.id,
        WEI.id,
    )
    for phone in (zhou, wei, sol):
        assert all(one.outcome["problem"] is None for one in phone.outbox if one.outcome)
        await phone.pull()
        await check_cursor(world.server.database, phone)
    assert not await world.rows("SELECT 1 FROM held_operations")
    assert not await world.rows("SELECT 1 FROM conflicts")
    line = await _line(world, task)
    assert (line["assignee"]["id"], line["person"]["id"], line["stand_in"]) == (
        WEI.id,
        WEI.id,
        False,
    )
    await check_log(world.server.database)


async def test_check_finished_by_whoever_had_not_heard_counts_and_says_so(world: World) -> None:
    zhou, _, sol, task = await _two_guards(world)
    _hand_to(sol, task, WEI.id)
    await sol.sync()
    world.clock.advance(MINUTE)
    _answer(zhou, task, "plaza")
    zhou.record(task, "task_finished", finished_at=zhou.clock.wall_ms())
    await zhou.sync()
    assert {one.outcome["problem"] for one in zhou.outbox} == {None}
    line = await _line(world, task)
    assert (line["state"], line["verdict"]) == ("finished", "within")
    assert (line["person"]["id"], line["assignee"]["id"], line["stand_in"]) == (
        LAO_ZHOU.id,
        WEI.id,
        True,
    )


async def test_check_is_handed_on_by_whose_it_is_and_by_nobody_else(world: World) -> None:
    zhou, wei, sol, task = await _two_guards(world)
    other = zhou.tasks(GUARD_CHECK)["2026-11-18"]
    _answer(zhou, task, "plaza")
    first = _hand_to(zhou, task, WEI.id)
    free = _hand_to(wei, other, WEI.id)
    await zhou.sync()
    await wei.sync()
    assert first.outcome["status"] == free.outcome["status"] == "accepted"
    back = _hand_to(zhou, task, LAO_ZHOU.id)
    await zhou.sync()
    assert (back.outcome["status"], back.outcome["problem"]["code"]) == ("held", "not_allowed")
    world.clock.advance(MINUTE)
    on = _hand_to(wei, task, SOL.id)
    await wei.sync()
    assert on.outcome["status"] in ("accepted", "merged")
    stranger = await world.phone(ANA)
    world.clock.advance(MINUTE)
    stranger_may = _hand_to(stranger, task, LAO_ZHOU.id)
    await stranger.sync()
    assert stranger_may.outcome["status"] in ("accepted", "merged"), "who assigns work may"
    nobody = _hand_to(sol, task, "c" * 32)
    await sol.sync()
    assert (nobody.outcome["status"], nobody.outcome["problem"]["code"]) == (
        "held",
        "record_unknown",
    )
    await sol.pull()
    assert sol.records[task]["fields"]["assignee"]["value"] == LAO_ZHOU.id


async def test_check_of_named_people_done_by_another_counts_and_says_so(world: World) -> None:
    """Whoever is there does what is to be done; the plan's wish is shown, not enforced."""
    [row] = await world.rows("SELECT content FROM plans WHERE id = $1", DAILY_CHECK)
    plan = {**msgspec.json.decode(row["content"]), "checkers": [BEN.id]}
    world.clock.advance(MINUTE)
    body = {"kind": "plan_published", "plan": plan}
    submission = server_submission(HARBOUR, DAILY_CHECK, body, world.clock.now_ms())
    [outcome] = await world.server.app.state.committer.push(submission)
    assert outcome.status in ("accepted", "merged")
    for person, on, stand_in in ((ANA, TODAY, True), (BEN, "2026-11-18", False)):
        phone = await world.phone(person)
        task = phone.tasks(DAILY_CHECK)[on]
        phone.answer(task, "cleaning", "pass", plan=DAILY_CHECK)
        phone.record(task, "task_finished", finished_at=phone.clock.wall_ms())
        await phone.sync()
        assert {one.outcome["status"] for one in phone.outbox} == {"accepted"}
        assert (await _line(world, task))["stand_in"] is stand_in
    untouched = (await world.phone(ANA)).tasks(DAILY_CHECK)["2026-11-19"]
    assert (await _line(world, untouched))["stand_in"] is False


async def test_person_moved_to_another_site_keeps_unsent_work_until_the_office_lets_it_in(
    world: World,
) -> None:
    ana = await world.phone(ANA)
    task = ana.tasks(DAILY_CHECK)[TODAY]
    world.clock.advance(HOUR)
    ana.answer(task, "cleaning", "fail", plan=DAILY_CHECK)
    ana.record(task, "task_finished", finished_at=ana.clock.wall_ms())
    recorded_ms = world.clock.now_ms()
    world.clock.advance(HOUR)
    await world.server.database.run(
        "UPDATE memberships SET site_id = $1 WHERE person_id = $2", NORTH_GARDEN, ANA.id
    )
    await ana.pull()
    assert ana.tasks(DAILY_CHECK) == {}, "the old site's working set leaves"
    assert ana.view(task)["fields"]["answer/cleaning"]["value"] == "fail", "own work does not"
    await ana.sync()
    told = [(one.outcome["status"], one.outcome["problem"]["code"]) for one in ana.outbox]
    assert told == [("held", "not_allowed"), ("held", "not_allowed")]
    office = await world.office()
    for row in sorted(await desk_of(office), key=lambda one: one["operation"]):
        assert row["person"]["id"] == ANA.id
        assert (await decide(office, row, "held_applied"))["status"] == "accepted"
    line = await _line(world, task)
    assert (line["state"], line["verdict"], line["person"]["id"]) == ("finished", "within", ANA.id)
    assert line["finished"]["best_ms"] == recorded_ms
    assert [one["status"] for one in await ana.push(ana.outbox)] == ["duplicate", "duplicate"]
    assert not await world.rows("SELECT 1 FROM conflicts")
    await check_held_rows(world)


async def test_checklist_that_changes_while_a_phone_is_offline_spoils_no_answer(
    world: World,
) -> None:
    """The new version has lost an item and got another; Ana works on by the old one."""
    ana, office = await world.phone(ANA), await world.office()
    task = ana.tasks(DAILY_CHECK)[TODAY]
    [row] = await world.rows("SELECT content FROM checklists WHERE id = $1", DAILY_LIST)
    old = msgspec.json.decode(row["content"])
    items = [one for one in old["items"] if one["id"] != "greening"]
    new = {**old, "version": 2, "items": [*items, {**items[0], "id": "lighting"}]}
    [row] = await world.rows("SELECT content FROM plans WHERE id = $1", DAILY_CHECK)
    plan = {**msgspec.json.decode(row["content"]), "checklist": NEW_LIST}
    assert (await office.act(NEW_LIST, "checklist_published", checklist=new))["position"]
    world.clock.advance(MINUTE)
    assert (await office.act(DAILY_CHECK, "plan_published", plan=plan))["position"]
    ben = await world.phone(BEN)
    ana.record(task, "task_started", checklist=DAILY_LIST, started_at=ana.clock.wall_ms())
    ana.answer(task, "greening", "fail", plan=DAILY_CHECK)
    ana.answer(task, "cleaning", "fail", plan=DAILY_CHECK)
    world.clock.advance(MINUTE)
    for item in ("cleaning", "lighting"):
        ben.record(task, "item_answered", item=item, checklist=NEW_LIST, answer="pass")
    await ben.sync()
    await ana.sync()
    await ben.pull()
    assert not await world.rows("SELECT 1 FROM held_operations")
    fields = ben.records[task]["fields"]
    answers = {name: state["value"] for name, state in fields.items() if "answer/" in name}
    assert answers == {
        "answer/greening": "fail", "answer/cleaning": "fail", "answer/lighting": "pass",
    }  # fmt: skip
    assert fields["checklist"]["value"] == DAILY_LIST
    conflicts = await world.rows("SELECT field FROM conflicts WHERE record_id = $1", task)
    assert [row["field"] for row in conflicts] == ["answer/cleaning"]
    logged = await world.rows(
        "SELECT content, person_id FROM operations WHERE record_id = $1 AND kind = 'item_answered'",
        task,
    )
    named = {
        (row["person_id"], msgspec.json.decode(row["content"])["body"]["checklist"])
        for row in logged
    }
    assert named == {(ANA.id, DAILY_LIST), (BEN.id, NEW_LIST)}
    shown = {one["item"]: one["answer"] for one in (await office.get(f"tasks/{task}"))["answers"]}
    assert shown["greening"] == "fail", "the office sees also what the new version has not got"
    assert shown["lighting"] == "pass"


async def test_two_inspectors_of_one_check_both_offline_make_one_record(world: World) -> None:
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    task = ana.tasks(DAILY_CHECK)[TODAY]
    for phone, items in ((ana, ("cleaning", "greening")), (ben, ("greening", "exterior"))):
        world.clock.advance(MINUTE)
        phone.record(task, "task_started", checklist=DAILY_LIST, started_at=phone.clock.wall_ms())
        for item in items:
            phone.answer(task, item, "pass", plan=DAILY_CHECK)
        phone.record(task, "task_finished", finished_at=phone.clock.wall_ms())
    await ben.sync()
    await ana.sync()
    await ben.pull()
    assert ana.records[task] == ben.records[task]
    assert not await world.rows("SELECT 1 FROM held_operations")
    assert not await world.rows("SELECT 1 FROM conflicts"), "they agree"
    line = await _line(world, task)
    assert (line["state"], line["answered"], line["failed"]) == ("finished", 3, 0)
    assert ana.records[task]["fields"]["started_at"]["person"] == ANA.id, "the first begins it"
