"""Checklists, plans, windows, tasks and answers as the office reads them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.kernel.migrations import migration

ID = "2026-11-20T07:00:00:000002"
VERSION = "1.38.0"
DESCRIPTION = "checklists, plans, task windows, tasks, answers"

STATEMENTS = (
    """
    CREATE TABLE checklists (
        organization_id text NOT NULL,
        id text NOT NULL,
        code text NOT NULL,
        version bigint NOT NULL,
        title_zh text NOT NULL,
        title_en text NOT NULL,
        content text NOT NULL,
        PRIMARY KEY (organization_id, id)
    )
    """,
    """
    CREATE TABLE plans (
        organization_id text NOT NULL,
        id text NOT NULL,
        site_id text NOT NULL,
        checkpoint_id text NOT NULL,
        checklist_id text NOT NULL,
        title_zh text NOT NULL,
        title_en text NOT NULL,
        use text NOT NULL,
        cadence text NOT NULL,
        active boolean NOT NULL,
        content text NOT NULL,
        PRIMARY KEY (organization_id, id)
    )
    """,
    """
    CREATE TABLE task_windows (
        organization_id text NOT NULL,
        id text NOT NULL,
        plan_id text NOT NULL,
        site_id text NOT NULL,
        on_date text NOT NULL,
        ordinal bigint NOT NULL,
        opens_ms bigint NOT NULL,
        closes_ms bigint NOT NULL,
        PRIMARY KEY (organization_id, id)
    )
    """,
    "CREATE INDEX task_windows_site ON task_windows (organization_id, site_id, closes_ms)",
    """
    CREATE TABLE tasks (
        organization_id text NOT NULL,
        id text NOT NULL,
        site_id text NOT NULL,
        state text NOT NULL,
        answered bigint NOT NULL,
        failed bigint NOT NULL,
        started_by text NOT NULL,
        started_op text NOT NULL,
        finished_by text NOT NULL,
        finished_op text NOT NULL,
        finished_ms bigint NOT NULL,
        position bigint NOT NULL,
        PRIMARY KEY (organization_id, id)
    )
    """,
    """
    CREATE TABLE answers (
        organization_id text NOT NULL,
        id text NOT NULL,
        task_id text NOT NULL,
        site_id text NOT NULL,
        item text NOT NULL,
        indicator text NOT NULL,
        use text NOT NULL,
        answer text NOT NULL,
        contested boolean NOT NULL,
        person_id text NOT NULL,
        operation_id text NOT NULL,
        note text NOT NULL,
        photos text NOT NULL,
        stamp_ms bigint NOT NULL,
        position bigint NOT NULL,
        PRIMARY KEY (organization_id, id)
    )
    """,
    "CREATE INDEX answers_site ON answers (organization_id, site_id, stamp_ms)",
    "CREATE INDEX answers_task ON answers (organization_id, task_id)",
)


async def forwards() -> MigrationManager:
    """Make the tables of inspections."""
    return migration("inspections", ID, STATEMENTS)
