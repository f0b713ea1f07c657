"""A sample's seed is known before anybody knows of what; the draw is of the whole, and repeatable."""

from typing import Any

from backend.domains.inspections.sampling import draw
from backend.kernel.identity import derived_id
from tests.world.cast import ANA, DAILY_CHECK, DAILY_LIST, DAY, HARBOUR_MALL, LAO_ZHOU
from tests.world.fixtures import World

SAMPLE, AGAIN = derived_id("sample", "one"), derived_id("sample", "two")
SEED = "0123456789abcdef" * 2
ANNOUNCED: dict[str, Any] = {
    "site": HARBOUR_MALL,
    "title": {"zh": "十一月日检抽查", "en": "Daily checks of November"},
    "population": "finished_checks",
    "rate_percent": 50,
    "seed": SEED,
    "from_on": "2026-11-16",
    "closes_on": "2026-11-18",
}


async def _finish(world: World, *days: str) -> list[str]:
    ana = await world.phone(ANA)
    tasks = [ana.tasks(DAILY_CHECK)[day] for day in days]
    for task in tasks:
        ana.record(task, "task_started", checklist=DAILY_LIST, started_at=world.clock.now_ms())
        ana.record(task, "task_finished", finished_at=world.clock.now_ms())
    await ana.sync()
    return tasks


async def test_g15_sample_is_drawn_from_all_there_was_after_its_days_by_the_seed_announced(
    world: World,
) -> None:
    clerk = await world.office()
    outcome = await clerk.act(SAMPLE, "sample_announced", **ANNOUNCED)
    assert outcome["status"] == "accepted", outcome
    tasks = await _finish(world, "2026-11-15", "2026-11-16", "2026-11-17")
    right = {"whole": sorted(tasks), "drawn": draw(SEED, tasks, 50)}

    early = await clerk.act(SAMPLE, "sample_drawn", **right)
    assert (early["status"], early["problem"]["details"]["what"]) == ("held", "closes_on")
    world.clock.advance(2 * DAY)
    for wrong, what in (
        ({**right, "whole": right["whole"][:2]}, "whole"),
        ({**right, "drawn": sorted(tasks)[:1]}, "drawn"),
    ):
        refused = await clerk.act(SAMPLE, "sample_drawn", **wrong)
        assert (refused["status"], refused["problem"]["details"]["what"]) == ("held", what)
    outcome = await clerk.act(SAMPLE, "sample_drawn", **right)
    assert outcome["status"] in ("accepted", "merged"), outcome

    # The checker of the checker: a sample of the sample, with a seed of its own.
    again = {
        **ANNOUNCED,
        "population": "sample",
        "again_of": SAMPLE,
        "from_on": "2026-11-19",
        "closes_on": "2026-11-19",
    }
    assert (await clerk.act(AGAIN, "sample_announced", **again))["status"] == "accepted"
    world.clock.advance(DAY)
    drawn = right["drawn"]
    body = {"whole": sorted(drawn), "drawn": draw(SEED, drawn, 50)}
    assert (await clerk.act(AGAIN, "sample_drawn", **body))["status"] in ("accepted", "merged")


async def test_g15_a_seed_that_comes_too_late_or_from_somebody_else_announces_nothing(
    world: World,
) -> None:
    clerk = await world.office()
    for changes, what in (
        ({"closes_on": "2026-11-16"}, "closes_on"),
        ({"from_on": "2026-11-19"}, "closes_on"),
        ({"closes_on": "2026-02-30"}, "closes_on"),
        ({"again_of": AGAIN}, "again_of"),
    ):
        late = await clerk.act(SAMPLE, "sample_announced", **{**ANNOUNCED, **changes})
        assert (late["status"], late["problem"]["details"]["what"]) == ("held", what), changes
    zhou = await world.phone(LAO_ZHOU)
    zhou.record(SAMPLE, "sample_announced", **ANNOUNCED)
    [outcome] = await zhou.push()
    assert (outcome["status"], outcome["problem"]["code"]) == ("held", "not_allowed")


async def test_the_office_sees_what_drawing_now_would_give_and_draws_just_that(
    world: World,
) -> None:
    clerk = await world.office()
    await clerk.act(SAMPLE, "sample_announced", **ANNOUNCED)
    tasks = await _finish(world, "2026-11-16", "2026-11-17")
    [announced] = (await clerk.get("samples"))["samples"]
    assert (announced["state"], announced["whole"], announced["drawn"]) == ("announced", [], [])
    world.clock.advance(2 * DAY)
    [due] = (await clerk.get("samples"))["samples"]
    assert (due["state"], due["whole"]) == ("due", sorted(tasks))
    body = {"whole": due["whole"], "drawn": due["drawn"]}
    assert (await clerk.act(SAMPLE, "sample_drawn", **body))["status"] in ("accepted", "merged")
    [drawn] = (await clerk.get("samples"))["samples"]
    assert drawn["state"] == "drawn"
    [line] = drawn["lines"]
    assert line["task"] in tasks
