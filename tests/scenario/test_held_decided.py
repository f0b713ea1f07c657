"""What is held is decided by a person: applied as it is, applied changed, or set aside."""

import asyncio
from typing import Any

from backend.directory.authors import load_authors
from backend.kernel.identity import derived_id
from backend.sync import held, storage
from backend.sync.server_writer import office_submission
from tests.world.cast import ANA, BEN, DAILY_CHECK, DAILY_LIST, HARBOUR, HOUR, LAO_ZHOU, LIN, MINUTE
from tests.world.fixtures import World
from tests.world.held import (
    LATER,
    WHY,
    check_held_rows,
    decide,
    desk_of,
    guard_finds,
    held_states,
    plan_later,
)


async def test_HE6_guards_answer_is_applied_as_it_is_and_the_score_counts_it(world: World) -> None:
    guard, _, entry = await guard_finds(world)
    office = await world.office()
    before = await office.score()
    [row] = await desk_of(office)
    assert row["choices"] == ["apply", "change", "set_aside"]
    assert (row["item"], row["item_text"]["en"] != "", row["body"]["answer"]) == (
        "cleaning",
        True,
        "fail",
    )
    outcome = await decide(office, row, "held_applied")
    assert outcome["status"] == "accepted"
    [logged] = await world.rows("SELECT * FROM operations WHERE id = $1", entry.id)
    assert logged["content"].encode() == entry.text
    assert (logged["person_id"], logged["caused_by"]) == (LAO_ZHOU.id, outcome["id"])
    assert (logged["best_ms"], logged["time_class"]) == (
        entry.outcome["time"]["best_ms"],
        entry.outcome["time"]["time_class"],
    )
    await world.server.scores_settle()
    assert float(await office.score()) < float(before or 100)
    [again] = await guard.push([entry])
    assert (again["status"], again["position"]) == ("duplicate", logged["position"])
    assert again["held"] == row["id"]
    await guard.pull()
    decided = (await office.get("held"))["decided"]
    assert [(one["state"], one["result"]) for one in decided] == [("applied", entry.id)]
    assert decided[0]["decisions"][0]["reason"] == WHY
    assert await desk_of(office) == []
    await check_held_rows(world)


async def test_HE6_own_later_edit_stands_over_what_was_held_before_it(world: World) -> None:
    ana = await world.phone(ANA)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    strange = derived_id("checklist", "nobody knows")
    ana.record(task, "item_answered", item="cleaning", answer="fail", checklist=strange)
    world.clock.advance(MINUTE)
    ana.answer(task, "cleaning", "pass", plan=DAILY_CHECK)
    await ana.sync()
    office = await world.office()
    [row] = await desk_of(office)
    assert row["problem"]["code"] == "checklist_unknown"
    assert (await decide(office, row, "held_applied"))["status"] == "accepted"
    await ana.pull()
    assert ana.view(task)["fields"]["answer/cleaning"]["value"] == "pass"
    await check_held_rows(world)


async def test_HE8_unreadable_answer_is_applied_changed_in_the_deciders_name(world: World) -> None:
    ana = await world.phone(ANA)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    world.clock.advance(HOUR)
    entry = ana.record(task, "item_answered", item="cleaning", answer="bad", checklist=DAILY_LIST)
    recorded_ms = world.clock.now_ms()
    world.clock.advance(HOUR)
    await ana.sync()
    assert entry.outcome["problem"]["code"] == "operation_malformed"
    office = await world.office()
    [row] = await desk_of(office)
    assert row["never"]["zh"]
    assert "apply" not in row["choices"]
    refused = await decide(office, row, "held_applied")
    assert (refused["status"], refused["problem"]["code"]) == ("set_aside", "held_not_applicable")
    body = {"kind": "item_answered", "item": "cleaning", "checklist": DAILY_LIST}
    wrong = await decide(office, row, "held_changed", record=task, body={**body, "answer": "x"})
    assert (wrong["status"], wrong["problem"]["code"]) == ("set_aside", "operation_malformed")
    assert len(await desk_of(office)) == 1
    done = await decide(office, row, "held_changed", record=task, body={**body, "answer": "fail"})
    assert done["status"] == "accepted"
    [shown] = (await office.get("held"))["decided"]
    [logged] = await world.rows("SELECT * FROM operations WHERE id = $1", shown["result"])
    assert (logged["person_id"], logged["caused_by"]) == (LIN.id, done["id"])
    assert logged["earliest_ms"] <= recorded_ms <= logged["latest_ms"]
    assert logged["latest_ms"] < world.clock.now_ms()
    assert f'"stands_for":"{row["id"]}"' in logged["content"]
    [told] = await ana.push([entry])
    assert (told["status"], told["problem"]["code"]) == ("set_aside", "decided_changed")
    await ana.pull()
    assert ana.records[task]["fields"]["answer/cleaning"]["value"] == "fail"
    await check_held_rows(world)


