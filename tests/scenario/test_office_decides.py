"""Two inspectors differ, the office decides, and what comes later opens it again."""

import json
from typing import Any

import pytest

from backend.kernel.identity import derived_id
from tests.world.cast import (
    ANA,
    BEN,
    CLEO,
    DAILY_CHECK,
    DAY,
    DING,
    HARBOUR_MALL,
    LIN,
    MALLORY,
    MINUTE,
    REPAIR_CHECK,
    SOL,
    WEI,
    Person,
)
from tests.world.checkers import check_log
from tests.world.fixtures import World
from tests.world.office import Office
from tests.world.phone import Phone
from tests.world.rebuild import read_tables, rebuild_tables

ITEM = "cleaning"


async def differ(world: World, item: str = ITEM) -> tuple[Phone, Phone, str]:
    """Ben fails an item and Ana passes it, neither having seen the other's answer."""
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    world.clock.advance(MINUTE)
    ben.answer(task, item, "fail", plan=DAILY_CHECK)
    world.clock.advance(MINUTE)
    ana.answer(task, item, "pass", plan=DAILY_CHECK)
    world.clock.advance(MINUTE)
    await ana.sync()
    await ben.sync()
    await ana.pull()
    return ana, ben, task


def shown(phone: Phone, task: str, item: str = ITEM) -> dict[str, Any]:
    record = phone.view(task)
    assert record is not None
    field: dict[str, Any] = record["fields"][f"answer/{item}"]
    return field


async def make_inspector(world: World, person: Person) -> None:
    """Let somebody answer at the mall beside what they do elsewhere."""
    await world.server.database.run(
        "INSERT INTO memberships (organization_id, id, person_id, role, site_id)"
        " VALUES ($1, $2, $3, 'quality_inspector', $4)",
        person.organization,
        derived_id("membership", person.id),
        person.id,
        HARBOUR_MALL,
    )


async def states(world: World, table: str = "nonconformities") -> list[str]:
    return [row["state"] for row in await world.rows(f"SELECT state FROM {table} ORDER BY id")]


async def test_ME12_both_phones_see_what_the_office_decided(world: World) -> None:
    ana, ben, task = await differ(world)
    office = await world.office(LIN)
    outcome = await office.decide(await office.conflict(), "pass")
    assert outcome["status"] in ("accepted", "merged")
    for phone in (ana, ben):
        await phone.pull()
        field = shown(phone, task)
        decision = field["decisions"][field["decided"]]
        assert (field["value"], field["person"], "contested" in field) == ("pass", ANA.id, False)
        assert (decision["person"], decision["reason"]) == (LIN.id, "以复核照片为准")
        assert decision["signed"] == {"zh": "林晓", "en": "Lin"}
        assert {one["value"] for one in field["by"].values()} == {"pass", "fail"}
    assert await states(world, "conflicts") == ["settled"]
    listed = await office.get("conflicts")
    assert (listed["conflicts"], listed["open_count"]) == ([], 0)
    [decided] = listed["decided"]
    assert (decided["decision"]["value"], decided["decision"]["stands"]) == ("pass", True)
    assert decided["decision"]["person"]["id"] == LIN.id


async def test_ME13_late_third_answer_opens_it_again_and_nothing_is_lost(world: World) -> None:
    await make_inspector(world, DING)
    third = await world.phone(DING)
    ana, ben, task = await differ(world)
    third.answer(task, ITEM, "fail", plan=DAILY_CHECK)
    office = await world.office(LIN)
    await office.decide(await office.conflict(), "pass")
    await ben.pull()
    assert shown(ben, task)["value"] == "pass"
    world.clock.advance(MINUTE)
    await third.sync()
    for phone in (ana, ben, third):
        await phone.pull()
        field = shown(phone, task)
        assert (field["value"], field["contested"], "decided" in field) == ("fail", True, False)
        assert len(field["decisions"]) == 1
    seen = await office.conflict()
    assert seen["decision"]["stands"] is False
    assert [one["answer"] for one in seen["sides"]] == ["fail", "pass", "fail"]
    assert [len(one["operations"]) for one in seen["choices"]] == [2, 1]
    await office.decide(seen, "pass")
    await ana.pull()
    assert shown(ana, task)["value"] == "pass"
    await check_log(world.server.database)


async def test_ME13_who_contradicts_the_office_with_open_eyes_is_seen_on_the_desk(
    world: World,
) -> None:
    _, ben, task = await differ(world)
    office = await world.office(LIN)
    await office.decide(await office.conflict(), "pass")
    await ben.pull()
    world.clock.advance(MINUTE)
    ben.answer(task, ITEM, "fail", plan=DAILY_CHECK)
    await ben.sync()
    assert shown(ben, task)["value"] == "fail"
    assert (await office.conflict())["decision"]["stands"] is False


