"""Nonconformities as the office reads them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.kernel.migrations import migration

ID = "2026-11-20T07:00:00:000003"
VERSION = "1.38.0"
DESCRIPTION = "nonconformities"

STATEMENTS = (
    """
    CREATE TABLE nonconformities (
        organization_id text NOT NULL,
        id text NOT NULL,
        site_id text NOT NULL,
        task_id text NOT NULL,
        item text NOT NULL,
        title_zh text NOT NULL,
        title_en text NOT NULL,
        indicator text NOT NULL,
        use text NOT NULL,
        severity text NOT NULL,
        state text NOT NULL,
        found_by text NOT NULL,
        found_ms bigint NOT NULL,
        confirmed_by text NOT NULL,
        confirmed_op text NOT NULL,
        corrected_by text NOT NULL,
        corrected_ms bigint NOT NULL,
        correction text NOT NULL,
        verified_by text NOT NULL,
        position bigint NOT NULL,
        PRIMARY KEY (organization_id, id)
    )
    """,
    "CREATE INDEX nonconformities_site ON nonconformities (organization_id, site_id, found_ms)",
)


async def forwards() -> MigrationManager:
    """Make the table of nonconformities."""
    return migration("nonconformities", ID, STATEMENTS)
