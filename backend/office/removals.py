"""A site's removals of a month: each load, and how often and how much of each kind."""

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from backend.directory.actors import Actor
from backend.office.arrivals import lacking_of, load_lacking
from backend.office.names import load_instants, load_people
from backend.office.scope import load_revision, load_sites
from shared_schemas.problems import ProblemError
from shared_schemas.shift_desk import RemovalSeen, RemovalsOfMonth, RemovalSum

MOST_SHOWN = 500

_OF_MONTH = """
    SELECT * FROM removals
    WHERE organization_id = $1 AND site_id = $2 AND on_date >= $3 AND on_date <= $4
    ORDER BY removed_ms DESC, id
"""


async def load_removals(
    connection: Any, actor: Actor, site: str, *, first: date, last: date
) -> RemovalsOfMonth:
    """Read what left a site in a month, the latest first.

    Raises: not_allowed, not_found.
    """
    sites = await load_sites(connection, actor, "see_office")
    if site not in sites:
        raise ProblemError("not_found")
    rows = await connection.fetch(
        _OF_MONTH, actor.organization, site, first.isoformat(), last.isoformat()
    )
    return RemovalsOfMonth(
        revision=await load_revision(connection, actor.organization),
        site=sites[site],
        month=first.isoformat()[:7],
        removals=await _seen(connection, actor.organization, rows[:MOST_SHOWN]),
        sums=sums_of([(row["waste"], row["unit"], row["quantity"]) for row in rows]),
        more=len(rows) > MOST_SHOWN,
    )


async def _seen(connection: Any, organization: str, rows: Sequence[Any]) -> tuple[RemovalSeen, ...]:
    people = await load_people(connection, organization, (row["person_id"] for row in rows))
    instants = await load_instants(connection, organization, (row["operation_id"] for row in rows))
    photos = {row["id"]: tuple(json.loads(row["photos"])) for row in rows}
    lacking = await load_lacking(
        connection, organization, (photo for own in photos.values() for photo in own)
    )
    return tuple(
        RemovalSeen(
            id=row["id"],
            on=row["on_date"],
            waste=row["waste"],
            quantity=row["quantity"],
            unit=row["unit"],
            hauler=row["hauler"],
            vehicle=row["vehicle"],
            words=row["words"],
            person=people.name(row["person_id"]),
            removed_ms=row["removed_ms"],
            recorded=instants.get(row["operation_id"]),
            operation=row["operation_id"],
            photos=photos[row["id"]],
            photos_lacking=lacking_of(photos[row["id"]], lacking),
        )
        for row in rows
    )


def sums_of(loads: Sequence[tuple[str, str, str]]) -> tuple[RemovalSum, ...]:
    """Count loads by kind and unit: how many there were, and how much together.

    >>> [one] = sums_of([("kitchen", "桶", "2"), ("kitchen", "桶", "0.50")])
    >>> (one.times, one.quantity)
    (2, '2.5')
    """
    heaps: dict[tuple[str, str], list[Decimal]] = {}
    for waste, unit, quantity in loads:
        heaps.setdefault((waste, unit), []).append(Decimal(quantity))
    return tuple(
        RemovalSum(waste=waste, unit=unit, times=len(heap), quantity=_plain(sum(heap, Decimal(0))))
        for (waste, unit), heap in sorted(heaps.items())
    )


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
