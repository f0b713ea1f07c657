"""An expired session or a revoked phone stops the sending, never the recording; nothing is lost."""

import pytest

from tests.world.cast import ANA, BEN, DAILY_CHECK, DAY, HOUR
from tests.world.checkers import check_cursor, check_equal_states
from tests.world.fixtures import World


@pytest.mark.parametrize("days", [31, 75])
async def test_work_of_a_phone_long_offline_arrives_whole_after_a_new_sign_in(
    world: World, days: int
) -> None:
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    tasks = ana.tasks(DAILY_CHECK)
    ana.answer(tasks["2026-11-17"], "cleaning", "fail", plan=DAILY_CHECK)
    world.clock.advance(9 * DAY)
    ana.answer(tasks["2026-11-26"], "cleaning", "fail", plan=DAILY_CHECK)
    ana.answer(tasks["2026-11-26"], "greening", "pass", plan=DAILY_CHECK)
    world.clock.advance((days - 9) * DAY)
    reply = await ana.send(b",".join(one.text for one in ana.waiting))
    assert (reply.status_code, reply.json()["code"]) == (401, "sign_in_needed")
    assert ana.take_outcomes(reply) == []
    assert len(ana.waiting) == 3
    await ana.sign_in()
    await ana.sync()
    assert {one.outcome["status"] for one in ana.outbox} == {"accepted"}
    assert await check_cursor(world.server.database, ana) > 5
    office = await world.office()
    assert await office.score("2026-11") == "98.00"
    await ben.sign_in()
    await ben.pull()
    check_equal_states([ana, ben])


async def test_next_person_on_the_phone_cannot_send_what_is_not_theirs(world: World) -> None:
    ana = await world.phone(ANA)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    ana.answer(task, "cleaning", "fail", plan=DAILY_CHECK)
    ana.person = BEN
    asked = {
        "user_name": BEN.user_name,
        "password": "a long password",
        "device": {"id": ana.device, "label": "shared"},
    }
    reply = await ana.browser.post("/api/session", json=asked)
    ana.browser.headers["x-roundsman-csrf"] = reply.json()["csrf"]
    refused = await ana.send(ana.outbox[0].text)
    assert (refused.status_code, refused.json()["code"]) == (403, "writer_not_yours")
    assert (await ana.browser.post("/api/writers", json={"writer": ana.writer})).status_code == 409
    ana.person = ANA
    await ana.sign_in()
    await ana.sync()
    [row] = await world.rows("SELECT person_id FROM operations WHERE id = $1", ana.outbox[0].id)
    assert row["person_id"] == ANA.id


async def test_revoked_phone_sends_again_after_its_person_signed_in_anew(world: World) -> None:
    ana, office = await world.phone(ANA), await world.office()
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    ana.answer(task, "cleaning", "pass", plan=DAILY_CHECK)
    assert (await office.browser.delete(f"/api/devices/{ana.device}")).status_code == 204
    reply = await ana.send(ana.outbox[0].text)
    assert reply.json()["code"] == "shut_out"
    world.clock.advance(HOUR)
    await ana.sign_in()
    await ana.sync()
    assert ana.waiting == []
