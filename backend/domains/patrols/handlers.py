"""Plugged in by the switchboard: what operations on routes, rounds and labels mean here.

All pure; the committer reads before and writes after. What is odd about a scan is not written:
it follows from capture times, labels and other rounds, which may arrive later (`oddities.py`).
"""

from collections.abc import Sequence
from typing import Any

from backend.domains.patrols import tables
from backend.domains.patrols.queries import (
    RoundBackground,
    read_round_background,
    read_route_ground,
    read_route_sites,
    read_tag_ground,
)
from backend.domains.patrols.receipts import read_receipt
from backend.domains.patrols.rules import (
    BY_THE_OFFICE,
    body_of,
    check_planned,
    check_round,
    check_route,
    check_tag,
    site_of,
)
from backend.domains.patrols.tags import read_tag
from backend.kernel.canonical import canonical
from backend.kernel.database import Row, projection_of
from backend.sync.doors import Door, Known, Situation, Writes
from backend.sync.merge import Record, Stamped
from shared_schemas.operations import LIFECYCLES
from shared_schemas.problems import ProblemError

ROUTES = projection_of(tables.Routes)
WINDOWS = projection_of(tables.RoundWindows)
ROUNDS = projection_of(tables.Rounds)
SCANS = projection_of(tables.Scans)
TAGS = projection_of(tables.Tags)

MICRO = 1_000
_SCANS = "scans/"


def _route_site(situation: Situation) -> str:
    return str(situation.body.route.site)


def _agenda_site(situation: Situation) -> str:
    sites: dict[str, str] = situation.known["route_sites"]
    return sites.get(situation.body.route, "")


def _tag_site(situation: Situation) -> str:
    tag = getattr(situation.body, "tag", None)
    return tag.site if tag else ""


def _route_rows(
    organization: str, site: str, record: Record, _changed: frozenset[str], _known: Known
) -> Writes:
    route = record["fields"]["route"]["value"]
    row: Row = {
        "organization_id": organization,
        "id": record["id"],
        "site_id": site,
        "code": route["code"],
        "title_zh": route["title"]["zh"],
        "title_en": route["title"].get("en", ""),
        "active": route.get("active", True),
        "content": canonical(route),
    }
    return [(ROUTES, _storable(row))]


def _agenda_rows(
    organization: str, site: str, record: Record, _changed: frozenset[str], _known: Known
) -> Writes:
    """Write the windows, and mark the cancelled ones; none is taken away."""
    return [
        (
            WINDOWS,
            {
                "organization_id": organization,
                "id": window["task"],
                "route_id": body_of(record, "route"),
                "site_id": site,
                "on_date": window["on"],
                "ordinal": window["ordinal"],
                "opens_ms": window["opens_ms"],
                "closes_ms": window["closes_ms"],
                "cancelled": gone,
            },
        )
        for gone, field in ((True, "cancelled"), (False, "windows"))
        for window in body_of(record, field) or ()
    ]


def _round_rows(
    organization: str, site: str, record: Record, changed: frozenset[str], known: Known
) -> Writes:
    """Write the round's line, and a line for each scan of a checkpoint that was scanned anew."""
    writes: Writes = [(ROUNDS, _round_row(organization, site, record, known))]
    for name in sorted(one for one in changed if one.startswith(_SCANS)):
        checkpoint = name.removeprefix(_SCANS)
        for entry in record["fields"][name]["entries"].values():
            row = _scan_row(organization, site, record["id"], checkpoint, entry)
            writes.append((SCANS, _storable(row)))
    return writes


def _round_row(organization: str, site: str, record: Record, known: Known) -> Row:
    fields = record["fields"]
    started, finished = _standing(fields.get("started_at")), _standing(fields.get("finished_at"))
    on, ordinal = _named(record, known)
    receipts = fields.get("receipt", {"entries": {}})["entries"]
    return {
        "organization_id": organization,
        "id": record["id"],
        "route_id": str(body_of(record, "route") or _planned_route(record, known)),
        "site_id": site,
        "on_date": on,
        "ordinal": ordinal,
        "state": body_of(record, "state") or LIFECYCLES["round"].initial,
        "assignee": body_of(record, "assignee") or "",
        "started_by": started["person"] if started else "",
        "started_op": started["op"] if started else "",
        "finished_by": finished["person"] if finished else "",
        "finished_op": finished["op"] if finished else "",
        "scanned": sum(1 for name in fields if name.startswith(_SCANS)),
        "receipts": len(receipts),
        "began_ms": _earliest_stamp(record) // MICRO,
        "position": record["position"],
    }


