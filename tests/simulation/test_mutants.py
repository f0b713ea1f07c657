"""The simulation proves itself: every planted fault is noticed, by a law that is about it."""

import asyncio
import sys
from pathlib import Path

import pytest

from tests.simulation.laws import LawBroken
from tests.simulation.mutants import MUTANTS, Mutant
from tests.simulation.runner import load
from tests.simulation.schedule import Schedule

MOST_SEEDS = 8


@pytest.mark.parametrize("mutant", [pytest.param(one, id=one.name) for one in MUTANTS])
def test_planted_fault_is_noticed(
    mutant: Mutant, laid: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ground = load(laid)
    for seed in range(1, MOST_SEEDS + 1):
        schedule = Schedule(*ground, seed)
        with monkeypatch.context() as patch:
            mutant.plant(patch, schedule)
            broken = broken_law(schedule)
        if broken is not None:
            sys.stdout.write(f"{mutant.name}: seed {seed}, {broken}\n")
            assert broken.law in mutant.noticed_by, broken
            return
    pytest.fail(f"{mutant.name}: nobody noticed in {MOST_SEEDS} schedules")


def broken_law(schedule: Schedule) -> LawBroken | None:
    """Run a schedule; give the law that it broke."""
    try:
        asyncio.run(schedule.run())
    except LawBroken as broken:
        return broken
    return None


def test_there_are_enough_planted_faults() -> None:
    assert len(MUTANTS) >= 12
    assert len({one.name for one in MUTANTS}) == len(MUTANTS)
