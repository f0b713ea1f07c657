"""A check is in time, late or undecidable by when it was captured, never by when it was sent."""

from typing import Any

from tests.world.cast import ANA, BEN, DAILY_CHECK, DAY, HOUR, MINUTE, NOW
from tests.world.fixtures import World
from tests.world.phone import Phone

CLOSES = NOW + 11 * HOUR + 30 * MINUTE  # 21:30, when today's window closes


async def _verdicts(world: World) -> dict[str, str]:
    """Give the verdict of every finished task of 17 November, as its own page tells it."""
    office = await world.office()
    tasks = await world.rows("SELECT id FROM tasks WHERE state = 'finished'")
    found: dict[str, Any] = {}
    for row in tasks:
        line = (await office.get(f"tasks/{row['id']}"))["line"]
        found[line["person"]["id"]] = line["verdict"]
    return found


async def _finish(phone: Phone, world: World, at_ms: int) -> None:
    world.clock.at_ms = at_ms
    task = phone.tasks(DAILY_CHECK)["2026-11-17"]
    phone.record(task, "task_finished", finished_at=phone.clock.wall_ms())


async def test_TI8_finished_in_time_and_sent_days_later_is_within(world: World) -> None:
    ana = await world.phone(ANA)
    await _finish(ana, world, CLOSES - HOUR)
    world.clock.advance(2 * DAY)
    await ana.sync()
    assert await _verdicts(world) == {ANA.id: "within"}


async def test_TI8_finished_after_the_window_is_late(world: World) -> None:
    ana = await world.phone(ANA)
    await _finish(ana, world, CLOSES + 5 * MINUTE)
    await ana.sync()
    assert await _verdicts(world) == {ANA.id: "late"}


async def test_TI8_clock_set_back_to_look_punctual_is_not_within(world: World) -> None:
    """Within one page session the monotonic clock gives it away."""
    ana = await world.phone(ANA)
    world.clock.at_ms = CLOSES + 2 * HOUR
    ana.clock.offset_ms = -3 * HOUR
    await _finish(ana, world, CLOSES + 2 * HOUR)
    await ana.sync()
    assert ana.outbox[0].outcome["time"]["set_back"] is True
    assert await _verdicts(world) == {ANA.id: "late"}


async def test_TI8_when_nobody_can_know_nobody_is_blamed(world: World) -> None:
    """The clock was wrong before a restart and right after it: only bounds remain."""
    ben = await world.phone(BEN)
    ben.clock.restart()
    ben.clock.offset_ms = -2 * HOUR
    await _finish(ben, world, CLOSES + HOUR)
    world.clock.advance(HOUR)
    ben.clock.restart()
    ben.clock.offset_ms = 0
    await ben.sync()
    assert ben.outbox[0].outcome["time"]["time_class"] == "C"
    assert await _verdicts(world) == {BEN.id: "undecidable"}


async def test_today_counts_what_is_done_late_and_overdue(world: World) -> None:
    ana = await world.phone(ANA)
    await _finish(ana, world, CLOSES + 5 * MINUTE)
    await ana.sync()
    office = await world.office()
    today = await office.get("today", on="2026-11-17")
    sites = {site["name"]["en"]: site for site in today["sites"]}
    mall = sites["Harbour Mall"]
    assert (mall["planned"], mall["finished"], mall["late"]) == (3, 1, 1)
    assert mall["planned"] == sum(
        mall[part] for part in ("finished", "in_progress", "overdue", "to_come")
    )


async def test_TI12_doubtful_time_goes_to_a_person_who_is_not_its_own_judge(world: World) -> None:
    """Undecidable by the clocks: counted for the person, blamed on nobody, decided in the office."""
    ben = await world.phone(BEN)
    ben.clock.restart()
    ben.clock.offset_ms = -2 * HOUR
    await _finish(ben, world, CLOSES + HOUR)
    world.clock.advance(HOUR)
    ben.clock.restart()
    ben.clock.offset_ms = 0
    await ben.sync()
    task = ben.tasks(DAILY_CHECK)["2026-11-17"]
    office = await world.office()
    said = await office.get("times")
    [count] = said["people"]
    assert (count["person"]["id"], count["undecidable"], count["set_back"]) == (BEN.id, 1, 0)
    [doubt] = said["doubts"]
    assert (doubt["line"]["verdict"], doubt["line"]["judged"]) == ("undecidable", False)

    judged = {"timeliness": "within", "timeliness_reason": "监控显示 21:20 在场"}
    own = ben.record(task, "timeliness_judged", **judged)
    await ben.push([own])
    assert own.outcome["problem"]["code"] == "not_allowed"
    outcome = await office.act(task, "timeliness_judged", **judged)
    assert outcome["status"] in ("accepted", "merged")
    assert await _verdicts(world) == {BEN.id: "within"}
    [doubt] = (await office.get("times"))["doubts"]
    assert (doubt["line"]["judged"], doubt["reason"]) == (True, "监控显示 21:20 在场")
    day = next(one for one in (await office.get("today"))["days"] if one["on"] == "2026-11-17")
    assert (day["within"], day["undecidable"]) == (1, 0)
    await office.act(task, "timeliness_judged", timeliness="late", timeliness_reason="监控有误")
    assert await _verdicts(world) == {BEN.id: "late"}
    [count] = (await office.get("times"))["people"]
    assert count["undecidable"] == 1


async def test_TI12_set_back_before_a_punctual_finish_is_shown_and_counted(world: World) -> None:
    """An hour back and forth again within one page: only the page itself saw it."""
    ana = await world.phone(ANA)
    ana.clock.back_ms = HOUR
    await _finish(ana, world, CLOSES - HOUR)
    await ana.sync()
    said = await (await world.office()).get("times")
    [doubt] = said["doubts"]
    assert (doubt["line"]["verdict"], doubt["line"]["set_back"]) == ("within", True)
    [count] = said["people"]
    assert (count["undecidable"], count["set_back"]) == (0, 1)


async def test_check_that_nobody_finished_is_not_judged(world: World) -> None:
    ana = await world.phone(ANA)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    words = {"timeliness": "late", "timeliness_reason": "没有完成"}
    outcome = await (await world.office()).act(task, "timeliness_judged", **words)
    assert outcome["problem"]["code"] == "record_unknown"


async def test_TI12_what_was_decided_of_one_finish_says_nothing_of_anothers(world: World) -> None:
    """Ben was there earlier and comes into the network later: nobody has judged his time."""
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    await _finish(ben, world, CLOSES - HOUR)
    await _finish(ana, world, CLOSES + HOUR)
    await ana.sync()
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    words = {"timeliness": "late", "timeliness_reason": "监控显示 22:30 在场"}
    await (await world.office()).act(task, "timeliness_judged", **words)
    assert await _verdicts(world) == {ANA.id: "late"}
    await ben.sync()
    assert await _verdicts(world) == {BEN.id: "within"}
