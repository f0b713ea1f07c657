"""Fold an operation into a record: pure, and the only twin of the phone's own fold.

A record holds, per field, the entry of each person that counts, so that any order of the same
stamped operations gives the same record. The TypeScript twin is `pwa/src/sync/merge.ts`; both are
driven by the policy table of `shared_schemas` and must pass `shared_schemas/vectors/merge`.
"""

from typing import Any

from msgspec import Struct

from shared_schemas.operations import ANY_RECORD, KINDS, LIFECYCLES, find_rule
from shared_schemas.policies import Lifecycle, Write

Record = dict[str, Any]
"""`id`, `kind`, `stamp` (greatest folded), `position` (greatest folded) and `fields` by name."""

Entry = dict[str, Any]
"""`op`, `person`, `role`, `position` (None while unsent), `saw`, `stamp`, `value`."""


class Stamped(Struct, frozen=True, kw_only=True):
    """An operation with what was fixed at its first receipt; the unit that merging is about.

    `position` is None for what a phone has not yet been told a place for.

    Units: `stamp` microseconds UTC, `saw` a position of the log.
    """

    id: str
    kind: str
    record: str
    record_kind: str
    person: str
    role: str
    stamp: int
    saw: int
    position: int | None
    body: dict[str, Any]


class Conflict(Struct, frozen=True, kw_only=True):
    """Two persons put different values on one field, and neither had seen the other's."""

    field: str
    first_op: str
    second_op: str


def new_record(record_id: str, record_kind: str) -> Record:
    """Give the empty record that the first operation folds into."""
    return {"fields": {}, "id": record_id, "kind": record_kind, "position": 0, "stamp": 0}


def fold(record: Record | None, operation: Stamped) -> Record:
    """Put what someone recorded into the record, so that no order of arrival matters.

    The given record is left as it was.

    Source: sync design, section 3; SPEC ME1 to ME15.
    """
    start = record or new_record(operation.record, operation.record_kind)
    fields: dict[str, Any] = dict(start["fields"])
    kind = KINDS[operation.kind]
    for write in kind.writes:
        value = operation.body.get(write.source)
        if value is None:
            continue
        name = f"{write.field}/{operation.body[write.key]}" if write.key else write.field
        fields[name] = _WRITERS[write.policy](fields.get(name), write, _entry(operation, value))
    if kind.record_kind == ANY_RECORD and not kind.writes:
        _fold_decision(fields, operation)
    if kind.move:
        lifecycle = LIFECYCLES[operation.record_kind]
        moved = _entry(operation, operation.kind)
        fields["state"] = _fold_move(fields.get("state"), lifecycle, moved)
    return {
        # What a newer server says of a record stays, though nothing here knows it.
        **start,
        "fields": fields,
        "position": max(start["position"], operation.position or 0),
        "stamp": max(start["stamp"], operation.stamp),
    }


def find_conflicts(record: Record) -> list[Conflict]:
    """List the hard conflicts that stand in a record, by field and operation.

    Whoever contradicts what was decided makes a conflict again, also with open eyes.

    Source: sync design, section 3 (conflict); SPEC ME8, ME13.
    """
    found: list[Conflict] = []
    for name, state in sorted(record["fields"].items()):
        if "by" not in state or not state.get("contested"):
            continue
        rule = find_rule(record["kind"], name)
        entries = sorted(
            (one for one in state["by"].values() if not (rule and _is_taken_back(rule, one))),
            key=_age,
        )
        decided = {op for decision in _valid_decisions(state) for op in decision["between"]}
        found.extend(
            Conflict(field=name, first_op=one["op"], second_op=other["op"])
            for index, one in enumerate(entries)
            for other in entries[index + 1 :]
            if one["value"] != other["value"]
            and (_unseen(one, other) or one["op"] in decided or other["op"] in decided)
        )
    return found


def find_met(record: Record | None, operation: Stamped) -> list[str]:
    """List the operations of other persons in the record that this one had not seen."""
    if record is None:
        return []
    person, saw = operation.person, operation.saw
    met = {
        entry["op"]
        for state in record["fields"].values()
        for entry in _entries(state)
        if entry["person"] != person and (entry["position"] or 0) > saw
    }
    return sorted(met)


