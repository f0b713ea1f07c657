"""Names beside ids: who, on which device, at which checkpoint, which item of which checklist."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from backend.directory.rights import ROLES
from backend.sync.doors import SYSTEM_PERSON
from shared_schemas.inspections import Checklist
from shared_schemas.office import Named, PlaceSeen
from shared_schemas.primitives import Bilingual
from shared_schemas.scoring import Instant

NOBODY = Bilingual(zh="系统", en="System")
"""Who stands beside what a flow wrote by itself."""

_PEOPLE = """
    SELECT id, name_zh, name_en FROM people
    WHERE organization_id = $1 AND id = ANY($2::text[])
"""
_DEVICES = """
    SELECT id, label FROM devices WHERE organization_id = $1 AND id = ANY($2::text[])
"""
_PLACES = """
    SELECT asked.record, w.id AS task, w.on_date, p.id AS plan, p.title_zh, p.title_en, p.use,
           coalesce(c.name_zh, '') AS checkpoint_zh, coalesce(c.name_en, '') AS checkpoint_en,
           coalesce(c.code, '') AS checkpoint_code,
           coalesce(a.name_zh, '') AS area_zh, coalesce(a.name_en, '') AS area_en
    FROM unnest($2::text[]) AS asked (record)
    LEFT JOIN nonconformities n ON n.organization_id = $1 AND n.id = asked.record
    JOIN task_windows w
      ON w.organization_id = $1 AND w.id = coalesce(n.task_id, asked.record)
    JOIN plans p ON p.organization_id = $1 AND p.id = w.plan_id
    LEFT JOIN checkpoints c ON c.organization_id = $1 AND c.id = p.checkpoint_id
    LEFT JOIN areas a ON a.organization_id = $1 AND a.id = c.area_id
"""
_INSTANTS = """
    SELECT id, best_ms, earliest_ms, latest_ms, time_class FROM operations
    WHERE organization_id = $1 AND id = ANY($2::text[])
"""
_SET_BACK = """
    SELECT id FROM operations
    WHERE organization_id = $1 AND id = ANY($2::text[]) AND outcome LIKE '%"set_back":true%'
"""
_CHECKLISTS = """
    SELECT id, content FROM checklists WHERE organization_id = $1 AND id = ANY($2::text[])
"""
_CHECKLIST_OF_TASK = """
    SELECT w.id AS task, p.checklist_id, r.content
    FROM task_windows w
    JOIN plans p ON p.organization_id = w.organization_id AND p.id = w.plan_id
    LEFT JOIN records r ON r.organization_id = w.organization_id AND r.id = w.id
    WHERE w.organization_id = $1 AND w.id = ANY($2::text[])
"""

_decode_checklist = msgspec.json.Decoder(Checklist).decode


def named(row: Mapping[str, Any], prefix: str = "name") -> Bilingual:
    """Give the name that a row carries in both languages."""
    return Bilingual(zh=row[f"{prefix}_zh"], en=row[f"{prefix}_en"])


def role_name(code: str) -> Bilingual:
    """Give a role in the field's own words; an unknown one stays as it is written."""
    role = ROLES.get(code)
    return role.name if role else Bilingual(zh=code, en=code)


class People:
    """Names of people by id; someone unknown is shown by the start of the id, never left out."""

    def __init__(self, found: Mapping[str, Bilingual]) -> None:
        """Keep the names that were found."""
        self.found = dict(found)

    def name(self, person: str) -> Named:
        """Give the person's name as people read it."""
        if person in ("", SYSTEM_PERSON):
            return Named(id=person, name=NOBODY)
        return Named(id=person, name=self.found.get(person) or Bilingual(zh=person[:8]))

    def name_or_none(self, person: str) -> Named | None:
        """Give the person's name, or nothing where nobody stands."""
        return self.name(person) if person else None


async def load_people(connection: Any, organization: str, ids: Iterable[str]) -> People:
    """Read the names of these people of the organisation."""
    rows = await connection.fetch(_PEOPLE, organization, sorted({one for one in ids if one}))
    return People({row["id"]: named(row) for row in rows})


async def load_devices(connection: Any, organization: str, ids: Iterable[str]) -> dict[str, Named]:
    """Read the labels of these devices, by device id; every asked id is answered."""
    asked = sorted(set(ids))
    rows = await connection.fetch(_DEVICES, organization, asked)
    labels = {row["id"]: row["label"] for row in rows}
    return {
        one: Named(id=one, name=Bilingual(zh=labels.get(one) or one[:8] or "服务器"))
        for one in asked
    }


async def load_places(
    connection: Any, organization: str, records: Iterable[str]
) -> dict[str, PlaceSeen]:
    """Read where these checks and findings were, by the id of the record asked for."""
    rows = await connection.fetch(_PLACES, organization, sorted({one for one in records if one}))
    return {row["record"]: _place(row) for row in rows}


def _place(row: Mapping[str, Any]) -> PlaceSeen:
    return PlaceSeen(
        task=row["task"],
        plan=row["plan"],
        title=named(row, "title"),
        use=row["use"],
        checkpoint=named(row, "checkpoint"),
        checkpoint_code=row["checkpoint_code"],
        area=named(row, "area"),
        on=row["on_date"],
    )


async def load_instants(
    connection: Any, organization: str, operations: Iterable[str]
) -> dict[str, Instant]:
    """Read when these operations truly happened, by operation id."""
    asked = sorted({one for one in operations if one})
    rows = await connection.fetch(_INSTANTS, organization, asked)
    return {row["id"]: read_instant(row) for row in rows}


async def load_set_back(
    connection: Any, organization: str, operations: Iterable[str]
) -> frozenset[str]:
    """List those of these operations before which the phone's clock was proved to be set back."""
    asked = sorted({one for one in operations if one})
    rows = await connection.fetch(_SET_BACK, organization, asked)
    return frozenset(row["id"] for row in rows)


def read_instant(row: Mapping[str, Any]) -> Instant:
    """Give the interval, best estimate and class that a row of the log carries."""
    return Instant(
        best_ms=row["best_ms"],
        earliest_ms=row["earliest_ms"],
        latest_ms=row["latest_ms"],
        time_class=row["time_class"],
    )


async def load_checklists(
    connection: Any, organization: str, tasks: Iterable[str]
) -> dict[str, Checklist]:
    """Read the version of the checklist that each check was made on, by task id.

    A check that was begun names its version; before that the plan's holds.
    """
    rows = await connection.fetch(_CHECKLIST_OF_TASK, organization, sorted(set(tasks)))
    wanted = {row["task"]: _checklist_used(row) for row in rows}
    found = await connection.fetch(_CHECKLISTS, organization, sorted(set(wanted.values())))
    known = {row["id"]: _decode_checklist(row["content"]) for row in found}
    return {task: known[one] for task, one in wanted.items() if one in known}


def _checklist_used(row: Mapping[str, Any]) -> str:
    if row["content"]:
        fields = msgspec.json.decode(row["content"])["fields"]
        if "checklist" in fields:
            return str(fields["checklist"]["value"])
    return str(row["checklist_id"])


def item_text(checklist: Checklist | None, item: str) -> Bilingual | None:
    """Give the words of one item, or nothing where the checklist does not know it."""
    items = checklist.items if checklist else ()
    return next((one.text for one in items if one.id == item), None)
