"""The rows that a check leaves: one for itself, one for each item that was spoken of; pure."""

import json
from typing import Any

from backend.domains.inspections import tables
from backend.domains.inspections.amiss import answered_items, count_bulk, find_amiss
from backend.domains.inspections.beginning import beside_row
from backend.domains.inspections.confirming import has_fallen, is_disputed
from backend.domains.inspections.disclosure import closes_task
from backend.domains.inspections.queries import DueWindow, TaskBackground, find_item
from backend.domains.inspections.values import given_value
from backend.kernel.database import Row, projection_of
from backend.kernel.identity import derived_id
from backend.sync.doors import Known, Writes
from backend.sync.merge import Record
from shared_schemas.inspections import Checklist
from shared_schemas.operations import LIFECYCLES

WINDOWS = projection_of(tables.TaskWindows)
TASKS = projection_of(tables.Tasks)
ANSWERS = projection_of(tables.Answers)

MICRO = 1_000


def task_rows(
    organization: str, site: str, record: Record, changed: frozenset[str], known: Known
) -> Writes:
    """Write the task's line, and a line for each item of which anything changed."""
    items = sorted({name.split("/", 1)[1] for name in changed if "/" in name})
    writes: Writes = [(TASKS, _task_row(organization, site, record, known))]
    for item in items:
        answer = _answer_row(organization, site, record, item, known)
        if answer is not None:
            writes.append((ANSWERS, answer))
    window = beside_row(organization, site, record, known)
    return [*writes, (WINDOWS, window)] if window else writes


def _task_row(organization: str, site: str, record: Record, known: Known) -> Row:
    fields = record["fields"]
    answers = [fields[f"answer/{item}"]["value"] for item in answered_items(record)]
    started, finished = standing(fields.get("started_at")), standing(fields.get("finished_at"))
    approval = standing(fields.get("approval"))
    background: TaskBackground = known["tasks"]
    window = background.windows[record["id"]]
    flags = find_amiss(record, window, _checklists(record, window, background))
    return {
        "organization_id": organization,
        "id": record["id"],
        "site_id": site,
        "state": fields["state"]["value"] if "state" in fields else LIFECYCLES["task"].initial,
        "answered": len(answers),
        "failed": answers.count("fail"),
        "started_by": started["person"] if started else "",
        "started_op": started["op"] if started else "",
        "finished_by": finished["person"] if finished else "",
        "finished_op": finished["op"] if finished else "",
        "finished_ms": finished["stamp"] // MICRO if finished else 0,
        "timeliness": _judged(fields, finished),
        "assignee": str(fields["assignee"]["value"]) if "assignee" in fields else "",
        "closed": closes_task(record["id"], record, known),
        "position": record["position"],
        "flags": json.dumps(flags),
        "bulk": count_bulk(record),
        "approval": str(fields["approval"]["value"]) if approval else "",
        "approved_by": approval["person"] if approval else "",
    }


def _checklists(record: Record, window: DueWindow, background: TaskBackground) -> list[Checklist]:
    begun = standing(record["fields"].get("checklist"))
    named = [window.checklist, begun["value"]] if begun else [window.checklist]
    found = (background.checklists.get(one) for one in dict.fromkeys(named))
    return [one for one in found if one is not None]


def _judged(fields: dict[str, Any], finished: dict[str, Any] | None) -> str:
    """Give what a person decided of the finish that stands; of one that came later nobody spoke."""
    judged = standing(fields.get("timeliness"))
    if judged is None or finished is None or judged["position"] < finished["position"]:
        return ""
    return str(fields["timeliness"]["value"])


def standing(state: dict[str, Any] | None) -> dict[str, Any] | None:
    """Give the entry of the person whose word stands in a field."""
    if state is None:
        return None
    entry: dict[str, Any] = state["by"][state["person"]]
    return entry


def _answer_row(
    organization: str, site: str, record: Record, item: str, known: Known
) -> Row | None:
    fields = record["fields"]
    answer = fields.get(f"answer/{item}")
    entry = standing(answer)
    if answer is None or entry is None:
        return None
    note = fields.get(f"note/{item}")
    photos = fields.get(f"evidence/{item}")
    bulk = fields.get(f"bulk/{item}")
    background: TaskBackground = known["tasks"]
    window = background.windows[record["id"]]
    line = find_item(background.checklists.get(window.checklist), item)
    value, estimated = given_value(record, item)
    return {
        "organization_id": organization,
        "id": derived_id("answer", record["id"], item),
        "task_id": record["id"],
        "site_id": site,
        "item": item,
        "indicator": line.indicator if line else "",
        "use": window.use,
        "answer": entry["value"],
        "contested": bool(answer.get("contested", False)),
        "person_id": entry["person"],
        "operation_id": entry["op"],
        "note": str(note["value"]).replace("\x00", "") if note else "",
        "photos": json.dumps(photos["value"] if photos else []),
        "stamp_ms": entry["stamp"] // MICRO,
        "position": record["position"],
        "plan_id": window.plan,
        "value": value,
        "estimated": estimated,
        "bulk": bool(bulk and bulk["value"]),
        "reading": bool(line and line.input == "meter" and (value or estimated)),
        "dispute": _dispute(record, item),
    }


def _dispute(record: Record, item: str) -> str:
    """Say how a disputed finding stands: `disputed`, `fallen`, `stands`; empty where nobody did."""
    if is_disputed(record, item):
        return "disputed"
    if has_fallen(record, item):
        return "fallen"
    return "stands" if f"finding_stands/{item}" in record["fields"] else ""
