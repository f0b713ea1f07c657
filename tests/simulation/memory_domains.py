"""What the stand-in answers to the slices' longer reading statements, one function each."""

from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any

import msgspec

from backend.directory.actors import CLOSED
from backend.domains.inspections.values import READINGS_KEPT
from tests.simulation.memory import Memory

Answer = Callable[..., list[Any]]


def _of(memory: Memory, table: str, organization: str) -> Iterable[Any]:
    """Give the organisation's rows of a table."""
    return (row for row in memory.tables[table].values() if row["organization_id"] == organization)


def _named(memory: Memory, table: str, organization: str, ids: Iterable[str]) -> list[Any]:
    """Give those of a table's rows that are named, each once."""
    rows = (memory.tables[table].get((organization, one)) for one in sorted(set(ids)))
    return [row for row in rows if row is not None]


def background(
    memory: Memory, organization: str, tasks: Sequence[str], named: Sequence[str]
) -> list[Any]:
    """Answer what inspections ask of tasks and checklists."""
    tables, found, wanted = memory.tables, [], set(named)
    for task in tasks:
        window = tables["task_windows"].get((organization, task))
        plan = window and tables["plans"].get((organization, window["plan_id"]))
        if window and plan:
            wanted.add(plan["checklist_id"])
            begun = tables["tasks"].get((organization, task))
            more = {"plan": window["plan_id"], "content": plan["content"]}
            found.append({**window, **more, "finished": bool(begun and begun["finished_op"])})
    checklists = _named(memory, "checklists", organization, wanted)
    return found + [{"id": row["id"], "plan": "", "content": row["content"]} for row in checklists]


def begun_plans(memory: Memory, organization: str, plans: Sequence[str]) -> list[Any]:
    """Answer what inspections ask of the plans of checks that were begun without a window."""
    found = []
    for plan in _named(memory, "plans", organization, plans):
        site = memory.tables["sites"].get((organization, plan["site_id"]))
        checklist = memory.tables["checklists"].get((organization, plan["checklist_id"]))
        if site is not None:
            text = checklist and checklist["content"]
            found.append({**plan, "zone": site["zone"], "checklist": text})
    return found


def begun_lists(memory: Memory, organization: str, tasks: Sequence[str]) -> list[Any]:
    """Answer on which versions of their checklists these checks were begun."""
    fields = [
        msgspec.json.decode(row["content"])["fields"]
        for row in _named(memory, "records", organization, tasks)
    ]
    named = {str(one["checklist"]["value"]) for one in fields if "checklist" in one}
    return _named(memory, "checklists", organization, named)


def readings(
    memory: Memory, organization: str, plans: Sequence[str], items: Sequence[str]
) -> list[Any]:
    """Answer which meters were read before at these places, the latest first."""
    found = []
    for plan, item in zip(plans, items, strict=True):
        rows = [
            {**row, "plan": plan}
            for row in _of(memory, "answers", organization)
            if (row["plan_id"], row["item"]) == (plan, item) and row["reading"]
        ]
        found += sorted(rows, key=itemgetter("stamp_ms"), reverse=True)[:READINGS_KEPT]
    return found


def plan_ground(
    memory: Memory,
    organization: str,
    checklists: Sequence[str],
    checkpoints: Sequence[str],
    equipment: Sequence[str],
    people: Sequence[str],
) -> list[Any]:
    """Answer what plans stand on."""
    found = route_ground(memory, organization, checkpoints)
    for part, table, ids in (
        ("checklist", "checklists", checklists),
        ("equipment", "equipment", equipment),
        ("person", "people", people),
    ):
        rows = _named(memory, table, organization, ids)
        found += [_part(part, row["id"], row.get("site_id", "")) for row in rows]
    return found