def _named(record: Record, known: Known) -> tuple[str, int]:
    """Give the date and number of a round: as planned, as begun, or as its receipt says."""
    background: RoundBackground = known["rounds"]
    window = background.windows.get(record["id"])
    if window is not None:
        return window.on, window.ordinal
    on = body_of(record, "on")
    if on:
        return str(on), int(body_of(record, "ordinal") or 1)
    for text in body_of(record, "receipt") or ():
        try:
            content = read_receipt(text).content
        except ProblemError:
            continue
        return content.on, content.ordinal
    return "", 0


def _planned_route(record: Record, known: Known) -> str:
    window = known["rounds"].windows.get(record["id"])
    return window.route if window else ""


def _earliest_stamp(record: Record) -> int:
    stamps = [
        entry["stamp"]
        for name, state in record["fields"].items()
        if name != "receipt"
        for part in ("by", "entries")
        for entry in state.get(part, {}).values()
    ]
    return int(min(stamps, default=record["stamp"]))


def _standing(state: dict[str, Any] | None) -> dict[str, Any] | None:
    if state is None:
        return None
    entry: dict[str, Any] = state["by"][state["person"]]
    return entry


def _scan_row(
    organization: str, site: str, round_id: str, checkpoint: str, entry: dict[str, Any]
) -> Row:
    scan = entry["value"]
    position = scan.get("position") or {}
    tag = read_tag(scan["text"])
    return {
        "organization_id": organization,
        "id": entry["op"],
        "round_id": round_id,
        "site_id": site,
        "checkpoint_id": checkpoint,
        "person_id": entry["person"],
        "how": scan["how"],
        "said": scan["text"],
        "tag_code": tag.code if tag else "",
        "tag_serial": tag.serial if tag else 0,
        "signature": tag.signature if tag else "",
        "latitude": position.get("latitude", ""),
        "longitude": position.get("longitude", ""),
        "accuracy_m": position.get("accuracy_m", 0),
        "stamp_ms": entry["stamp"] // MICRO,
    }


def _tag_rows(
    organization: str, site: str, record: Record, _changed: frozenset[str], _known: Known
) -> Writes:
    fields = record["fields"]
    tag = body_of(record, "tag")
    if tag is None:
        return []
    issued, revoked = _standing(fields["tag"]), _standing(fields.get("revoked_at"))
    row: Row = {
        "organization_id": organization,
        "id": record["id"],
        "site_id": site,
        "checkpoint_id": tag["checkpoint"],
        "code": tag["code"],
        "serial": tag["serial"],
        "form": tag.get("form", "qr"),
        "signature": tag.get("signature", ""),
        "issued_op": issued["op"] if issued else "",
        "revoked_op": revoked["op"] if revoked else "",
        "revoked_ms": revoked["value"] if revoked else 0,
        "revoked_because": body_of(record, "revoked_because") or "",
    }
    return [(TAGS, _storable(row))]


def _storable(row: Row) -> Row:
    """Leave out the one sign that PostgreSQL cannot keep in a text; the record keeps it."""
    return {
        name: value.replace("\x00", "") if isinstance(value, str) else value
        for name, value in row.items()
    }


async def _read_rounds(connection: Any, organization: str, operations: Sequence[Stamped]) -> Known:
    writers = set()
    for operation in operations:
        if operation.kind == BY_THE_OFFICE:
            try:
                writers.add(read_receipt(str(operation.body["receipt"])).content.writer)
            except ProblemError:
                continue
    return await read_round_background(connection, organization, operations, sorted(writers))


def _brings_itself(operation: Stamped) -> Sequence[str]:
    return [operation.record]


def _brings_windows(operation: Stamped) -> Sequence[str]:
    return [window["task"] for window in operation.body.get("windows", ())]


def _brings_round(operation: Stamped) -> Sequence[str]:
    return [operation.record] if operation.kind in ("round_started", BY_THE_OFFICE) else []


DOORS: dict[str, Door] = {
    "route": Door(
        read=read_route_ground,
        check=check_route,
        site=_route_site,
        rows=_route_rows,
        brings=_brings_itself,
    ),
    "round_agenda": Door(
        read=read_route_sites,
        check=check_planned,
        site=_agenda_site,
        rows=_agenda_rows,
        brings=_brings_windows,
    ),
    "round": Door(
        read=_read_rounds,
        check=check_round,
        site=site_of,
        rows=_round_rows,
        brings=_brings_round,
    ),
    "tag": Door(
        read=read_tag_ground,
        check=check_tag,
        site=_tag_site,
        rows=_tag_rows,
        brings=_brings_itself,
    ),
}
