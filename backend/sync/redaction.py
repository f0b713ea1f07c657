"""Retention in the log: one operation's words and photos are taken out, the rest stays as it was.

The only place that changes what the log says. The text goes; its hash, what it found, when and by
whom stay, so that the audit trail is whole and a rebuild gives every row. The record is folded anew
from the log and named again at a new position, so that every phone gets it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from backend.kernel.canonical import canonical
from backend.sync.doors import Refusal, Situation
from backend.sync.merge import Record, Stamped, fold
from backend.sync.quotes import clear_quotes
from backend.sync.state import Group, History, Redaction, Submission
from shared_schemas.decisions import ConflictDecided
from shared_schemas.operations import KINDS, find_rule
from shared_schemas.problems import problem
from shared_schemas.retention import REDACTABLE, REMOVED, clear_nested, words_of

KIND = "operation_redacted"


def check_redaction(situation: Situation, history: History) -> Refusal | None:
    """Say why an operation cannot be redacted, or nothing.

    Source: SPEC LO6.
    """
    if not _may_redact(situation):
        return Refusal(problem=problem("not_allowed", right="redact"))
    named = find_line(history, situation.operation.body["operation"])
    if named is None:
        return Refusal(problem=problem("operation_unknown"))
    kind = KINDS.get(named["kind"])
    if kind is None or kind.record_kind not in REDACTABLE:
        return Refusal(problem=problem("not_redactable"))
    return None


def _may_redact(situation: Situation) -> bool:
    actor = situation.actor
    if actor is None:
        return True
    if not situation.site:
        return actor.may_everywhere("redact")
    return actor.may("redact", situation.site)


def find_line(history: History, operation: str) -> Mapping[str, Any] | None:
    """Give an operation's line of the log, or nothing."""
    return next((line for line in history if line["id"] == operation), None)


def redact(line: Mapping[str, Any], by: Stamped, words: Collection[str]) -> Redaction:
    """Take words out of a line of the log; say which photos it named.

    Source: SPEC LO6.
    """
    written: dict[str, Any] = msgspec.json.decode(line["content"])
    body = written.get("body", {})
    photos = tuple(one["sha256"] for one in written.get("evidence", ()))
    first = written.get("redacted", {"photos": photos, "sha256": line["sha256"]})
    left = {
        **written,
        "body": {
            name: REMOVED if name in words else value
            for name, value in clear_nested(KINDS[line["kind"]].body, body).items()
        },
        "redacted": {**first, "by": by.id, "reason": by.body["reason"]},
    }
    return Redaction(
        operation=line["id"],
        content=canonical(left),
        record=line["record_id"],
        person=line["person_id"],
        photos=photos,
    )


def _words_in(line: Mapping[str, Any]) -> tuple[str, ...]:
    return words_of(KINDS[line["kind"]].body)


def _said(line: Mapping[str, Any]) -> set[Any]:
    body = msgspec.json.decode(line["content"])["body"]
    return {body[name] for name in _words_in(line) if name in body}