async def test_HE9_set_aside_taken_up_and_applied(world: World) -> None:
    guard, _, entry = await guard_finds(world)
    office = await world.office()
    [row] = await desk_of(office)
    assert (await decide(office, row, "held_set_aside"))["status"] == "accepted"
    assert await desk_of(office) == []
    [told] = await guard.push([entry])
    assert (told["status"], told["problem"]["code"]) == ("set_aside", "decided_set_aside")
    [aside] = (await office.get("held"))["decided"]
    assert aside["choices"] == ["take_up"]
    assert (await decide(office, aside, "held_taken_up"))["status"] == "accepted"
    [told] = await guard.push([entry])
    assert (told["status"], told["problem"]["code"]) == ("held", "not_allowed")
    [again] = await desk_of(office)
    assert [one["choice"] for one in again["decisions"]] == ["set_aside", "take_up"]
    assert (await decide(office, again, "held_applied"))["status"] == "accepted"
    assert await held_states(world) == ["applied"]
    await guard.pull()
    await check_held_rows(world)


async def test_HE9_author_sets_own_aside_on_the_phone_and_takes_it_up_again(world: World) -> None:
    guard, _, entry = await guard_finds(world)
    held = entry.outcome["held"]
    guard.record(held, "held_set_aside", author=LAO_ZHOU.id, reason="点错了")
    await guard.sync()
    assert guard.outbox[-1].outcome["status"] == "accepted"
    assert await held_states(world) == ["set_aside"]
    # The record of the decision reaches its author, whose role may hold none of its kind (HE13).
    assert guard.records[held]["fields"]["state"]["value"] == "set_aside"
    guard.record(held, "held_taken_up", author=LAO_ZHOU.id, reason="没点错")
    await guard.sync()
    assert await held_states(world) == ["waiting"]
    office = await world.office()
    [row] = await desk_of(office)
    await decide(office, row, "held_set_aside")
    for kind in ("held_applied", "held_taken_up"):
        guard.record(held, kind, author=LAO_ZHOU.id, reason="自己来")
        await guard.sync()
        outcome = guard.outbox[-1].outcome
        assert (outcome["status"], outcome["problem"]["code"]) == ("set_aside", "not_allowed")
    await check_held_rows(world)


async def test_HE3_predecessor_arrives_while_the_desk_has_it_open(world: World) -> None:
    ana = await world.phone(ANA)
    ana.answer(LATER, "cleaning", "fail", plan=DAILY_CHECK)
    await ana.sync()
    office = await world.office()
    [row] = await desk_of(office)
    assert row["problem"]["code"] == "task_unknown"
    await plan_later(world)
    await world.nothing_waits()
    late = await decide(office, row, "held_set_aside")
    assert (late["status"], late["problem"]["code"]) == ("set_aside", "held_decided")
    assert late["problem"]["details"]["decided"] == "applied"
    await ana.pull()
    assert ana.view(LATER)["fields"]["answer/cleaning"]["value"] == "fail"
    await check_held_rows(world)


