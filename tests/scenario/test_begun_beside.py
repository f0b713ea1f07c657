"""A check begun where the phone had no window: one record with what the server makes of its plan."""

from datetime import date
from typing import Any

import msgspec

from backend.domains.inspections.agenda import task_of
from backend.sync.server_writer import server_submission
from tests.world.cast import (
    ANA,
    ATRIUM,
    BEN,
    DAILY_CHECK,
    DAILY_LIST,
    HARBOUR,
    LAO_ZHOU,
    MINUTE,
)
from tests.world.fixtures import World
from tests.world.phone import Phone
from tests.world.rebuild import read_tables, rebuild_tables

NEW_PLAN = "7" * 32
TODAY = "2026-11-17"
DAY_BEGINS = 1_794_844_800_000
"""2026-11-17T00:00 in Shanghai. Units: milliseconds UTC."""


async def _publish(world: World, **changes: Any) -> None:
    """Make a plan known that has no agenda, and gets none before the test says so."""
    await world.server.app.state.caretaker.close()
    [row] = await world.rows("SELECT content FROM plans WHERE id = $1", DAILY_CHECK)
    body = {"kind": "plan_published", "plan": {**msgspec.json.decode(row["content"]), **changes}}
    submission = server_submission(HARBOUR, NEW_PLAN, body, world.clock.now_ms())
    [outcome] = await world.server.app.state.committer.push(submission)
    assert outcome.status == "accepted", outcome


def _task(on: str = TODAY, ordinal: int = 1) -> str:
    return task_of(HARBOUR, NEW_PLAN, ATRIUM, on, ordinal)


def _begin(phone: Phone, task: str, on: str = TODAY, ordinal: int = 1) -> None:
    phone.record(
        task,
        "task_started",
        checklist=DAILY_LIST,
        started_at=phone.clock.wall_ms(),
        plan=NEW_PLAN,
        on=on,
        ordinal=ordinal,
    )


def _answer(phone: Phone, task: str, item: str = "cleaning", answer: str = "pass") -> None:
    phone.answer(task, item, answer, plan=DAILY_CHECK)


async def _rows(world: World) -> list[tuple[Any, ...]]:
    rows = await world.rows(
        "SELECT on_date, ordinal, opens_ms, closes_ms, beside, cancelled FROM task_windows"
        " WHERE plan_id = $1 AND on_date = $2",
        NEW_PLAN,
        TODAY,
    )
    return [tuple(row) for row in rows]


async def test_check_begun_beside_meets_the_agendas_own_in_one_record(world: World) -> None:
    await _publish(world, opens="08:00", closes="18:00")
    ana = await world.phone(ANA)
    assert ana.tasks(NEW_PLAN) == {}
    _begin(ana, _task())
    _answer(ana, _task())
    _answer(ana, _task(), "exterior", "fail")
    ana.record(_task(), "task_finished", finished_at=ana.clock.wall_ms())
    assert {one["status"] for one in await ana.push()} == {"accepted"}
    opens, closes = DAY_BEGINS + 8 * 60 * MINUTE, DAY_BEGINS + 18 * 60 * MINUTE
    assert await _rows(world) == [(TODAY, 1, opens, closes, True, False)]
    world.clock.advance(MINUTE)
    await world.server.app.state.caretaker.look_after(HARBOUR)
    assert await _rows(world) == [(TODAY, 1, opens, closes, False, False)]
    assert await world.server.app.state.caretaker.look_after(HARBOUR) == 0
    ben = await world.phone(BEN)
    assert ben.tasks(NEW_PLAN)[TODAY] == _task()
    _answer(ben, _task(), "greening", "pass")
    await ben.sync()
    fields = ben.records[_task()]["fields"]
    assert {name for name in fields if name.startswith("answer/")} == {
        "answer/cleaning", "answer/exterior", "answer/greening",
    }  # fmt: skip
    before = await read_tables(world.server.database)
    await rebuild_tables(world.server.database)
    assert await read_tables(world.server.database) == before


async def test_check_of_the_agenda_and_one_begun_beside_on_another_phone_are_one(
    world: World,
) -> None:
    await _publish(world)
    ana = await world.phone(ANA)
    await world.server.app.state.caretaker.look_after(HARBOUR)
    ben = await world.phone(BEN)
    _begin(ana, _task())
    _answer(ana, _task())
    assert ben.tasks(NEW_PLAN)[TODAY] == _task()
    ben.record(_task(), "task_started", checklist=DAILY_LIST, started_at=ben.clock.wall_ms())
    _answer(ben, _task(), "greening")
    await ben.sync()
    await ana.sync()
    await ben.sync()
    assert not await world.rows("SELECT 1 FROM held_operations")
    assert len(await _rows(world)) == 1
    fields = ben.records[_task()]["fields"]
    assert fields["plan"]["value"] == NEW_PLAN
    assert {"answer/cleaning", "answer/greening"} <= fields.keys()
    assert not await world.rows("SELECT 1 FROM conflicts")


