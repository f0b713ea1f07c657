"""A plan changes: what has opened stays, what has not follows the plan, nothing happens twice."""

import asyncio
from datetime import timedelta
from typing import Any

import msgspec

from backend.caretaker import Caretaker
from backend.domains.inspections.agenda import due_agendas
from backend.kernel.clock import SetClock
from backend.sync.server_writer import server_submission
from backend.timing.agenda import DueAgenda
from tests.world.cast import (
    ANA,
    DAILY_CHECK,
    DAY,
    ELSEWHERE,
    GUARD_CHECK,
    HARBOUR,
    HOUR,
    MINUTE,
    SECOND,
)
from tests.world.fixtures import World

TODAY = "2026-11-17"


async def _republish(world: World, plan_id: str = DAILY_CHECK, **changes: Any) -> None:
    """Publish a plan anew, a minute later, without looking after it yet."""
    world.clock.advance(MINUTE)
    [row] = await world.rows("SELECT content FROM plans WHERE id = $1", plan_id)
    body = {"kind": "plan_published", "plan": {**msgspec.json.decode(row["content"]), **changes}}
    now_ms = world.clock.now_ms()
    submission = server_submission(HARBOUR, plan_id, body, now_ms, copy=str(now_ms))
    [outcome] = await world.server.app.state.committer.push(submission)
    assert outcome.status in ("accepted", "merged"), outcome


async def _change(world: World, plan_id: str = DAILY_CHECK, **changes: Any) -> None:
    await _republish(world, plan_id, **changes)
    await world.server.app.state.caretaker.look_after(HARBOUR)


async def _windows(
    world: World, plan_id: str = DAILY_CHECK
) -> dict[tuple[str, int], tuple[Any, ...]]:
    """Give the windows that stand as opening and closing, by date and ordinal."""
    rows = await world.rows(
        "SELECT on_date, ordinal, opens_ms, closes_ms FROM task_windows"
        " WHERE plan_id = $1 AND NOT cancelled ORDER BY on_date, ordinal",
        plan_id,
    )
    return {(row["on_date"], row["ordinal"]): (row["opens_ms"], row["closes_ms"]) for row in rows}


async def _planned(world: World, on: str) -> dict[str, int]:
    office = await world.office()
    sites = (await office.get("today", on=on))["sites"]
    return {site["name"]["en"]: site["planned"] for site in sites}


async def test_other_hours_leave_alone_what_has_opened(world: World) -> None:
    before = await _windows(world)
    await _change(world, opens="06:00", closes="07:00")
    after = await _windows(world)
    assert before.keys() == after.keys()
    for (on, ordinal), hours in after.items():
        same = hours == before[on, ordinal]
        assert same == (on <= TODAY), on


async def test_other_hours_keep_the_task_that_someone_began_early(world: World) -> None:
    ana = await world.phone(ANA)
    early = ana.tasks(DAILY_CHECK)["2026-11-20"]
    ana.answer(early, "cleaning", "pass", plan=DAILY_CHECK)
    await ana.sync()
    before = await _windows(world)
    await _change(world, cadence="weekly")
    after = await _windows(world)
    assert after["2026-11-20", 1] == before["2026-11-20", 1]
    assert ("2026-11-19", 1) not in after


