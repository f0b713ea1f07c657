"""The one way to PostgreSQL: Piccolo's engine and pool, transactions, set-based writes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from operator import itemgetter
from typing import Any

import asyncpg
from msgspec import Struct
from piccolo.columns import BigInt, Boolean, Text
from piccolo.engine.postgres import PostgresEngine
from piccolo.table import Table

from backend.kernel.gathering import Gathering

Row = Mapping[str, Any]

CLOSE_S = 2.0
"""How long connections have to come back when the server stops. Units: seconds."""


class Projection(Struct, frozen=True, kw_only=True):
    """A table that slices write set-based: its columns with their PostgreSQL types and its key."""

    table: str
    columns: dict[str, str]
    key: tuple[str, ...]


class _Connection(asyncpg.Connection):
    """A connection that is not swept after each use: that would be a journey of its own.

    Nothing of ours sets a session's variables, listens or keeps locks on a pooled connection; an
    open transaction is still rolled back.
    """

    def get_reset_query(self) -> str:
        """Ask for nothing."""
        return ""


class _Engine(PostgresEngine):
    """Piccolo's engine that does not look for a server while modules are being imported."""

    async def check_version(self) -> None:
        """Say nothing: the database is opened, and its version read, when we start."""


ENGINE = _Engine(config={"dsn": ""})
"""The one engine of this process; its address is set when the database is opened."""

_POSTGRES_TYPES = {Text: "text", BigInt: "bigint", Boolean: "boolean"}


def projection_of(
    table: type[Table], *, key: tuple[str, ...] = ("organization_id", "id")
) -> Projection:
    """Give the set-based way to write a Piccolo table, from its own columns.

    Raises: KeyError for a column type that no projection uses yet.
    """
    meta = table._meta  # noqa: SLF001  Piccolo's documented door to a table's own columns
    columns = {
        column._meta.name: _POSTGRES_TYPES[type(column)]  # noqa: SLF001  the same
        for column in meta.columns
    }
    return Projection(table=meta.tablename, columns=columns, key=key)


_PLAN_ONCE = "plan_cache_mode = force_generic_plan"
"""Looking rows up by long lists of ids, planning anew costs eight times the reading (measured)."""


