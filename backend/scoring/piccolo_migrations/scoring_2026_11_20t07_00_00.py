"""Schemes, what is stale, and the live scorecards."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.kernel.migrations import migration

ID = "2026-11-20T07:00:00:000004"
VERSION = "1.38.0"
DESCRIPTION = "schemes, stale periods, scorecards"

STATEMENTS = (
    """
    CREATE TABLE schemes (
        organization_id text NOT NULL,
        id text NOT NULL,
        code text NOT NULL,
        version bigint NOT NULL,
        from_on text NOT NULL,
        sites text NOT NULL,
        content text NOT NULL,
        PRIMARY KEY (organization_id, id)
    )
    """,
    """
    CREATE TABLE stale_periods (
        organization_id text NOT NULL,
        id text NOT NULL,
        site_id text NOT NULL,
        at_ms bigint NOT NULL,
        position bigint NOT NULL,
        PRIMARY KEY (organization_id, id)
    )
    """,
    """
    CREATE TABLE scorecards (
        organization_id text NOT NULL,
        id text NOT NULL,
        scheme_code text NOT NULL,
        scheme_version bigint NOT NULL,
        site_id text NOT NULL,
        period_from text NOT NULL,
        period_to text NOT NULL,
        state text NOT NULL,
        measured boolean NOT NULL,
        edged boolean NOT NULL DEFAULT false,
        score text NOT NULL,
        grade text NOT NULL,
        content text NOT NULL,
        position bigint NOT NULL,
        computed_ms bigint NOT NULL,
        PRIMARY KEY (organization_id, id)
    )
    """,
    "CREATE INDEX scorecards_site ON scorecards (organization_id, site_id, period_from)",
)


async def forwards() -> MigrationManager:
    """Make the tables of scoring."""
    return migration("scoring", ID, STATEMENTS)
