"""The laws that hold whatever happened: each says what is broken, under its own name.

Source: sync design, section 8 (checkers); the tests of the mutants show what each one finds.
"""

import sys
from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from random import Random
from typing import Any

import msgspec
from msgspec import Struct

from backend.directory.actors import CLOSED, Actor, kinds_in_scope
from backend.directory.authors import actor_of
from backend.domains.inspections.queries import TaskBackground, due_window, read_plan
from backend.kernel.canonical import canonical
from backend.kernel.identity import content_hash
from backend.switchboard import SWITCHBOARD
from backend.sync.checksum import shown, value_of
from backend.sync.doors import Known, own_scope, scope_at
from backend.sync.merge import Record, Stamped, find_conflicts, fold
from backend.sync.scopes import OWN
from backend.sync.spans import latest_counters, read_spans
from shared_schemas.operations import KINDS
from tests.simulation.memory import Memory
from tests.simulation.memory_reads import standing
from tests.simulation.stage import SimPhone
from tests.world.cast import HARBOUR

MICRO = 1_000


class LawBroken(AssertionError):  # noqa: N818  a sentence: a law was broken
    """Something happened that must never happen; `law` names which promise it breaks."""

    def __init__(self, law: str, what: object) -> None:
        super().__init__(f"{law}: {what}")
        self.law = law


def hold(law: str, is_kept: object, what: object) -> None:
    """Go on if the law is kept."""
    if not is_kept:
        raise LawBroken(law, what)


class State(Struct, frozen=True, kw_only=True):
    """Everything the database holds of the organisation."""

    log: list[Mapping[str, Any]]
    records: dict[str, Mapping[str, Any]]
    held: list[Mapping[str, Any]]
    progress: dict[str, Mapping[str, Any]]
    conflicts: list[Mapping[str, Any]]
    commits: dict[int, str]


def read_state(memory: Memory) -> State:
    """Read what lies in the stand-in."""
    mine = {
        name: [row for row in rows.values() if row.get("organization_id") == HARBOUR]
        for name, rows in memory.tables.items()
        if name in _TABLES
    }
    return State(
        log=sorted(mine["operations"], key=lambda row: row["position"]),
        records={row["id"]: row for row in mine["records"]},
        held=mine["held_operations"],
        progress={row["id"]: row for row in mine["writer_progress"]},
        conflicts=mine["conflicts"],
        commits={row["position"]: row["tag"] for row in mine["commits"]},
    )


_TABLES = frozenset(
    {"operations", "records", "held_operations", "writer_progress", "conflicts", "commits"}
)

Recorded = Mapping[tuple[str, str], str]
"""The person who recorded a text, by the operation's id and the text's hash."""


class Ground:
    """The log as it stood before the schedule began, folded once for all schedules."""

    def __init__(self, log: Sequence[Mapping[str, Any]]) -> None:
        self.position = len(log)
        self.records: dict[str, Record] = {}
        for row in log:
            fold_in(self.records, row)


def fold_in(records: dict[str, Record], row: Mapping[str, Any]) -> None:
    """Put one line of the log into its record."""
    operation = stamped(row)
    records[operation.record] = fold(records.get(operation.record), operation)


def stamped(row: Mapping[str, Any]) -> Stamped:
    """Read a line of the log as the merge takes it."""
    return Stamped(
        id=row["id"],
        kind=row["kind"],
        record=row["record_id"],
        record_kind=row["record_kind"],
        person=row["person_id"],
        role=row["role"],
        stamp=row["stamp"],
        saw=row["saw"],
        position=row["position"],
        body=msgspec.json.decode(row["content"])["body"],
    )


def check_log(state: State, ground: Ground, recorded: Recorded) -> None:
    """Dense, each text once and as it was recorded, under its author; stamps bounded and rising."""
    positions = [row["position"] for row in state.log]
    hold("positions are dense", positions == list(range(1, len(positions) + 1)), positions[-5:])
    ids = {row["id"] for row in state.log}
    hold("twice is once", len(ids) == len(state.log), len(state.log) - len(ids))
    last: dict[str, int] = {}
    # What was held joins where it belongs in time, not behind what its author has done since.
    joined = {row["operation_id"] for row in state.held}
    arrived_ms = 0
    for row in state.log[ground.position :]:
        arrived_ms = max(arrived_ms, row["received_ms"])
        text = row["content"].encode()
        hold("texts are kept as hashed", content_hash(text) == row["sha256"], row["id"])
        if row["caused_by"]:
            hold("flows name their cause", row["caused_by"] in ids, row["id"])
            continue
        if row["counter"] == 0 or row["person_id"] == "0" * 32:
            continue
        author = recorded.get((row["id"], row["sha256"]))
        hold("twice is once", author is not None, f"{row['id']} was never recorded")
        hold("the author stays", author == row["person_id"], row["id"])
        # What was held may join behind what its author recorded before it and sent long after.
        came_ms = arrived_ms if row["id"] in joined else row["received_ms"]
        bound = came_ms * MICRO + len(state.log)
        hold("stamps are bounded", row["stamp"] <= bound, (row["id"], row["stamp"] - bound))
        if row["id"] not in joined:
            hold("stamps rise", row["stamp"] > last.get(row["writer_id"], 0), row["id"])
            last[row["writer_id"]] = row["stamp"]


