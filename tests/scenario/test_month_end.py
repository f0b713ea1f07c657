"""What was captured on the last day belongs to that month, whenever the phone finds a network."""

import pytest

from backend.kernel.identity import content_hash
from tests.world.cast import ANA, DAILY_CHECK, DAY, GUARD_CHECK, HOUR, LAO_ZHOU, MINUTE
from tests.world.fixtures import World

OCTOBER_31 = 1_793_451_600_000  # 2026-10-31T21:00 in Shanghai


@pytest.fixture
def october(world: World) -> World:
    """The world on the last evening of October."""
    world.clock.at_ms = OCTOBER_31
    return world


async def test_late_sync_counts_in_the_month_of_capture(october: World) -> None:
    ana = await october.phone(ANA)
    task = ana.tasks(DAILY_CHECK)["2026-10-31"]
    ana.answer(task, "greening", "pass", plan=DAILY_CHECK)
    await ana.sync()
    office = await october.office()
    assert await office.score("2026-10") == "100.00"
    october.clock.advance(10 * MINUTE)
    ana.answer(task, "cleaning", "fail", plan=DAILY_CHECK)
    october.clock.advance(3 * DAY)
    await ana.sync()
    assert ana.outbox[-1].outcome["time"]["time_class"] in ("A", "B")
    card = await office.card("2026-10")
    assert card["card"]["score"] == "99.00"
    assert card["card"]["edge_facts"] == []
    november = ana.tasks(DAILY_CHECK)["2026-11-03"]
    ana.answer(november, "greening", "pass", plan=DAILY_CHECK)
    await ana.sync()
    assert await office.score("2026-11") == "100.00"


async def test_correction_by_its_author_in_november_heals_october(october: World) -> None:
    ana = await october.phone(ANA)
    task = ana.tasks(DAILY_CHECK)["2026-10-31"]
    ana.answer(task, "cleaning", "fail", plan=DAILY_CHECK)
    ana.answer(task, "greening", "pass", plan=DAILY_CHECK)
    await ana.sync()
    office = await october.office()
    assert await office.score("2026-10") == "99.00"
    october.clock.advance(2 * DAY)
    ana.answer(task, "cleaning", "pass", plan=DAILY_CHECK)
    await ana.sync()
    assert await office.score("2026-10") == "100.00"


async def test_uncertain_time_across_the_edge_is_named_in_the_reason(october: World) -> None:
    """The phone was restarted and its clock set back: nobody knows on which side of midnight."""
    ana = await october.phone(ANA)
    task = ana.tasks(DAILY_CHECK)["2026-10-31"]
    ana.answer(task, "greening", "pass", plan=DAILY_CHECK)
    await ana.sync()
    october.clock.advance(2 * HOUR)
    ana.clock.restart()
    ana.clock.offset_ms = -HOUR
    ana.answer(task, "cleaning", "fail", plan=DAILY_CHECK)
    october.clock.advance(2 * HOUR)
    ana.clock.restart()
    ana.clock.offset_ms = 0
    await ana.sync()
    verdict = ana.outbox[-1].outcome["time"]
    assert verdict["time_class"] == "C"
    assert verdict["earliest_ms"] < OCTOBER_31 + 3 * HOUR < verdict["latest_ms"]
    office = await october.office()
    card = (await office.card("2026-10"))["card"]
    assert len(card["edge_facts"]) == 1


async def test_the_month_on_either_side_of_the_edge_names_it_and_forgets_it(october: World) -> None:
    """A failure that may be October's or November's stands on both cards until it is a pass."""
    ana = await october.phone(ANA)
    tasks = ana.tasks(DAILY_CHECK)
    ana.answer(tasks["2026-10-31"], "greening", "pass", plan=DAILY_CHECK)
    await ana.sync()
    october.clock.advance(2 * HOUR)
    ana.clock.restart()
    ana.clock.offset_ms = -HOUR
    ana.answer(tasks["2026-10-31"], "cleaning", "fail", plan=DAILY_CHECK)
    october.clock.advance(2 * HOUR)
    ana.clock.restart()
    ana.clock.offset_ms = 0
    ana.answer(tasks["2026-11-01"], "greening", "pass", plan=DAILY_CHECK)
    await ana.sync()
    office = await october.office()
    months = ("2026-10", "2026-11")
    assert [len((await office.card(one))["card"]["edge_facts"]) for one in months] == [1, 1]
    october.clock.advance(DAY)
    ana.answer(tasks["2026-10-31"], "cleaning", "pass", plan=DAILY_CHECK)
    await ana.sync()
    assert [(await office.card(one))["card"]["edge_facts"] for one in months] == [[], []]


