"""What the committer reads and writes: a handful of set-based statements per group."""

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec

from backend.directory.actors import CLOSED
from backend.evidence.tables import EVIDENCE_USES
from backend.kernel.canonical import canonical
from backend.kernel.database import Batch, Row, projection_of
from backend.kernel.identity import derived_id
from backend.sync import log
from backend.sync.desk import read_desk, write_desk
from backend.sync.doors import Known, Switchboard
from backend.sync.group import readable, records_to_read
from backend.sync.held import HeldContext
from backend.sync.holding import held_id
from backend.sync.membership import MEMBERS, Sums, member_rows, sum_column
from backend.sync.merge import Record, find_conflicts
from backend.sync.quota import Crowd
from backend.sync.redaction import read_histories, write_redactions
from backend.sync.spans import read_spans, write_spans
from backend.sync.state import Group, HeldRow, Kept, Placed, Progress, Submission
from backend.sync.tables import Conflicts, HeldOperations, Records, WriterProgress

RECORDS = projection_of(Records)
HELD = projection_of(HeldOperations)
CONFLICTS = projection_of(Conflicts)
PROGRESS = projection_of(WriterProgress)

WAITING = "waiting"
"""The state of a held operation that has been neither applied nor decided."""

AT_A_BREATH = 10
"""Records made ready without letting the other requests of this process on: about 1 ms."""


async def read_group(
    connection: Any, organization: str, submissions: Sequence[Submission], board: Switchboard
) -> Group:
    """Read everything that a group of pushes touches; the head must be locked.

    Source: SPEC LO1: nothing is read before the lock.
    """
    desk, applications = await read_desk(connection, organization, submissions)
    originals = [one.original for one in desk.values()]
    submissions = [*submissions, *originals, *applications.values()]
    ids, by_kind = records_to_read(submissions, board.flows)
    named = [
        (one.id, each.writer, one.counter)
        for each in submissions
        for one in each.received
        if one.id
    ]
    asked, by, counters = zip(*named, strict=True) if named else ((), (), ())
    writers = sorted({each.writer for each in submissions})
    people = sorted({each.actor.person for each in submissions if not each.retried})
    touched = (organization, ids, asked, writers, by, counters, people)
    found = await connection.fetch(_TOUCHED_SQL, *touched)
    if not found or found[0]["part"] != "head":
        await log.begin_head(connection, organization)
        found = await connection.fetch(_TOUCHED_SQL, *touched)
    known: dict[str, Known] = {
        kind: await board.doors[kind].read(connection, organization, drafts)
        for kind, drafts in by_kind.items()
    }
    known["held"] = {"desk": desk}
    more = {one for each in known.values() for one in each.get("records", ())} - set(ids)
    if more:
        found += await connection.fetch(_MORE_SQL, organization, sorted(more))
    names = ("head", "record", "held", "log", "writer", "waiting")
    parts: dict[str, list[Any]] = {name: [] for name in names}
    for row in found:
        parts[row["part"]].append(row)
    crowd = Crowd()
    for row in parts["waiting"]:
        crowd.add(row["short"], row["id"], row["first"], row["second"])
    records = {row["id"]: _placed(row) for row in parts["record"]}
    histories = await read_histories(connection, organization, submissions)
    return Group(
        organization=organization,
        position=parts["head"][0]["first"],
        board=board,
        records=records,
        read=dict(records),
        known=known,
        kept={
            row["id"]: Kept(row["short"], row["long"], held=bool(row["first"]))
            for row in (*parts["held"], *parts["log"])
        },
        progress={row["id"]: _progress(row) for row in parts["writer"]},
        waiting=frozenset(row["id"] for row in parts["held"] if row["first"]),
        desk=desk,
        applications=applications,
        histories=histories,
        crowd=crowd,
    )


