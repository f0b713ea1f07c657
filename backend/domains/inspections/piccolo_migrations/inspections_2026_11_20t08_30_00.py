"""A window that its plan no longer asks for stays, marked, because a task may yet speak of it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.kernel.migrations import migration

ID = "2026-11-20T08:30:00:000002"
VERSION = "1.38.0"
DESCRIPTION = "cancelled windows"

STATEMENTS = ("ALTER TABLE task_windows ADD COLUMN cancelled boolean NOT NULL DEFAULT false",)


async def forwards() -> MigrationManager:
    """Add the mark."""
    return migration("inspections", ID, STATEMENTS)
