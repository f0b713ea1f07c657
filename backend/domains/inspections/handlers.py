"""Plugged in by the switchboard: what operations on checklists, plans and tasks mean here.

All pure; the committer reads before and writes after.
"""

from collections.abc import Sequence
from typing import Any

from backend.domains.inspections import tables
from backend.domains.inspections.disclosure import (
    closes_agenda,
    closes_plan,
    closes_task,
    members_of_agenda,
    members_of_plan,
    members_of_task,
)
from backend.domains.inspections.publishing import check_checklist, check_plan, check_published
from backend.domains.inspections.queries import (
    TaskBackground,
    read_plan_ground,
)
from backend.domains.inspections.recalling import read_for_tasks
from backend.domains.inspections.reporting import MEMORIES, REPORTS
from backend.domains.inspections.rows import WINDOWS, task_rows
from backend.domains.inspections.rules import bars_decider, check_task
from backend.domains.inspections.sampling import SAMPLES
from backend.domains.inspections.variants import DAY_VARIANT
from backend.kernel.canonical import canonical
from backend.kernel.database import Row, projection_of
from backend.sync.doors import Door, Known, Situation, Writes, read_nothing
from backend.sync.merge import Record, Stamped

CHECKLISTS = projection_of(tables.Checklists)
PLANS = projection_of(tables.Plans)


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
        "closed": plan.get("disclosure", "open") != "open",
        "variants": ",".join(sorted(plan.get("variants", ()))),
        "checkers": ",".join(sorted(plan.get("checkers", ()))),
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
                "closed": bool(fields["closed"]["value"]) if "closed" in fields else False,
                "beside": False,
            },
        )
        for gone, windows in ((True, cancelled), (False, fields["windows"]["value"]))
        for window in windows
    ]


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
    """A photo may be waited for to be withdrawn, a start by all the rest.

    So may a finish to be judged or approved, and a dispute to be settled.
    """
    if operation.kind in ("task_started", "task_finished", "item_disputed"):
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
        members=members_of_plan,
        closed=closes_plan,
        members_of_closed=True,
    ),
    "agenda": Door(
        read=_read_plan_sites,
        check=check_published,
        site=_agenda_site,
        rows=_agenda_rows,
        brings=_brings_tasks,
        members=members_of_agenda,
        closed=closes_agenda,
        members_of_closed=True,
    ),
    "task": Door(
        read=read_for_tasks,
        check=check_task,
        site=_task_site,
        rows=task_rows,
        brings=_brings_of_task,
        bars=bars_decider,
        members=members_of_task,
        closed=closes_task,
        members_of_closed=True,
    ),
    "sample": SAMPLES,
    "day_variant": DAY_VARIANT,
    "memory": MEMORIES,
    "daily_report": REPORTS,
}