def check_acknowledged(
    state: State, phones: Iterable[SimPhone], *, in_place: bool = True, cloned: Container[str] = ()
) -> int:
    """Whatever a phone was told has arrived lies in the log or on the held desk, as sent.

    `in_place` is false where the server was set back: what came in anew has another place.
    `cloned` are ids that a clone of the phone used as well: of a server that was set back between
    the two only the one that came first afterwards is known by its number.
    """
    kept = {(row["id"], row["sha256"]): row for row in state.log}
    held = {(row["operation_id"], row["sha256"]) for row in state.held}
    clashing = {row["sha256"] for row in state.held if not row["operation_id"]}
    count = 0
    for phone in phones:
        for entry in phone.outbox:
            if entry.outcome is None:
                continue
            count += 1
            if not in_place and entry.id in cloned:
                continue
            row = kept.get((entry.id, entry.sha256))
            if row is None:
                is_held = (entry.id, entry.sha256) in held or entry.sha256 in clashing
                hold("acknowledged means durable", is_held, entry.id)
                continue
            told = entry.outcome["position"] if in_place else 0
            where = (entry.id, told, row["position"])
            hold("twice is once", told in (0, row["position"]), where)
    return count


def check_progress(state: State) -> None:
    """What the server says to have of a writer is what lies in the log or is held."""
    found: dict[str, set[int]] = {}
    for row in (*state.log, *state.held):
        found.setdefault(row["writer_id"], set()).add(row["counter"])
    for writer, row in state.progress.items():
        beyond = set(latest_counters(read_spans(row["beyond"]), sys.maxsize))
        said = {*range(1, row["contiguous"] + 1), *beyond}
        hold("progress is what is there", said == found.get(writer, set()) - {0}, writer)
        hold("progress is what is there", row["contiguous"] + 1 not in beyond, writer)


def check_records(state: State, ground: Ground, dice: Random) -> None:
    """The records are what the log gives in its order, and in any other; the conflicts as well."""
    rows = state.log[ground.position :]
    folded: dict[str, Record] = {}
    for order in (rows, dice.sample(rows, len(rows))):
        folded = dict(ground.records)
        for row in order:
            fold_in(folded, row)
        hold("the log gives the records", folded.keys() == state.records.keys(), "other records")
        law = "the log gives the records" if order is rows else "any order gives the same"
        for one, record in folded.items():
            if record is not ground.records.get(one):
                hold(law, canonical(record) == state.records[one]["content"], one)
    standing_now = {
        (one, conflict.field, conflict.first_op, conflict.second_op)
        for one, record in folded.items()
        for conflict in find_conflicts(record)
    }
    open_now = {
        (row["record_id"], row["field"], row["first_op"], row["second_op"])
        for row in state.conflicts
        if row["state"] == "open"
    }
    hold("conflicts are shown", standing_now == open_now, standing_now ^ open_now)


def check_held(state: State, expected: frozenset[str]) -> Counter[str]:
    """What is held waits for a reason that a person could have caused, and is not applied too."""
    ids = {row["id"] for row in state.log}
    codes: Counter[str] = Counter()
    for row in state.held:
        if row["state"] == "waiting":
            codes[msgspec.json.decode(row["problem"])["code"]] += 1
            hold("held is not applied", row["operation_id"] not in ids, row["operation_id"])
    hold("held has a reason", codes.keys() <= expected, codes)
    return codes


def check_cursors(state: State, ground: Ground, phones: Sequence[SimPhone], memory: Memory) -> int:
    """Cursor c means exactly the log up to c, in what this phone may hold.

    Gives how many records were compared; a phone whose cursor the server no longer knows will
    hear so at its next pull and is left out.
    """
    by_position = sorted(phones, key=_position)
    folded, at, count = dict(ground.records), ground.position, 0
    for phone in by_position:
        position = _position(phone)
        if position < ground.position or not _is_known(state, phone):
            continue
        for row in state.log[at:position]:
            fold_in(folded, row)
        at = max(at, position)
        secrets = _secrets(memory)
        may = _may_hold(_actor(memory, phone), state, secrets)
        own = _entered(memory, phone, position) | _named(phone, folded, secrets)
        expected = {one: record for one, record in folded.items() if one in own or may(one, record)}
        law = "a cursor means the log up to it"
        differs = phone.records.keys() ^ expected.keys()
        hold(law, not differs, (phone.person.name.en, differs))
        for one, record in expected.items():
            hold(law, phone.records[one] == record, (phone.person.name.en, one))
        count += len(expected)
    return count


def _position(phone: SimPhone) -> int:
    return int(phone.cursor.split(".")[0]) if phone.cursor else 0


