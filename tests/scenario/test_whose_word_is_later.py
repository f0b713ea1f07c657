"""Stamps: a person's own later word stands, and no wrong clock wins anything."""

from tests.world.cast import ANA, BEN, DAILY_CHECK, DAY, HOUR, MINUTE
from tests.world.fixtures import World
from tests.world.phone import Phone

YEARS = 365 * DAY


def _note(phone: Phone, task: str, words: str) -> None:
    phone.record(task, "item_noted", item="cleaning", note=words)


async def test_TI9_own_later_word_stands_though_the_clock_went_back(world: World) -> None:
    ana = await world.phone(ANA)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    world.clock.advance(HOUR)
    _note(ana, task, "先")
    ana.clock.offset_ms = -5 * HOUR
    _note(ana, task, "后")
    await ana.sync()
    assert ana.view(task)["fields"]["note/cleaning"]["value"] == "后"
    first, second = [one.outcome["stamp"] for one in ana.outbox]
    assert second > first


async def test_TI9_answer_to_what_was_seen_stands_above_it(world: World) -> None:
    """Ben's clock is years slow, but he had Ana's words before him."""
    ana, ben = await world.phone(ANA), await world.phone(BEN, offset_ms=-3 * YEARS)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    world.clock.advance(MINUTE)
    _note(ana, task, "有积水")
    await ana.sync()
    await ben.pull()
    ben.clock.restart()
    _note(ben, task, "已擦干")
    await ben.sync()
    assert ben.view(task)["fields"]["note/cleaning"]["value"] == "已擦干"
    assert ben.outbox[0].outcome["stamp"] > ana.outbox[0].outcome["stamp"]


async def test_TI9_phone_of_the_future_does_not_win_for_ever(world: World) -> None:
    ana, ben = await world.phone(ANA, offset_ms=4 * YEARS), await world.phone(BEN)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    world.clock.advance(MINUTE)
    _note(ana, task, "来自未来")
    await ana.sync()
    world.clock.advance(MINUTE)
    _note(ben, task, "现在")
    await ben.sync()
    assert ben.view(task)["fields"]["note/cleaning"]["value"] == "现在"
    now = world.clock.now_ms() * 1000
    assert all(one.outcome["stamp"] <= now + 10 for one in (*ana.outbox, *ben.outbox))
