"""What every kind of test may ask for: a real PostgreSQL, and the fast tests first."""

import asyncio
import importlib.util
import inspect
import secrets
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import pytest
from hypothesis import HealthCheck, settings

from backend.kernel.postgres import EmbeddedPostgres

TESTS = Path(__file__).parent
FAST_FIRST = ("unit", "vectors", "house", "store", "api", "scenario", "simulation", "e2e")
TEMPLATE = "template_migrated"
T = TypeVar("T")

# A busy machine draws and runs slowly: speed is measured by the bench, never judged by a test.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


def run_apart(work: Coroutine[Any, Any, T]) -> T:
    """Run async work in an event loop of its own, whatever loop the test itself uses."""
    with ThreadPoolExecutor(max_workers=1) as apart:
        return apart.submit(asyncio.run, work).result()


async def execute(url: str, *statements: str) -> None:
    """Run statements on a database, each by itself."""
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def drop(url: str, name: str) -> None:
    """Drop a database; an autovacuum at work in it is not ours to end, so it is waited for."""
    for patience_s in (0.1, 0.3, 1.0, 3.0, 10.0):
        try:
            await execute(url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        except asyncpg.InsufficientPrivilegeError:
            await asyncio.sleep(patience_s)
        else:
            return
    await execute(url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the shuffled order inside each folder, and run the fast folders first."""

    def place(item: pytest.Item) -> int:
        folder = item.path.relative_to(TESTS).parts[0] if item.path.is_relative_to(TESTS) else ""
        return FAST_FIRST.index(folder) if folder in FAST_FIRST else len(FAST_FIRST)

    items.sort(key=place)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A real PostgreSQL for the whole run, which never waits for the disk."""
    with EmbeddedPostgres(tmp_path_factory.mktemp("postgres"), durable=False) as server:
        yield server


@pytest.fixture(scope="session")
def migrated_template(postgres: EmbeddedPostgres) -> str:
    """The name of a database with every migration run, from which each test's own is copied."""
    run_apart(execute(postgres.dsn, f"CREATE DATABASE {TEMPLATE}"))
    if importlib.util.find_spec("backend.kernel.migrations") is not None:
        from backend.kernel.migrations import migrate  # noqa: PLC0415 - absent in a bare house

        work: object = migrate(postgres.dsn_of(TEMPLATE))
        if inspect.iscoroutine(work):
            run_apart(work)
    return TEMPLATE


@pytest.fixture
def database_url(postgres: EmbeddedPostgres, migrated_template: str) -> Iterator[str]:
    """The address of a fresh migrated database that belongs to this test alone."""
    name = f"test_{secrets.token_hex(6)}"
    run_apart(execute(postgres.dsn, f"CREATE DATABASE {name} TEMPLATE {migrated_template}"))
    yield postgres.dsn_of(name)
    run_apart(drop(postgres.dsn, name))


@pytest.fixture
def empty_database_url(postgres: EmbeddedPostgres) -> Iterator[str]:
    """The address of a fresh database with nothing in it, for tests of the migrations."""
    name = f"empty_{secrets.token_hex(6)}"
    run_apart(execute(postgres.dsn, f"CREATE DATABASE {name}"))
    yield postgres.dsn_of(name)
    run_apart(drop(postgres.dsn, name))
