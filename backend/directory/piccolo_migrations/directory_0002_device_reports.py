"""What phones report about themselves: one row per device, the latest."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.kernel.migrations import migration

ID = "2026-11-20T06:00:00:directory-0002"
VERSION = "1.38.0"
DESCRIPTION = "What phones report about themselves: one row per device, the latest."

STATEMENTS = (
    """
    CREATE TABLE device_reports (
        organization_id text NOT NULL,
        device_id text NOT NULL,
        person_id text NOT NULL,
        reported_at timestamptz NOT NULL,
        content text NOT NULL,
        wiped_at timestamptz,
        wiped_lost_count bigint,
        PRIMARY KEY (organization_id, device_id),
        FOREIGN KEY (organization_id, device_id) REFERENCES devices (organization_id, id),
        FOREIGN KEY (organization_id, person_id) REFERENCES people (organization_id, id)
    )
    """,
)


async def forwards() -> MigrationManager:
    """Make the table of reports."""
    return migration("directory", DESCRIPTION, STATEMENTS)
