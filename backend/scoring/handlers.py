"""Plugged in by the switchboard: publishing a scheme, and what a push makes stale; all pure."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from backend.kernel.canonical import canonical
from backend.kernel.database import Row, projection_of
from backend.kernel.identity import derived_id
from backend.scoring import tables
from backend.scoring.schemes import check_scheme
from backend.sync.doors import (
    Door,
    Known,
    Refusal,
    Situation,
    Writes,
    brings_nothing,
    unless_overruled,
)
from backend.sync.merge import Record, Stamped
from shared_schemas.problems import problem
from shared_schemas.scoring import Scheme

SCHEMES = projection_of(tables.Schemes)
STALE = projection_of(tables.StalePeriods)
SCORECARDS = projection_of(tables.Scorecards)


LARGEST_POINTS = Decimal(1_000_000)
SMALLEST_STEP = -6
"""Points lie between these; anything else is a slip of the pen and breaks exact sums."""


def _check(situation: Situation) -> Refusal | None:
    """Say why a scheme cannot be published, or nothing.

    A published version never changes, for scorecards name it; it may come into force at further
    sites.
    """
    actor = situation.actor
    if actor is not None and not actor.may_everywhere("publish_rules"):
        refusal = Refusal(problem=problem("not_allowed", right="publish_rules"))
        if unless_overruled(situation, refusal) is not None:
            return refusal
    scheme, sites = situation.body.scheme, set(situation.body.sites)
    flaw = _find_flaw(scheme)
    if flaw:
        return Refusal(problem=problem("rules_broken", what=flaw))
    unknown = sorted(sites - situation.known["sites"])
    if unknown:
        return Refusal(problem=problem("rules_broken", what="sites"), waits_for=unknown[0])
    if situation.record is not None and not _adds_only(situation.record, scheme, sites):
        return Refusal(problem=problem("version_published", version=scheme.version))
    return None


def _adds_only(record: Record, scheme: Scheme, sites: set[str]) -> bool:
    fields = record["fields"]
    before = set(fields["sites"]["value"]) if "sites" in fields else set()
    return msgspec.convert(fields["scheme"]["value"], Scheme) == scheme and before <= sites


def _find_flaw(scheme: Scheme) -> str:
    """Name the first thing wrong in a scheme, or nothing.

    >>> from shared_schemas.primitives import Bilingual
    >>> _find_flaw(Scheme(
    ...     code="s", version=1, title=Bilingual(zh="s"), subject="site", period="month",
    ...     sources=(), bands=(), pass_points=Decimal("NaN"), publish_by_day=10,
    ...     assessor_roles=(), assessed=Bilingual(zh="s"), source=""))
    'pass_points: NaN'
    """
    for name, points in _numbers(scheme):
        exponent = points.as_tuple().exponent
        if (
            not isinstance(exponent, int)
            or exponent < SMALLEST_STEP
            or abs(points) > LARGEST_POINTS
        ):
            return f"{name}: {str(points)[:40]}"
    try:
        date.fromisoformat(scheme.from_on)
    except ValueError:
        return f"from_on: {scheme.from_on}"
    if scheme.period == "special":
        return "period: special"
    for flaw in check_scheme(scheme):
        where = ".".join(str(step) for step in flaw.path)
        return f"{flaw.rule} {where}: {flaw.found}; {flaw.expected}"
    return ""


def _numbers(scheme: Scheme) -> Iterator[tuple[str, Decimal]]:
    yield "pass_points", scheme.pass_points
    for band in scheme.bands:
        yield "from_points", band.from_points
    for source in scheme.sources:
        yield "weight_percent", source.weight_percent
        for line in source.indicators:
            yield "maximum_points", line.maximum_points
            yield "points_each", line.measure.points_each
            yield "floor_points", line.measure.floor_points


async def _read_sites(connection: Any, organization: str, _operations: Sequence[Stamped]) -> Known:
    found = await connection.fetch("SELECT id FROM sites WHERE organization_id = $1", organization)
    return {"sites": frozenset(row["id"] for row in found)}


def _everywhere(_situation: Situation) -> str:
    return ""


def _rows(
    organization: str, _site: str, record: Record, _changed: frozenset[str], _known: Known
) -> Writes:
    fields = record["fields"]
    scheme = fields["scheme"]["value"]
    row: Row = {
        "organization_id": organization,
        "id": record["id"],
        "code": scheme["code"],
        "version": scheme["version"],
        "from_on": scheme.get("from_on", "2000-01-01"),
        "sites": canonical(fields["sites"]["value"] if "sites" in fields else []),
        "content": canonical(scheme),
    }
    return [(SCHEMES, row)]


def stale_rows(organization: str, site: str, at_ms: int, position: int) -> Writes:
    """Say that the scorecards of a site around an instant must be brought up to date.

    Units: milliseconds UTC.
    """
    row: Row = {
        "organization_id": organization,
        # One row per commit: a push never waits for a recomputation that holds an older one.
        "id": derived_id("stale", site, at_ms, position),
        "site_id": site,
        "at_ms": at_ms,
        "position": position,
    }
    return [(STALE, row)]


DOORS: dict[str, Door] = {
    "scheme": Door(
        read=_read_sites,
        check=_check,
        site=_everywhere,
        rows=_rows,
        brings=brings_nothing,
    ),
}
