"""Reading one record as it is folded: who answered what, with which note and photos; pure."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from backend.kernel.canonical import canonical

Record = Mapping[str, Any]


class Given(Struct, frozen=True, kw_only=True):
    """What one person put on one item, as it stands in the record."""

    operation: str
    person: str
    role: str
    answer: str
    note: str
    photos: tuple[str, ...]
    value: Any = None


def read_record(content: str | None) -> Record:
    """Read a record's stored text; a record not there yet is an empty one."""
    if not content:
        return {"fields": {}, "position": 0, "stamp": 0}
    record: Record = msgspec.json.decode(content)
    return record


def value_of(record: Record, field: str) -> Any:
    """Give what stands in a field, or nothing where it was never written."""
    state = record["fields"].get(field)
    return None if state is None else state["value"]


def photos_of(record: Record, field: str) -> tuple[str, ...]:
    """List the hashes of the photos that stand in a field, in order."""
    return tuple(value_of(record, field) or ())


def photos_by(record: Record, field: str, person: str) -> tuple[str, ...]:
    """List the photos that stand in a field, those of that person first.

    Where two people differ, what one of them says must not be shown with the other's photo.
    """
    taken = record["fields"].get(field, {"in": {}, "value": []})
    return tuple(sorted(taken["value"], key=lambda one: taken["in"][one]["person"] != person))


def remarks_of(record: Record) -> tuple[str, ...]:
    """List the remarks on the whole check, the earliest first."""
    return tuple(value_of(record, "remark") or ())


def given_answers(record: Record, item: str) -> tuple[Given, ...]:
    """List what each person found on that item, the earliest first, each with own note and photos.

    Photos of an item belong to whoever took them, so that two accounts can be told apart.
    """
    return given_in(record, f"answer/{item}")


def given_in(record: Record, field: str) -> tuple[Given, ...]:
    """List what each person put into a field with one value, the earliest first."""
    entries = record["fields"].get(field, {}).get("by", {}).values()
    ordered = sorted(entries, key=lambda entry: (entry["stamp"], entry["op"]))
    return tuple(_given(record, field.partition("/")[2], entry) for entry in ordered)


def _given(record: Record, item: str, entry: Mapping[str, Any]) -> Given:
    person = entry["person"]
    notes = record["fields"].get(f"note/{item}", {}).get("by", {})
    taken = record["fields"].get(f"evidence/{item}", {"in": {}, "value": []})
    return Given(
        operation=entry["op"],
        person=person,
        role=entry["role"],
        answer=entry["value"] if isinstance(entry["value"], str) else canonical(entry["value"]),
        value=entry["value"],
        note=notes[person]["value"] if person in notes else "",
        photos=tuple(one for one in taken["value"] if taken["in"][one]["person"] == person),
    )
