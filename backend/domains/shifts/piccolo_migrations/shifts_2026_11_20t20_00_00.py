"""Rosters and handovers as the office reads them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.kernel.migrations import migration

ID = "2026-11-20T20:00:00:000021"
VERSION = "1.38.0"
DESCRIPTION = "rosters and handovers"

STATEMENTS = (
    """
    CREATE TABLE rosters (
        organization_id text NOT NULL,
        id text NOT NULL,
        site_id text NOT NULL,
        month text NOT NULL,
        content text NOT NULL,
        substitutes text NOT NULL,
        PRIMARY KEY (organization_id, id)
    )
    """,
    "CREATE INDEX rosters_site ON rosters (organization_id, site_id, month)",
    """
    CREATE TABLE handovers (
        organization_id text NOT NULL,
        id text NOT NULL,
        site_id text NOT NULL,
        post_id text NOT NULL,
        on_date text NOT NULL,
        shift text NOT NULL,
        state text NOT NULL,
        left_by text NOT NULL,
        left_op text NOT NULL,
        taken_by text NOT NULL,
        taken_op text NOT NULL,
        disputed boolean NOT NULL,
        open_count bigint NOT NULL,
        content text NOT NULL,
        settled text NOT NULL,
        position bigint NOT NULL,
        PRIMARY KEY (organization_id, id)
    )
    """,
    "CREATE INDEX handovers_site ON handovers (organization_id, site_id, on_date)",
)


async def forwards() -> MigrationManager:
    """Make both tables."""
    return migration("shifts", ID, STATEMENTS)