async def test_check_out_of_turn_has_the_whole_day_and_stays_when_the_agenda_looks(
    world: World,
) -> None:
    await _publish(world, cadence="ad_hoc")
    ana = await world.phone(ANA)
    for ordinal in (1, 2):
        _begin(ana, _task(ordinal=ordinal), ordinal=ordinal)
        _answer(ana, _task(ordinal=ordinal))
    assert {one["status"] for one in await ana.push()} == {"accepted"}
    day = (DAY_BEGINS, DAY_BEGINS + 24 * 60 * MINUTE)
    assert sorted(await _rows(world)) == [(TODAY, n, *day, True, False) for n in (1, 2)]
    await world.server.app.state.caretaker.look_after(HARBOUR)
    assert sorted(await _rows(world)) == [(TODAY, n, *day, False, False) for n in (1, 2)]
    assert await world.server.app.state.caretaker.look_after(HARBOUR) == 0
    await ana.pull()
    assert ana.tasks(NEW_PLAN)[TODAY] in {_task(), _task(ordinal=2)}


async def test_check_begun_by_chance_hours_beside_keeps_all_hours_of_its_plan(
    world: World,
) -> None:
    """Where the hour is a secret, a phone that did not know it is not blamed for missing it."""
    await _publish(world, opens="00:00", closes="23:59", random_min=30)
    ana = await world.phone(ANA)
    _begin(ana, _task())
    await ana.push()
    [(_, _, opens, closes, *_)] = await _rows(world)
    assert (closes - opens) // MINUTE == 24 * 60 - 1
    await world.server.app.state.caretaker.look_after(HARBOUR)
    assert [row[2:4] for row in await _rows(world)] == [(opens, closes)]
    other = await world.rows(
        "SELECT closes_ms - opens_ms AS length FROM task_windows WHERE plan_id = $1 AND on_date > $2",
        NEW_PLAN,
        TODAY,
    )
    assert {row["length"] // MINUTE for row in other} == {30}
    assert await world.server.app.state.caretaker.look_after(HARBOUR) == 0, "chance is repeatable"


async def test_wrong_id_or_date_waits_for_a_person_with_all_that_was_answered(
    world: World,
) -> None:
    await _publish(world)
    ana = await world.phone(ANA)
    _begin(ana, "a" * 32)
    _answer(ana, "a" * 32)
    _begin(ana, _task("2026-02-30"), on="2026-02-30")
    _begin(ana, _task(), ordinal=2)
    outcomes = await ana.push()
    assert [one["status"] for one in outcomes] == ["held"] * 4
    assert {one["problem"]["code"] for one in outcomes} == {"task_unknown"}
    assert await _rows(world) == []


async def test_unknown_plan_is_waited_for_and_then_all_of_it_joins(world: World) -> None:
    ana = await world.phone(ANA)
    _begin(ana, _task())
    _answer(ana, _task())
    assert [one["status"] for one in await ana.push()] == ["held", "held"]
    _answer(ana, _task(), "greening")
    assert [one["status"] for one in await ana.push()] == ["held"]
    world.clock.advance(MINUTE)
    await _publish(world)
    await world.nothing_waits()
    await ana.pull()
    fields = ana.records[_task()]["fields"]
    assert {"answer/cleaning", "answer/greening", "started_at"} <= fields.keys()


async def test_only_the_plans_roles_begin_beside(world: World) -> None:
    await _publish(world)
    guard = await world.phone(LAO_ZHOU)
    _begin(guard, _task())
    _answer(guard, _task())
    outcomes = await guard.push()
    assert {one["problem"]["code"] for one in outcomes} == {"not_allowed"}
    assert await _rows(world) == []


async def test_beyond_what_the_phone_carries_next_year_is_begun_all_the_same(
    world: World,
) -> None:
    await _publish(world, opens="22:00", closes="06:00")
    ana = await world.phone(ANA)
    on = "2026-12-31"
    _begin(ana, _task(on), on=on)
    assert [one["status"] for one in await ana.push()] == ["accepted"]
    [row] = await world.rows(
        "SELECT opens_ms, closes_ms FROM task_windows WHERE id = $1", _task(on)
    )
    days = (date(2026, 12, 31) - date(2026, 11, 17)).days
    night = DAY_BEGINS + days * 24 * 60 * MINUTE
    assert tuple(row) == (night + 22 * 60 * MINUTE, night + 30 * 60 * MINUTE)
