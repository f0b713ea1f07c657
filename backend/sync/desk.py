"""The held desk under the lock: what a decision speaks of is read with everything else.

The door of the records of kind `held` is here as well; what a decision does is in `deciding.py`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from backend.directory.actors import CLOSED, Actor
from backend.directory.authors import load_everybody
from backend.kernel.canonical import canonical
from backend.kernel.database import Batch
from backend.kernel.identity import derived_id
from backend.sync.doors import (
    Door,
    Known,
    Member,
    Refusal,
    Situation,
    Writes,
    brings_nothing,
    own_scope,
    read_nothing,
)
from backend.sync.held import capture_of, held_submission
from backend.sync.merge import Record
from backend.sync.received import Received, receive
from backend.sync.state import Group, OnDesk, Submission
from shared_schemas.held import DECISIONS, HeldChanged
from shared_schemas.operations import KINDS
from shared_schemas.primitives import EXACT
from shared_schemas.problems import Problem, problem

_decode_problem = msgspec.json.Decoder(Problem).decode

_DESK = """
    SELECT h.*, coalesce(nullif(r.site_id, ''), h.context::json ->> 'site', '') AS site_id
      FROM held_operations h
      LEFT JOIN records r ON r.organization_id = $1 AND r.id = h.record_id
     WHERE h.organization_id = $1 AND h.id = ANY($2::text[])
