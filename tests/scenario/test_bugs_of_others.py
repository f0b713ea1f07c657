"""Bugs that others shipped, told as stories here; `tests/README.md` lists them all by number."""

from random import Random
from typing import Any

import msgspec

from backend.sync.server_writer import server_submission
from tests.world.cast import (
    ANA,
    BEN,
    DAILY_CHECK,
    GUARD_CHECK,
    HARBOUR,
    HOUR,
    LAO_ZHOU,
    LIST_OF,
    MINUTE,
)
from tests.world.fixtures import World
from tests.world.phone import Phone

TODAY = "2026-11-17"


async def _at_night(world: World) -> None:
    """The guard's check runs from ten in the evening until two in the morning from now on."""
    [row] = await world.rows("SELECT content FROM plans WHERE id = $1", GUARD_CHECK)
    plan = {**msgspec.json.decode(row["content"]), "opens": "22:00", "closes": "02:00"}
    body = {"kind": "plan_published", "plan": plan}
    submission = server_submission(HARBOUR, GUARD_CHECK, body, world.clock.now_ms())
    [outcome] = await world.server.app.state.committer.push(submission)
    assert outcome.status in ("accepted", "merged")
    await world.server.app.state.caretaker.look_after(HARBOUR)


async def _verdict(world: World, task: str) -> tuple[str, str]:
    line = (await (await world.office()).get(f"tasks/{task}"))["line"]
    return line["on"], line["verdict"]


async def test_bug04_illegal_move_in_a_batch_is_answered_by_name_and_skips_no_other(
    world: World,
) -> None:
    """Seen elsewhere: a queued batch skipped the move it could not make, without a word."""
    ana = await world.phone(ANA)
    task = ana.tasks(DAILY_CHECK)[TODAY]
    ana.answer(task, "cleaning", "pass", plan=DAILY_CHECK)
    early = {"verified_at": ana.clock.wall_ms(), "words": "现场已恢复"}
    ana.record("f" * 32, "correction_verified", **early)
    ana.answer(task, "greening", "pass", plan=DAILY_CHECK)
    outcomes = await ana.push()
    assert [one["status"] for one in outcomes] == ["accepted", "held", "accepted"]
    assert outcomes[1]["problem"]["code"] == "record_unknown"
    assert outcomes[1]["problem"]["next_zh"]


async def test_bug06_night_check_over_midnight_sent_next_day_is_in_time_on_its_own_night(
    world: World,
) -> None:
    """Seen elsewhere: lateness judged on receipt, and the window built on the server's today."""
    await _at_night(world)
    zhou = await world.phone(LAO_ZHOU)
    task = zhou.tasks(GUARD_CHECK)["2026-11-18"]
    world.clock.advance(39 * HOUR + 30 * MINUTE)  # 01:30 on the 19th, in the night of the 18th
    zhou.record(task, "task_started", checklist=LIST_OF[GUARD_CHECK])
    zhou.record(task, "task_finished", finished_at=zhou.clock.wall_ms())
    world.clock.advance(9 * HOUR)
    await zhou.sync()
    assert await _verdict(world, task) == ("2026-11-18", "within")


async def test_bug14_check_begun_offline_meets_the_planned_one_in_one_record(world: World) -> None:
    """Seen elsewhere: an inspection begun offline lost its schedule, and both stood there."""
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    task = ana.tasks(DAILY_CHECK)[TODAY]
    ana.network.cut = ben.network.cut = True
    ana.answer(task, "cleaning", "pass", plan=DAILY_CHECK)
    ben.answer(ben.tasks(DAILY_CHECK)[TODAY], "greening", "fail", plan=DAILY_CHECK)
    ana.network.cut = ben.network.cut = False
    await ben.sync()
    await ana.sync()
    rows = await world.rows("SELECT id FROM tasks WHERE id = $1", task)
    windows = await world.rows(
        "SELECT id FROM task_windows WHERE plan_id = $1 AND on_date = $2", DAILY_CHECK, TODAY
    )
    assert [row["id"] for row in rows] == [row["id"] for row in windows] == [task]
    view = ana.view(task)
    assert view is not None
    answers = {name: one["value"] for name, one in view["fields"].items() if "answer/" in name}
    assert answers == {"answer/cleaning": "pass", "answer/greening": "fail"}


async def test_bug15_any_order_of_arrival_gives_the_same_record(world: World) -> None:
    """Seen elsewhere: updates are applied in the order in which they happen to arrive."""
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    days = ("2026-11-16", TODAY)
    for day in days:
        for phone, word in ((ana, "pass"), (ben, "fail")):
            task = phone.tasks(DAILY_CHECK)[day]
            phone.answer(task, "cleaning", word, plan=DAILY_CHECK)
            world.clock.advance(MINUTE)
            phone.record(task, "item_noted", item="cleaning", note=f"{word} 说明")
    dice = Random(15)
    waiting: list[tuple[Phone, Any]] = [
        (phone, entry) for phone in (ana, ben) for entry in phone.outbox
    ]
    dice.shuffle(waiting)
    for phone, entry in waiting:
        await phone.push([entry])
    await ana.sync()
    views = [ana.view(ana.tasks(DAILY_CHECK)[day]) for day in days]
    seen = [
        {name: one["value"] for name, one in view["fields"].items()}
        for view in views
        if view is not None
    ]
    assert seen[0] == seen[1]
    assert seen[0]["answer/cleaning"] == "fail"
    assert seen[0]["note/cleaning"] == "fail 说明"
