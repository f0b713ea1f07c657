"""Receipts of rounds at the desk: read off a guard's phone, proven, kept, held against the log."""

from typing import Any

import msgspec

from backend.directory.actors import Actor
from backend.domains.patrols.receipts import (
    Arrived,
    is_proven,
    is_unsigned,
    match_receipt,
    read_receipt,
)
from backend.kernel.database import Database
from backend.office.folded import Record
from backend.office.names import People, load_people, named
from backend.sync.committer import Committer
from backend.sync.server_writer import office_submission
from shared_schemas.patrol_desk import (
    ReceiptAnswer,
    ReceiptContent,
    ReceiptEntry,
    ReceiptSeen,
    ReceiptVerdict,
)
from shared_schemas.problems import ProblemError, problem

_WRITERS = """
    SELECT id, person_id, public_key FROM writers
    WHERE organization_id = $1 AND id = ANY($2::text[])
"""
_ARRIVED = """
    SELECT id, counter, kind, sha256, '' AS content FROM operations
    WHERE organization_id = $1 AND record_id = $2 AND writer_id = $3
    UNION ALL
    SELECT h.operation_id, h.counter, '', h.sha256, h.content FROM held_operations h
    WHERE h.organization_id = $1 AND h.record_id = $2 AND h.writer_id = $3 AND h.state <> 'applied'
      AND NOT EXISTS (
        SELECT 1 FROM operations o WHERE o.organization_id = $1 AND o.id = h.operation_id)
"""
"""What is held, or was set aside, has arrived: the guard sent it."""

_ROUTE = (
    "SELECT site_id, title_zh, title_en, content FROM routes WHERE organization_id = $1 AND id = $2"
)


async def enter_receipt(
    database: Database, committer: Committer, actor: Actor, entry: ReceiptEntry, now_ms: int
) -> ReceiptAnswer:
    """Keep a receipt in its round's record and say how it stands beside what has arrived.

    A receipt that the phone it names did not sign is answered and not kept.

    Raises: receipt_unreadable, round_unknown, not_allowed.
    """
    actor.require("see_office")
    receipt = read_receipt(entry.receipt)
    content = receipt.content
    async with database.snapshot() as connection:
        route = await connection.fetchrow(_ROUTE, actor.organization, content.route)
        writer = await connection.fetchrow(_WRITERS, actor.organization, [content.writer])
        person = writer["person_id"] if writer else ""
        people = await load_people(connection, actor.organization, [person])
    if route is None:
        raise ProblemError("round_unknown")
    actor.require("see_office", route["site_id"])
    key = writer["public_key"] if writer else ""
    unsigned = writer is not None and is_unsigned(key, receipt)
    told = ReceiptAnswer(
        verdict="unsigned",
        content=content,
        person=people.name_or_none(person),
        title=named(route, "title"),
        kept=False,
    )
    if not unsigned and not is_proven(key, receipt):
        wrong = problem("signature_wrong")
        return msgspec.structs.replace(told, verdict="signature_wrong", problem=wrong)
    body = {"kind": "receipt_entered", "route": content.route, "receipt": entry.receipt}
    [outcome] = await committer.push(
        office_submission(
            actor, entry.request, content.round, body, now_ms, based_on=0, saw_stamp=0
        )
    )
    async with database.snapshot() as connection:
        verdict, differing = await _match(connection, actor.organization, content)
    return msgspec.structs.replace(
        told,
        verdict="unsigned" if unsigned else verdict,
        kept=outcome.status != "held",
        differing=differing,
        problem=outcome.problem if outcome.status == "held" else None,
    )


async def load_receipts(
    connection: Any, organization: str, round_id: str, record: Record
) -> tuple[ReceiptSeen, ...]:
    """Read the receipts that were entered for a round, each as it stands now."""
    entries = record["fields"].get("receipt", {"entries": {}})["entries"].values()
    read = []
    for entry in sorted(entries, key=lambda one: (one["stamp"], one["op"])):
        try:
            read.append((entry["person"], read_receipt(entry["value"])))
        except ProblemError:
            # Its words were taken out by retention.
            continue
    writers = [receipt.content.writer for _, receipt in read]
    rows = {row["id"]: row for row in await connection.fetch(_WRITERS, organization, writers)}
    people = await load_people(
        connection,
        organization,
        [*(person for person, _ in read), *(row["person_id"] for row in rows.values())],
    )
    seen: dict[str, ReceiptSeen] = {}
    for person, receipt in read:
        content = receipt.content
        row = rows.get(content.writer)
        verdict, differing = await _match(connection, organization, content)
        if row is None or content.round != round_id:
            continue
        unsigned = is_unsigned(row["public_key"], receipt)
        seen.setdefault(
            content.digest,
            _seen(content, row, people, person, "unsigned" if unsigned else verdict, differing),
        )
    return tuple(seen.values())


def _seen(
    content: ReceiptContent,
    row: Any,
    people: People,
    entered: str,
    verdict: ReceiptVerdict,
    differing: int,
) -> ReceiptSeen:
    return ReceiptSeen(
        verdict=verdict,
        content=content,
        person=people.name(row["person_id"]),
        entered=people.name(entered),
        differing=differing,
    )


async def _match(
    connection: Any, organization: str, content: ReceiptContent
) -> tuple[ReceiptVerdict, int]:
    rows = await connection.fetch(_ARRIVED, organization, content.round, content.writer)
    arrived = [
        Arrived(
            id=row["id"],
            counter=row["counter"],
            kind=row["kind"] or _kind_in(row["content"]),
            sha256=row["sha256"],
        )
        for row in rows
    ]
    return match_receipt(content, arrived)


def _kind_in(content: str) -> str:
    """Give what kind of operation a held text says it is, or nothing where it cannot be read."""
    try:
        return str(msgspec.json.decode(content)["body"]["kind"])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, KeyError, TypeError):
        return ""