_TOUCHED_SQL = """
WITH mine AS MATERIALIZED (
    SELECT p.* FROM unnest($4::text[]) AS w (id), LATERAL (
        SELECT * FROM writer_progress WHERE organization_id = $1 AND id = w.id OFFSET 0) p
), met AS MATERIALIZED (
    SELECT a.id FROM unnest($3::text[], $5::text[], $6::bigint[]) AS a (id, writer, counter)
      LEFT JOIN mine ON mine.id = a.writer
     WHERE mine.id IS NULL OR a.counter <= mine.contiguous OR mine.beyond <> '[]'
)
SELECT 'head' AS part, '' AS id, '' AS short, '' AS long, position AS first,
       0::bigint AS second, 0::bigint AS third, 0::bigint AS fourth
  FROM log_heads WHERE organization_id = $1
UNION ALL
SELECT 'record', x.id, r.site_id, r.content, r.sum, 0, 0, 0
  FROM unnest($2::text[]) AS x (id), LATERAL (
    SELECT site_id, content, sum FROM records WHERE organization_id = $1 AND id = x.id OFFSET 0) r
UNION ALL
SELECT 'held', met.id, h.sha256, h.outcome, h.waits, 0, 0, 0
  FROM met, LATERAL (
    SELECT sha256, outcome, (state = 'waiting')::int AS waits FROM held_operations
     WHERE organization_id = $1 AND operation_id = met.id AND state <> 'applied' OFFSET 0) h
UNION ALL
SELECT 'log', met.id, o.sha256, o.outcome, 0, 0, 0, 0
  FROM met, LATERAL (
    SELECT sha256, outcome FROM operations
     WHERE organization_id = $1 AND id = met.id OFFSET 0) o
UNION ALL
SELECT 'writer', id, last_page, beyond, contiguous, last_stamp, last_counter, last_wall_ms
  FROM mine
UNION ALL
SELECT 'waiting', h.writer_id, p.id, '', h.count, h.size, 0, 0
  FROM unnest($7::text[]) AS p (id), LATERAL (
    SELECT writer_id, count(*) AS count, sum(octet_length(content)) AS size FROM held_operations
     WHERE organization_id = $1 AND person_id = p.id AND state = 'waiting'
     GROUP BY writer_id OFFSET 0) h
"""
"""All in one statement: every journey under the lock is a wait for everybody behind it.

Only what a writer's progress has counted can be in the log or held; the rest is not looked for.
LATERAL with OFFSET 0 makes each id one look into the primary key: with `= ANY` a young database
that has no statistics yet reads all of the organisation (measured: 20 ms instead of 1).
"""


_MORE_SQL = """
SELECT 'record' AS part, x.id, r.site_id AS short, r.content AS long, r.sum AS first
  FROM unnest($2::text[]) AS x (id), LATERAL (
    SELECT site_id, content, sum FROM records WHERE organization_id = $1 AND id = x.id OFFSET 0) r
"""
"""Records that only a door's reader could name, asked for where there are any."""


def _placed(row: Any) -> Placed:
    scope: str = row["short"]
    return Placed(
        record=msgspec.json.decode(row["long"]),
        site=scope.removeprefix(CLOSED),
        sum=row["first"],
        closed=scope.startswith(CLOSED),
    )


def _progress(row: Any) -> Progress:
    return Progress(
        contiguous=row["first"],
        beyond=read_spans(row["long"]),
        last_stamp=row["second"],
        last_counter=row["third"],
        last_wall_ms=row["fourth"],
        last_page=row["short"],
    )


async def write_group(connection: Any, group: Group, now_ms: int) -> dict[str, tuple[str, ...]]:
    """Write everything a group changed; give the declared photos that have not arrived.

    Keyed by operation id.
    """
    batch = Batch()
    await _put_records(batch, group)
    batch.put(HELD, [_held_row(group, one) for one in group.held])
    batch.put(PROGRESS, _progress_rows(group))
    batch.put(EVIDENCE_USES, _use_rows(group))
    if not group.log:
        await batch.send(connection)
        return await _missing(connection, group) if group.uses else {}
    await log.append(connection, batch, group.log)
    log.move_head(batch, group.organization, group.position, now_ms)
    _settle_held(batch, group)
    write_desk(batch, group)
    notice = f"{group.organization}:{group.position}"
    await batch.send(connection, "SELECT pg_notify('roundsman_revision', {0})", notice)
    if group.redactions:
        await write_redactions(connection, group)
    return await _missing(connection, group) if group.uses else {}


async def _put_records(batch: Batch, group: Group) -> None:
    sums = Sums()
    for number, (record_id, before) in enumerate(group.before.items(), 1):
        if number % AT_A_BREATH == 0:
            await asyncio.sleep(0)
        placed = group.records[record_id]
        record = placed.record
        door = group.board.doors[record["kind"]]
        known = group.known.get(record["kind"], {})
        changed = _changed(before, record)
        row = _record_row(group.organization, placed)
        sums.replace(group.read.get(record_id), placed.scope, record["kind"], row["sum"])
        batch.put(RECORDS, [row])
        batch.put(MEMBERS, member_rows(group, record_id))
        for projection, row in door.rows(group.organization, placed.site, record, changed, known):
            batch.put(projection, [row])
        batch.put(CONFLICTS, _conflict_rows(group.organization, placed, before))
    sums.put_into(batch, group.organization)
    for stale in group.stale:
        for projection, row in group.board.stale_rows(
            group.organization, stale.site, stale.at_ms, group.position
        ):
            batch.put(projection, [row])


