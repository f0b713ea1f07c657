"""The server's laws under many phones, a lossy network and restarts; seeds are pinned."""

import secrets
import sys
import time

import pytest

from tests.simulation.harbour_week import LAST_EVENING_MS, MONTH_END, PEOPLE, Week
from tests.world.fixtures import World

PINNED = (1, 7, 2026)
PINNED_AT_MONTH_END = 32
FRESH = 12


async def _live(world: World, seed: int, *, month_end: bool = False) -> None:
    if month_end:
        world.clock.at_ms = LAST_EVENING_MS
    week, begun = Week(world, seed, *([MONTH_END] if month_end else [])), time.monotonic()
    try:
        await week.run()
    finally:
        told = [f"seed {seed}", f"{time.monotonic() - begun:.1f} s", str(dict(week.did))]
        sys.stdout.write("\n".join([*told, *week.told[-40:], ""]))
    assert len(PEOPLE) >= 5
    assert week.did["operations"] >= 200
    for happened in (
        "lost",
        "answer_lost",
        "late",
        "_restart",
        "overtaking",
        "conflicts",
        "held_operations",
        "nonconformities",
    ):
        assert week.did[happened] > 0, f"a week without {happened} proves little"


@pytest.mark.parametrize("seed", PINNED)
async def test_W5_W6_week_at_the_harbour_loses_and_doubles_nothing(world: World, seed: int) -> None:
    await _live(world, seed)


async def test_W3_week_over_the_end_of_a_month_leaves_both_scorecards_true(world: World) -> None:
    await _live(world, PINNED_AT_MONTH_END, month_end=True)


@pytest.mark.soak
@pytest.mark.parametrize("run", range(FRESH))
async def test_W5_W6_fresh_week_at_the_harbour(world: World, run: int) -> None:
    await _live(world, secrets.randbelow(2**32), month_end=bool(run % 2))
