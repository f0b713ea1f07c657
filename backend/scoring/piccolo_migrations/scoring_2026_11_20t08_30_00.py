"""Where lines wait whose scorecards could not be made, out of the way of the others."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.kernel.migrations import migration

ID = "2026-11-20T08:30:00:000004"
VERSION = "1.38.0"
DESCRIPTION = "parked periods"

STATEMENTS = (
    """
    CREATE TABLE parked_periods (
        organization_id text NOT NULL,
        id text NOT NULL,
        site_id text NOT NULL,
        at_ms bigint NOT NULL,
        position bigint NOT NULL,
        PRIMARY KEY (organization_id, id)
    )
    """,
)


async def forwards() -> MigrationManager:
    """Make the table."""
    return migration("scoring", ID, STATEMENTS)
