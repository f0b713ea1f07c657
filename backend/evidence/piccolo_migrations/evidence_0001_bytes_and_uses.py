"""Photos by their hash, and the records that name them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.kernel.migrations import migration

ID = "2026-11-20T00:00:00:evidence-0001"
VERSION = "1.38.0"
DESCRIPTION = "Photos by their hash, and the records that name them."

STATEMENTS = (
    """
    CREATE TABLE evidence (
        organization_id text NOT NULL,
        sha256 text NOT NULL,
        size bigint NOT NULL,
        media_type text NOT NULL,
        uploader text NOT NULL,
        received_at timestamptz NOT NULL,
        PRIMARY KEY (organization_id, sha256),
        FOREIGN KEY (organization_id, uploader) REFERENCES people (organization_id, id)
    )
    """,
    """
    CREATE TABLE evidence_uploads (
        organization_id text NOT NULL,
        sha256 text NOT NULL,
        person_id text NOT NULL,
        received_at timestamptz NOT NULL,
        PRIMARY KEY (organization_id, sha256, person_id),
        FOREIGN KEY (organization_id, sha256) REFERENCES evidence (organization_id, sha256),
        FOREIGN KEY (organization_id, person_id) REFERENCES people (organization_id, id)
    )
    """,
    """
    CREATE TABLE evidence_uses (
        organization_id text NOT NULL REFERENCES organizations (id),
        sha256 text NOT NULL,
        record_id text NOT NULL,
        site_id text NOT NULL DEFAULT '',
        record_kind text NOT NULL,
        person_id text NOT NULL,
        PRIMARY KEY (organization_id, sha256, record_id, person_id)
    )
    """,
)


async def forwards() -> MigrationManager:
    """Make the tables of evidence."""
    return migration("evidence", DESCRIPTION, STATEMENTS)