class Database:
    """PostgreSQL as the rooms see it; one per process, opened at start and closed at the end."""

    def __init__(self, url: str, *, pool_size: int = 12) -> None:
        """Point Piccolo's engine at that address; nothing is opened yet."""
        self.url = url
        self._pool_size = pool_size
        self.engine: PostgresEngine = ENGINE
        self._gatherings: dict[str, Gathering[Any]] = {}

    async def open(self) -> None:
        """Open the pool; every Piccolo query goes through it as well."""
        self.engine.config = {"dsn": self.url}
        await self.engine.start_connection_pool(
            min_size=1, max_size=self._pool_size, connection_class=_Connection
        )

    async def close(self) -> None:
        """Close the pool and every connection in it.

        A task that is stopped in the wrong moment may never give its connection back, so waiting
        for all of them has an end.
        """
        try:
            await asyncio.wait_for(self.engine.close_connection_pool(), CLOSE_S)
        except TimeoutError:
            # The pool cut its connections when its closing was stopped.
            self.engine.pool = None

    @property
    def pool(self) -> Any:
        """The open asyncpg pool."""
        pool = self.engine.pool
        if pool is None:
            message = "the database is not open"
            raise RuntimeError(message)
        return pool

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Any]:
        """Give an asyncpg connection inside a transaction of its own.

        Not Piccolo's: a task that is stopped while Piccolo begins one never gives the connection
        back, and the pool then waits for it.
        """
        async with self.pool.acquire() as connection, connection.transaction():
            yield connection

    @asynccontextmanager
    async def transaction_behind(self, lock: str) -> AsyncIterator[Any]:
        """Give a connection in a transaction that begins with a statement, in the same message.

        For the hottest path only: Piccolo's queries do not take part.

        Raises: asyncpg.PostgresError when the database did not commit.
        """
        async with self.pool.acquire() as connection:
            await connection.execute(f"BEGIN; SET LOCAL {_PLAN_ONCE}; {lock}")
            try:
                yield connection
            except BaseException:
                with contextlib.suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                    await connection.execute("ROLLBACK")
                raise
            done = await connection.execute("COMMIT")
            if done != "COMMIT":
                raise asyncpg.InFailedSQLTransactionError(done)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Any]:
        """Give a connection that sees one moment of the whole database and writes nothing."""
        async with (
            self.pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            yield connection

    async def rows(self, sql: str, *values: Any) -> list[Any]:
        """Give the rows of one reading statement."""
        found: list[Any] = await self.pool.fetch(sql, *values)
        return found

    async def row(self, sql: str, *values: Any) -> Any | None:
        """Give the first row of one reading statement, or nothing."""
        return await self.pool.fetchrow(sql, *values)

    async def row_of(self, sql: str, key: str) -> Any | None:
        """Give the row of one key, or nothing; who asks at the same moment shares the statement.

        The statement takes a list of keys as $1 and gives each row's own as `key`.
        """
        gathering = self._gatherings.get(sql)
        if gathering is None:

            async def ask(keys: Sequence[str]) -> Mapping[str, Any]:
                return {row["key"]: row for row in await self.rows(sql, keys)}

            gathering = self._gatherings[sql] = Gathering(ask)
        return await gathering.get(key)

    async def run(self, sql: str, *values: Any) -> str:
        """Run one writing statement by itself."""
        done: str = await self.pool.execute(sql, *values)
        return done


async def write_rows(connection: Any, projection: Projection, rows: Sequence[Row]) -> None:
    """Write many rows of one table in one statement; the last of equal keys stands.

    Source: stack notes, hot paths (unnest).
    """
    batch = Batch()
    batch.put(projection, rows)
    await batch.send(connection)


class Batch:
    """Writes to several tables that travel to the database as one statement.

    No part sees what another writes, and no table may be named by two parts.

    Source: stack notes, hot paths (unnest); measured: a journey costs more than a row.
    """

    def __init__(self) -> None:
        """Begin with nothing to write."""
        self._rows: dict[str, tuple[Projection, list[Row]]] = {}
        self._parts: list[str] = []
        self._values: list[Any] = []

    def put(self, projection: Projection, rows: Iterable[Row]) -> None:
        """Add rows of a table; the last of equal keys stands."""
        self._rows.setdefault(projection.table, (projection, []))[1].extend(rows)

    def also(self, sql: str, *values: Any) -> None:
        """Add a writing statement, with {0}, {1} where its values go."""
        self._parts.append(self._placed(sql, values))

    def _placed(self, sql: str, values: Sequence[Any]) -> str:
        first = len(self._values) + 1
        self._values += values
        return sql.format(*(f"${number}" for number in range(first, first + len(values))))

    async def send(self, connection: Any, last: str = "SELECT 1", *values: Any) -> None:
        """Write everything; `last` is a reading statement to end with, such as a notice."""
        parts = [
            self._placed(upsert_sql(projection), columns_of(projection, rows))
            for projection, rows in self._rows.values()
            if rows
        ] + self._parts
        if not parts:
            return
        ending = self._placed(last, values)
        named = ", ".join(f"part_{number} AS ({part})" for number, part in enumerate(parts))
        await connection.execute(f"WITH {named} {ending}", *self._values)


def upsert_sql(projection: Projection) -> str:
    """Give the statement that inserts or replaces rows of that table, one array per column.

    A table without a key is only added to.
    """
    names = list(projection.columns)
    arrays = ", ".join(f"{{{n}}}::{kind}[]" for n, kind in enumerate(projection.columns.values()))
    sql = (
        f"INSERT INTO {projection.table} ({', '.join(names)}) "  # noqa: S608  names are ours
        f"SELECT * FROM unnest({arrays})"
    )
    if not projection.key:
        return sql
    changes = ", ".join(f"{n} = excluded.{n}" for n in names if n not in projection.key)
    action = f"DO UPDATE SET {changes}" if changes else "DO NOTHING"
    return f"{sql} ON CONFLICT ({', '.join(projection.key)}) {action}"


def columns_of(projection: Projection, rows: Sequence[Row]) -> list[list[Any]]:
    """Turn rows into one list per column, as projected; the last of equal keys stands."""
    kept = rows
    if projection.key:
        key = itemgetter(*projection.key)
        last = {key(row): row for row in rows}
        kept = list(last.values()) if len(last) < len(rows) else rows
    return [[row[name] for row in kept] for name in projection.columns]


UNAVAILABLE = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a connection that was cut in the middle of an answer
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
    asyncpg.ObjectNotInPrerequisiteStateError,
    asyncpg.PostgresSystemError,
    ConnectionError,
    OSError,
)
"""What asyncpg raises when the database is away, full, or giving way to another transaction.

None of these says anything about what was sent: the phone keeps it and sends it again.
"""
