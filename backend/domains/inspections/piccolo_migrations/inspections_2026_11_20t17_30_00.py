"""What a person decided on the time of a check stands beside the check."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.kernel.migrations import migration

ID = "2026-11-20T17:30:00:000003"
VERSION = "1.38.0"
DESCRIPTION = "judged timeliness"

STATEMENTS = ("ALTER TABLE tasks ADD COLUMN timeliness text NOT NULL DEFAULT ''",)


async def forwards() -> MigrationManager:
    """Add the word."""
    return migration("inspections", ID, STATEMENTS)