"""

Desk = dict[str, OnDesk]


def _decisions(submissions: Sequence[Submission]) -> list[tuple[Submission, Received]]:
    return [
        (each, one)
        for each in submissions
        for one in each.received
        if one.kind in DECISIONS and one.envelope is not None and one.problem is None
    ]


async def read_desk(
    connection: Any, organization: str, submissions: Sequence[Submission]
) -> tuple[Desk, dict[str, Submission]]:
    """Read the held rows that are decided on, and what each decision would apply.

    Nothing is asked of the database where nobody decides anything.

    Source: SPEC HE9: decision and application are one commit.
    """
    decisions = _decisions(submissions)
    if not decisions:
        return {}, {}
    wanted = sorted({one.envelope.record for _, one in decisions if one.envelope})
    rows = await connection.fetch(_DESK, organization, wanted)
    people = sorted({row["person_id"] for row in rows})
    authors = await load_everybody(connection, organization, people)
    desk = {
        row["id"]: _on_desk(row, authors[row["person_id"]])
        for row in rows
        if row["person_id"] in authors
    }
    return desk, _applications(decisions, desk)


def _on_desk(row: Mapping[str, Any], author: Actor) -> OnDesk:
    return OnDesk(
        id=row["id"],
        operation=row["operation_id"],
        sha256=row["sha256"],
        person=row["person_id"],
        site=row["site_id"].removeprefix(CLOSED),
        closed=row["site_id"].startswith(CLOSED),
        state=row["state"],
        problem=_decode_problem(row["problem"]),
        outcome=row["outcome"],
        waits_for=row["waits_for"],
        original=held_submission(row, author),
    )


def _applications(
    decisions: Sequence[tuple[Submission, Received]], desk: Mapping[str, OnDesk]
) -> dict[str, Submission]:
    found: dict[str, Submission] = {}
    for decider, received in decisions:
        row = desk.get(received.envelope.record) if received.envelope else None
        if row is None:
            continue
        if received.kind == "held_applied":
            found[received.id] = msgspec.structs.replace(row.original, decision=received.id)
        elif isinstance(received.body, HeldChanged):
            found[received.id] = _changed(decider, received.id, received.body, row)
    return found


def _changed(decider: Submission, decision: str, body: HeldChanged, row: OnDesk) -> Submission:
    """Write another operation in the place of a held one: the decider's, of the original's time."""
    [first] = row.original.received
    writer = changed_operation(decision).partition(":")[0]
    kind = KINDS.get(str(body.body.get("kind")))
    text = canonical(
        {
            # Of a text that cannot be read nobody knows what its author saw: the office sees all.
            "based_on": first.envelope.based_on if first.envelope else EXACT,
            "body": body.body,
            "captured": capture_of(row.original),
            "counter": 1,
            "evidence": [],
            "id": f"{writer}:1",
            "record": body.record,
            "record_kind": kind.record_kind if kind else "",
            "saw_stamp": first.envelope.saw_stamp if first.envelope else 0,
            "schema": 1,
            "stands_for": row.id,
            "writer": writer,
        }
    )
    return msgspec.structs.replace(
        decider,
        writer=writer,
        received=[receive(text.encode(), writer)],
        counted=False,
        decision=decision,
    )


def changed_operation(decision: str) -> str:
    """Give the id of the operation that was written in the place of a held one."""
    return f"{derived_id('held_changed', decision)}:1"


def write_desk(batch: Batch, group: Group) -> None:
    """Write back what was decided; each row is one that this group has not held anew."""
    for row in group.desk.values():
        if row.changed:
            batch.also(
                "UPDATE held_operations SET state = {2}, outcome = {3}"
                " WHERE organization_id = {0} AND id = {1}",
                group.organization,
                row.id,
                row.state,
                row.outcome,
            )


def _check(situation: Situation) -> Refusal | None:
    """Say why someone cannot decide so, or nothing.

    Source: sync design, section 5; SPEC HE8, HE10, HE11.
    """
    wrong = _wrong_with(situation)
    return Refusal(problem=wrong) if wrong else None


def _wrong_with(situation: Situation) -> Problem | None:
    kind, body = situation.operation.kind, situation.body
    row: OnDesk | None = situation.known.get("desk", {}).get(situation.operation.record)
    if row is None or row.person != body.author:
        return problem("held_unknown")
    own = row.person == situation.operation.person
    if not _may_decide(situation, row) and not (own and _may_withdraw(situation)):
        return problem("not_allowed", right="decide_held")
    if not body.reason.strip():
        return problem("reason_needed")
    if row.state != ("set_aside" if kind == "held_taken_up" else "waiting"):
        return problem("held_decided", decided=row.state)
    if kind in _BY_ITS_AUTHOR:
        return None
    return problem("held_own") if own else row.unfit


_BY_ITS_AUTHOR = ("held_set_aside", "held_taken_up")


def _may_withdraw(situation: Situation) -> bool:
    """Whether an author does with the own work only what an author may: take back, and take up.

    What the office has set aside is the office's to take up.
    """
    if situation.operation.kind == "held_set_aside":
        return True
    moves = situation.record["fields"]["state"]["moves"] if situation.record else ()
    latest = max(moves, key=lambda move: (move["stamp"], move["op"]), default=None)
    mine = latest is None or latest["person"] == situation.operation.person
    return situation.operation.kind == "held_taken_up" and mine


def _may_decide(situation: Situation, row: OnDesk) -> bool:
    actor = situation.actor
    if actor is None:
        return False
    if row.closed and not actor.may("see_covert", row.site):
        return False
    if row.site:
        return actor.may("decide_held", row.site)
    return actor.may_everywhere("decide_held")


def _site(situation: Situation) -> str:
    row: OnDesk | None = situation.known.get("desk", {}).get(situation.operation.record)
    return row.site if row else ""


def _closed(record: str, _folded: Record | None, known: Known) -> bool:
    """Whether it speaks of something of which the assessed must not know yet."""
    row: OnDesk | None = known.get("desk", {}).get(record)
    return row is not None and row.closed


def _rows(
    _organization: str, _site: str, _record: Record, _changed: frozenset[str], _known: Known
) -> Writes:
    return []


def _members(_before: Record | None, after: Record) -> Sequence[Member]:
    """Let the author's phones hear of it, whatever else they may hold."""
    author = after["fields"].get("author")
    if author is None:
        return ()
    return (Member(scope=own_scope(author["value"]), record=after["id"], present=True),)


DOORS: dict[str, Door] = {
    "held": Door(
        read=read_nothing,
        check=_check,
        site=_site,
        rows=_rows,
        brings=brings_nothing,
        members=_members,
        closed=_closed,
    ),
}
"""For the switchboard; `read_group` puts the desk into what the door knows."""
