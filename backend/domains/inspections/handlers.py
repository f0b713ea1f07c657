"""Plugged in by the switchboard: what operations on checklists, plans and tasks mean here.

All pure; the committer reads before and writes after.
"""

import json
from collections.abc import Sequence
from typing import Any

from backend.domains.inspections import tables
from backend.domains.inspections.publishing import check_checklist, check_plan, check_published
from backend.domains.inspections.queries import (
    TaskBackground,
    find_item,
    read_plan_ground,
    read_task_background,
)
from backend.domains.inspections.rules import bars_decider, check_task
from backend.kernel.canonical import canonical
from backend.kernel.database import Row, projection_of
from backend.kernel.identity import derived_id
from backend.sync.doors import Door, Known, Situation, Writes, read_nothing
from backend.sync.merge import Record, Stamped
from shared_schemas.operations import LIFECYCLES

CHECKLISTS = projection_of(tables.Checklists)
PLANS = projection_of(tables.Plans)
WINDOWS = projection_of(tables.TaskWindows)
TASKS = projection_of(tables.Tasks)
ANSWERS = projection_of(tables.Answers)

MICRO = 1_000


def _everywhere(_situation: Situation) -> str:
    return ""


def _plan_site(situation: Situation) -> str:
    return str(situation.body.plan.site)


def _agenda_site(situation: Situation) -> str:
    sites: dict[str, str] = situation.known["plan_sites"]
    return sites.get(situation.body.plan, "")


def _task_site(situation: Situation) -> str:
    background: TaskBackground = situation.known["tasks"]
    window = background.windows.get(situation.operation.record)
    return window.site if window else ""


def _checklist_rows(
    organization: str, _site: str, record: Record, _changed: frozenset[str], _known: Known
) -> Writes:
    checklist = record["fields"]["checklist"]["value"]
    row: Row = {
        "organization_id": organization,
        "id": record["id"],
        "code": checklist["code"],
        "version": checklist["version"],
        "title_zh": checklist["title"]["zh"],
        "title_en": checklist["title"].get("en", ""),
        "content": canonical(checklist),
    }
    return [(CHECKLISTS, row)]


def _plan_rows(
    organization: str, site: str, record: Record, _changed: frozenset[str], _known: Known
) -> Writes:
    plan = record["fields"]["plan"]["value"]
    row: Row = {
        "organization_id": organization,
        "id": record["id"],
        "site_id": site,
        "checkpoint_id": plan["checkpoint"],
        "checklist_id": plan["checklist"],
        "title_zh": plan["title"]["zh"],
        "title_en": plan["title"].get("en", ""),
        "use": plan["use"],
        "cadence": plan["cadence"],
        "active": plan.get("active", True),
        "content": canonical(plan),
    }
    return [(PLANS, row)]


def _agenda_rows(
    organization: str, site: str, record: Record, _changed: frozenset[str], _known: Known
) -> Writes:
    """Write the windows, and mark the cancelled ones; none is taken away."""
    fields = record["fields"]
    cancelled = fields["cancelled"]["value"] if "cancelled" in fields else []
    return [
        (
            WINDOWS,
            {
                "organization_id": organization,
                "id": window["task"],
                "plan_id": fields["plan"]["value"],
                "site_id": site,
                "on_date": window["on"],
                "ordinal": window["ordinal"],
                "opens_ms": window["opens_ms"],
                "closes_ms": window["closes_ms"],
                "cancelled": gone,
            },
        )
        for gone, windows in ((True, cancelled), (False, fields["windows"]["value"]))
        for window in windows
    ]


def _task_rows(
    organization: str, site: str, record: Record, changed: frozenset[str], known: Known
) -> Writes:
    """Write the task's line, and a line for each item whose answer, note or photos changed."""
    items = sorted({name.split("/", 1)[1] for name in changed if "/" in name})
    writes: Writes = [(TASKS, _task_row(organization, site, record))]
    for item in items:
        row = _answer_row(organization, site, record, item, known)
        if row is not None:
            writes.append((ANSWERS, row))
    return writes


def _task_row(organization: str, site: str, record: Record) -> Row:
    fields = record["fields"]
    answers = [state["value"] for name, state in fields.items() if name.startswith("answer/")]
    started, finished = _standing(fields.get("started_at")), _standing(fields.get("finished_at"))
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
        "position": record["position"],
    }


def _judged(fields: dict[str, Any], finished: dict[str, Any] | None) -> str:
    """Give what a person decided of the finish that stands; of one that came later nobody spoke."""
    judged = _standing(fields.get("timeliness"))
    if judged is None or finished is None or judged["position"] < finished["position"]:
        return ""
    return str(fields["timeliness"]["value"])


def _standing(state: dict[str, Any] | None) -> dict[str, Any] | None:
    if state is None:
        return None
    entry: dict[str, Any] = state["by"][state["person"]]
    return entry


def _answer_row(
    organization: str, site: str, record: Record, item: str, known: Known
) -> Row | None:
    fields = record["fields"]
    answer = fields.get(f"answer/{item}")
    entry = _standing(answer)
    if answer is None or entry is None:
        return None
    note = fields.get(f"note/{item}")
    photos = fields.get(f"evidence/{item}")
    background: TaskBackground = known["tasks"]
    window = background.windows[record["id"]]
    line = find_item(background.checklists.get(window.checklist), item)
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
    }


async def _read_plan_sites(
    connection: Any, organization: str, operations: Sequence[Stamped]
) -> Known:
    plans = sorted({str(operation.body.get("plan", "")) for operation in operations})
    found = await connection.fetch(
        "SELECT id, site_id FROM plans WHERE organization_id = $1 AND id = ANY($2)",
        organization,
        plans,
    )
    return {"plan_sites": {row["id"]: row["site_id"] for row in found}}


def _brings_itself(operation: Stamped) -> Sequence[str]:
    return [operation.record]


def _brings_of_task(operation: Stamped) -> Sequence[str]:
    """A photo may be one that is waited for to be withdrawn, a finish one to be judged."""
    if operation.kind == "task_finished":
        return [operation.record]
    return [operation.body["photo"]] if operation.kind == "evidence_added" else []


def _brings_tasks(operation: Stamped) -> Sequence[str]:
    return [window["task"] for window in operation.body.get("windows", ())]


DOORS: dict[str, Door] = {
    "checklist": Door(
        read=read_nothing,
        check=check_checklist,
        site=_everywhere,
        rows=_checklist_rows,
        brings=_brings_itself,
    ),
    "plan": Door(
        read=read_plan_ground,
        check=check_plan,
        site=_plan_site,
        rows=_plan_rows,
        brings=_brings_itself,
    ),
    "agenda": Door(
        read=_read_plan_sites,
        check=check_published,
        site=_agenda_site,
        rows=_agenda_rows,
        brings=_brings_tasks,
    ),
    "task": Door(
        read=read_task_background,
        check=check_task,
        site=_task_site,
        rows=_task_rows,
        brings=_brings_of_task,
        bars=bars_decider,
    ),
}