async def test_ME14_undone_the_worst_stands_again_and_the_conflict_is_open(world: World) -> None:
    ana, _, task = await differ(world)
    office = await world.office(LIN)
    await office.decide(await office.conflict(), "pass")
    [decided] = (await office.get("conflicts"))["decided"]
    outcome = await office.undo(decided)
    assert outcome["status"] in ("accepted", "merged")
    await ana.pull()
    field = shown(ana, task)
    assert (field["value"], field["contested"], "decided" in field) == ("fail", True, False)
    assert (await office.conflict())["decision"] is None
    again = await office.undo(decided)
    assert (again["status"], again["problem"]["code"]) == ("set_aside", "decision_unknown")
    await check_log(world.server.database)


async def test_ME17_finding_and_score_follow_each_decision_and_its_undoing(world: World) -> None:
    await differ(world)
    office = await world.office(LIN)
    assert await states(world) == ["open"]
    assert await office.score() == "99.00"
    seen = await office.conflict()
    await office.decide(seen, "pass")
    assert await states(world) == ["withdrawn"]
    assert await office.score() == "100.00"
    [answer] = await world.rows("SELECT answer, contested, person_id FROM answers")
    assert tuple(answer) == ("pass", False, ANA.id)
    [decided] = (await office.get("conflicts"))["decided"]
    await office.undo(decided)
    assert await states(world) == ["open"]
    assert await office.score() == "99.00"
    await office.decide(await office.conflict(), "fail")
    assert await states(world) == ["open"]
    assert await office.score() == "99.00"
    await check_log(world.server.database)


async def test_ME17_each_choice_says_beforehand_what_the_score_becomes(world: World) -> None:
    _, _, task = await differ(world)
    office = await world.office(LIN)
    seen = await office.conflict()
    foretold = {
        one["value"]: (one["scores"][0]["score_now"], one["scores"][0]["score_then"])
        for one in seen["choices"]
    }
    assert foretold == {"pass": ("99.00", "100.00"), "fail": ("99.00", "99.00")}
    assert seen["scored"] is True
    before = await read_tables(world.server.database)
    await office.get("conflicts")
    assert await read_tables(world.server.database) == before
    assert await office.score() == "99.00"
    for value in ("pass", "fail"):
        await office.decide(seen, value)
        assert await office.score() == foretold[value][1]
    rows = await world.rows("SELECT answer FROM answers WHERE task_id = $1", task)
    assert [row["answer"] for row in rows] == ["fail"]


async def test_ME17_a_decision_moves_the_month_of_the_answer_not_todays(world: World) -> None:
    await differ(world)
    world.clock.advance(20 * DAY)
    office = await world.office(LIN)
    assert await office.score("2026-11") == "99.00"
    await office.decide(await office.conflict(), "pass")
    assert await office.score("2026-11") == "100.00"
    assert (await office.get("scorecards", month="2026-12"))["scorecards"] == []


async def test_ME17_confirmed_finding_of_a_self_check_keeps_its_month_when_it_comes_back(
    world: World,
) -> None:
    """A finding withdrawn by a decision and brought back by its undoing was found when it was."""
    wei, sol = await world.phone(WEI), await world.phone(SOL)
    task = wei.tasks(REPAIR_CHECK)["2026-11-17"]
    wei.answer(task, "orders_logged", "fail", plan=REPAIR_CHECK)
    world.clock.advance(MINUTE)
    sol.answer(task, "orders_logged", "pass", plan=REPAIR_CHECK)
    await wei.sync()
    await sol.sync()
    office = await world.office(LIN)
    await office.decide(await office.conflict(), "pass")
    world.clock.advance(20 * DAY)
    [decided] = (await office.get("conflicts"))["decided"]
    await office.undo(decided)
    [finding] = await world.rows("SELECT id, found_by FROM nonconformities")
    assert finding["found_by"] == WEI.id
    await office.act(finding["id"], "nonconformity_confirmed", confirmed_at=world.clock.now_ms())
    facts = await world.server.app.state.facts[1](
        world.server.database.pool, LIN.organization, await site_of(world), 0, 2**52
    )
    assert [one.captured.best_ms for one in facts] == [wei.outbox[0].outcome["time"]["best_ms"]]


async def site_of(world: World) -> str:
    [row] = await world.rows("SELECT site_id FROM nonconformities")
    site: str = row["site_id"]
    return site