async def test_weekly_instead_of_daily_drops_what_has_not_opened(world: World) -> None:
    daily = await _windows(world)
    await _change(world, cadence="weekly")
    published = world.clock.now_ms()
    weekly = await _windows(world)
    ana = await world.phone(ANA)
    assert sorted(ana.tasks(DAILY_CHECK)) == sorted({on for on, _ in weekly})
    assert [on for on, _ in weekly if on > TODAY] == [
        "2026-11-23", "2026-11-30", "2026-12-07", "2026-12-14", "2026-12-21", "2026-12-28",
    ]  # fmt: skip
    assert {key: at for key, at in daily.items() if key[0] <= TODAY}.items() <= weekly.items()
    opens, closes = weekly["2026-11-16", 2]  # this week, beside Monday's own check
    assert (opens, closes // DAY) == (published, daily["2026-11-22", 1][1] // DAY)
    assert await _planned(world, "2026-11-19") == {"Harbour Mall": 2, "North Garden": 1}
    assert await world.server.app.state.caretaker.look_after(HARBOUR) == 0


async def test_daily_again_takes_back_what_was_cancelled(world: World) -> None:
    daily = await _windows(world)
    await _change(world, cadence="weekly")
    world.clock.advance(HOUR)
    await _change(world, cadence="daily")
    again = await _windows(world)
    assert again.pop(("2026-11-16", 2))  # the week has begun and stays
    assert again == daily


async def test_yearly_plan_published_in_mid_year_is_due_from_then(world: World) -> None:
    await _change(world, cadence="annual", from_on="2026-01-01")
    published = world.clock.now_ms()
    windows = await _windows(world)
    opens, closes = windows["2026-01-01", 1]
    assert opens == published
    assert published + 44 * DAY < closes < published + 45 * DAY
    world.clock.advance(DAY)
    assert await world.server.app.state.caretaker.look_after(HARBOUR) == 0


async def test_plan_not_followed_any_more_leaves_board_and_phones(world: World) -> None:
    assert await _planned(world, "2026-11-19") == {"Harbour Mall": 3, "North Garden": 1}
    await _republish(world, active=False)
    expected = {"Harbour Mall": 2, "North Garden": 1}
    assert await _planned(world, "2026-11-19") == expected  # at once, before any agenda is written
    assert await _planned(world, TODAY) == {"Harbour Mall": 3, "North Garden": 1}
    await world.server.app.state.caretaker.look_after(HARBOUR)
    assert await _planned(world, "2026-11-19") == expected
    ana = await world.phone(ANA)
    assert max(ana.tasks(DAILY_CHECK)) == TODAY
    world.clock.advance(3 * DAY)
    office = await world.office()
    days = {day["on"]: day for day in (await office.get("today"))["days"]}
    assert (days[TODAY]["planned"], days["2026-11-19"]["planned"]) == (4, 3)


async def test_answer_to_a_cancelled_task_is_kept_and_seen(world: World) -> None:
    """It was written down in good faith, on a phone that did not know yet."""
    ana = await world.phone(ANA)
    task = ana.tasks(DAILY_CHECK)["2026-11-18"]
    await _change(world, active=False)
    world.clock.advance(DAY)
    entry = ana.answer(task, "cleaning", "fail", plan=DAILY_CHECK)
    await ana.sync()
    assert entry.outcome["status"] == "accepted"
    assert await _planned(world, "2026-11-18") == {"Harbour Mall": 3, "North Garden": 1}


async def test_two_processes_that_plan_the_same_month_write_it_once(world: World) -> None:
    app = world.server.app
    await _republish(world, cadence="weekly")
    [row] = await world.rows("SELECT max(position) AS position FROM operations")
    before = row["position"]
    both_have_read = asyncio.Barrier(2)

    async def find_due(*asked: Any, **more: Any) -> list[DueAgenda]:
        """Find what is due, and let nobody write before the other has found it, too."""
        due = await due_agendas(*asked, **more)
        await both_have_read.wait()
        return due

    hands = (world.server.database, app.state.committer, app.state.recompute)
    later = SetClock(world.clock.now_ms() + 5 * SECOND)
    one, other = [Caretaker(*hands, clock, agendas=(find_due,)) for clock in (world.clock, later)]
    made = await asyncio.gather(one.look_after(HARBOUR), other.look_after(HARBOUR))
    assert list(made) == [2, 2]
    written = await world.rows(
        "SELECT 1 FROM operations WHERE kind = 'agenda_planned' AND position > $1", before
    )
    assert len(written) == 2
    assert await world.rows("SELECT 1 FROM held_operations") == []


async def test_agenda_that_was_held_is_tried_again(world: World) -> None:
    app = world.server.app
    await world.server.database.run(
        "ALTER TABLE task_windows ADD CONSTRAINT no_week CHECK (on_date <> '2026-12-07') NOT VALID"
    )
    await _change(world, cadence="weekly")
    assert ("2026-12-14", 1) not in {
        key for key, at in (await _windows(world)).items() if at[1] - at[0] > 2 * DAY
    }
    await world.server.database.run("ALTER TABLE task_windows DROP CONSTRAINT no_week")
    world.clock.advance(DAY)
    await app.state.caretaker.look_after(HARBOUR)
    opens, closes = (await _windows(world))["2026-12-14", 1]
    assert closes - opens > 6 * DAY


async def test_broken_plan_stops_no_other(world: World) -> None:
    await world.server.database.run("UPDATE plans SET content = '{}' WHERE id = $1", DAILY_CHECK)
    await _change(world, GUARD_CHECK, cadence="weekly")
    assert ("2026-11-24", 1) not in await _windows(world, GUARD_CHECK)
    assert ("2026-11-24", 1) in await _windows(world)


async def test_trouble_in_one_organisation_stops_no_other(world: World) -> None:
    caretaker = world.server.app.state.caretaker
    looked: list[str] = []

    async def look(organization: str, *, back: timedelta = timedelta(0)) -> int:
        looked.append(organization)
        raise ValueError(organization, back)

    caretaker.look_after = look
    await caretaker.round()
    assert set(looked) == {HARBOUR, ELSEWHERE}


async def test_past_of_a_new_plan_is_not_missed(world: World) -> None:
    """A plan made known today asks for nothing that closed yesterday."""
    plan_id = "7" * 32
    [row] = await world.rows("SELECT content FROM plans WHERE id = $1", DAILY_CHECK)
    body = {"kind": "plan_published", "plan": msgspec.json.decode(row["content"])}
    submission = server_submission(HARBOUR, plan_id, body, world.clock.now_ms())
    [outcome] = await world.server.app.state.committer.push(submission)
    assert outcome.status == "accepted"
    due = await due_agendas(world.server.database, HARBOUR, world.clock.now_ms())
    assert [one.agenda.windows[0].on for one in due] == [TODAY, "2026-12-01"]
    assert due[0].agenda.windows[0].opens_ms == world.clock.now_ms()
