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