async def test_LO4_rebuild_gives_the_same_rows_after_decisions(world: World) -> None:
    _, ben, task = await differ(world)
    office = await world.office(LIN)
    await office.decide(await office.conflict(), "pass")
    [decided] = (await office.get("conflicts"))["decided"]
    await office.undo(decided)
    await office.decide(await office.conflict(), "pass")
    ben.answer(task, "greening", "fail", plan=DAILY_CHECK)
    await ben.sync()
    before = await read_tables(world.server.database)
    await rebuild_tables(world.server.database)
    assert await read_tables(world.server.database) == before


async def test_two_texts_are_put_together(world: World) -> None:
    ana, ben, task = await differ(world)
    ben.record(task, "item_noted", item=ITEM, note="东侧积水")
    ana.record(task, "item_noted", item=ITEM, note="西侧积水")
    await ana.sync()
    await ben.sync()
    office = await world.office(LIN)
    by_field = {one["field"]: one for one in (await office.get("conflicts"))["conflicts"]}
    note = by_field[f"note/{ITEM}"]
    assert (note["combines"], by_field[f"answer/{ITEM}"]["combines"]) == (True, False)
    assert [one["scores"] for one in note["choices"]] == [[], []]
    outcome = await office.decide(note, "东侧和西侧都积水")
    assert outcome["status"] in ("accepted", "merged")
    await ana.pull()
    assert ana.view(task)["fields"][f"note/{ITEM}"]["value"] == "东侧和西侧都积水"
    [row] = await world.rows("SELECT note FROM answers WHERE task_id = $1", task)
    assert row["note"] == "东侧和西侧都积水"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"between": ["someone:1"]}, "decision_outdated"),
        ({"field": "answer/no such item"}, "conflict_unknown"),
        ({"field": "state"}, "conflict_unknown"),
        ({"field": "evidence/cleaning"}, "conflict_unknown"),
        ({"value": "not_applicable"}, "decision_value_wrong"),
        ({"value": None}, "decision_value_wrong"),
        ({"value": {"answer": "pass"}}, "decision_value_wrong"),
        ({"signed": {"zh": "总经理"}}, "operation_malformed"),
    ],
)
async def test_ME16_a_decision_that_does_not_fit_is_set_aside_with_its_problem(
    world: World, changed: dict[str, Any], code: str
) -> None:
    ana, _, task = await differ(world)
    office = await world.office(LIN)
    outcome = await office.decide(await office.conflict(), changed.pop("value", "pass"), **changed)
    assert (outcome["status"], outcome["problem"]["code"]) == ("set_aside", code)
    await ana.pull()
    assert shown(ana, task)["value"] == "fail"
    [held] = await world.rows("SELECT content FROM held_operations")
    assert json.loads(held["content"])["body"]["kind"] == "conflict_decided"


async def test_ME16_somebody_added_to_it_meanwhile(world: World) -> None:
    _, ben, task = await differ(world)
    office = await world.office(LIN)
    seen = await office.conflict()
    world.clock.advance(MINUTE)
    ben.answer(task, ITEM, "not_applicable", plan=DAILY_CHECK)
    await ben.sync()
    outcome = await office.decide(seen, "pass")
    assert outcome["problem"]["code"] == "decision_outdated"
    assert (await office.get("conflicts"))["open_count"] == 0, "Ben had seen what Ana answered"


async def test_ME16_nobody_decides_without_the_right_or_in_their_own_cause(world: World) -> None:
    await differ(world)
    clerk, inspector = await world.office(LIN), await world.office(ANA)
    seen = await inspector.conflict()
    assert seen["hindrance"]["code"] == "not_allowed"
    outcome = await inspector.decide(seen, "pass")
    assert outcome["problem"]["details"] == {"right": "decide_conflicts"}
    assert (await clerk.conflict())["hindrance"] is None
    assert await states(world, "conflicts") == ["open"]


async def test_ME16_whoever_gave_one_of_the_answers_does_not_decide(world: World) -> None:
    await make_inspector(world, LIN)
    lin, ben = await world.phone(LIN), await world.phone(BEN)
    task = ben.tasks(DAILY_CHECK)["2026-11-17"]
    ben.answer(task, ITEM, "fail", plan=DAILY_CHECK)
    lin.answer(task, ITEM, "pass", plan=DAILY_CHECK)
    await ben.sync()
    await lin.sync()
    assert [one.outcome["status"] for one in lin.outbox] == ["merged"]
    office = await world.office(LIN)
    seen = await office.conflict()
    assert seen["hindrance"]["code"] == "own_cause"
    outcome = await office.decide(seen, "pass")
    assert (outcome["status"], outcome["problem"]["code"]) == ("set_aside", "own_cause")


