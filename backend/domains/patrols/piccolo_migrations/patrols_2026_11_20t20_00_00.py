"""Routes, windows, rounds, scans and tags as the office reads them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.kernel.migrations import migration

ID = "2026-11-20T20:00:00:000004"
VERSION = "1.38.0"
DESCRIPTION = "routes, round windows, rounds, scans, tags"

STATEMENTS = (
    """
    CREATE TABLE routes (
        organization_id text NOT NULL,
        id text NOT NULL,
        site_id text NOT NULL,
        code text NOT NULL,
        title_zh text NOT NULL,
        title_en text NOT NULL,
        active boolean NOT NULL,
        content text NOT NULL,
        PRIMARY KEY (organization_id, id)
    )
    """,
    """
    CREATE TABLE round_windows (
        organization_id text NOT NULL,
        id text NOT NULL,
        route_id text NOT NULL,
        site_id text NOT NULL,
        on_date text NOT NULL,
        ordinal bigint NOT NULL,
        opens_ms bigint NOT NULL,
        closes_ms bigint NOT NULL,
        cancelled boolean NOT NULL,
        PRIMARY KEY (organization_id, id)
    )
    """,
    "CREATE INDEX round_windows_site ON round_windows (organization_id, site_id, closes_ms)",
    """
    CREATE TABLE rounds (
        organization_id text NOT NULL,
        id text NOT NULL,
        route_id text NOT NULL,
        site_id text NOT NULL,
        on_date text NOT NULL,
        ordinal bigint NOT NULL,
        state text NOT NULL,
        assignee text NOT NULL,
        started_by text NOT NULL,
        started_op text NOT NULL,
        finished_by text NOT NULL,
        finished_op text NOT NULL,
        scanned bigint NOT NULL,
        receipts bigint NOT NULL,
        began_ms bigint NOT NULL,
        position bigint NOT NULL,
        PRIMARY KEY (organization_id, id)
    )
    """,
    "CREATE INDEX rounds_site ON rounds (organization_id, site_id, began_ms)",
    "CREATE INDEX rounds_route ON rounds (organization_id, route_id, on_date)",
    """
    CREATE TABLE scans (
        organization_id text NOT NULL,
        id text NOT NULL,
        round_id text NOT NULL,
        site_id text NOT NULL,
        checkpoint_id text NOT NULL,
        person_id text NOT NULL,
        how text NOT NULL,
        said text NOT NULL,
        tag_code text NOT NULL,
        tag_serial bigint NOT NULL,
        signature text NOT NULL,
        latitude text NOT NULL,
        longitude text NOT NULL,
        accuracy_m bigint NOT NULL,
        stamp_ms bigint NOT NULL,
        PRIMARY KEY (organization_id, id)
    )
    """,
    "CREATE INDEX scans_round ON scans (organization_id, round_id)",
    "CREATE INDEX scans_tag ON scans (organization_id, tag_code, stamp_ms)",
    """
    CREATE TABLE tags (
        organization_id text NOT NULL,
        id text NOT NULL,
        site_id text NOT NULL,
        checkpoint_id text NOT NULL,
        code text NOT NULL,
        serial bigint NOT NULL,
        form text NOT NULL,
        signature text NOT NULL,
        issued_op text NOT NULL,
        revoked_op text NOT NULL,
        revoked_ms bigint NOT NULL,
        revoked_because text NOT NULL,
        PRIMARY KEY (organization_id, id)
    )
    """,
    "CREATE INDEX tags_code ON tags (organization_id, code)",
    "CREATE INDEX tags_checkpoint ON tags (organization_id, checkpoint_id, serial)",
)


async def forwards() -> MigrationManager:
    """Make the tables of patrols."""
    return migration("patrols", ID, STATEMENTS)
