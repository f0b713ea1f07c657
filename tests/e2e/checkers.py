"""What must hold of a log whatever happened to it: each check lists what is wrong, or nothing.

The tests show for each that it does find the fault it is there for.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import asyncpg
import msgspec
from msgspec import Struct

from backend.kernel.canonical import canonical
from backend.sync.merge import Record, Stamped, fold


class Stored(Struct, frozen=True, kw_only=True):
    """What the database holds of one organisation: the log in order, and the records as texts."""

    log: list[Mapping[str, Any]]
    records: dict[str, str]


async def read_stored(connection: asyncpg.Connection, organization: str) -> Stored:
    """Read the log and the records."""
    log = await connection.fetch(
        "SELECT * FROM operations WHERE organization_id = $1 ORDER BY position", organization
    )
    records = await connection.fetch(
        "SELECT id, content FROM records WHERE organization_id = $1", organization
    )
    return Stored(log=list(log), records={row["id"]: row["content"] for row in records})


def gaps(stored: Stored) -> list[int]:
    """List the places in the log that are not the one after the place before."""
    positions = [row["position"] for row in stored.log]
    return [position for place, position in enumerate(positions, start=1) if position != place]


def missed(held: Mapping[str, str], stored: Stored) -> list[str]:
    """List the records that someone who followed the cursor does not hold as they stand."""
    return [record for record, text in stored.records.items() if held.get(record) != text]


def lost_updates(stored: Stored) -> list[str]:
    """List the records that are not what the log makes of them, folded anew from the start."""
    rebuilt: dict[str, Record] = {}
    for row in stored.log:
        operation = _stamped(row)
        rebuilt[operation.record] = fold(rebuilt.get(operation.record), operation)
    return [
        record
        for record in sorted({*rebuilt, *stored.records})
        if record not in rebuilt or canonical(rebuilt[record]) != stored.records.get(record)
    ]


def not_durable(acknowledged: Iterable[Mapping[str, Any]], stored: Stored) -> list[str]:
    """List the acknowledged operations that the log does not have as it said it had them."""
    logged = {row["id"]: row for row in stored.log}
    return [
        outcome["id"]
        for outcome in acknowledged
        if outcome["id"] not in logged
        or any(logged[outcome["id"]][name] != outcome[name] for name in _PROMISED)
    ]


_PROMISED: Sequence[str] = ("sha256", "position", "stamp")


def _stamped(row: Mapping[str, Any]) -> Stamped:
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
