"""Scopes: who holds what beside their sites, the sets given out, checksums, and their alarms."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.kernel.migrations import migration

ID = "2026-11-20T10:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "scopes: members, sets, checksums, alarms"

STATEMENTS = (
    """
    CREATE TABLE scope_members (
        organization_id text NOT NULL,
        scope text NOT NULL,
        record_id text NOT NULL,
        position bigint NOT NULL,
        present boolean NOT NULL,
        PRIMARY KEY (organization_id, scope, record_id)
    )
    """,
    "CREATE INDEX scope_members_position ON scope_members (organization_id, scope, position)",
    """
    CREATE TABLE scope_sets (
        organization_id text NOT NULL,
        mark text NOT NULL,
        content text NOT NULL,
        PRIMARY KEY (organization_id, mark)
    )
    """,
    """
    CREATE TABLE scope_sums (
        organization_id text NOT NULL,
        site_id text NOT NULL,
        kind text NOT NULL,
        sum numeric NOT NULL,
        count bigint NOT NULL,
        PRIMARY KEY (organization_id, site_id, kind)
    )
    """,
    """
    CREATE TABLE scope_alarms (
        organization_id text NOT NULL,
        id text NOT NULL,
        person_id text NOT NULL,
        device_id text NOT NULL,
        scope text NOT NULL,
        at timestamptz NOT NULL,
        PRIMARY KEY (organization_id, id)
    )
    """,
    "CREATE INDEX scope_alarms_device ON scope_alarms (organization_id, device_id)",
    "ALTER TABLE records ADD COLUMN sum bigint NOT NULL DEFAULT 0",
    # As backend/sync/checksum.py has it: what was recorded before today counts as well.
    """
    UPDATE records SET sum = ('x' || encode(substr(sha256(convert_to(
        id || chr(10) || position || chr(10) || content, 'UTF8')), 1, 8), 'hex'))::bit(64)::bigint
    """,
    """
    INSERT INTO scope_sums (organization_id, site_id, kind, sum, count)
    SELECT organization_id, site_id, kind, sum(sum), count(*)
      FROM records GROUP BY organization_id, site_id, kind
    """,
)


async def forwards() -> MigrationManager:
    """Make the tables of scopes, and count what is there."""
    return migration("sync", ID, STATEMENTS)
