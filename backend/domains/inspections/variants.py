"""What kind of day it is at a site: said by a foreman, also offline; nobody said, and it is usual.

Weekends and holidays are not guessed: a make-up working day is one, too.

Source: rule S08 (plans by holiday, customer flow and weather).
"""

from collections.abc import Sequence
from typing import Any

from backend.domains.inspections import tables
from backend.domains.inspections.publishing import broken, real_date
from backend.kernel.database import Row, projection_of
from backend.kernel.identity import derived_id
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

DAY_VARIANTS = projection_of(tables.DayVariants)


def day_variant_of(site: str, on: str) -> str:
    """Give the id of the record that says what kind of day a site's date is."""
    return derived_id("day_variant", site, on)


async def read_sites(connection: Any, organization: str, operations: Sequence[Stamped]) -> Known:
    """Load which of the named sites there are."""
    named = sorted({str(one.body.get("site", "")) for one in operations})
    rows = await connection.fetch(
        "SELECT id FROM sites WHERE organization_id = $1 AND id = ANY($2)", organization, named
    )
    return {"sites": frozenset(row["id"] for row in rows)}


def check_variant(situation: Situation) -> Refusal | None:
    """Say why the kind of a day cannot be switched, or nothing.

    Raises: rules_broken, not_allowed.
    """
    body, actor = situation.body, situation.actor
    if not real_date(body.on):
        return broken("on")
    if body.site not in situation.known["sites"]:
        return broken("site", waits_for=body.site)
    if situation.operation.record != day_variant_of(body.site, body.on):
        return broken("record")
    if actor is None or actor.may("switch_variant", body.site):
        return None
    refusal = Refusal(problem=problem("not_allowed", right="switch_variant"))
    return unless_overruled(situation, refusal)


def _site(situation: Situation) -> str:
    return str(situation.body.site)


def _rows(
    organization: str, site: str, record: Record, _changed: frozenset[str], _known: Known
) -> Writes:
    fields = record["fields"]
    row: Row = {
        "organization_id": organization,
        "id": record["id"],
        "site_id": site,
        "on_date": fields["on"]["value"],
        "variant": fields["variant"]["value"],
    }
    return [(DAY_VARIANTS, row)]


DAY_VARIANT = Door(
    read=read_sites, check=check_variant, site=_site, rows=_rows, brings=brings_nothing
)
"""How the kind of a day is switched."""