def _quoting(history: History, named: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Give the decisions that say the words again: chosen as they were, or put together.

    A decision for another person's very words quotes nobody else.
    """
    lines = {line["id"]: line for line in history}
    writes = {write for write in KINDS[named["kind"]].writes if write.source in _words_in(named)}
    for line in history:
        if line["kind"] != ConflictDecided.__struct_config__.tag:
            continue
        body = msgspec.json.decode(line["content"])["body"]
        rule = find_rule(line["record_kind"], body["field"])
        if named["id"] not in body["between"] or rule not in writes:
            continue
        others = [one for one in body["between"] if one != named["id"] and one in lines]
        given = set().union(*(_said(lines[one]) for one in others))
        if body["value"] not in given - _said(named):
            yield line


def apply_redaction(group: Group, operation: Stamped) -> None:
    """Take an operation's words out of its record; the redaction is folded in already."""
    record = operation.record
    line = find_line(group.histories[record], operation.body["operation"])
    assert line is not None, "checked before it was accepted"  # noqa: S101  ours to keep
    group.redactions.append(redact(line, operation, _words_in(line)))
    for decision in _quoting(group.histories[record], line):
        group.redactions.append(redact(decision, operation, ("value",)))
    placed = group.records[record]
    folded = _fold_again(
        [*group.histories[record], *_newer(group, record)],
        [one for one in group.redactions if one.record == record],
        placed.record,
    )
    group.records[record] = msgspec.structs.replace(placed, record=folded)


def _fold_again(history: History, redacted: Sequence[Redaction], old: Record) -> Record:
    """Fold a record from the log as it now reads; fields that were not touched stay the same."""
    texts: dict[Any, str] = {line["id"]: line["content"] for line in history}
    texts |= {one.operation: one.content for one in redacted}
    record: Record | None = None
    for line in history:
        record = fold(record, _stamped(line, texts[line["id"]]))
    assert record is not None, "the redaction itself is among them"  # noqa: S101  ours to keep
    touched = {name for one in redacted for name in fields_of(record, one.operation)}
    fields = {
        name: state if name in touched else old["fields"].get(name, state)
        for name, state in record["fields"].items()
    }
    return {**record, "fields": fields}


def fields_of(record: Record, operation: str) -> frozenset[str]:
    """Name the fields of a record in which an operation has an entry."""
    return frozenset(
        name for name, state in record["fields"].items() if f'"{operation}"' in canonical(state)
    )


def _stamped(line: Mapping[str, Any], content: str) -> Stamped:
    return Stamped(
        id=line["id"],
        kind=line["kind"],
        record=line["record_id"],
        record_kind=line["record_kind"],
        person=line["person_id"],
        role=line["role"],
        stamp=line["stamp"],
        saw=line["saw"],
        position=line["position"],
        body=msgspec.json.decode(content)["body"],
    )


async def read_histories(
    connection: Any, organization: str, submissions: Sequence[Submission]
) -> dict[str, History]:
    """Read what the log says of the records in which something is redacted, mostly none.

    The head must be locked.
    """
    records = {
        one.envelope.record
        for each in submissions
        for one in each.received
        if one.kind == KIND and one.envelope is not None
    }
    if not records:
        return {}
    found = await connection.fetch(
        "SELECT * FROM operations WHERE organization_id = $1 AND record_id = ANY($2)"
        " ORDER BY position",
        organization,
        list(records),
    )
    histories: dict[str, list[Mapping[str, Any]]] = {record: [] for record in records}
    for row in found:
        histories[row["record_id"]].append(row)
    return {**histories}


async def write_redactions(connection: Any, group: Group) -> None:
    """Rewrite the lines of the log, and let go of photos that nothing names any more.

    The bytes go later, in `backend/evidence/forgetting.py`: a disk is not part of a transaction.
    """
    organization = group.organization
    gone = {one.operation for one in group.redactions}
    for one in group.redactions:
        for rewrite in _REWRITES:
            await connection.execute(rewrite, organization, one.operation, one.content)
        # The same person may have put the same photo into this record by another operation.
        still = {
            ref["sha256"]
            for line in (*group.histories[one.record], *_newer(group, one.record))
            if line["id"] not in gone and line["person_id"] == one.person
            for ref in _photos_of(line)
        }
        await connection.execute(
            _LET_GO, organization, one.record, one.person, sorted(set(one.photos) - still)
        )
        line = find_line(group.histories[one.record], one.operation)
        if line is not None:
            said = {word for word in _said(line) if isinstance(word, str)}
            await clear_quotes(connection, group, line["record_kind"], said)


def _newer(group: Group, record: str) -> list[Mapping[str, Any]]:
    """Give what this very group adds to a record's lines of the log."""
    return [msgspec.structs.asdict(row) for row in group.log if row.record_id == record]


def _photos_of(line: Mapping[str, Any]) -> list[dict[str, Any]]:
    written = msgspec.json.decode(line["content"])
    return [] if "redacted" in written else list(written.get("evidence", ()))


_REWRITES = (
    "UPDATE operations SET content = $3 WHERE organization_id = $1 AND id = $2",
    # Where it was held before it was applied, its text lies a second time.
    """
    UPDATE held_operations SET content = $3
     WHERE organization_id = $1 AND operation_id = $2 AND state = 'applied'
    """,
)

_LET_GO = """
WITH used AS (
    DELETE FROM evidence_uses
     WHERE organization_id = $1 AND record_id = $2 AND person_id = $3 AND sha256 = ANY($4)
 RETURNING sha256
), free AS (
    SELECT sha256 FROM used u WHERE NOT EXISTS (
        SELECT 1 FROM evidence_uses o
         WHERE o.organization_id = $1 AND o.sha256 = u.sha256
           AND (o.record_id, o.person_id) <> ($2, $3))
), sent AS (
    DELETE FROM evidence_uploads
     WHERE organization_id = $1 AND sha256 IN (SELECT sha256 FROM free)
), kept AS (
    DELETE FROM evidence WHERE organization_id = $1 AND sha256 IN (SELECT sha256 FROM free)
)
INSERT INTO evidence_forgotten (organization_id, sha256)
SELECT $1, sha256 FROM free ON CONFLICT DO NOTHING
"""
