"""Several tables in one statement: everything or nothing, the last of equal keys, the log only grows."""

import asyncpg
import pytest

from backend.kernel.database import Batch, Database
from backend.sync.log import begin_head, lock_head
from backend.sync.storage import CONFLICTS, PROGRESS, RECORDS

HOUSE = "o" * 32


def record(name: str, position: int) -> dict[str, object]:
    return {
        "organization_id": HOUSE,
        "id": name,
        "kind": "task",
        "site_id": "",
        "position": position,
        "content": f"{{{position}}}",
        "sum": 0,
    }


async def test_last_of_equal_keys_stands_and_braces_are_only_text(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    batch = Batch()
    batch.put(RECORDS, [record("a", 1), record("b", 2)])
    batch.put(CONFLICTS, [])
    batch.put(RECORDS, [record("a", 3)])
    batch.also("INSERT INTO log_heads (organization_id, position) VALUES ({0}, {1})", "{x}", 7)
    await batch.send(connection, "SELECT pg_notify('somewhere', {0})", "{0}")
    rows = await connection.fetch("SELECT id, position, content FROM records ORDER BY id")
    assert [tuple(row) for row in rows] == [("a", 3, "{3}"), ("b", 2, "{2}")]
    assert await connection.fetchval("SELECT organization_id FROM log_heads") == "{x}"
    await Batch().send(connection)
    await connection.close()


async def test_one_bad_row_leaves_nothing_behind(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    batch = Batch()
    batch.put(RECORDS, [record("a", 1)])
    batch.put(PROGRESS, [dict.fromkeys(PROGRESS.columns) | {"organization_id": HOUSE, "id": "w"}])
    with pytest.raises(asyncpg.NotNullViolationError):
        await batch.send(connection)
    assert await connection.fetchval("SELECT count(*) FROM records") == 0
    await connection.close()


async def test_transaction_behind_a_lock_commits_rolls_back_and_leaves_a_clean_connection(
    database_url: str,
) -> None:
    database = Database(database_url, pool_size=1)
    await database.open()
    try:
        async with database.transaction_behind(lock_head(HOUSE)) as connection:
            await begin_head(connection, HOUSE)
        with pytest.raises(LookupError):
            await change(database, LookupError)
        with pytest.raises(asyncpg.PostgresError):
            await fail_unseen(database)
        row = await database.row(
            "SELECT position, current_setting('plan_cache_mode') AS mode FROM log_heads"
        )
        assert row is not None
        assert tuple(row) == (0, "auto")
    finally:
        await database.close()


async def change(database: Database, failure: type[Exception]) -> None:
    async with database.transaction_behind(lock_head(HOUSE)) as connection:
        await connection.execute("UPDATE log_heads SET position = 9")
        raise failure


async def fail_unseen(database: Database) -> None:
    """Swallow an error inside: the commit must not pass for one."""
    async with database.transaction_behind(lock_head(HOUSE)) as connection:
        await connection.execute("UPDATE log_heads SET position = 9")
        with pytest.raises(asyncpg.UndefinedTableError):
            await connection.execute("UPDATE nowhere SET position = 9")


async def test_an_organisation_with_a_quote_in_its_name_breaks_out_of_nothing(
    database_url: str,
) -> None:
    connection = await asyncpg.connect(database_url)
    strange = "x'; DROP TABLE log_heads; --"
    async with connection.transaction():
        await begin_head(connection, strange)
    assert await connection.fetchval("SELECT organization_id FROM log_heads") == strange
    await connection.close()
