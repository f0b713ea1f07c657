"""Bring a database to today's shape, forward only, and refuse one that is newer than we are."""

import contextlib
import io
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.table import Table

os.environ.setdefault("PICCOLO_CONF", "backend.piccolo_conf")


class NewerDatabaseError(Exception):
    """The database was written by a newer version of the product."""


def migration(app_name: str, description: str, statements: tuple[str, ...]) -> MigrationManager:
    """Give a migration that runs these statements one by one.

    Raw SQL because every table is keyed (organization_id, id), which Piccolo cannot express.

    Source: house plan, decided.
    """
    manager = MigrationManager(migration_id=description, app_name=app_name, description=description)

    async def run() -> None:
        for statement in statements:
            await Table.raw(statement.replace("{", "{{").replace("}", "}}")).run()

    manager.add_raw(run)
    return manager


async def migrate(url: str) -> list[str]:
    """Run every migration that has not been run; give the names of those that were.

    Raises: NewerDatabaseError when the database knows migrations that we do not.
    """
    from backend.kernel.database import Database  # noqa: PLC0415  the engine is not needed to import us

    database = Database(url, pool_size=2)
    await database.open()
    try:
        before = await _ran(database)
        unknown = before - set(known_migrations())
        if unknown:
            message = ", ".join(sorted(unknown))
            raise NewerDatabaseError(message)
        await _forwards()
        return sorted(await _ran(database) - before)
    finally:
        await database.close()


def known_migrations() -> list[str]:
    """List every migration in the code as app and id, in no order."""
    from piccolo.conf.apps import Finder  # noqa: PLC0415  Piccolo reads its configuration on import

    return [
        f"{app.app_name}:{_id_in(path)}"
        for app in Finder().get_app_registry().app_configs.values()
        for path in Path(app.resolved_migrations_folder_path).glob("*.py")
        if path.name != "__init__.py"
    ]


def _id_in(path: Path) -> str:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("ID = "):
            return line.split('"')[1]
    message = f"{path.name} has no ID"
    raise ValueError(message)


async def _ran(database: object) -> set[str]:
    rows = await database.rows(  # type: ignore[attr-defined]
        "SELECT to_regclass('migration') IS NOT NULL AS there"
    )
    if not rows[0]["there"]:
        return set()
    found = await database.rows("SELECT app_name, name FROM migration")  # type: ignore[attr-defined]
    return {f"{row['app_name']}:{row['name']}" for row in found}


async def _forwards() -> None:
    from piccolo.apps.migrations.commands.forwards import run_forwards  # noqa: PLC0415  as above

    run: Callable[..., Awaitable[object]] = run_forwards
    spoken = io.StringIO()
    with contextlib.redirect_stdout(spoken):
        result = await run(app_name="all")
    if not getattr(result, "success", False):
        raise RuntimeError(spoken.getvalue())