def _entry(operation: Stamped, value: Any) -> Entry:
    return {
        "op": operation.id,
        "person": operation.person,
        "position": operation.position,
        "role": operation.role,
        "saw": operation.saw,
        "stamp": operation.stamp,
        "value": value,
    }


def _age(entry: Entry) -> tuple[int, str]:
    return entry["stamp"], entry["op"]


def _saw(one: Entry, other: Entry) -> bool:
    return other["position"] is not None and one["saw"] >= other["position"]


def _unseen(one: Entry, other: Entry) -> bool:
    return not _saw(one, other) and not _saw(other, one)


def _entries(state: dict[str, Any]) -> list[Entry]:
    if "by" in state:
        decided = (state[part].values() for part in _DECIDED if part in state)
        return [*state["by"].values(), *(entry for part in decided for entry in part)]
    if "in" in state:
        return [*state["in"].values(), *state["out"].values()]
    if "moves" in state:
        return list(state["moves"])
    # A field that a newer server wrote may have a shape that is not known here.
    return list(state.get("entries", {}).values())


def _fold_single(state: dict[str, Any] | None, write: Write, entry: Entry) -> dict[str, Any]:
    if state is None:
        person = entry["person"]
        return {"by": {person: entry}, "person": person, "value": entry["value"]}
    by: dict[str, Entry] = dict(state["by"])
    held = by.get(entry["person"])
    if held is None or _stands_over(write, entry, held):
        by[entry["person"]] = entry
    return _settle(write, {**state, "by": by})


def _settle(write: Write, state: dict[str, Any]) -> dict[str, Any]:
    """Say what stands in a field: the decision that names all that counts, else the policy."""
    by: dict[str, Entry] = state["by"]
    folded = {part: state[part] for part in ("by", *_DECIDED) if part in state}
    if not by:
        return {**folded, "person": "", "value": None}
    entries = list(by.values())
    winner = _winner(write, entries)
    decision = _standing_decision(state)
    if decision is not None:
        value = decision["value"]
        chosen = [entry for entry in entries if entry["value"] == value]
        # Words put together by the office are nobody's own: the policy's person stays beside them.
        person = _winner(write, chosen)["person"] if chosen else winner["person"]
        return {**folded, "decided": decision["op"], "person": person, "value": value}
    contested = (
        write.policy != "first"
        and not write.quiet
        and any(
            entry["value"] != winner["value"] and not _is_taken_back(write, entry)
            for entry in entries
        )
    )
    folded = {**folded, "person": winner["person"], "value": winner["value"]}
    return {**folded, "contested": True} if contested else folded


def _is_taken_back(write: Write, entry: Entry) -> bool:
    """Whether somebody's word is the one by which one's word is taken back, where there is one."""
    return bool(write.none) and entry["value"] == write.none


def _standing_decision(state: dict[str, Any]) -> Entry | None:
    """Give the latest decision that nobody took back and that names every entry that counts."""
    counting = {entry["op"] for entry in state["by"].values()}
    standing = (one for one in _valid_decisions(state) if counting <= set(one["between"]))
    return max(standing, key=_age, default=None)


def _valid_decisions(state: dict[str, Any]) -> list[Entry]:
    """List the decisions on a field that nobody took back."""
    if "decisions" not in state:
        return []
    back = {entry["value"] for entry in state.get("withdrawals", {}).values()}
    return [one for one in state["decisions"].values() if one["op"] not in back]


def _fold_decision(fields: dict[str, Any], operation: Stamped) -> None:
    """Put a decision, or the taking back of one, into its field; other policies know none."""
    body = operation.body
    rule = find_rule(operation.record_kind, body["field"])
    if rule is None or rule.policy not in _SINGLE:
        return
    state = fields.get(body["field"], {"by": {}})
    if operation.kind == "decision_withdrawn":
        part, entry = "withdrawals", _entry(operation, body["decision"])
    else:
        part, entry = "decisions", _entry(operation, body["value"])
        entry |= {"between": sorted(body["between"]), "signed": body["signed"]}
    entry["reason"] = body["reason"]
    known = {**state.get(part, {}), operation.id: entry}
    fields[body["field"]] = _settle(rule, {**state, part: known})


