"""Plugged in by the switchboard: what operations on nonconformities mean here; all pure."""

from typing import Any

from backend.domains.nonconformities.handling import is_early, told
from backend.domains.nonconformities.rules import bars_decider, check
from backend.domains.nonconformities.tables import Nonconformities
from backend.kernel.database import Row, projection_of
from backend.sync.doors import Door, Known, Situation, Writes, read_nothing
from backend.sync.merge import Record, Stamped
from shared_schemas.operations import LIFECYCLES

NONCONFORMITIES = projection_of(Nonconformities)
MICRO = 1_000


def _site(situation: Situation) -> str:
    """What was seen freely says itself where; the author's rights there are looked at then."""
    return situation.site or str(getattr(situation.body, "site", ""))


def _rows(
    organization: str, site: str, record: Record, _changed: frozenset[str], _known: Known
) -> Writes:
    fields = record["fields"]
    title = told(record, "title") or {"zh": ""}
    confirmed, corrected = _entry(fields, "confirmed_at"), _entry(fields, "corrected_at")
    verified = _entry(fields, "verified_at")
    row: Row = {
        "organization_id": organization,
        "id": record["id"],
        "site_id": site,
        "task_id": _value(fields, "task") or "",
        "item": _value(fields, "item") or "",
        "title_zh": title["zh"],
        "title_en": title.get("en", ""),
        "indicator": _value(fields, "indicator") or "",
        "use": _value(fields, "use") or "",
        "severity": _value(fields, "severity") or "",
        "state": fields["state"]["value"]
        if "state" in fields
        else LIFECYCLES["nonconformity"].initial,
        "found_by": told(record, "found_by") or "",
        "found_ms": told(record, "found_at") or 0,
        "confirmed_by": confirmed["person"] if confirmed else "",
        "confirmed_op": confirmed["op"] if confirmed else "",
        "corrected_by": corrected["person"] if corrected else "",
        "corrected_ms": corrected["stamp"] // MICRO if corrected else 0,
        "correction": str(_value(fields, "correction") or "").replace("\x00", ""),
        "verified_by": verified["person"] if verified else "",
        "position": record["position"],
        "workflow": _value(fields, "workflow") or "",
        "approved_by": _value(fields, "approved_by") or "",
        "approved_ms": _value(fields, "approved_at") or 0,
        "assignee": _value(fields, "assignee") or "",
        "checkpoint_id": told(record, "checkpoint") or "",
        "early": is_early(record),
    }
    return [(NONCONFORMITIES, row)]


def _value(fields: dict[str, Any], name: str) -> Any:
    return fields[name]["value"] if name in fields else None


def _entry(fields: dict[str, Any], name: str) -> dict[str, Any] | None:
    state = fields.get(name)
    if state is None:
        return None
    entry: dict[str, Any] = state["by"][state["person"]]
    return entry


def _brings(operation: Stamped) -> list[str]:
    begins = ("nonconformity_raised", "nonconformity_reported")
    return [operation.record] if operation.kind in begins else []


DOORS: dict[str, Door] = {
    "nonconformity": Door(
        read=read_nothing,
        check=check,
        site=_site,
        rows=_rows,
        brings=_brings,
        bars=bars_decider,
    ),
}
