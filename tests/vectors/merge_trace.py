"""Make the long merge trace that both twins fold; it stands for everything nobody thought of."""

import hashlib
import json
import random
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from backend.sync.merge import Record, Stamped, find_conflicts, fold
from shared_schemas.nonconformities import SEVERITY_ROLES
from shared_schemas.operations import ANY_RECORD, KINDS

FOLDER = Path(__file__).resolve().parents[2] / "shared_schemas" / "vectors" / "merge"
TARGET = FOLDER / "trace.json"
SEED = 20261120
OPERATION_COUNT = 480
PEOPLE = ("ana", "ben", "cleo", "lin", "wei", "zhou")
ROLES = (*SEVERITY_ROLES, "guard")
KIND_NAMES = tuple(
    sorted(
        name
        for name, kind in KINDS.items()
        if kind.record_kind in {"task", "nonconformity", ANY_RECORD}
    )
)
DECIDED = {
    "task": ("answer/1", "answer/2", "note/1", "started_at", "remark", "state", "no_such_field"),
    "nonconformity": ("severity", "correction", "corrected_at", "found_by"),
}


def canonical(value: Any) -> bytes:
    """Give the canonical JSON of a plain value, as record texts are stored and hashed."""
    return msgspec.json.encode(value, order="deterministic")


def fold_all(operations: list[dict[str, Any]]) -> dict[str, Record]:
    """Fold operations into their records, keyed by record id."""
    records: dict[str, Record] = {}
    for plain in operations:
        operation = Stamped(**plain)
        records[operation.record] = fold(records.get(operation.record), operation)
    return records


def make_trace(seed: int = SEED) -> dict[str, Any]:
    """Make the operations and what both twins must find in the end."""
    dice = random.Random(seed)
    counters = dict.fromkeys(PEOPLE, 0)
    given: list[dict[str, Any]] = []
    for position in range(1, OPERATION_COUNT + 1):
        given.append(_operation(dice, counters, position, given))
    return {"name": "trace", "why": __doc__, "given": given, "then": measure(given)}


def measure(operations: list[dict[str, Any]]) -> dict[str, Any]:
    """Tell the hash of all records in order of their id, and how many conflicts stand."""
    records = [record for _, record in sorted(fold_all(operations).items())]
    return {
        "record_count": len(records),
        "conflict_count": sum(len(find_conflicts(record)) for record in records),
        "sha256": hashlib.sha256(canonical(records)).hexdigest(),
    }


def _operation(
    dice: random.Random, counters: dict[str, int], position: int, earlier: list[dict[str, Any]]
) -> dict[str, Any]:
    person = dice.choice(PEOPLE)
    counters[person] += 1
    kind = KINDS[dice.choice(KIND_NAMES)]
    decides = kind.record_kind == ANY_RECORD
    record_kind = dice.choice(sorted(DECIDED)) if decides else kind.record_kind
    record = f"{record_kind}-{dice.randrange(6)}"
    body = (
        _decision(dice, kind.name, record_kind, [one for one in earlier if one["record"] == record])
        if decides
        else _body(dice, kind.name)
    )
    return {
        "id": f"{person}:{counters[person]}",
        "kind": kind.name,
        "record": record,
        "record_kind": record_kind,
        "person": person,
        "role": dice.choice(ROLES),
        # Few distinct stamps, so that ties are decided by the operation's id.
        "stamp": 1_790_000_000_000_000 + dice.randrange(200),
        "saw": dice.randrange(position) if dice.random() < 0.6 else 0,
        "position": None if dice.random() < 0.1 else position,
        "body": {"kind": kind.name, **body},
    }


def _decision(
    dice: random.Random, name: str, record_kind: str, earlier: list[dict[str, Any]]
) -> dict[str, Any]:
    """Decide between all that came before, or some of it; take back what was decided, or a guess.

    What comes later is unnamed, so decisions stand for a while and fall.
    """
    known = [one["id"] for one in earlier] or ["nobody:1"]
    if name == "decision_withdrawn":
        decided = [one["id"] for one in earlier if one["kind"] == "conflict_decided"]
        field = dice.choice(DECIDED[record_kind])
        return {"field": field, "decision": dice.choice(decided or known), "reason": "看错"}
    return {
        "field": dice.choice(DECIDED[record_kind]),
        "between": known
        if dice.random() < 0.8
        else dice.sample(known, dice.randint(1, len(known))),
        "value": dice.choice(["pass", "fail", "general", "serious", "甲乙"]),
        "reason": "以复核照片为准",
        "signed": {"zh": "李工", "en": ""},
    }


@cache
def _fields(name: str) -> dict[str, dict[str, Any]]:
    schema = msgspec.json.schema_components([KINDS[name].body])[1][KINDS[name].body.__name__]
    return {field: rule for field, rule in schema["properties"].items() if field != "kind"}


def _body(dice: random.Random, name: str) -> dict[str, Any]:
    values = {
        "answer": dice.choice(["fail", "pass", "not_applicable", "unanswered", "unheard_of"]),
        "item": dice.choice(["1", "2", "\ue000", "\U0001f4a7"]),
        "photo": dice.choice(["a", "b", "c"]) * 64,
        "severity": dice.choice(["minor", "general", "serious"]),
        "title": {"zh": dice.choice(["漏水", "积水"]), "en": ""},
    }
    plain: dict[str, Any] = {}
    for field, rule in _fields(name).items():
        whole = dice.randrange(1000) if rule.get("type") == "integer" else None
        plain[field] = values.get(field, whole if whole is not None else dice.choice("甲乙丙"))
    return plain


def write() -> None:
    """Write the trace beside the other vectors, one operation per line."""
    trace = make_trace()
    lines = ",\n    ".join(json.dumps(one, ensure_ascii=False) for one in trace["given"])
    words = {name: json.dumps(trace[name], ensure_ascii=False) for name in ("name", "why", "then")}
    TARGET.write_text(
        f'{{\n  "name": {words["name"]},\n  "why": {words["why"]},\n'
        f'  "given": [\n    {lines}\n  ],\n  "then": {words["then"]}\n}}\n',
        encoding="utf-8",
    )


if __name__ == "__main__":
    write()
