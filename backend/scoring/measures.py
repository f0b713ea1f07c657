"""The named ways to turn facts into the points of one indicator; pure.

One way is built: deduct per failure. Not built yet, and refused by the scheme check until they
are: rate to points, frequency, share within deadline, mean of a survey, points given by an
assessor, balance, count against a target, rank or share with cut-offs.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from shared_schemas.scoring import Fact, Indicator, MeasureKind


class Loss(Struct, frozen=True, kw_only=True):
    """What one failure cost an indicator, in its own points; 0 where the kind says why.

    Units: `points` is negative or zero.
    """

    kind: Literal["deduction", "floor", "repeat"]
    fact: Fact
    points: Decimal


class Reading(Struct, frozen=True, kw_only=True):
    """What an indicator came to: the points it opened with and every loss, in order of capture."""

    full: Decimal
    losses: tuple[Loss, ...]


MeasureRule = Callable[[Indicator, Sequence[Fact]], Reading]


def deduct_per_failure(indicator: Indicator, facts: Sequence[Fact]) -> Reading:
    """Start with the maximum and take points off for each failure, never below the floor.

    The failure that meets the floor costs what is left; those after it are listed with 0. One
    failure of one item in one check costs once, however many facts tell of it.

    Source: rule S07 (ten items of ten, minus 1 per failure); decisions G06; rules DE1 to DE5.
    """
    left = indicator.maximum_points - indicator.measure.floor_points
    seen: set[tuple[str, str]] = set()
    losses = []
    for fact in facts:
        if fact.fact_kind not in indicator.measure.counts:
            continue
        answer = (fact.record, fact.item)
        if fact.item and answer in seen:
            losses.append(Loss(kind="repeat", fact=fact, points=Decimal(0)))
            continue
        seen.add(answer)
        cost = min(indicator.measure.points_each, left)
        left -= cost
        losses.append(
            Loss(kind="deduction", fact=fact, points=-cost)
            if cost
            else Loss(kind="floor", fact=fact, points=Decimal(0))
        )
    return Reading(full=indicator.maximum_points, losses=tuple(losses))


MEASURES: dict[MeasureKind, MeasureRule] = {"deduct_per_failure": deduct_per_failure}
