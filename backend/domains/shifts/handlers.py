"""Plugged in by the switchboard: what operations on rosters and handovers mean here."""

import json
from collections.abc import Sequence
from typing import Any

import msgspec

from backend.domains.shifts.rules import ShiftGround, check_handover, check_roster
from backend.domains.shifts.tables import Handovers, Rosters
from backend.kernel.canonical import canonical
from backend.kernel.database import Row, projection_of
from backend.sync.doors import Door, Known, Situation, Writes
from backend.sync.merge import Record, Stamped
from shared_schemas.operations import LIFECYCLES

ROSTERS = projection_of(Rosters)
HANDOVERS = projection_of(Handovers)

_GROUND_SQL = """
SELECT 'person' AS part, id, '' AS content FROM people WHERE organization_id = $1
UNION ALL
SELECT 'places', id, content FROM records
 WHERE organization_id = $1 AND kind = 'places' AND id = ANY($2)
"""


async def read_shift_ground(
    connection: Any, organization: str, operations: Sequence[Stamped]
) -> Known:
    """Load the people, and the posts of the sites that these operations speak of."""
    sites = sorted(
        {
            str(one.body.get("site") or one.body.get("roster", {}).get("site") or "")
            for one in operations
        }
    )
    people: set[str] = set()
    posts: dict[str, frozenset[str]] = {}
    for row in await connection.fetch(_GROUND_SQL, organization, sites):
        if row["part"] == "person":
            people.add(row["id"])
        else:
            places = msgspec.json.decode(row["content"])["fields"]["places"]["value"]
            posts[row["id"]] = frozenset(one["id"] for one in places.get("posts", ()))
    return {"shifts": ShiftGround(people=frozenset(people), posts=posts)}


def _roster_site(situation: Situation) -> str:
    roster = getattr(situation.body, "roster", None)
    return roster.site if roster else ""


def _handover_site(situation: Situation) -> str:
    return str(getattr(situation.body, "site", ""))


def _roster_rows(
    organization: str, site: str, record: Record, _changed: frozenset[str], _known: Known
) -> Writes:
    fields = record["fields"]
    if "roster" not in fields:
        return []
    roster = fields["roster"]["value"]
    prefix = "substitute/"
    stand_in = {
        name.removeprefix(prefix): state["value"]
        for name, state in fields.items()
        if name.startswith(prefix)
    }
    row: Row = {
        "organization_id": organization,
        "id": record["id"],
        "site_id": site,
        "month": roster["month"],
        "content": canonical(roster),
        "substitutes": canonical(stand_in),
    }
    return [(ROSTERS, row)]


def _handover_rows(
    organization: str, site: str, record: Record, _changed: frozenset[str], _known: Known
) -> Writes:
    fields = record["fields"]
    if "post" not in fields:
        return []
    left, taken = _standing(fields.get("left_at")), _standing(fields.get("taken_at"))
    takings = fields.get("taking", {"value": []})["value"]
    handover = fields["handover"]["value"]
    prefix = "settled_words/"
    settled = sorted(name.removeprefix(prefix) for name in fields if name.startswith(prefix))
    row: Row = {
        "organization_id": organization,
        "id": record["id"],
        "site_id": site,
        "post_id": fields["post"]["value"],
        "on_date": fields["on"]["value"],
        "shift": fields["shift"]["value"],
        "state": fields["state"]["value"] if "state" in fields else LIFECYCLES["handover"].initial,
        "left_by": fields["left_by"]["value"],
        "left_op": left["op"] if left else "",
        "taken_by": takings[-1]["person"] if takings else "",
        "taken_op": taken["op"] if taken else "",
        "disputed": bool(takings) and takings[-1]["stance"] == "disputed",
        "open_count": len(handover.get("open_matters", ())) - len(settled),
        "content": canonical(handover).replace("\\u0000", ""),
        "settled": json.dumps(settled),
        "position": record["position"],
    }
    return [(HANDOVERS, row)]


def _standing(state: dict[str, Any] | None) -> dict[str, Any] | None:
    if state is None:
        return None
    entry: dict[str, Any] = state["by"][state["person"]]
    return entry


def _brings_itself(operation: Stamped) -> Sequence[str]:
    return [operation.record]


DOORS: dict[str, Door] = {
    "roster": Door(
        read=read_shift_ground,
        check=check_roster,
        site=_roster_site,
        rows=_roster_rows,
        brings=_brings_itself,
    ),
    "handover": Door(
        read=read_shift_ground,
        check=check_handover,
        site=_handover_site,
        rows=_handover_rows,
        brings=_brings_itself,
    ),
}
