"""Builds everything again from the log alone; flows never run, their operations are in the log.

Source: house law W3 (projections are disposable); SPEC LO4.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from backend.kernel.canonical import canonical
from backend.kernel.database import Database, write_rows
from backend.switchboard import SWITCHBOARD
from backend.sync.merge import Record, Stamped, find_conflicts, fold
from backend.sync.redaction import fields_of
from tests.world.cast import HARBOUR

TABLES = ("areas", "checkpoints", "equipment", "checklists", "plans", "task_windows", "tasks", "answers",
          "nonconformities", "daily_reports", "schemes", "routes", "round_windows", "rounds", "scans", "tags",
          "day_variants")  # fmt: skip
"""What the slices show of the records, and nothing else writes."""


async def read_log(database: Database, organization: str = HARBOUR) -> list[Stamped]:
    """Read the log as operations that can be folded, in its order."""
    rows = await database.rows(
        "SELECT * FROM operations WHERE organization_id = $1 ORDER BY position", organization
    )
    return [_stamped(row) for row in rows]


def _stamped(row: Any) -> Stamped:
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


def fold_log(log: Sequence[Stamped], until: int | None = None) -> dict[str, Record]:
    """Fold operations up to a position into records, by id."""
    records: dict[str, Record] = {}
    for operation in log:
        if until is None or (operation.position or 0) <= until:
            records[operation.record] = fold(records.get(operation.record), operation)
    return records


async def read_tables(database: Database, organization: str = HARBOUR) -> dict[str, list[str]]:
    """Read what the slices' tables hold, as sorted texts."""
    found = {}
    for table in TABLES:
        rows = await database.rows(
            f"SELECT t::text AS whole FROM {table} t WHERE organization_id = $1", organization
        )
        found[table] = sorted(row["whole"] for row in rows)
    return found


async def rebuild_tables(database: Database, organization: str = HARBOUR) -> None:
    """Throw the slices' tables away and write them anew from the log, commit by commit."""
    log = await read_log(database, organization)
    sites = {
        row["record_id"]: row["site_id"]
        for row in await database.rows(
            "SELECT DISTINCT record_id, site_id FROM operations WHERE organization_id = $1",
            organization,
        )
    }
    commits = await database.rows(
        "SELECT position FROM commits WHERE organization_id = $1 ORDER BY position", organization
    )
    records: dict[str, Record] = {}
    async with database.transaction() as connection:
        for table in reversed(TABLES):
            await connection.execute(
                f"DELETE FROM {table} WHERE organization_id = $1", organization
            )
        begun = 0
        for commit in commits:
            end = commit["position"]
            group = [one for one in log if begun < (one.position or 0) <= end]
            await _replay(connection, organization, group, records, sites)
            begun = end


async def _replay(
    connection: Any,
    organization: str,
    group: Sequence[Stamped],
    records: dict[str, Record],
    sites: dict[str, str],
) -> None:
    known = {}
    for kind in {one.record_kind for one in group}:
        of_kind = [one for one in group if one.record_kind == kind]
        known[kind] = await SWITCHBOARD.doors[kind].read(connection, organization, of_kind)
    before: dict[str, Any] = {}
    again: dict[str, frozenset[str]] = {}
    for operation in group:
        old = records.get(operation.record)
        before.setdefault(operation.record, old["fields"] if old else {})
        records[operation.record] = fold(old, operation)
        if operation.kind == "operation_redacted":
            # What was taken out reads differently since then, also to the slices.
            touched = fields_of(records[operation.record], operation.body["operation"])
            again[operation.record] = again.get(operation.record, frozenset()) | touched
    for record_id, old_fields in before.items():
        record = records[record_id]
        fields = record["fields"].items()
        changed = frozenset(name for name, state in fields if old_fields.get(name) is not state)
        changed |= again.get(record_id, frozenset())
        door = SWITCHBOARD.doors[record["kind"]]
        for projection, row in door.rows(
            organization, sites[record_id], record, changed, known[record["kind"]]
        ):
            await write_rows(connection, projection, [row])


async def records_differ(database: Database, organization: str = HARBOUR) -> list[str]:
    """List the records whose stored text is not what the log gives."""
    folded = {
        one: canonical(record)
        for one, record in fold_log(await read_log(database, organization)).items()
    }
    rows = await database.rows(
        "SELECT id, content FROM records WHERE organization_id = $1", organization
    )
    stored = {row["id"]: row["content"] for row in rows}
    return sorted(
        one for one in folded.keys() | stored.keys() if folded.get(one) != stored.get(one)
    )


async def conflicts_differ(database: Database, organization: str = HARBOUR) -> bool:
    """Say whether the open conflicts are other than those that stand in the records."""
    folded = fold_log(await read_log(database, organization))
    standing = {
        (one, conflict.field, conflict.first_op, conflict.second_op)
        for one, record in folded.items()
        for conflict in find_conflicts(record)
    }
    rows = await database.rows(
        "SELECT record_id, field, first_op, second_op FROM conflicts"
        " WHERE organization_id = $1 AND state = 'open'",
        organization,
    )
    return standing != {tuple(row) for row in rows}