async def test_HE9_same_decision_twice_is_one(world: World) -> None:
    _, _, entry = await guard_finds(world)
    office = await world.office()
    [row] = await desk_of(office)
    asked = {
        "request": derived_id("act", "twice"),
        "record": row["id"],
        "body": {"kind": "held_applied", "author": row["person"]["id"], "reason": WHY},
    }
    replies = [await office.browser.post("/api/office/operations", json=asked) for _ in range(2)]
    statuses = [one.json()["outcomes"][0]["status"] for one in replies]
    assert statuses == ["accepted", "duplicate"]
    rows = await world.rows("SELECT 1 FROM operations WHERE id = $1", entry.id)
    assert len(rows) == 1
    await check_held_rows(world)


async def test_HE9_two_clerks_decide_at_once_and_one_is_told_what_was_decided(
    world: World,
) -> None:
    await guard_finds(world)
    lin, also = await world.office(), await world.office()
    [row] = await desk_of(lin)
    also._acts = 100  # another request of another window
    outcomes = await asyncio.gather(
        decide(lin, row, "held_applied"), decide(also, row, "held_set_aside")
    )
    assert sorted(one["status"] for one in outcomes) == ["accepted", "set_aside"]
    [refused] = [one for one in outcomes if one["status"] == "set_aside"]
    assert refused["problem"]["code"] == "held_decided"
    # The one that came second is kept whole, asks nobody, and is answered the same again.
    assert sorted(await held_states(world)) in (
        ["applied", "set_aside"],
        ["set_aside", "set_aside"],
    )
    assert await desk_of(lin) == []
    await check_held_rows(world)


async def test_HE9_server_that_dies_in_a_decision_has_done_both_or_neither(
    world: World, monkeypatch: Any
) -> None:
    _, _, entry = await guard_finds(world)
    office = await world.office()
    [row] = await desk_of(office)
    asked = {
        "request": derived_id("act", "dies"),
        "record": row["id"],
        "body": {"kind": "held_applied", "author": row["person"]["id"], "reason": WHY},
    }
    write, died = storage.write_group, asyncio.Event()

    async def die(*_: Any) -> Any:
        died.set()
        await asyncio.sleep(60)

    monkeypatch.setattr(storage, "write_group", die)
    request = asyncio.create_task(office.browser.post("/api/office/operations", json=asked))
    await died.wait()
    request.cancel()
    for task in list(world.server.app.state.committer._tasks.values()):
        task.cancel()
    monkeypatch.setattr(storage, "write_group", write)
    await world.server.stop(at_once=True)
    await world.server.start()
    assert await world.rows("SELECT 1 FROM operations WHERE id = $1", entry.id) == []
    assert await held_states(world) == ["waiting"]
    reply = await office.browser.post("/api/office/operations", json=asked)
    assert reply.json()["outcomes"][0]["status"] == "accepted"
    assert await held_states(world) == ["applied"]
    assert len(await world.rows("SELECT 1 FROM operations WHERE id = $1", entry.id)) == 1
    await check_held_rows(world)


async def test_HE9_answer_lost_after_the_commit_leaves_one_decision_and_one_effect(
    world: World,
) -> None:
    _, _, entry = await guard_finds(world)
    office = await world.office()
    [row] = await desk_of(office)
    asked = {
        "request": derived_id("act", "lost"),
        "record": row["id"],
        "body": {"kind": "held_applied", "author": row["person"]["id"], "reason": WHY},
    }
    await office.browser.post("/api/office/operations", json=asked)
    await world.server.stop(at_once=True)
    await world.server.start()
    await world.server.app.state.caretaker.round()
    reply = await office.browser.post("/api/office/operations", json=asked)
    assert reply.json()["outcomes"][0]["status"] == "duplicate"
    assert await held_states(world) == ["applied"]
    assert len(await world.rows("SELECT 1 FROM operations WHERE id = $1", entry.id)) == 1
    await check_held_rows(world)