def route_ground(memory: Memory, organization: str, checkpoints: Sequence[str]) -> list[Any]:
    """Answer what routes and labels stand on."""
    sites = [_part("site", row["id"]) for row in _of(memory, "sites", organization)]
    stops = _named(memory, "checkpoints", organization, checkpoints)
    settled = sorted({row["site_id"] for row in _of(memory, "checkpoints", organization)})
    found = sites + [_part("checkpoint", row["id"], row["site_id"]) for row in stops]
    return found + [_part("places", one) for one in settled]


def owners(memory: Memory, organization: str, ids: Sequence[str]) -> list[Any]:
    """Answer whose the named areas, checkpoints and equipment are."""
    tables = ("areas", "checkpoints", "equipment")
    return [row for table in tables for row in _named(memory, table, organization, ids)]


def labels(
    memory: Memory, organization: str, checkpoints: Sequence[str], codes: Sequence[str]
) -> list[Any]:
    """Answer which labels there are already."""
    return [
        row
        for row in _of(memory, "tags", organization)
        if row["checkpoint_id"] in checkpoints or row["code"] in codes
    ]


def rounds(
    memory: Memory,
    organization: str,
    ids: Sequence[str],
    routes: Sequence[str],
    writers: Sequence[str],
) -> list[Any]:
    """Answer what patrols ask of rounds: windows, routes, keys."""
    due = _named(memory, "round_windows", organization, ids)
    begun = _named(memory, "rounds", organization, ids)
    wanted = {*routes, *(row["route_id"] for row in (*due, *begun))}
    return [
        *({**row, "part": "window", "named": row["route_id"]} for row in due),
        *(
            {"part": "route", "id": row["id"], "named": row["content"]}
            for row in _named(memory, "routes", organization, wanted)
        ),
        *(
            {"part": "key", "id": row["id"], "named": row["public_key"]}
            for row in _named(memory, "writers", organization, writers)
        ),
    ]


def shift_ground(memory: Memory, organization: str, sites: Sequence[str]) -> list[Any]:
    """Answer who works here, and the places of these sites."""
    people = [_part("person", row["id"]) for row in _of(memory, "people", organization)]
    places = _named(memory, "records", organization, sites)
    return people + [
        {"part": "places", "id": row["id"], "content": row["content"]}
        for row in places
        if row["kind"] == "places"
    ]


def sampled(
    memory: Memory, organization: str, site: str, kind: str, from_ms: int, to_ms: int
) -> list[Any]:
    """Answer what the log holds of which a sample is drawn."""
    answers = kind == "item_answered"
    found = {
        (row["record_id"], row["content"] if answers else "")
        for row in _of(memory, "operations", organization)
        if (row["site_id"], row["kind"]) == (site, kind)
        and from_ms <= row["best_ms"] < to_ms
        and (not answers or '"estimated":' in row["content"])
        and _is_open(memory, organization, row["record_id"])
    }
    return [{"record_id": record, "text": text} for record, text in sorted(found)]


def _is_open(memory: Memory, organization: str, record: str) -> bool:
    row = memory.tables["records"].get((organization, record))
    return row is not None and not row["site_id"].startswith(CLOSED)


def _part(part: str, one: str, site: str = "") -> dict[str, Any]:
    return {"part": part, "id": one, "site_id": site, "content": ""}


ANSWERS: tuple[tuple[str, Answer], ...] = (
    ("SELECT x.id, w.plan_id", background),
    ("c.content AS checklist", begun_plans),
    ("SELECT DISTINCT c.id, c.content", begun_lists),
    ("AND item = x.item AND reading", readings),
    ("'equipment', id, site_id FROM equipment", plan_ground),
    ("site_id FROM checkpoints WHERE organization_id = $1 AND id = ANY($2)\nUNION", route_ground),
    ("SELECT id, site_id FROM areas", owners),
    ("(checkpoint_id = ANY($2) OR code = ANY($3))", labels),
    ("'key', id, public_key", rounds),
    ("AND kind = 'places' AND id = ANY($2)", shift_ground),
    ("NOT starts_with(r.site_id, '~')", sampled),
)
"""By a few words that stand in this statement and in no other."""
