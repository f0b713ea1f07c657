"""What was read on an item, what is amiss with a check, who approved it, and daily reports."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.kernel.migrations import migration

ID = "2026-11-20T20:00:00:000011"
VERSION = "1.38.0"
DESCRIPTION = "values, flags, approvals, daily reports"

_TEXTS = (
    ("answers", "plan_id", ""),
    ("answers", "value", ""),
    ("answers", "dispute", ""),
    ("tasks", "flags", "[]"),
    ("tasks", "approval", ""),
    ("tasks", "approved_by", ""),
)
_MARKS = ("estimated", "bulk", "reading")

STATEMENTS = (
    *(
        f"ALTER TABLE {table} ADD COLUMN {column} text NOT NULL DEFAULT '{empty}'"
        for table, column, empty in _TEXTS
    ),
    *(f"ALTER TABLE answers ADD COLUMN {one} boolean NOT NULL DEFAULT false" for one in _MARKS),
    "ALTER TABLE tasks ADD COLUMN bulk bigint NOT NULL DEFAULT 0",
    """
    CREATE INDEX answers_reading ON answers (organization_id, plan_id, item, stamp_ms)
     WHERE reading
    """,
    """
    CREATE TABLE daily_reports (
        organization_id text NOT NULL,
        id text NOT NULL,
        site_id text NOT NULL,
        on_date text NOT NULL,
        issued_by text NOT NULL,
        issued_op text NOT NULL,
        words text NOT NULL,
        position bigint NOT NULL,
        PRIMARY KEY (organization_id, id)
    )
    """,
)


async def forwards() -> MigrationManager:
    """Add the columns and the table."""
    return migration("inspections", ID, STATEMENTS)
