"""The append-only operation log, in commit order; nobody else appends.

The organisation's head row is locked first and held to the commit, so positions are dense and
become visible in order: a cursor never skips what a slower transaction has yet to show.
"""

import secrets
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from backend.kernel.clock import instant
from backend.kernel.database import Batch, projection_of
from backend.sync.tables import Operations

_ADDED = projection_of(Operations, key=())
"""Without a key: what is in the log is never replaced."""

WORTH_COPYING = 150
"""Operations from which on a COPY of their own is quicker than a part of the batch."""


class LogRow(Struct, frozen=True, kw_only=True):
    """One line of the log, in the order of the table's columns."""

    organization_id: str
    id: str
    position: int
    writer_id: str
    counter: int
    person_id: str
    role: str
    device_id: str
    record_id: str
    record_kind: str
    kind: str
    site_id: str
    stamp: int
    saw: int
    best_ms: int
    earliest_ms: int
    latest_ms: int
    time_class: str
    received_ms: int
    caused_by: str
    sha256: str
    outcome: str
    content: str


def lock_head(organization: str) -> str:
    """Give the statement that takes the organisation's place in the log.

    Everything read in a later statement of the same transaction is up to date.

    Source: sync design, section 2; SPEC LO1.
    """
    quoted = organization.replace("'", "''")
    return f"SELECT FROM log_heads WHERE organization_id = '{quoted}' FOR UPDATE"


async def begin_head(connection: Any, organization: str) -> None:
    """Give an organisation its head before its first operation, and hold it."""
    await connection.execute(
        "INSERT INTO log_heads (organization_id) VALUES ($1) ON CONFLICT DO NOTHING", organization
    )
    await connection.execute(lock_head(organization))


async def append(connection: Any, batch: Batch, rows: Sequence[LogRow]) -> None:
    """Put these operations into the log; their positions follow the head without a gap.

    Many go by COPY at once, a few with everything else in the batch.

    Source: SPEC LO2.
    """
    if len(rows) < WORTH_COPYING:
        batch.put(_ADDED, [msgspec.structs.asdict(row) for row in rows])
        return
    await connection.copy_records_to_table(
        _ADDED.table, records=map(msgspec.structs.astuple, rows), columns=list(_ADDED.columns)
    )


def move_head(batch: Batch, organization: str, position: int, at_ms: int) -> None:
    """Move the head to the last position written, with the commit's random tag.

    A cursor carries the tag, so that a server restored from a backup does not mistake a cursor of
    its lost future for one of its own.

    Source: sync design, section 2; SPEC CU3.
    """
    batch.also(
        "UPDATE log_heads SET position = {1} WHERE organization_id = {0}", organization, position
    )
    batch.also(
        "INSERT INTO commits (organization_id, position, tag, committed_at)"
        " VALUES ({0}, {1}, {2}, {3})",
        organization,
        position,
        secrets.token_hex(6),
        instant(at_ms),
    )
