"""Reading held texts, their decisions and their forms; pure.

A held text may be anything at all: nothing here trusts its form.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Struct

from backend.office.folded import read_record
from backend.sync.desk import changed_operation
from shared_schemas.held import DECISIONS, FieldForm, HeldChoice
from shared_schemas.held_desk import HeldChecklist, HeldDecision, HeldField, HeldItem
from shared_schemas.inspections import Checklist
from shared_schemas.office import Named
from shared_schemas.operations import KINDS, Kind

_CHOICES: Mapping[str, HeldChoice] = {
    "held_applied": "apply",
    "held_changed": "change",
    "held_set_aside": "set_aside",
    "held_taken_up": "take_up",
}
_BY_HAND = ("task", "nonconformity")
"""The kinds of record on which an operation can be written by hand; what is published is not."""

_HASH = 64
_LONG = 200


class Decided(Struct, frozen=True, kw_only=True):
    """One decision as it stands in the record of a held operation."""

    operation: str
    choice: HeldChoice
    person: str
    reason: str
    stamp: int
    position: int

    def shown(self, person: Named) -> HeldDecision:
        """Put the person's name beside it."""
        return HeldDecision(
            operation=self.operation,
            choice=self.choice,
            person=person,
            reason=self.reason,
            at_ms=self.stamp // 1000,
        )


def decisions_in(content: str | None) -> list[Decided]:
    """List what was decided, in order; a record that is not there yet has no decision."""
    record = read_record(content)
    moves = record["fields"].get("state", {}).get("moves", ())
    reasons = record["fields"].get("reasons", {}).get("entries", {})
    found = [
        Decided(
            operation=move["op"],
            choice=_CHOICES[move["value"]],
            person=move["person"],
            reason=str(reasons[move["op"]]["value"]) if move["op"] in reasons else "",
            stamp=move["stamp"],
            position=record["position"],
        )
        for move in moves
    ]
    return sorted(found, key=lambda one: (one.stamp, one.operation))


def result_of(state: str, operation: str, decisions: list[Decided]) -> str:
    """Give the operation of the log that a decision led to; empty where it led to none."""
    if state == "applied":
        return operation
    changes = [one.operation for one in decisions if one.choice == "change"]
    return changed_operation(changes[-1]) if state == "changed" and changes else ""


def item_in(written: Mapping[str, Any]) -> str:
    """Give the item of the checklist that a text speaks of, if it says so."""
    body = written.get("body")
    item = body.get("item") if isinstance(body, dict) else None
    return item if isinstance(item, str) else ""


def photo_hashes(written: Mapping[str, Any]) -> tuple[str, ...]:
    """List the photos that a text declares, as far as they are declared well.

    >>> photo_hashes({"evidence": [{"sha256": "a" * 64}, {"sha256": 7}, "x"]}) == ("a" * 64,)
    True
    """
    declared = written.get("evidence")
    if not isinstance(declared, list):
        return ()
    hashes = [one.get("sha256") for one in declared if isinstance(one, dict)]
    return tuple(one for one in hashes if isinstance(one, str) and len(one) == _HASH)


def checklist_of(checklist_id: str, checklist: Checklist) -> HeldChecklist:
    """Give a checklist's items for choosing one by hand."""
    return HeldChecklist(
        checklist=checklist_id,
        title=checklist.title,
        items=tuple(HeldItem(item=one.id, text=one.text) for one in checklist.items),
    )


@lru_cache(maxsize=1)
def forms_by_kind() -> dict[str, tuple[HeldField, ...]]:
    """Say of each kind that can be written by hand which fields it has.

    What names a photo cannot be: nobody types a hash.
    """
    forms = {name: _form(kind) for name, kind in KINDS.items() if _by_hand(kind)}
    return {name: form for name, form in forms.items() if form is not None}


def _by_hand(kind: Kind) -> bool:
    return kind.by_people and kind.record_kind in _BY_HAND and kind.name not in DECISIONS


def _form(kind: Kind) -> tuple[HeldField, ...] | None:
    _, components = msgspec.json.schema_components([kind.body])
    schema = components[kind.body.__name__]
    needed = set(schema.get("required", ()))
    fields = []
    for name, rule in schema["properties"].items():
        if name == "kind":
            continue
        field = _field(name, _said(rule), needed=name in needed)
        if field is not None:
            fields.append(field)
        elif name in needed or _is_hash(_said(rule)):
            return None
    return tuple(fields)


def _said(rule: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give the rule of a value that may also be left unsaid."""
    said = [one for one in rule.get("anyOf", ()) if one.get("type") != "null"]
    return said[0] if len(said) == 1 else rule


def _is_hash(rule: Mapping[str, Any]) -> bool:
    return str(_HASH) in str(rule.get("pattern", ""))


def _field(name: str, rule: Mapping[str, Any], *, needed: bool) -> HeldField | None:
    if "enum" in rule:
        words = tuple(str(one) for one in rule["enum"])
        return HeldField(name=name, form="choice", choices=words, needed=needed)
    if _is_hash(rule):
        return None
    most = rule.get("maxLength", rule.get("maximum"))
    forms: dict[str, FieldForm] = {"integer": "number", "boolean": "yes_no", "string": "text"}
    form = forms.get(str(rule.get("type")))
    if form is None:
        return None
    if form == "text" and most is not None and most > _LONG:
        form = "long_text"
    return HeldField(name=name, form=form, needed=needed, most=most)
