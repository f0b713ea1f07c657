"""Removals as the office reads them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.kernel.migrations import migration

ID = "2026-11-20T20:00:00:000022"
VERSION = "1.38.0"
DESCRIPTION = "removals"

STATEMENTS = (
    """
    CREATE TABLE removals (
        organization_id text NOT NULL,
        id text NOT NULL,
        site_id text NOT NULL,
        on_date text NOT NULL,
        waste text NOT NULL,
        quantity text NOT NULL,
        unit text NOT NULL,
        hauler text NOT NULL,
        vehicle text NOT NULL,
        words text NOT NULL,
        photos text NOT NULL,
        removed_ms bigint NOT NULL,
        person_id text NOT NULL,
        operation_id text NOT NULL,
        position bigint NOT NULL,
        PRIMARY KEY (organization_id, id)
    )
    """,
    "CREATE INDEX removals_site ON removals (organization_id, site_id, on_date)",
)


async def forwards() -> MigrationManager:
    """Make the table of removals."""
    return migration("removals", ID, STATEMENTS)