async def test_a_decision_on_nothing_or_on_another_kind_of_record_is_kept_and_does_nothing(
    world: World,
) -> None:
    _, _, task = await differ(world)
    office = await world.office(LIN)
    seen = await office.conflict()
    cases: tuple[tuple[dict[str, Any], dict[str, Any], str, str], ...] = (
        ({"record": "f" * 32}, {}, "set_aside", "record_unknown"),
        ({"record_kind": "nonconformity"}, {}, "set_aside", "record_kind_wrong"),
        # What cannot even be read as a decision waits for somebody, as anything unread does.
        ({"record_kind": "*"}, {}, "held", "record_kind_wrong"),
        ({"record_kind": ""}, {}, "held", "record_kind_wrong"),
        ({}, {"reason": ""}, "held", "operation_malformed"),
        ({}, {"between": []}, "held", "operation_malformed"),
    )
    for wrong, changed, status, code in cases:
        outcome = await office.decide({**seen, **wrong}, "pass", **changed)
        assert (outcome["status"], outcome["problem"]["code"]) == (status, code)
    assert task == seen["record"]
    assert await states(world, "conflicts") == ["open"]


async def test_of_what_nobody_disputes_nothing_is_decided(world: World) -> None:
    ana = await world.phone(ANA)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    ana.answer(task, ITEM, "fail", plan=DAILY_CHECK)
    await ana.sync()
    office = await world.office(LIN)
    lone = {
        "record": task,
        "record_kind": "task",
        "field": f"answer/{ITEM}",
        "sides": [{"operation": ana.outbox[0].id}],
    }
    outcome = await office.decide(lone, "fail")
    assert (outcome["status"], outcome["problem"]["code"]) == ("set_aside", "conflict_unknown")


async def test_the_same_request_sent_twice_is_one_decision(world: World) -> None:
    ana, _, task = await differ(world)
    office = await world.office(LIN)
    seen = await office.conflict()
    first = await office.decide(seen, "pass")
    office._acts -= 1
    again = await office.decide(seen, "pass")
    assert (first["id"], again["status"]) == (again["id"], "duplicate")
    await ana.pull()
    assert len(shown(ana, task)["decisions"]) == 1


async def test_another_site_s_people_see_no_conflict(world: World) -> None:
    await differ(world)
    stranger = await world.phone(CLEO)
    reply = await stranger.browser.get("/api/office/conflicts")
    assert reply.status_code == 403
    assert await another_desk_is_empty(world)


async def another_desk_is_empty(world: World) -> bool:
    office: Office = await world.office(MALLORY)
    listed = await office.get("conflicts")
    return (listed["conflicts"], listed["decided"], listed["open_count"]) == ([], [], 0)


@pytest.mark.parametrize("does", ["decides", "takes back"])
async def test_ME16_who_is_assessed_decides_nothing_on_the_assessment(
    world: World, does: str
) -> None:
    """The project manager may decide conflicts, but no assessor's answers on the own project."""
    await world.server.database.run(
        "UPDATE memberships SET role = 'project_manager'"
        " WHERE organization_id = $1 AND person_id = $2",
        SOL.organization,
        SOL.id,
    )
    await differ(world)
    manager, clerk = await world.office(SOL), await world.office(LIN)
    seen = await manager.conflict()
    assert seen["hindrance"]["details"] == {"right": "confirm_finding"}
    if does == "decides":
        outcome = await manager.decide(seen, "pass")
    else:
        await clerk.decide(await clerk.conflict(), "pass")
        [seen] = (await manager.get("conflicts"))["decided"]
        outcome = await manager.undo(seen)
    assert outcome["status"] == "set_aside"
    assert outcome["problem"]["details"] == {"right": "confirm_finding"}
    assert await states(world, "conflicts") == ["open" if does == "decides" else "settled"]


async def test_ME16_who_is_assessed_does_not_settle_how_grave_a_finding_is(world: World) -> None:
    await world.server.database.run(
        "UPDATE memberships SET role = 'project_manager'"
        " WHERE organization_id = $1 AND person_id = $2",
        SOL.organization,
        SOL.id,
    )
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    ana.answer(task, ITEM, "fail", plan=DAILY_CHECK)
    await ana.sync()
    await ben.pull()
    [finding] = await world.rows("SELECT id FROM nonconformities")
    ana.record(finding["id"], "severity_judged", severity="serious")
    ben.record(finding["id"], "severity_judged", severity="minor")
    await ana.sync()
    await ben.sync()
    manager, clerk = await world.office(SOL), await world.office(LIN)
    seen = await manager.conflict()
    assert (seen["record_kind"], seen["hindrance"]["code"]) == ("nonconformity", "not_allowed")
    outcome = await manager.decide(seen, "minor")
    assert outcome["problem"]["details"] == {"right": "confirm_finding"}
    assert (await clerk.decide(await clerk.conflict(), "serious"))["status"] != "set_aside"
