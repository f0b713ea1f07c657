"""What a place remembers of its last check, for whoever comes there next; pure."""

from collections.abc import Mapping
from typing import Any

import msgspec

from backend.domains.inspections.disclosure import is_closed
from backend.domains.inspections.queries import DueWindow, TaskBackground
from backend.domains.inspections.values import given_value, in_a_row, meters_of, readings_of
from backend.kernel.identity import derived_id
from backend.sync.merge import Record
from shared_schemas.inspections import (
    NO_ANSWER,
    Checklist,
    Estimates,
    Remembered,
    ResultsRemembered,
)

MICRO = 1_000
SHORT = 200
MOST_IN_A_ROW = 1_000


def memory_of(plan: str) -> str:
    """Give the id of the record that holds what was last found under a plan."""
    return derived_id("memory", plan)


def remember(
    task: Record, standing: Record | None, records: Mapping[str, Record], known: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Give what the memory of a check's plan is to say now, or nothing where it stays as it is.

    A check that was captured before the one remembered never takes its place; it may only show
    that an estimate more came before.
    """
    background: TaskBackground = known["tasks"]
    window = background.windows.get(task["id"])
    finished = task["fields"].get("finished_at")
    if window is None or finished is None or is_closed(window.disclosure, task):
        return None
    entry = finished["by"][finished["person"]]
    checklist = background.checklists.get(window.checklist)
    estimates = _estimates(task["id"], checklist, records, known)
    told = {name: state["value"] for name, state in standing["fields"].items()} if standing else {}
    age = (entry["stamp"] // MICRO, task["id"])
    if told and told["task"] != task["id"] and age < (told["finished_at"], told["task"]):
        said = {**told, "estimates": _as_plain(estimates)}
    else:
        said = _plain(window, task, entry, checklist, estimates)
    return said if said != told else None


def _plain(
    window: DueWindow,
    task: Record,
    entry: Mapping[str, Any],
    checklist: Checklist | None,
    estimates: tuple[Estimates, ...],
) -> dict[str, Any]:
    body = ResultsRemembered(
        plan=window.plan,
        task=task["id"],
        finished_at=entry["stamp"] // MICRO,
        finished_by=entry["person"],
        results=tuple(_result(task, item) for item in _answered(task, checklist)),
        estimates=estimates,
    )
    plain: dict[str, Any] = _as_plain(body)
    del plain["kind"]
    return plain


def _as_plain(value: Any) -> Any:
    """Give a value as it is read back from the log, so that equal ones are seen to be equal."""
    return msgspec.json.decode(msgspec.json.encode(value))


def _answered(task: Record, checklist: Checklist | None) -> list[str]:
    """List the answered items in the checklist's order, then those that it does not know."""
    answered = {
        name.removeprefix("answer/")
        for name, state in task["fields"].items()
        if name.startswith("answer/") and state["value"] not in (None, NO_ANSWER)
    }
    known = [one.id for one in checklist.items if one.id in answered] if checklist else []
    return [*known, *sorted(answered - set(known))]


def _result(task: Record, item: str) -> Remembered:
    fields = task["fields"]
    value, estimated = given_value(task, item)
    note = fields.get(f"note/{item}")
    photos = fields.get(f"evidence/{item}", {"in": {}, "value": []})
    taken = sorted(photos["value"], key=lambda one: (photos["in"][one]["stamp"], one))
    return Remembered(
        item=item,
        answer=fields[f"answer/{item}"]["value"],
        value=value,
        estimated=estimated,
        note=str(note["value"] or "")[:SHORT] if note else "",
        photo=taken[0] if taken else "",
    )


def _estimates(
    task: str,
    checklist: Checklist | None,
    records: Mapping[str, Record],
    known: Mapping[str, Any],
) -> tuple[Estimates, ...]:
    counted = (
        (item, in_a_row(readings_of(known, records, task, item))) for item in meters_of(checklist)
    )
    return tuple(
        Estimates(item=item, in_a_row=min(count, MOST_IN_A_ROW)) for item, count in counted if count
    )
