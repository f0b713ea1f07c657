"""Uploads under way: how much of each has arrived, and where its parts lie."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.kernel.migrations import migration

ID = "2026-11-20T10:00:00:evidence-0002"
VERSION = "1.38.0"
DESCRIPTION = "Uploads under way: how much of each has arrived, and where its parts lie."

STATEMENTS = (
    """
    CREATE TABLE uploads (
        organization_id text NOT NULL,
        person_id text NOT NULL,
        sha256 text NOT NULL,
        media_type text NOT NULL,
        size bigint NOT NULL CHECK (size > 0),
        received bigint NOT NULL DEFAULT 0 CHECK (received BETWEEN 0 AND size),
        parts text[] NOT NULL DEFAULT '{}',
        touched_at timestamptz NOT NULL,
        reply bytea,
        PRIMARY KEY (organization_id, person_id, sha256),
        FOREIGN KEY (organization_id, person_id) REFERENCES people (organization_id, id)
    )
    """,
    "CREATE INDEX uploads_by_age ON uploads (touched_at)",
)


async def forwards() -> MigrationManager:
    """Make the table of uploads under way."""
    return migration("evidence", DESCRIPTION, STATEMENTS)
