"""What a scorecard would say if one thing had been found otherwise; nothing is written.

The cards are made by the same engine from the same facts as the live ones, so that what the office
is shown before it decides is what will be there afterwards.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct

from backend.scoring.engine import score
from backend.scoring.periods import Period
from backend.scoring.recompute import (
    Due,
    FactsOf,
    find_due,
    read_facts,
    read_schemes,
    read_zones,
)
from shared_schemas.scoring import Fact, Scheme, Scorecard


class Ground(Struct, frozen=True, kw_only=True):
    """A live card with all that it was made of."""

    scheme: Scheme
    site: str
    zone: str
    period: Period
    facts: tuple[Fact, ...]
    now: Scorecard


Grounds = dict[tuple[str, int], tuple[Ground, ...]]
"""Keyed by site and instant in milliseconds UTC."""


async def load_grounds(
    connection: Any,
    organization: str,
    readers: Sequence[FactsOf],
    asked: Iterable[tuple[str, int]],
) -> Grounds:
    """Read the live cards of these sites at these instants; each card's facts are read once.

    Units: milliseconds UTC.
    """
    wanted = {f"{site} {at_ms}": (site, at_ms) for site, at_ms in asked}
    lines = [{"id": one, "site_id": site, "at_ms": at} for one, (site, at) in wanted.items()]
    schemes = await read_schemes(connection, organization)
    zones = await read_zones(connection, organization)
    grounds: Grounds = {}
    for due, lines_of in find_due(schemes, zones, lines).items():
        [scheme] = [one.scheme for one in schemes[due.code] if one.scheme.version == due.version]
        ground = await _ground(connection, organization, readers, scheme, due)
        for line in lines_of:
            grounds[wanted[line]] = (*grounds.get(wanted[line], ()), ground)
    return grounds


async def _ground(
    connection: Any, organization: str, readers: Sequence[FactsOf], scheme: Scheme, due: Due
) -> Ground:
    edges = due.period.edges(due.zone)
    facts = await read_facts(connection, organization, readers, due.site, edges)
    return Ground(
        scheme=scheme,
        site=due.site,
        zone=due.zone,
        period=due.period,
        facts=tuple(facts),
        now=score(scheme, due.site, due.period, facts, due.zone),
    )


def score_with(ground: Ground, replaced: str, supposed: Fact | None) -> Scorecard:
    """Give the card as it would be with one fact replaced, or left out; pure."""
    others = [fact for fact in ground.facts if fact.id != replaced]
    facts = others if supposed is None else [*others, supposed]
    return score(ground.scheme, ground.site, ground.period, facts, ground.zone)