async def test_HE8_second_text_under_one_number_is_applied_changed(world: World) -> None:
    ana = await world.phone(ANA)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    first = ana.answer(task, "cleaning", "pass", plan=DAILY_CHECK)
    await ana.sync()
    other = first.text.replace(b'"pass"', b'"fail"')
    reply = await ana.send(other)
    assert reply.json()["outcomes"][0]["problem"]["code"] == "identity_clash"
    office = await world.office()
    [row] = await desk_of(office)
    assert (row["clashes_with"], row["choices"]) == (first.id, ["change", "set_aside"])
    refused = await decide(office, row, "held_applied")
    assert refused["problem"]["code"] == "held_not_applicable"
    done = await decide(office, row, "held_changed", record=task, body=row["body"])
    assert done["status"] == "accepted"
    await ana.pull()
    assert ana.view(task)["fields"]["answer/cleaning"]["value"] == "fail"
    [again] = await ana.push([first])
    assert again["status"] == "duplicate"
    await check_held_rows(world)


async def test_HE12_what_nobody_decided_in_time_stands_first_and_stays(world: World) -> None:
    _, _, entry = await guard_finds(world)
    by_ms = entry.outcome["decide_by_ms"]
    assert by_ms == world.clock.now_ms() + 72 * HOUR
    world.clock.advance(73 * HOUR)
    ben = await world.phone(BEN)
    ben.answer(LATER, "cleaning", "fail", plan=DAILY_CHECK)
    await ben.sync()
    await world.server.app.state.caretaker.round()
    office = await world.office()
    assert [(one["operation"], one["overdue"]) for one in await desk_of(office)] == [
        (entry.id, True),
        (ben.outbox[0].id, False),
    ]


async def test_HE3_what_wanted_a_right_joins_once_it_is_granted(world: World) -> None:
    _, _, entry = await guard_finds(world)
    await world.server.database.run(
        "UPDATE memberships SET role = 'quality_inspector'"
        " WHERE organization_id = $1 AND person_id = $2",
        HARBOUR,
        LAO_ZHOU.id,
    )
    await world.server.app.state.caretaker.retry_waiting(HARBOUR)
    await world.nothing_waits()
    assert len(await world.rows("SELECT 1 FROM operations WHERE id = $1", entry.id)) == 1


async def test_HE3_what_was_set_aside_is_not_tried_again_by_itself(world: World) -> None:
    ana = await world.phone(ANA)
    ana.answer(LATER, "cleaning", "fail", plan=DAILY_CHECK)
    await ana.sync()
    office = await world.office()
    [row] = await desk_of(office)
    await decide(office, row, "held_set_aside")
    await plan_later(world)
    await world.server.app.state.caretaker.retry_waiting(HARBOUR)
    assert await held_states(world) == ["set_aside"]
    [aside] = (await office.get("held"))["decided"]
    await decide(office, aside, "held_taken_up")
    await world.nothing_waits()
    assert await held_states(world) == ["applied"]
    await ana.sync()
    await check_held_rows(world)


async def test_HE9_decision_stands_over_a_second_try_in_the_same_commit(world: World) -> None:
    _, _, entry = await guard_finds(world)
    database, committer = world.server.database, world.server.app.state.committer
    lin = (await load_authors(database, HARBOUR, [LIN.id]))[LIN.id]
    body = {"kind": "held_set_aside", "author": LAO_ZHOU.id, "reason": WHY}
    now_ms, held_id = world.clock.now_ms(), entry.outcome["held"]
    decision = office_submission(
        lin, derived_id("act", "one group"), held_id, body, now_ms, based_on=0, saw_stamp=0
    )
    portions = held.resubmissions(database, HARBOUR, ["right:answer_items"])
    [again] = [portion async for portion in portions]
    assert len(again) == 1
    await committer._try(HARBOUR, [*again, decision, *again])
    assert await held_states(world) == ["set_aside"]
    assert await world.rows("SELECT 1 FROM operations WHERE id = $1", entry.id) == []
    await check_held_rows(world)
