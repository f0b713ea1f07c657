"""A site's register of equipment with a year's care: done and overdue, parts used, last readings.

A plan that names a piece of equipment is its care; nothing else is kept of it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from backend.directory.actors import Actor
from backend.office.folded import read_record, value_of
from backend.office.names import load_checklists, load_people, named
from backend.office.scope import covert_sites, load_revision, load_sites
from backend.office.windows import (
    ASKED_FOR,
    DISCLOSED,
    WINDOW_COLUMNS,
    WINDOW_JOINS,
    people_in,
    read_task,
)
from shared_schemas.inspections import Plan
from shared_schemas.office import TaskSeen
from shared_schemas.problems import ProblemError
from shared_schemas.shift_desk import (
    CareStanding,
    EquipmentSeen,
    EquipmentYear,
    MonthOfCare,
    PartSeen,
    ReadingSeen,
)

MOST_PARTS = 100

_REGISTER = """
    SELECT e.id, e.number, e.name_zh, e.name_en, e.equipment_kind, e.in_use_since,
           a.name_zh AS area_zh, a.name_en AS area_en
    FROM equipment e
    JOIN areas a ON a.organization_id = $1 AND a.id = e.area_id
    WHERE e.organization_id = $1 AND e.site_id = $2 ORDER BY e.number, e.id
"""
_PLANS = """
    SELECT id, content FROM plans
    WHERE organization_id = $1 AND site_id = $2 AND content LIKE '%"equipment":"%'
"""
_WINDOWS = f"""
    SELECT {WINDOW_COLUMNS}
    FROM task_windows w
    {WINDOW_JOINS}
    WHERE w.organization_id = $1 AND w.site_id = $2 AND w.plan_id = ANY($3::text[])
      AND w.on_date >= $4 AND w.on_date <= $5
      AND (t.id IS NOT NULL OR ({ASKED_FOR} AND (p.active OR w.opens_ms <= $6)))
      AND {DISCLOSED.format("$7")}
    ORDER BY w.closes_ms, w.id
"""  # noqa: S608  the pieces put in are our own
_RECORDS = """
    SELECT id, content FROM records WHERE organization_id = $1 AND id = ANY($2::text[])
"""
_WORST: tuple[CareStanding, ...] = ("overdue", "due", "late", "to_come", "done", "none")
"""Which of a month's checks is told; what nobody needs to look at comes last."""


async def load_equipment(
    connection: Any, actor: Actor, site: str, *, year: int, now_ms: int
) -> EquipmentYear:
    """Read a site's register with the care of one year.

    Raises: not_allowed, not_found.
    """
    sites = await load_sites(connection, actor, "see_office")
    if site not in sites:
        raise ProblemError("not_found")
    plans = await _plans(connection, actor.organization, site)
    rows = await connection.fetch(
        _WINDOWS,
        actor.organization,
        site,
        sorted(plans),
        f"{year:04}-01-01",
        f"{year:04}-12-31",
        now_ms,
        covert_sites(actor),
    )
    people = await load_people(connection, actor.organization, people_in(rows))
    tasks = [read_task(row, sites, now_ms=now_ms, people=people) for row in rows]
    by_thing: dict[str, list[TaskSeen]] = defaultdict(list)
    for task in tasks:
        by_thing[plans[task.plan]].append(task)
    parts, readings = await _told(connection, actor.organization, tasks)
    return EquipmentYear(
        revision=await load_revision(connection, actor.organization),
        now_ms=now_ms,
        site=sites[site],
        year=year,
        equipment=tuple(
            _thing(row, year, plans, by_thing[row["id"]], parts, readings)
            for row in await connection.fetch(_REGISTER, actor.organization, site)
        ),
    )


async def _plans(connection: Any, organization: str, site: str) -> dict[str, str]:
    """Give the equipment that each plan looks after, by plan."""
    rows = await connection.fetch(_PLANS, organization, site)
    read = ((row["id"], msgspec.json.decode(row["content"], type=Plan)) for row in rows)
    return {plan_id: plan.equipment for plan_id, plan in read if plan.equipment}


async def _told(
    connection: Any, organization: str, tasks: Sequence[TaskSeen]
) -> tuple[dict[str, list[PartSeen]], dict[str, list[ReadingSeen]]]:
    """Read the parts of every check, and the readings of the last finished one of each plan."""
    begun = {one.task: one for one in tasks if one.state != "due"}
    last = {one.plan: one.task for one in tasks if one.state == "finished"}
    lists = await load_checklists(connection, organization, last.values())
    parts: dict[str, list[PartSeen]] = {}
    readings: dict[str, list[ReadingSeen]] = {}
    for row in await connection.fetch(_RECORDS, organization, sorted(begun)):
        task, record = begun[row["id"]], read_record(row["content"])
        parts[task.task] = [
            PartSeen(
                on=task.due_on,
                task=task.task,
                name=one["name"],
                quantity=one["quantity"],
                unit=one.get("unit", ""),
            )
            for one in value_of(record, "part") or ()
        ]
        known = lists.get(task.task) if task.task in last.values() else None
        readings[task.task] = [
            ReadingSeen(
                on=task.due_on,
                task=task.task,
                text=item.text,
                value=str(value_of(record, f"value/{item.id}")),
                unit=item.unit,
                estimated=bool(value_of(record, f"estimated/{item.id}")),
            )
            for item in (known.items if known else ())
            if item.input in ("number", "meter") and value_of(record, f"value/{item.id}")
        ]
    return parts, readings


def _thing(
    row: Mapping[str, Any],
    year: int,
    plans: Mapping[str, str],
    tasks: Sequence[TaskSeen],
    parts: Mapping[str, list[PartSeen]],
    readings: Mapping[str, list[ReadingSeen]],
) -> EquipmentSeen:
    latest_first = list(reversed(tasks))
    since = row["in_use_since"]
    return EquipmentSeen(
        id=row["id"],
        number=row["number"],
        name=named(row),
        equipment_kind=row["equipment_kind"],
        area=named(row, "area"),
        in_use_since=since.isoformat() if since else None,
        plans=sum(1 for thing in plans.values() if thing == row["id"]),
        months=tuple(month_of_care(f"{year:04}-{number:02}", tasks) for number in range(1, 13)),
        parts=tuple(part for one in latest_first for part in parts.get(one.task, ()))[:MOST_PARTS],
        readings=tuple(said for one in latest_first for said in readings.get(one.task, ())),
    )


def month_of_care(month: str, tasks: Sequence[TaskSeen]) -> MonthOfCare:
    """Say how a month's care stands, its checks told by the date on which they were due."""
    own = [one for one in tasks if one.due_on.startswith(month)]
    heaps = {care_standing(one): one.task for one in own}
    worst: CareStanding = next((one for one in _WORST if one in heaps), "none")
    return MonthOfCare(
        month=month,
        standing=worst,
        planned=len(own),
        done=sum(1 for one in own if one.state == "finished"),
        task=heaps.get(worst, ""),
    )


def care_standing(task: TaskSeen) -> CareStanding:
    """Say how one piece of care stands; what cannot be told apart blames nobody."""
    if task.state == "finished":
        return "late" if task.verdict in ("late", "make_up") else "done"
    if task.verdict == "missed":
        return "overdue"
    return "due" if task.state == "in_progress" else "to_come"
