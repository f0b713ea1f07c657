"""Plans, windows and checks say whether they are not yet for the assessed."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.kernel.migrations import migration

ID = "2026-11-20T19:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "covert checks"

STATEMENTS = tuple(
    f"ALTER TABLE {table} ADD COLUMN closed boolean NOT NULL DEFAULT false"
    for table in ("plans", "task_windows", "tasks")
)


async def forwards() -> MigrationManager:
    """Add the marks."""
    return migration("inspections", ID, STATEMENTS)