def _settle_held(batch: Batch, group: Group) -> None:
    """Say of what was held and has now been applied that it waits no more."""
    decided = {row.operation for row in group.desk.values() if row.changed}
    applied = [row.id for row in group.log if row.id in group.waiting - decided]
    if applied:
        batch.also(
            "UPDATE held_operations SET state = 'applied'"
            " WHERE organization_id = {0} AND operation_id = ANY({1}) AND state = 'waiting'",
            group.organization,
            applied,
        )


def _record_row(organization: str, placed: Placed) -> Row:
    record = placed.record
    content = canonical(record)
    return {
        "organization_id": organization,
        "id": record["id"],
        "kind": record["kind"],
        "site_id": placed.scope,
        "position": record["position"],
        "content": content,
        "sum": sum_column(record, content),
    }


def _changed(before: Record | None, after: Record) -> frozenset[str]:
    """Name the fields that folding replaced; what it left alone is the very same object."""
    old = before["fields"] if before else {}
    return frozenset(name for name, state in after["fields"].items() if old.get(name) is not state)


def _conflict_rows(organization: str, placed: Placed, before: Record | None) -> list[Row]:
    record = placed.record
    standing = {_conflict_id(record["id"], one): one for one in find_conflicts(record)}
    gone = (
        {_conflict_id(record["id"], one): one for one in find_conflicts(before)} if before else {}
    )
    return [
        {
            "organization_id": organization,
            "id": conflict_id,
            "record_id": record["id"],
            "record_kind": record["kind"],
            "site_id": placed.scope,
            "field": one.field,
            "first_op": one.first_op,
            "second_op": one.second_op,
            "state": "open" if conflict_id in standing else "settled",
            "position": record["position"],
        }
        for conflict_id, one in {**gone, **standing}.items()
    ]


def _conflict_id(record_id: str, one: Any) -> str:
    return derived_id("conflict", record_id, one.field, one.first_op, one.second_op)


def _held_row(group: Group, one: HeldRow) -> Row:
    received, submission = one.received, one.submission
    context = HeldContext(
        sent=submission.sent,
        floor_ms=submission.floor_ms,
        trusted=dict(submission.trusted),
        carried=submission.carried,
        site=one.site,
    )
    return {
        "organization_id": group.organization,
        "id": held_id(submission, received),
        "operation_id": received.id if one.refusal.problem.code != "identity_clash" else "",
        "writer_id": submission.writer,
        "counter": received.counter,
        "person_id": submission.actor.person,
        "device_id": submission.device,
        "record_id": received.envelope.record if received.envelope else "",
        "waits_for": one.refusal.waits_for,
        "sha256": received.sha256,
        "problem": canonical(one.refusal.problem),
        "outcome": canonical(one.outcome),
        "content": readable(received.text),
        "context": canonical(context),
        "received_ms": submission.received_ms,
        "state": one.state,
    }


def _progress_rows(group: Group) -> list[Row]:
    return [
        {
            "organization_id": group.organization,
            "id": writer,
            "contiguous": progress.contiguous,
            "beyond": write_spans(progress.beyond),
            "last_stamp": progress.last_stamp,
            "last_counter": progress.last_counter,
            "last_wall_ms": progress.last_wall_ms,
            "last_page": progress.last_page,
        }
        for writer, progress in group.progress.items()
        if writer not in group.uncounted
    ]


def _use_rows(group: Group) -> list[Row]:
    return [
        {
            "organization_id": group.organization,
            "sha256": use.sha256,
            "record_id": use.record,
            "site_id": use.site,
            "record_kind": use.record_kind,
            "person_id": use.person,
        }
        for use in group.uses
    ]


async def _missing(connection: Any, group: Group) -> dict[str, tuple[str, ...]]:
    """Only bytes that this very person sent count as arrived.

    Source: sync design, section 6; SPEC EV2.
    """
    found = await connection.fetch(
        "SELECT sha256, person_id FROM evidence_uploads"
        " WHERE organization_id = $1 AND sha256 = ANY($2)",
        group.organization,
        [use.sha256 for use in group.uses],
    )
    there = {(row["sha256"], row["person_id"]) for row in found}
    missing: dict[str, tuple[str, ...]] = {}
    for use in group.uses:
        if (use.sha256, use.person) not in there:
            missing[use.operation] = (*missing.get(use.operation, ()), use.sha256)
    return missing
