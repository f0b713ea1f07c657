"""Organisations, places, people, roles, devices, writers and sessions."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.kernel.migrations import migration

ID = "2026-11-20T00:00:00:directory-0001"
VERSION = "1.38.0"
DESCRIPTION = "Organisations, places, people, roles, devices, writers and sessions."

STATEMENTS = (
    """
    CREATE TABLE organizations (
        id text PRIMARY KEY,
        code text NOT NULL CONSTRAINT organizations_code_once UNIQUE,
        name_zh text NOT NULL,
        name_en text NOT NULL DEFAULT '',
        created_at timestamptz NOT NULL DEFAULT now()
    )
    """,
    """
    CREATE TABLE sites (
        organization_id text NOT NULL REFERENCES organizations (id),
        id text NOT NULL,
        code text NOT NULL DEFAULT '',
        name_zh text NOT NULL,
        name_en text NOT NULL DEFAULT '',
        zone text NOT NULL DEFAULT 'Asia/Shanghai',
        places_position bigint NOT NULL DEFAULT 0,
        PRIMARY KEY (organization_id, id)
    )
    """,
    """
    CREATE TABLE departments (
        organization_id text NOT NULL REFERENCES organizations (id),
        id text NOT NULL,
        site_id text NOT NULL DEFAULT '',
        name_zh text NOT NULL,
        name_en text NOT NULL DEFAULT '',
        PRIMARY KEY (organization_id, id)
    )
    """,
    """
    CREATE TABLE posts (
        organization_id text NOT NULL,
        id text NOT NULL,
        site_id text NOT NULL,
        department_id text,
        name_zh text NOT NULL,
        name_en text NOT NULL DEFAULT '',
        PRIMARY KEY (organization_id, id),
        FOREIGN KEY (organization_id, site_id) REFERENCES sites (organization_id, id),
        FOREIGN KEY (organization_id, department_id) REFERENCES departments (organization_id, id)
    )
    """,
    """
    CREATE TABLE areas (
        organization_id text NOT NULL,
        id text NOT NULL,
        site_id text NOT NULL,
        name_zh text NOT NULL,
        name_en text NOT NULL DEFAULT '',
        position bigint NOT NULL DEFAULT 0,
        PRIMARY KEY (organization_id, id),
        FOREIGN KEY (organization_id, site_id) REFERENCES sites (organization_id, id)
    )
    """,
    """
    CREATE TABLE checkpoints (
        organization_id text NOT NULL,
        id text NOT NULL,
        site_id text NOT NULL,
        area_id text NOT NULL,
        code text NOT NULL,
        name_zh text NOT NULL,
        name_en text NOT NULL DEFAULT '',
        position bigint NOT NULL DEFAULT 0,
        PRIMARY KEY (organization_id, id),
        FOREIGN KEY (organization_id, site_id) REFERENCES sites (organization_id, id),
        FOREIGN KEY (organization_id, area_id) REFERENCES areas (organization_id, id)
    )
    """,
    """
    CREATE TABLE equipment (
        organization_id text NOT NULL,
        id text NOT NULL,
        site_id text NOT NULL,
        area_id text NOT NULL,
        number text NOT NULL,
        equipment_kind text NOT NULL,
        name_zh text NOT NULL,
        name_en text NOT NULL DEFAULT '',
        in_use_since date,
        position bigint NOT NULL DEFAULT 0,
        PRIMARY KEY (organization_id, id),
        FOREIGN KEY (organization_id, site_id) REFERENCES sites (organization_id, id),
        FOREIGN KEY (organization_id, area_id) REFERENCES areas (organization_id, id)
    )
    """,
    """
    CREATE TABLE contractors (
        organization_id text NOT NULL REFERENCES organizations (id),
        id text NOT NULL,
        name_zh text NOT NULL,
        name_en text NOT NULL DEFAULT '',
        PRIMARY KEY (organization_id, id)
    )
    """,
    """
    CREATE TABLE people (
        organization_id text NOT NULL REFERENCES organizations (id),
        id text NOT NULL,
        user_name text NOT NULL,
        name_zh text NOT NULL,
        name_en text NOT NULL DEFAULT '',
        password_hash text NOT NULL,
        must_change_password boolean NOT NULL DEFAULT false,
        contractor_id text,
        active boolean NOT NULL DEFAULT true,
        disabled_at timestamptz,
        PRIMARY KEY (organization_id, id),
        CONSTRAINT people_user_name_once UNIQUE (user_name, organization_id),
        FOREIGN KEY (organization_id, contractor_id) REFERENCES contractors (organization_id, id)
    )
    """,
    """
    CREATE TABLE memberships (
        organization_id text NOT NULL,
        id text NOT NULL,
        person_id text NOT NULL,
        role text NOT NULL,
        site_id text NOT NULL DEFAULT '',
        department_id text,
        post_id text,
        PRIMARY KEY (organization_id, id),
        CONSTRAINT memberships_once UNIQUE (organization_id, person_id, role, site_id),
        FOREIGN KEY (organization_id, person_id) REFERENCES people (organization_id, id),
        FOREIGN KEY (organization_id, department_id) REFERENCES departments (organization_id, id),
        FOREIGN KEY (organization_id, post_id) REFERENCES posts (organization_id, id)
    )
    """,
    """
    CREATE TABLE devices (
        organization_id text NOT NULL,
        id text NOT NULL,
        label text NOT NULL DEFAULT '',
        person_id text NOT NULL,
        first_seen timestamptz NOT NULL,
        last_contact timestamptz NOT NULL,
        app_version text NOT NULL DEFAULT '',
        revoked_at timestamptz,
        PRIMARY KEY (organization_id, id),
        FOREIGN KEY (organization_id, person_id) REFERENCES people (organization_id, id)
    )
    """,
    """
    CREATE TABLE writers (
        organization_id text NOT NULL,
        id text NOT NULL,
        person_id text NOT NULL,
        device_id text NOT NULL,
        public_key text NOT NULL DEFAULT '',
        bound_at timestamptz NOT NULL,
        PRIMARY KEY (organization_id, id),
        FOREIGN KEY (organization_id, person_id) REFERENCES people (organization_id, id),
        FOREIGN KEY (organization_id, device_id) REFERENCES devices (organization_id, id)
    )
    """,
    """
    CREATE TABLE sessions (
        organization_id text NOT NULL,
        id text NOT NULL,
        token_hash text NOT NULL CONSTRAINT sessions_token_once UNIQUE,
        person_id text NOT NULL,
        device_id text NOT NULL,
        csrf text NOT NULL,
        created_at timestamptz NOT NULL,
        last_seen_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        ended_at timestamptz,
        PRIMARY KEY (organization_id, id),
        FOREIGN KEY (organization_id, person_id) REFERENCES people (organization_id, id),
        FOREIGN KEY (organization_id, device_id) REFERENCES devices (organization_id, id)
    )
    """,
    "CREATE INDEX sessions_by_device ON sessions (organization_id, device_id)",
    """
    CREATE TABLE sign_in_tries (
        id text PRIMARY KEY,
        account text NOT NULL,
        address text NOT NULL,
        at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX sign_in_tries_by_account ON sign_in_tries (account, at)",
    "CREATE INDEX sign_in_tries_by_address ON sign_in_tries (address, at)",
)


async def forwards() -> MigrationManager:
    """Make the tables of who and where."""
    return migration("directory", DESCRIPTION, STATEMENTS)
