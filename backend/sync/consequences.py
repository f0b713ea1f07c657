"""What follows from an operation: flows answer, and the answer goes through the same log.

Pure, in the same transaction as the cause; a rebuild replays the log and never comes here.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from backend.kernel.canonical import canonical
from backend.kernel.identity import content_hash, derived_id
from backend.sync.doors import (
    SYSTEM_PERSON,
    SYSTEM_ROLE,
    Consequence,
    Flow,
    Situation,
    Stale,
)
from backend.sync.log import LogRow
from backend.sync.merge import Record, Stamped, fold
from backend.sync.state import Group, Kept, Placed
from shared_schemas.sync import TimeVerdict

TICK = 1
QUARTER_MS = 900_000
"""Days begin on a quarter of an hour in every zone, so one line per quarter is enough."""


def fold_in(group: Group, operation: Stamped, site: str) -> Record | None:
    """Put an operation into its record and give the record as it stood before."""
    # The group is changed, the records in it are not: folding makes new ones.
    placed = group.records.get(operation.record)
    before = placed.record if placed else None
    group.before.setdefault(operation.record, before)
    door = group.board.doors[operation.record_kind]
    after = fold(before, operation)
    known = group.known.get(operation.record_kind, {})
    # What was once open is never closed again: people have it.
    closed = (placed is None or placed.closed) and door.closed(operation.record, after, known)
    group.records[operation.record] = Placed(record=after, site=site, closed=closed)
    group.position = operation.position or group.position
    group.brought.update(door.brings(operation))
    return before


def follow(
    group: Group,
    situation: Situation,
    verdict: TimeVerdict,
    before: Record | None,
    received_ms: int,
) -> None:
    """Ask every flow what follows, and append it with the cause's name on it."""
    cause = situation.operation
    touched = group.board.scored.get(cause.kind)
    if touched is not None:
        record = group.records[cause.record].record
        group.stale |= {
            Stale(situation.site, at_ms - at_ms % QUARTER_MS)
            for folded in (before, record)
            if folded is not None
            for at_ms in touched(cause, verdict, folded)
        }
    records = RecordsView(group.records)
    for flow in group.board.flows.get(cause.kind, ()):
        after = group.records[cause.record].record
        known = group.known.get(cause.record_kind, {})
        due = flow.follow(cause, verdict, before, after, records, known)
        for number, consequence in enumerate(due):
            _append_consequence(group, situation, verdict, flow, number, consequence, received_ms)


class RecordsView(Mapping[str, Record]):
    """The folded records by id, as flows and rules see them."""

    def __init__(self, placed: Mapping[str, Placed]) -> None:
        """Look at these as they stand at each moment."""
        self._placed = placed

    def __getitem__(self, key: str) -> Record:
        """Give a record by its id."""
        return self._placed[key].record

    def __iter__(self) -> Any:
        """Name every record."""
        return iter(self._placed)

    def __len__(self) -> int:
        """Count the records."""
        return len(self._placed)


def _append_consequence(
    group: Group,
    situation: Situation,
    verdict: TimeVerdict,
    flow: Flow,
    number: int,
    consequence: Consequence,
    received_ms: int,
) -> None:
    cause = situation.operation
    operation_id = f"{cause.id}/{flow.name}/{number}"
    if operation_id in group.kept:
        return
    body = {"kind": consequence.kind, **consequence.body}
    placed = group.records.get(consequence.record)
    stamp = max(cause.stamp, placed.record["stamp"] if placed else 0) + TICK
    operation = Stamped(
        id=operation_id,
        kind=consequence.kind,
        record=consequence.record,
        record_kind=consequence.record_kind,
        person=SYSTEM_PERSON,
        role=SYSTEM_ROLE,
        stamp=stamp,
        saw=group.position,
        position=group.position + 1,
        body=body,
    )
    before = fold_in(group, operation, situation.site)
    text = canonical({"body": body, "caused_by": cause.id, "id": operation_id, "schema": 1})
    group.log.append(
        LogRow(
            organization_id=group.organization,
            id=operation_id,
            position=operation.position or 0,
            writer_id=derived_id("flow", flow.name),
            counter=0,
            person_id=SYSTEM_PERSON,
            role=SYSTEM_ROLE,
            device_id="",
            record_id=operation.record,
            record_kind=operation.record_kind,
            kind=operation.kind,
            site_id=situation.site,
            stamp=stamp,
            saw=operation.saw,
            best_ms=verdict.best_ms,
            earliest_ms=verdict.earliest_ms,
            latest_ms=verdict.latest_ms,
            time_class=verdict.time_class,
            received_ms=received_ms,
            caused_by=cause.id,
            sha256=content_hash(text.encode()),
            outcome="",
            content=text,
        )
    )
    group.kept[operation_id] = Kept("", "", held=False)
    nested = msgspec.structs.replace(situation, operation=operation, record=before, evidence=())
    follow(group, nested, verdict, before, received_ms)
