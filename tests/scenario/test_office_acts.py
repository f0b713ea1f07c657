"""What someone in the office does is one act, later than what it changes, whatever the clocks say."""

import json

from backend.kernel.identity import derived_id
from backend.sync.server_writer import server_submission
from tests.world.cast import DAILY_CHECK, GUARD_CHECK, HARBOUR, HOUR, LAO_ZHOU, MINUTE


async def plan_of(world, plan):
    rows = await world.rows("SELECT content FROM plans WHERE id = $1", plan)
    return json.loads(rows[0]["content"])


async def failed_self_check(world):
    zhou = await world.phone(LAO_ZHOU)
    task = zhou.tasks(GUARD_CHECK)["2026-11-17"]
    zhou.answer(task, "plaza", "fail", plan=GUARD_CHECK)
    await zhou.sync()
    return next(one["id"] for one in zhou.records.values() if one["kind"] == "nonconformity")


async def test_PU3_office_act_sent_again_after_a_lost_answer_is_the_same_act(world):
    finding = await failed_self_check(world)
    office = await world.office()
    statuses = []
    for at_ms in (5, 6):
        deed = {
            "request": derived_id("request", 1),
            "record": finding,
            "body": {"kind": "nonconformity_confirmed", "confirmed_at": at_ms},
        }
        reply = await office.browser.post("/api/office/operations", json=deed)
        statuses.append(reply.json()["outcomes"][0]["status"])
        world.clock.advance(1_500)
    assert statuses[0] in ("accepted", "merged")
    assert statuses[1] == "duplicate"
    assert await world.rows("SELECT 1 FROM held_operations") == []


async def test_the_same_request_for_another_record_is_another_act(world):
    finding = await failed_self_check(world)
    office = await world.office()
    request = derived_id("request", 2)
    for record, body in (
        (finding, {"kind": "nonconformity_confirmed", "confirmed_at": 5}),
        (finding, {"kind": "severity_judged", "severity": "general"}),
    ):
        deed = {"request": request, "record": record, "body": body}
        reply = await office.browser.post("/api/office/operations", json=deed)
        assert reply.json()["outcomes"][0]["status"] in ("accepted", "merged")


async def test_of_several_acts_in_one_millisecond_the_last_stands(world):
    office = await world.office()
    plan = await plan_of(world, DAILY_CHECK)
    for hour in range(6):
        changed = {**plan, "opens": f"0{hour}:00"}
        await office.act(DAILY_CHECK, "plan_published", plan=changed)
        assert (await plan_of(world, DAILY_CHECK))["opens"] == f"0{hour}:00"


async def test_what_the_server_publishes_stands_although_its_clock_went_back(world):
    plan = await plan_of(world, DAILY_CHECK)
    committer = world.server.app.state.committer
    world.clock.advance(HOUR)
    for opens in ("06:00", "07:00"):
        body = {"kind": "plan_published", "plan": {**plan, "opens": opens}}
        [outcome] = await committer.push(
            server_submission(HARBOUR, DAILY_CHECK, body, world.clock.now_ms())
        )
        assert outcome.status == "accepted"
        world.clock.advance(-10 * MINUTE)
    assert (await plan_of(world, DAILY_CHECK))["opens"] == "07:00"


async def test_TI10_clock_set_back_between_two_answers_is_seen(world):
    zhou = await world.phone(LAO_ZHOU)
    task = zhou.tasks(GUARD_CHECK)["2026-11-17"]
    world.clock.advance(HOUR)
    zhou.clock.restart()
    zhou.answer(task, "plaza", "pass", plan=GUARD_CHECK)
    world.clock.advance(MINUTE)
    zhou.clock.offset_ms = -2 * HOUR
    zhou.clock.restart()
    zhou.answer(task, "parking", "pass", plan=GUARD_CHECK)
    zhou.clock.offset_ms = 0
    zhou.clock.restart()
    world.clock.advance(MINUTE)
    await zhou.sync()
    assert [entry.outcome["time"]["set_back"] for entry in zhou.outbox] == [False, True]
