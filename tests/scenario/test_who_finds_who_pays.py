"""A guard's own check asks for a correction; only the assessor's word costs a point (S07)."""

from typing import Any

from tests.world.cast import ANA, DAILY_CHECK, GUARD_CHECK, HOUR, LAO_ZHOU, LIN, SOL, WEI
from tests.world.fixtures import World
from tests.world.phone import Phone


async def _guard_fails(world: World) -> tuple[Phone, str]:
    """Ana's check passes, so that the month is measured; Lao Zhou's own check finds a fault."""
    ana, zhou = await world.phone(ANA), await world.phone(LAO_ZHOU)
    ana.answer(ana.tasks(DAILY_CHECK)["2026-11-17"], "exterior", "pass", plan=DAILY_CHECK)
    await ana.sync()
    task = zhou.tasks(GUARD_CHECK)["2026-11-17"]
    zhou.answer(task, "plaza", "fail", plan=GUARD_CHECK)
    await zhou.sync()
    return zhou, task


def _finding(phone: Phone) -> dict[str, Any]:
    [finding] = [one for one in phone.records.values() if one["kind"] == "nonconformity"]
    return finding


async def test_self_check_opens_a_correction_and_costs_nothing(world: World) -> None:
    zhou, task = await _guard_fails(world)
    office = await world.office()
    assert await office.score() == "100.00"
    finding = _finding(zhou)
    assert finding["fields"]["state"]["value"] == "open"
    assert finding["fields"]["task"]["value"] == task
    assert finding["fields"]["found_by"]["value"] == LAO_ZHOU.id


async def test_confirmed_by_the_assessor_it_costs_one_point_and_the_guard_cannot_take_it_back(
    world: World,
) -> None:
    zhou, _ = await _guard_fails(world)
    office = await world.office()
    outcome = await office.act(
        _finding(zhou)["id"], "nonconformity_confirmed", confirmed_at=world.clock.now_ms()
    )
    assert outcome["status"] in ("accepted", "merged")
    card = await office.card()
    assert card["card"]["score"] == "99.00"
    zhou.answer(_finding(zhou)["fields"]["task"]["value"], "plaza", "pass", plan=GUARD_CHECK)
    await zhou.sync()
    assert _finding(zhou)["fields"]["state"]["value"] == "open"
    assert await office.score() == "99.00"


async def test_answer_corrected_before_anyone_confirmed_withdraws_the_finding(world: World) -> None:
    zhou, task = await _guard_fails(world)
    zhou.answer(task, "plaza", "pass", plan=GUARD_CHECK)
    await zhou.sync()
    assert _finding(zhou)["fields"]["state"]["value"] == "withdrawn"
    office = await world.office()
    outcome = await office.act(
        _finding(zhou)["id"], "nonconformity_confirmed", confirmed_at=world.clock.now_ms()
    )
    assert (outcome["status"], outcome["problem"]["code"]) == ("held", "finding_withdrawn")
    assert await office.score() == "100.00"


async def test_answer_that_fails_again_reopens_the_finding(world: World) -> None:
    ana = await world.phone(ANA)
    office = await world.office()
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    for answer, state, score in (
        ("fail", "open", "99.00"),
        ("pass", "withdrawn", "100.00"),
        ("fail", "open", "99.00"),
        ("not_applicable", "withdrawn", "100.00"),
    ):
        world.clock.advance(HOUR)
        ana.answer(task, "cleaning", answer, plan=DAILY_CHECK)
        ana.answer(task, "exterior", "pass", plan=DAILY_CHECK)
        await ana.sync()
        assert _finding(ana)["fields"]["state"]["value"] == state
        assert await office.score() == score


async def test_guard_cannot_confirm_and_nobody_verifies_own_correction(world: World) -> None:
    zhou, _ = await _guard_fails(world)
    finding = _finding(zhou)["id"]
    now = world.clock.now_ms()
    zhou.record(finding, "nonconformity_confirmed", confirmed_at=now)
    sol, wei = await world.phone(SOL), await world.phone(WEI)
    wei.record(finding, "nonconformity_corrected", corrected_at=now, correction="已清走")
    await wei.sync()
    sol.record(finding, "nonconformity_corrected", corrected_at=now, correction="也清走")
    sol.record(finding, "correction_verified", verified_at=now, words="看过")
    for phone, code in ((zhou, "not_allowed"), (sol, "same_person")):
        await phone.sync()
        held = phone.outbox[-1].outcome
        assert (held["status"], held["problem"]["code"]) == ("held", code)
    office = await world.office(LIN)
    await office.act(finding, "correction_verified", verified_at=now, words="复查合格")
    await wei.pull()
    assert _finding(wei)["fields"]["state"]["value"] == "closed"
    listed = await office.get("findings")
    assert listed["findings"][0]["verified_by"]["id"] == LIN.id