def _is_known(state: State, phone: SimPhone) -> bool:
    position, tag = _position(phone), phone.cursor.split(".")[1]
    behind = [one for one in state.commits if one >= position]
    return bool(behind) and state.commits[min(behind)] == tag


def _actor(memory: Memory, phone: SimPhone) -> Actor:
    [row] = standing(memory, HARBOUR, [phone.person.id])
    return actor_of(row)


def _entered(memory: Memory, phone: SimPhone, position: int) -> set[str]:
    """Name what this person holds beside the own sites, as far as the cursor has come."""
    return {
        row["record_id"]
        for row in memory.tables["scope_members"].values()
        if row["scope"] == own_scope(phone.person.id)
        and row["present"]
        and row["position"] <= position
    }


def _named(phone: SimPhone, folded: Mapping[str, Record], known: Known) -> set[str]:
    """Name the records whose door says of this person that they hold them.

    A door that says so again, or that it is over, moves the row on that said it before.
    """
    found = set()
    for one, record in folded.items():
        door = SWITCHBOARD.doors[record["kind"]]
        if door.members_of_closed and not door.closed(one, record, known):
            continue
        for member in door.members(None, record):
            if member.scope == own_scope(phone.person.id) and member.present:
                found.add(member.record)
    return found


def _secrets(memory: Memory) -> Known:
    """Give the windows of which the assessed must not know until their checks are disclosed."""
    windows = {}
    for (at, one), row in memory.tables["task_windows"].items():
        plan = memory.tables["plans"].get((at, row["plan_id"]))
        if row["closed"] and plan is not None:
            when = (row["opens_ms"], row["closes_ms"])
            said = read_plan(plan["content"])
            windows[one] = due_window(one, row["plan_id"], row["site_id"], said, *when)
    return {"tasks": TaskBackground(windows=windows, checklists={})}


def _may_hold(actor: Actor, state: State, known: Known) -> Callable[[str, Record], bool]:
    def may(one: str, record: Record) -> bool:
        site = state.records[one]["site_id"].removeprefix(CLOSED)
        if site and site not in actor.sites:
            return False
        closed = SWITCHBOARD.doors[record["kind"]].closed(one, record, known)
        return record["kind"] in kinds_in_scope(actor, scope_at(site, closed=closed))

    return may


def check_own_work_is_seen(phones: Iterable[SimPhone]) -> None:
    """What a person recorded and no copy holds yet is in what that person sees."""
    for phone in phones:
        for entry in phone.outbox:
            if entry.outcome is None and entry.stamped.kind in KINDS and not phone._contains(entry):
                seen = phone.view(entry.stamped.record)
                # What is there already changes nothing when it is put in once more.
                is_there = seen is not None and fold(seen, entry.stamped) == seen
                hold("own work is seen", is_there, entry.id)


def check_queues(phones: Iterable[SimPhone]) -> None:
    """After the faults every queue is empty, and the server has all counters without a gap."""
    for phone in phones:
        law = "queues are empty within two rounds"
        hold(law, not phone.waiting, (phone.person.name.en, len(phone.waiting)))
        whole = (phone.contiguous, phone.beyond) == (len(phone.outbox), set())
        hold(law, whole, (phone.person.name.en, phone.contiguous, len(phone.outbox)))


def check_equal(phones: Iterable[SimPhone]) -> int:
    """Equal cursors and empty queues mean equal contents and sums, and nothing on top of them."""
    by_cursor: dict[str, SimPhone] = {}
    compared = 0
    for phone in phones:
        law = "equal cursors mean equal contents"
        for one, record in phone.records.items():
            hold(law, phone.view(one) == record, (phone.person.name.en, one))
        # The cursor carries the mark of what this person may hold, and then whose own scope it is.
        other = by_cursor.setdefault(phone.cursor.partition("-")[0], phone)
        compared += other is not phone
        names = (phone.person.name.en, other.person.name.en)
        hold(law, _shared(other) == _shared(phone), names)
        sums, others = phone.sums(), other.sums()
        same = all(sums[one] == others[one] for one in sums.keys() & others.keys() - {OWN})
        hold("the sums agree", same, names)
    return compared


def _shared(phone: SimPhone) -> dict[str, Record]:
    return {one: record for one, record in phone.records.items() if phone.scopes[one] != OWN}


def check_sums(memory: Memory) -> None:
    """The sums kept with each push are what counting every record anew gives."""
    counted: dict[tuple[str, str, str], tuple[int, int]] = {}
    for row in memory.tables["records"].values():
        key = (row["organization_id"], row["site_id"], row["kind"])
        total, count = counted.get(key, (0, 0))
        value = value_of(row["id"], row["position"], row["content"])
        counted[key] = (total + value, count + 1)
    for key, row in memory.tables["scope_sums"].items():
        total, count = counted.pop(key, (0, 0))
        is_same = shown(total) == shown(int(row["sum"])) and count == row["count"]
        hold("the sums agree", is_same, key)
    hold("the sums agree", not counted, "uncounted scopes")
