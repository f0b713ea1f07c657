"""What was read, chosen or scanned on an item: whether it is one, and how often it was estimated.

Pure. A value outside its range is a warning, never refused; a value that is none is held.

Source: rule S44 (meter reading: at most two estimates in a row).
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from msgspec import Struct

from backend.domains.inspections.queries import TaskBackground, find_item
from backend.sync.doors import Refusal, Situation, unless_overruled
from backend.sync.merge import Record
from shared_schemas.inspections import NO_ANSWER, Checklist, ChecklistItem
from shared_schemas.problems import Problem, problem

MOST_ESTIMATES = 2
"""Source: rule S44 (估抄 at most twice in a row, then the well is cleaned and the meter read)."""

READINGS_KEPT = 24
"""How many readings of a meter are looked back on: two years of monthly ones."""

MICRO = 1_000
_DECIMALS = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]")


class Reading(Struct, frozen=True, kw_only=True):
    """One reading of a meter, or an estimate of one.

    Units: `stamp_ms` milliseconds UTC of its capture.
    """

    task: str
    stamp_ms: int
    estimated: bool


class Recall(Struct, frozen=True, kw_only=True):
    """Earlier readings of meters, by plan and item, the latest first."""

    readings: Mapping[tuple[str, str], tuple[Reading, ...]] = {}


def check_value(situation: Situation, item: ChecklistItem | None) -> Refusal | None:
    """Say why what was put on an item is no value of it, or nothing.

    Raises: number_wrong, option_unknown, tag_wrong, estimate_limit.
    """
    body = situation.operation.body
    if situation.operation.kind != "item_answered" or item is None or body["answer"] == NO_ANSWER:
        return None
    wrong = _find_wrong(item, body)
    if wrong is None and _is_estimate(item, body) and _estimates_before(situation) >= 2:  # noqa: PLR2004
        wrong = problem("estimate_limit", item=item.id, limit=MOST_ESTIMATES)
    return unless_overruled(situation, Refusal(problem=wrong)) if wrong else None


def _find_wrong(item: ChecklistItem, body: Mapping[str, Any]) -> Problem | None:
    value, tag = body.get("value"), body.get("tag")
    if tag and _UNPRINTABLE.search(tag):
        return problem("tag_wrong", item=item.id)
    if not value:
        return None
    if item.input in ("number", "meter") and not _DECIMALS.fullmatch(value):
        return problem("number_wrong", item=item.id)
    known = {option.code for option in item.options}
    if item.input in ("choice", "grade") and value not in known:
        return problem("option_unknown", item=item.id)
    return None


def _is_estimate(item: ChecklistItem, body: Mapping[str, Any]) -> bool:
    return item.input == "meter" and bool(body.get("estimated"))


def _estimates_before(situation: Situation) -> int:
    """Count the estimates in a row that were captured just before this one, at other checks."""
    operation = situation.operation
    item, task = str(operation.body["item"]), operation.record
    told = readings_of(situation.known, situation.others, task, item)
    before = [one for one in told if one.task != task and one.stamp_ms <= operation.stamp // MICRO]
    return in_a_row(before)


def in_a_row(readings: list[Reading]) -> int:
    """Count how many of the latest readings were estimates, one after the other.

    >>> told = [Reading(task="c", stamp_ms=3, estimated=True)]
    >>> in_a_row(told), in_a_row([])
    (1, 0)
    """
    count = 0
    for one in readings:
        if not one.estimated:
            break
        count += 1
    return count


def readings_of(
    known: Mapping[str, Any], records: Mapping[str, Record], task: str, item: str
) -> list[Reading]:
    """List the readings of a meter, the latest first: those kept, and those of this very group."""
    background: TaskBackground = known["tasks"]
    recall: Recall = known["recall"]
    plan = background.windows[task].plan
    found = {one.task: one for one in recall.readings.get((plan, item), ())}
    for other, window in background.windows.items():
        if window.plan == plan and other in records:
            found.pop(other, None)
            reading = reading_in(records[other], item)
            if reading is not None:
                found[other] = reading
    return sorted(found.values(), key=lambda one: (-one.stamp_ms, one.task))


def reading_in(record: Record, item: str) -> Reading | None:
    """Give what a check says of a meter, or nothing where nobody read or estimated it."""
    value, estimated = given_value(record, item)
    if not value and not estimated:
        return None
    answer = record["fields"][f"answer/{item}"]
    stamp = answer["by"][answer["person"]]["stamp"]
    return Reading(task=record["id"], stamp_ms=stamp // MICRO, estimated=estimated)


def given_value(record: Record, item: str) -> tuple[str, bool]:
    """Give the value that stands on an answered item, and whether it was estimated."""
    fields = record["fields"]
    answer = fields.get(f"answer/{item}")
    if answer is None or answer["value"] == NO_ANSWER:
        return "", False
    value, estimated = fields.get(f"value/{item}"), fields.get(f"estimated/{item}")
    told = str(value["value"] or "").replace("\x00", "") if value else ""
    return told, bool(estimated and estimated["value"])


def is_outside(item: ChecklistItem, value: str) -> bool:
    """Say whether a number lies outside of what the item expects; a person judges what it means.

    >>> from shared_schemas.primitives import Bilingual
    >>> text = Bilingual(zh="压力")
    >>> gauge = ChecklistItem(id="p", text=text, input="number", low="0.2", high="0.4")
    >>> is_outside(gauge, "0.41"), is_outside(gauge, "0.40"), is_outside(gauge, "")
    (True, False, False)
    """
    if item.input not in ("number", "meter") or not _DECIMALS.fullmatch(value):
        return False
    number = Decimal(value)
    below = item.low is not None and number < Decimal(item.low)
    return below or (item.high is not None and number > Decimal(item.high))


def meters_of(checklist: Checklist | None) -> list[str]:
    """List the items of a checklist on which a meter is read."""
    return [one.id for one in checklist.items if one.input == "meter"] if checklist else []


def line_of(
    known: Mapping[str, Any], task: str, item: str, named: str = ""
) -> ChecklistItem | None:
    """Give the line of the checklist that an answer names, or else of the plan's."""
    background: TaskBackground = known["tasks"]
    window = background.windows[task]
    line = find_item(background.checklists.get(named), item) if named else None
    return line or find_item(background.checklists.get(window.checklist), item)
