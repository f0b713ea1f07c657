"""Windows of what was begun beside the agenda, kinds of days, and who a check was given to."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.kernel.migrations import migration

ID = "2026-11-20T19:30:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "begun beside, kinds of days"

STATEMENTS = (
    "ALTER TABLE task_windows ADD COLUMN beside boolean NOT NULL DEFAULT false",
    """
    CREATE INDEX task_windows_beside ON task_windows (organization_id, plan_id) WHERE beside
    """,
    """
    CREATE TABLE day_variants (
        organization_id text NOT NULL,
        id text NOT NULL,
        site_id text NOT NULL,
        on_date text NOT NULL,
        variant text NOT NULL,
        PRIMARY KEY (organization_id, id)
    )
    """,
    "CREATE INDEX day_variants_site ON day_variants (organization_id, site_id, on_date)",
    "ALTER TABLE plans ADD COLUMN variants text NOT NULL DEFAULT ''",
    "ALTER TABLE plans ADD COLUMN checkers text NOT NULL DEFAULT ''",
    "ALTER TABLE tasks ADD COLUMN assignee text NOT NULL DEFAULT ''",
)


async def forwards() -> MigrationManager:
    """Add the columns and the table."""
    return migration("inspections", ID, STATEMENTS)
