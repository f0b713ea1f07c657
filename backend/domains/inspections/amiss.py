"""What is amiss with a check, as the board flags it; pure. Nothing here refuses anything.

Source: rules S13, S16, S22, S44; decisions G19, G24; the rule that anomalies are flagged.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from backend.domains.inspections.confirming import confirmations_in, is_disputed, took_part
from backend.domains.inspections.queries import DueWindow, find_item
from backend.domains.inspections.values import given_value, is_outside
from backend.sync.merge import Record
from shared_schemas.inspections import NEVER_IN_BULK, NO_ANSWER, Checklist, ChecklistItem
from shared_schemas.office import CheckFlag


def find_amiss(
    record: Record, window: DueWindow, checklists: Sequence[Checklist]
) -> list[CheckFlag]:
    """List what is amiss with a check, each once, in alphabetical order.

    `checklists` are the plan's and, where it is another, the one that the check was begun on.
    """
    flags: set[CheckFlag] = set()
    for item in answered_items(record):
        lines = (find_item(one, item) for one in checklists)
        line = next((one for one in lines if one is not None), None)
        if line is not None:
            flags.update(_of_item(record, line))
        if is_disputed(record, item):
            flags.add("disputed")
        if _value(record, f"bulk/{item}") and not _may_bulk(window, checklists):
            flags.add("bulk_forbidden")
    if "finished_at" in record["fields"]:
        flags.update(_of_people(record, window))
    if _value(record, "approval") == "returned":
        flags.add("returned")
    return sorted(flags)


def answered_items(record: Record) -> list[str]:
    """List the items on which somebody's word stands."""
    return [
        name.removeprefix("answer/")
        for name, state in record["fields"].items()
        if name.startswith("answer/") and state["value"] not in (None, NO_ANSWER)
    ]


def count_bulk(record: Record) -> int:
    """Count the items that were passed together with the rest."""
    return sum(bool(_value(record, f"bulk/{item}")) for item in answered_items(record))


def _of_item(record: Record, line: ChecklistItem) -> Iterator[CheckFlag]:
    if _value(record, f"answer/{line.id}") == "not_applicable":
        return
    value, estimated = given_value(record, line.id)
    if line.photo_required and not _value(record, f"evidence/{line.id}"):
        yield "photo_missing"
    if line.scan_required and not _value(record, f"tag/{line.id}"):
        yield "scan_missing"
    if line.input in ("number", "meter", "choice", "grade") and not value and not estimated:
        yield "value_missing"
    if is_outside(line, value):
        yield "value_outside"
    if line.input == "meter" and estimated:
        yield "estimated"


def _of_people(record: Record, window: DueWindow) -> Iterator[CheckFlag]:
    if len(took_part(record)) < window.people:
        yield "second_missing"
    sides = {one["side"] for one in confirmations_in(record)}
    if window.mode == "joint" and "assessed" not in sides:
        yield "assessed_missing"


def _may_bulk(window: DueWindow, checklists: Sequence[Checklist]) -> bool:
    return window.use != "assessment" and any(
        one.bulk and one.domain not in NEVER_IN_BULK for one in checklists
    )


def _value(record: Record, field: str) -> Any:
    state = record["fields"].get(field)
    return state["value"] if state else None
