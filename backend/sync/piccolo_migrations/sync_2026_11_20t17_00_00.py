"""The clocks of each writer's latest operation, by which a clock set back is seen."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.kernel.migrations import migration

ID = "2026-11-20T17:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "last clocks of a writer"

STATEMENTS = ("ALTER TABLE writer_progress ADD COLUMN last_page text NOT NULL DEFAULT ''",)


async def forwards() -> MigrationManager:
    """Make room for the clocks of the latest operation."""
    return migration("sync", ID, STATEMENTS)
