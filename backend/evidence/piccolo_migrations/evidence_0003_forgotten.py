"""Photos that retention took out and whose bytes are still to be deleted."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.kernel.migrations import migration

ID = "2026-11-20T10:20:00:evidence-0003"
VERSION = "1.38.0"
DESCRIPTION = "photos whose bytes are still to be deleted"

STATEMENTS = (
    """
    CREATE TABLE evidence_forgotten (
        organization_id text NOT NULL,
        sha256 text NOT NULL,
        PRIMARY KEY (organization_id, sha256)
    )
    """,
)


async def forwards() -> MigrationManager:
    """Make the table of photos to be deleted."""
    return migration("evidence", DESCRIPTION, STATEMENTS)
