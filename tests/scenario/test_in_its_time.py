"""When a check was made is judged on its capture: early, in time, late, made up, missed for now."""

from typing import Any

import msgspec
import pytest

from backend.domains.inspections.variants import day_variant_of
from backend.sync.server_writer import server_submission
from tests.world.cast import (
    ANA,
    DAILY_CHECK,
    DAILY_LIST,
    DAY,
    HARBOUR,
    HARBOUR_MALL,
    HOUR,
    MINUTE,
    NORTH_GARDEN,
    NOW,
    SOL,
)
from tests.world.fixtures import World
from tests.world.office import Office
from tests.world.phone import Phone
from tests.world.rebuild import read_tables, rebuild_tables

TODAY = "2026-11-17"
CLOSES = NOW + 11 * HOUR + 30 * MINUTE
"""When today's window of the daily check closes, 21:30. Units: milliseconds UTC."""

NEW_YEARS_EVE = NOW + 44 * DAY
"""2026-12-31T10:00 in Shanghai. Units: milliseconds UTC."""


async def _publish(world: World, **changes: Any) -> None:
    """Change the daily check a minute later, and plan it at once."""
    world.clock.advance(MINUTE)
    [row] = await world.rows("SELECT content FROM plans WHERE id = $1", DAILY_CHECK)
    body = {"kind": "plan_published", "plan": {**msgspec.json.decode(row["content"]), **changes}}
    now_ms = world.clock.now_ms()
    submission = server_submission(HARBOUR, DAILY_CHECK, body, now_ms, copy=str(now_ms))
    [outcome] = await world.server.app.state.committer.push(submission)
    assert outcome.status in ("accepted", "merged"), outcome
    await world.server.app.state.caretaker.look_after(HARBOUR)


def _check(phone: Phone, world: World, on: str, begun_ms: int, finished_ms: int) -> str:
    """Make a check offline between two instants."""
    task = phone.tasks(DAILY_CHECK)[on]
    world.clock.at_ms = begun_ms
    phone.record(task, "task_started", checklist=DAILY_LIST, started_at=phone.clock.wall_ms())
    world.clock.at_ms = finished_ms
    phone.record(task, "task_finished", finished_at=phone.clock.wall_ms())
    return task


async def _line(office: Office, task: str) -> dict[str, Any]:
    line: dict[str, Any] = (await office.get(f"tasks/{task}"))["line"]
    return line


