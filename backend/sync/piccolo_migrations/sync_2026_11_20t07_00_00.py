"""The log, the records, what is held, conflicts, and how far each writer has come."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.kernel.migrations import migration

ID = "2026-11-20T07:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "log, records, held, conflicts, writer progress"

STATEMENTS = (
    """
    CREATE TABLE log_heads (
        organization_id text PRIMARY KEY,
        position bigint NOT NULL DEFAULT 0
    )
    """,
    """
    CREATE TABLE commits (
        organization_id text NOT NULL,
        position bigint NOT NULL,
        tag text NOT NULL,
        committed_at timestamptz NOT NULL,
        PRIMARY KEY (organization_id, position)
    )
    """,
    """
    CREATE TABLE operations (
        organization_id text NOT NULL,
        id text NOT NULL,
        position bigint NOT NULL,
        writer_id text NOT NULL,
        counter bigint NOT NULL,
        person_id text NOT NULL,
        role text NOT NULL,
        device_id text NOT NULL,
        record_id text NOT NULL,
        record_kind text NOT NULL,
        kind text NOT NULL,
        site_id text NOT NULL,
        stamp bigint NOT NULL,
        saw bigint NOT NULL,
        best_ms bigint NOT NULL,
        earliest_ms bigint NOT NULL,
        latest_ms bigint NOT NULL,
        time_class text NOT NULL,
        received_ms bigint NOT NULL,
        caused_by text NOT NULL,
        sha256 text NOT NULL,
        outcome text NOT NULL,
        content text NOT NULL,
        PRIMARY KEY (organization_id, id)
    )
    """,
    "CREATE UNIQUE INDEX operations_position ON operations (organization_id, position)",
    "CREATE INDEX operations_record ON operations (organization_id, record_id, position)",
    """
    CREATE TABLE records (
        organization_id text NOT NULL,
        id text NOT NULL,
        kind text NOT NULL,
        site_id text NOT NULL,
        position bigint NOT NULL,
        content text NOT NULL,
        PRIMARY KEY (organization_id, id)
    )
    """,
    "CREATE INDEX records_position ON records (organization_id, position)",
    """
    CREATE TABLE held_operations (
        organization_id text NOT NULL,
        id text NOT NULL,
        operation_id text NOT NULL,
        writer_id text NOT NULL,
        counter bigint NOT NULL,
        person_id text NOT NULL,
        device_id text NOT NULL,
        record_id text NOT NULL,
        waits_for text NOT NULL,
        sha256 text NOT NULL,
        problem text NOT NULL,
        outcome text NOT NULL,
        content text NOT NULL,
        context text NOT NULL,
        received_ms bigint NOT NULL,
        state text NOT NULL,
        PRIMARY KEY (organization_id, id)
    )
    """,
    "CREATE INDEX held_operations_waits ON held_operations (organization_id, waits_for)",
    "CREATE INDEX held_operations_operation ON held_operations (organization_id, operation_id)",
    """
    CREATE TABLE conflicts (
        organization_id text NOT NULL,
        id text NOT NULL,
        record_id text NOT NULL,
        record_kind text NOT NULL,
        site_id text NOT NULL,
        field text NOT NULL,
        first_op text NOT NULL,
        second_op text NOT NULL,
        state text NOT NULL,
        position bigint NOT NULL,
        PRIMARY KEY (organization_id, id)
    )
    """,
    "CREATE INDEX conflicts_record ON conflicts (organization_id, record_id)",
    """
    CREATE TABLE writer_progress (
        organization_id text NOT NULL,
        id text NOT NULL,
        contiguous bigint NOT NULL,
        beyond text NOT NULL,
        last_stamp bigint NOT NULL,
        last_counter bigint NOT NULL,
        last_wall_ms bigint NOT NULL,
        PRIMARY KEY (organization_id, id)
    )
    """,
)


async def forwards() -> MigrationManager:
    """Make the tables of sync."""
    return migration("sync", ID, STATEMENTS)
