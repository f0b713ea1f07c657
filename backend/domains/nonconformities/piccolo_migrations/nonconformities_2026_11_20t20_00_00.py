"""How a finding is handled: by which workflow, approved by whom, given to whom, seen where."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.kernel.migrations import migration

ID = "2026-11-20T20:00:00:000012"
VERSION = "1.38.0"
DESCRIPTION = "workflow, approval, assignee, place of a finding"

_TEXTS = ("workflow", "approved_by", "assignee", "checkpoint_id")

STATEMENTS = (
    *(f"ALTER TABLE nonconformities ADD COLUMN {one} text NOT NULL DEFAULT ''" for one in _TEXTS),
    "ALTER TABLE nonconformities ADD COLUMN approved_ms bigint NOT NULL DEFAULT 0",
    "ALTER TABLE nonconformities ADD COLUMN early boolean NOT NULL DEFAULT false",
)


async def forwards() -> MigrationManager:
    """Add the columns."""
    return migration("nonconformities", ID, STATEMENTS)