async def _mall(office: Office, on: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give the mall's counts of a date, and that date's bar."""
    today = await office.get("today", on=on)
    [mall] = [one for one in today["sites"] if one["site"] == HARBOUR_MALL]
    assert mall["planned"] == sum(
        mall[part] for part in ("finished", "in_progress", "overdue", "to_come")
    )
    return mall, next(day for day in today["days"] if day["on"] == on)


async def test_check_of_ten_to_eleven_synced_next_day_is_in_time_for_eleven(world: World) -> None:
    # Tomorrow's, because today's window has opened and keeps its hours.
    await _publish(world, closes="23:00")
    ana = await world.phone(ANA)
    at = NOW + DAY + 12 * HOUR + 50 * MINUTE
    task = _check(ana, world, "2026-11-18", at - 20 * MINUTE, at)
    world.clock.advance(12 * HOUR)
    office = await world.office()
    before, bar_before = await _mall(office, "2026-11-18")
    assert before["overdue"] > 0
    await ana.sync()
    line = await _line(office, task)
    assert (line["verdict"], line["finished"]["best_ms"]) == ("within", at)
    after, bar = await _mall(office, "2026-11-18")
    assert (after["finished"], after["late"], after["make_up"]) == (1, 0, 0)
    assert after["overdue"] == before["overdue"] - 1, "what counted as missed is lifted"
    assert (bar["within"], bar["missed"]) == (1, bar_before["missed"] - 1)


@pytest.mark.parametrize(
    ("finished_ms", "verdict"),
    [
        (NEW_YEARS_EVE + 13 * HOUR, "within"),  # 23:00
        (NEW_YEARS_EVE + 16 * HOUR, "within"),  # 02:00 of the new year
        (NEW_YEARS_EVE + 20 * HOUR - MINUTE, "within"),
        (NEW_YEARS_EVE + 20 * HOUR + MINUTE, "late"),
        (NEW_YEARS_EVE + 11 * HOUR, "early"),  # 21:00
    ],
)
async def test_night_over_the_years_end_is_the_old_years_last_date(
    world: World, finished_ms: int, verdict: str
) -> None:
    world.clock.at_ms = NEW_YEARS_EVE - DAY
    await _publish(world, cadence="daily", opens="22:00", closes="06:00")
    ana = await world.phone(ANA)
    on = "2026-12-31"
    task = _check(ana, world, on, finished_ms - HOUR, finished_ms)
    world.clock.at_ms = NEW_YEARS_EVE + 2 * DAY
    await ana.sync()
    office = await world.office()
    line = await _line(office, task)
    assert (line["on"], line["due_on"], line["verdict"]) == (on, on, verdict)
    assert line["closes_ms"] - line["opens_ms"] == 8 * HOUR
    mall, bar = await _mall(office, on)
    assert (mall["late"], mall["early"]) == (verdict == "late", verdict == "early")
    assert (bar["within"], bar["late"]) == (verdict != "late", verdict == "late")


async def test_check_begun_after_its_window_is_a_make_up_and_no_longer_missed(
    world: World,
) -> None:
    ana, office = await world.phone(ANA), await world.office()
    task = _check(ana, world, TODAY, CLOSES + HOUR, CLOSES + 2 * HOUR)
    before, _ = await _mall(office, TODAY)
    assert (await _line(office, task))["verdict"] == "missed"
    await ana.sync()
    line = await _line(office, task)
    assert (line["verdict"], line["started"]["best_ms"]) == ("make_up", CLOSES + HOUR)
    mall, bar = await _mall(office, TODAY)
    assert (mall["make_up"], mall["late"], mall["overdue"]) == (1, 0, before["overdue"] - 1)
    assert (bar["make_up"], bar["late"], bar["within"]) == (1, 0, 0)
    today = await office.get("today", on=TODAY)
    assert "make_up" in {one["verdict"] for one in today["late_tasks"]}


async def test_check_begun_in_its_window_and_finished_after_it_is_late(world: World) -> None:
    ana, office = await world.phone(ANA), await world.office()
    task = _check(ana, world, TODAY, CLOSES - MINUTE, CLOSES + MINUTE)
    await ana.sync()
    assert (await _line(office, task))["verdict"] == "late"
    mall, bar = await _mall(office, TODAY)
    assert (mall["late"], mall["make_up"], bar["late"], bar["make_up"]) == (1, 0, 1, 0)


# What kind of day it is


def _switch(phone: Phone, variant: str, on: str = TODAY, record: str = "") -> None:
    phone.record(
        record or day_variant_of(HARBOUR_MALL, on),
        "variant_switched",
        site=HARBOUR_MALL,
        on=on,
        variant=variant,
    )


async def test_S08_plan_for_rain_is_neither_due_nor_missed_until_the_foreman_says_it_rains(
    world: World,
) -> None:
    await _publish(world, variants=["rain"])
    ana, sol = await world.phone(ANA), await world.phone(SOL)
    task, office = ana.tasks(DAILY_CHECK)[TODAY], await world.office()
    dry, dry_bar = await _mall(office, TODAY)
    assert (await _line(office, task))["verdict"] == "not_asked"
    _switch(sol, "rain")
    world.clock.at_ms = CLOSES + HOUR
    assert (await _mall(office, TODAY))[0]["planned"] == dry["planned"]
    await sol.sync()
    wet, wet_bar = await _mall(office, TODAY)
    assert (wet["planned"], wet["overdue"]) == (dry["planned"] + 1, dry["planned"])
    assert wet_bar["planned"] == dry_bar["planned"] + 1
    assert (await _line(office, task))["verdict"] == "missed"
    await ana.pull()
    said = ana.records[day_variant_of(HARBOUR_MALL, TODAY)]["fields"]
    assert said["variant"]["value"] == "rain"
    _switch(sol, "normal")
    await sol.sync()
    assert (await _mall(office, TODAY))[0]["planned"] == dry["planned"]
    before = await read_tables(world.server.database)
    assert len(before["day_variants"]) == 1
    await rebuild_tables(world.server.database)
    assert await read_tables(world.server.database) == before


async def test_S08_what_was_done_on_another_kind_of_day_still_counts(world: World) -> None:
    await _publish(world, variants=["holiday", "rush"])
    ana, office = await world.phone(ANA), await world.office()
    before, _ = await _mall(office, TODAY)
    task = _check(ana, world, TODAY, NOW + HOUR, NOW + 2 * HOUR)
    await ana.sync()
    after, bar = await _mall(office, TODAY)
    assert (after["planned"], after["finished"]) == (before["planned"] + 1, 1)
    assert ((await _line(office, task))["verdict"], bar["within"]) == ("within", 1)


async def test_S08_kind_of_day_is_the_foremans_to_say_at_his_own_site(world: World) -> None:
    ana, sol = await world.phone(ANA), await world.phone(SOL)
    _switch(ana, "rain")
    [outcome] = await ana.push()
    assert (outcome["status"], outcome["problem"]["code"]) == ("held", "not_allowed")
    _switch(sol, "rain", record="a" * 32)
    _switch(sol, "rain", on="2026-02-30")
    _switch(sol, "snow")
    sol.record(
        day_variant_of(NORTH_GARDEN, TODAY),
        "variant_switched",
        site=NORTH_GARDEN,
        on=TODAY,
        variant="rain",
    )
    sol.record(
        day_variant_of("b" * 32, TODAY),
        "variant_switched",
        site="b" * 32,
        on=TODAY,
        variant="rain",
    )
    outcomes = await sol.push()
    codes = [(one["status"], one["problem"]["code"]) for one in outcomes]
    assert codes == [
        ("held", "rules_broken"),
        ("held", "rules_broken"),
        ("held", "operation_malformed"),
        ("held", "not_allowed"),
        ("held", "rules_broken"),
    ]
    assert not await world.rows("SELECT 1 FROM day_variants")


async def test_S08_two_who_say_different_things_of_a_day_leave_the_latest(world: World) -> None:
    sol, lin = await world.phone(SOL), await world.office()
    _switch(sol, "rain")
    world.clock.advance(MINUTE)
    record = day_variant_of(HARBOUR_MALL, TODAY)
    outcome = await lin.act(record, "variant_switched", site=HARBOUR_MALL, on=TODAY, variant="rush")
    assert outcome["problem"]["code"] == "not_allowed", "a clerk is no foreman"
    _switch(sol, "rush")
    await sol.sync()
    rows = await world.rows("SELECT on_date, variant FROM day_variants")
    assert [tuple(row) for row in rows] == [(TODAY, "rush")]