def _stands_over(write: Write, entry: Entry, held: Entry) -> bool:
    older = _age(entry) < _age(held)
    return older if write.policy == "first" else not older


def _winner(write: Write, entries: list[Entry]) -> Entry:
    if write.policy == "first":
        return min(entries, key=_age)
    if write.policy == "worst":
        return max(
            entries, key=lambda entry: (-_rank(write.order, entry["value"], 0), *_age(entry))
        )
    if write.policy == "authority":
        last = len(write.order)
        return max(
            entries, key=lambda entry: (-_rank(write.order, entry["role"], last), *_age(entry))
        )
    return max(entries, key=_age)


def _rank(order: tuple[str, ...], value: Any, unknown: int) -> int:
    return order.index(value) if value in order else unknown


def _fold_union(state: dict[str, Any] | None, write: Write, entry: Entry) -> dict[str, Any]:
    came: dict[str, Entry] = dict(state["in"]) if state else {}
    left: dict[str, Entry] = dict(state["out"]) if state else {}
    side = left if write.remove else came
    held = side.get(entry["value"])
    if held is None or _age(entry) > _age(held):
        side[entry["value"]] = entry
    present = [
        value for value, put in came.items() if value not in left or _age(put) > _age(left[value])
    ]
    return {"in": came, "out": left, "value": sorted(present)}


def _fold_append(state: dict[str, Any] | None, _write: Write, entry: Entry) -> dict[str, Any]:
    entries: dict[str, Entry] = dict(state["entries"]) if state else {}
    entries[entry["op"]] = entry
    ordered = sorted(entries.values(), key=_age)
    return {"entries": entries, "value": [one["value"] for one in ordered]}


def _fold_move(state: dict[str, Any] | None, lifecycle: Lifecycle, entry: Entry) -> dict[str, Any]:
    known: list[Entry] = list(state["moves"]) if state else []
    moves = sorted([one for one in known if one["op"] != entry["op"]] + [entry], key=_age)
    current, held = _replay(lifecycle, moves)
    return {"held": held, "moves": moves, "value": current}


def _replay(lifecycle: Lifecycle, moves: list[Entry]) -> tuple[str, list[str]]:
    """Walk the table: the earliest move with a place goes first, rank between unseen rivals."""
    current = lifecycle.initial
    waiting = list(moves)
    while True:
        open_now = [one for one in waiting if _has_place(lifecycle, current, one)]
        if not open_now:
            return current, [one["op"] for one in waiting]
        chosen = _choose(lifecycle, open_now)
        waiting.remove(chosen)
        current = _move(lifecycle, chosen).target


def _choose(lifecycle: Lifecycle, open_now: list[Entry]) -> Entry:
    earliest = open_now[0]
    rivals = [earliest] + [
        one
        for one in open_now[1:]
        if one["person"] != earliest["person"] and _unseen(one, earliest)
    ]
    return min(rivals, key=lambda one: (-_move(lifecycle, one).rank, *_age(one)))


def _has_place(lifecycle: Lifecycle, current: str, entry: Entry) -> bool:
    move = lifecycle.find_move(entry["value"])
    return move is not None and current in move.origins


def _move(lifecycle: Lifecycle, entry: Entry) -> Any:
    move = lifecycle.find_move(entry["value"])
    assert move is not None, "only moves of the table are replayed"  # noqa: S101  ours to keep
    return move


_DECIDED = ("decisions", "withdrawals")
_SINGLE = ("latest", "first", "worst", "authority")

_WRITERS = {
    "latest": _fold_single,
    "first": _fold_single,
    "worst": _fold_single,
    "authority": _fold_single,
    "union": _fold_union,
    "append": _fold_append,
}
