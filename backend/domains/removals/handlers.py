"""Plugged in by the switchboard: what operations on removals mean here, and what is allowed; pure.

Source: catalogue 3.1 (rubbish removal frequency).
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from backend.domains.removals.tables import Removals
from backend.kernel.clock import instant
from backend.kernel.database import Row, projection_of
from backend.sync.doors import Door, Known, Refusal, Situation, Writes, unless_overruled
from backend.sync.merge import Record, Stamped
from shared_schemas.problems import problem

REMOVALS = projection_of(Removals)
MICRO = 1_000
MOST_QUANTITY = Decimal(1_000_000)
FUTURE = timedelta(hours=24)


def check_removal(situation: Situation) -> Refusal | None:
    """Say why a removal cannot be registered, or nothing.

    How much must be more than nothing, and no later than the day on which it was written down.
    """
    actor = situation.actor
    if situation.site and actor is not None and not actor.may("register_removals", situation.site):
        wrong = Refusal(problem=problem("not_allowed", right="register_removals"))
        return unless_overruled(situation, wrong)
    if situation.operation.kind == "removal_evidenced":
        return _check_photo(situation)
    body = situation.body
    latest_ms = situation.operation.stamp // MICRO + FUTURE // timedelta(milliseconds=1)
    flaws = {
        "site": body.site not in situation.known["zones"],
        "quantity": not Decimal(0) < Decimal(body.quantity) <= MOST_QUANTITY,
        "removed_at": body.removed_at > latest_ms,
    }
    what = next((what for what, is_wrong in flaws.items() if is_wrong), "")
    return Refusal(problem=problem("rules_broken", what=what)) if what else None


def _check_photo(situation: Situation) -> Refusal | None:
    if situation.record is None:
        return Refusal(problem=problem("record_unknown"), waits_for=situation.operation.record)
    declared = {ref.sha256 for ref in situation.evidence}
    known = situation.body.photo in declared
    return None if known else Refusal(problem=problem("evidence_undeclared"))


async def _read_zones(connection: Any, organization: str, _operations: Sequence[Stamped]) -> Known:
    found = await connection.fetch(
        "SELECT id, zone FROM sites WHERE organization_id = $1", organization
    )
    return {"zones": {row["id"]: row["zone"] for row in found}}


def _site(situation: Situation) -> str:
    return str(getattr(situation.body, "site", ""))


def _rows(
    organization: str, site: str, record: Record, _changed: frozenset[str], known: Known
) -> Writes:
    fields = record["fields"]
    if "removed_at" not in fields:
        return []
    entry = fields["removed_at"]["by"][fields["removed_at"]["person"]]
    removed_ms = fields["removed_at"]["value"]
    zone = ZoneInfo(known["zones"].get(site, "UTC"))
    on: datetime = instant(removed_ms).astimezone(zone)
    row: Row = {
        "organization_id": organization,
        "id": record["id"],
        "site_id": site,
        "on_date": on.date().isoformat(),
        **{name: _text(fields, name) for name in ("waste", "quantity", "unit", "hauler")},
        **{name: _text(fields, name) for name in ("vehicle", "words")},
        "photos": json.dumps(fields["evidence"]["value"] if "evidence" in fields else []),
        "removed_ms": removed_ms,
        "person_id": entry["person"],
        "operation_id": entry["op"],
        "position": record["position"],
    }
    return [(REMOVALS, row)]


def _text(fields: dict[str, Any], name: str) -> str:
    return str(fields[name]["value"]).replace("\x00", "") if name in fields else ""


def _brings_itself(operation: Stamped) -> Sequence[str]:
    return [operation.record]


DOORS: dict[str, Door] = {
    "removal": Door(
        read=_read_zones, check=check_removal, site=_site, rows=_rows, brings=_brings_itself
    ),
}