async def test_confirmation_in_november_costs_the_month_of_the_finding(october: World) -> None:
    ana, zhou = await october.phone(ANA), await october.phone(LAO_ZHOU)
    ana.answer(ana.tasks(DAILY_CHECK)["2026-10-31"], "exterior", "pass", plan=DAILY_CHECK)
    await ana.sync()
    zhou.answer(zhou.tasks(GUARD_CHECK)["2026-10-31"], "plaza", "fail", plan=GUARD_CHECK)
    await zhou.sync()
    [finding] = [one for one in zhou.records.values() if one["kind"] == "nonconformity"]
    october.clock.advance(4 * DAY)
    office = await october.office()
    assert await office.score("2026-10") == "100.00"
    await office.act(finding["id"], "nonconformity_confirmed", confirmed_at=october.clock.now_ms())
    assert await office.score("2026-10") == "99.00"


async def test_failure_answered_again_in_november_moves_and_never_counts_twice(
    october: World,
) -> None:
    ana = await october.phone(ANA)
    task = ana.tasks(DAILY_CHECK)["2026-10-31"]
    ana.answer(task, "cleaning", "fail", plan=DAILY_CHECK)
    ana.answer(task, "greening", "pass", plan=DAILY_CHECK)
    await ana.sync()
    office = await october.office()
    assert await office.score("2026-10") == "99.00"
    october.clock.advance(2 * DAY)
    ana.answer(task, "cleaning", "fail", plan=DAILY_CHECK)
    await ana.sync()
    assert await office.score("2026-10") == "100.00"
    assert await office.score("2026-11") == "99.00"


async def test_pass_of_the_assessed_in_november_leaves_a_confirmed_finding_in_october(
    october: World,
) -> None:
    ana, zhou = await october.phone(ANA), await october.phone(LAO_ZHOU)
    for task in (ana.tasks(DAILY_CHECK)["2026-10-31"], ana.tasks(DAILY_CHECK)["2026-11-01"]):
        ana.answer(task, "exterior", "pass", plan=DAILY_CHECK)
    await ana.sync()
    task = zhou.tasks(GUARD_CHECK)["2026-10-31"]
    zhou.answer(task, "plaza", "fail", plan=GUARD_CHECK)
    await zhou.sync()
    [finding] = [one for one in zhou.records.values() if one["kind"] == "nonconformity"]
    office = await october.office()
    await office.act(finding["id"], "nonconformity_confirmed", confirmed_at=october.clock.now_ms())
    october.clock.advance(3 * DAY)
    zhou.answer(task, "plaza", "pass", plan=GUARD_CHECK)
    ana.answer(ana.tasks(DAILY_CHECK)["2026-11-03"], "exterior", "pass", plan=DAILY_CHECK)
    await zhou.sync()
    await ana.sync()
    assert await office.score("2026-10") == "99.00"
    assert await office.score("2026-11") == "100.00"


async def test_photo_taken_after_midnight_is_on_the_card_of_the_answer_it_proves(
    october: World,
) -> None:
    ana, office = await october.phone(ANA), await october.office()
    task = ana.tasks(DAILY_CHECK)["2026-10-31"]
    ana.answer(task, "cleaning", "fail", plan=DAILY_CHECK)
    await ana.sync()
    assert await office.score("2026-10") == "99.00"
    october.clock.advance(4 * HOUR)
    photo = b"\xff\xd8\xff a photo"
    ana.photograph(task, "cleaning", photo)
    await ana.sync()
    assert content_hash(photo) in str(await office.card("2026-10"))
    ana.record(task, "evidence_withdrawn", item="cleaning", photo=content_hash(photo))
    await ana.sync()
    assert content_hash(photo) not in str(await office.card("2026-10"))
