"""Bundles that somebody carried for somebody else: who carried them, and whole what is held."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.kernel.migrations import migration

ID = "2026-11-20T16:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "bundles carried for others"

STATEMENTS = (
    """
    CREATE TABLE carried_bundles (
        organization_id text NOT NULL,
        id text NOT NULL,
        writer_id text NOT NULL,
        author_id text NOT NULL,
        carrier_id text NOT NULL,
        device_id text NOT NULL,
        kind text NOT NULL,
        size bigint NOT NULL,
        operations text NOT NULL,
        problem text NOT NULL,
        state text NOT NULL CHECK (state IN ('opened', 'held')),
        received_ms bigint NOT NULL,
        content bytea,
        PRIMARY KEY (organization_id, id)
    )
    """,
    """
    CREATE INDEX carried_bundles_held ON carried_bundles (organization_id, writer_id)
    WHERE state = 'held'
    """,
)


async def forwards() -> MigrationManager:
    """Make the table of bundles carried for others."""
    return migration("sync", ID, STATEMENTS)
