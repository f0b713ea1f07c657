"""One operation as evidence: who recorded what, where, on which device, and truly when."""

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from backend.directory.actors import Actor, kinds_in_scope
from backend.office.arrivals import lacking_of, load_lacking
from backend.office.folded import photos_by, photos_of, read_record
from backend.office.names import (
    item_text,
    load_checklists,
    load_devices,
    load_people,
    load_places,
    read_instant,
    role_name,
)
from backend.office.scope import load_sites
from shared_schemas.office import OperationSeen, PlaceSeen
from shared_schemas.problems import ProblemError

_ONE = """
    SELECT o.*, coalesce(n.task_id, '') AS cause_task, coalesce(n.item, '') AS cause_item,
           coalesce(r.site_id, o.site_id) AS scope
    FROM operations o
    LEFT JOIN records r ON r.organization_id = $1 AND r.id = o.record_id
    LEFT JOIN nonconformities n ON n.organization_id = $1 AND n.id = o.record_id
    WHERE o.organization_id = $1 AND o.id = $2
"""
_RECORDS = "SELECT id, content FROM records WHERE organization_id = $1 AND id = ANY($2::text[])"


async def load_operation(connection: Any, actor: Actor, operation: str) -> OperationSeen:
    """Read one operation of the log with all that proves it.

    Only of a record that this person may see: another site's is not found.

    Raises: not_allowed, not_found.
    """
    sites = await load_sites(connection, actor, "see_office")
    row = await connection.fetchrow(_ONE, actor.organization, operation)
    if row is None or not _may_see(row, actor, sites):
        raise ProblemError("not_found")
    written = msgspec.json.decode(row["content"])
    item = row["cause_item"] or str(written.get("body", {}).get("item", ""))
    people = await load_people(connection, actor.organization, [row["person_id"]])
    devices = await load_devices(connection, actor.organization, [row["device_id"]])
    places = await load_places(connection, actor.organization, [row["record_id"]])
    place = places.get(row["record_id"])
    captured = written.get("captured") or {}
    outcome = json.loads(row["outcome"] or "{}")
    photos = await _photos(connection, actor, row, written, item)
    lacking = await load_lacking(connection, actor.organization, photos)
    return OperationSeen(
        id=row["id"],
        kind=row["kind"],
        record=row["record_id"],
        record_kind=row["record_kind"],
        site=sites.get(row["site_id"]),
        place=place,
        item=item,
        item_text=await _item_text(connection, actor, place, item),
        person=people.name(row["person_id"]),
        role=row["role"],
        role_name=role_name(row["role"]),
        device=devices[row["device_id"]],
        writer=row["writer_id"],
        counter=row["counter"],
        position=row["position"],
        recorded=read_instant(row),
        phone_ms=captured.get("wall_ms"),
        phone_zone=str(captured.get("zone", "")),
        received_ms=row["received_ms"],
        caused_by=row["caused_by"],
        sha256=row["sha256"],
        body=written.get("body", {}),
        photos=photos,
        status=str(outcome.get("status", "accepted")),
        met=tuple(outcome.get("met", ())),
        photos_lacking=lacking_of(photos, lacking),
    )


def _may_see(row: Mapping[str, Any], actor: Actor, sites: Mapping[str, Any]) -> bool:
    site = row["site_id"]
    return (not site or site in sites) and row["record_kind"] in kinds_in_scope(actor, row["scope"])


async def _item_text(connection: Any, actor: Actor, place: PlaceSeen | None, item: str) -> Any:
    if place is None or not item:
        return None
    checklists = await load_checklists(connection, actor.organization, [place.task])
    return item_text(checklists.get(place.task), item)


async def _photos(
    connection: Any, actor: Actor, row: Mapping[str, Any], written: Mapping[str, Any], item: str
) -> tuple[str, ...]:
    """Give the photos that the operation itself declares, else those that stand on its item."""
    declared = tuple(one["sha256"] for one in written.get("evidence", ()))
    if declared:
        return declared
    task = row["cause_task"] or row["record_id"]
    found = await connection.fetch(_RECORDS, actor.organization, sorted({task, row["record_id"]}))
    records = {one["id"]: read_record(one["content"]) for one in found}
    of_item: tuple[str, ...] = ()
    if item and task in records:
        of_item = photos_by(records[task], f"evidence/{item}", row["person_id"])
    if row["kind"] in _ABOUT_CORRECTION and row["record_id"] in records:
        return (*photos_of(records[row["record_id"]], "correction_evidence"), *of_item)
    return of_item


_ABOUT_CORRECTION = (
    "correction_evidenced",
    "correction_verified",
    "nonconformity_closed_on_spot",
    "nonconformity_corrected",
)
