"""The machine's own limits: the same rows into the same tables, by the shortest way there is.

A specimen organisation records the same work through the product itself, without a server; its
rows are then written again and again under other organisations' ids, so that tables, indexes and
rows are exactly those of the product.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import asyncpg
from msgspec import Struct

from backend.directory.actors import Actor
from backend.kernel.clock import SystemClock
from backend.kernel.database import Database
from backend.kernel.identity import random_id
from backend.switchboard import SWITCHBOARD
from backend.sync.committer import Committer
from backend.sync.received import receive
from backend.sync.state import Submission
from shared_schemas.primitives import Bilingual, Capture
from tests.e2e.servers import INSPECTOR, Ground, Phone

TABLES = ("operations", "records", "tasks", "answers", "nonconformities", "stale_periods")
"""What a push of answers writes, beside how far its writer has come and the mark of its commit."""

WRITERS = "writer_progress"
COMMITS = "commits"
Rows = dict[str, list[dict[str, Any]]]


class Specimen(Struct, frozen=True, kw_only=True):
    """The rows of one piece of work, and the rows that each single operation of it wrote."""

    rows: Rows
    singles: list[Rows]


async def take_specimen(
    database_url: str, ground: Ground, phones: Sequence[Phone], tasks: Sequence[Sequence[str]]
) -> Specimen:
    """Let each phone answer its tasks, one item of all tasks at a time, and keep what was written."""
    database = Database(database_url)
    await database.open()
    committer = Committer(database, SWITCHBOARD, SystemClock())
    singles: list[list[Rows]] = [[] for _ in phones]
    rows: Rows = {}
    seen = await database.pool.fetchval(
        "SELECT position FROM log_heads WHERE organization_id = $1", ground.organization
    )
    try:
        for number, item in enumerate(ground.items):
            ids: list[list[tuple[str, str]]] = []
            for phone, own in zip(phones, tasks, strict=True):
                texts = [phone.answer(task, item, verdict(task, number)) for task in own]
                outcomes = await committer.push(_submission(ground, phone, texts))
                assert all(one.status == "accepted" for one in outcomes)
                ids.append([(one.id, task) for one, task in zip(outcomes, own, strict=True)])
            written = await _written(database, ground.organization, seen)
            seen = max(row["position"] for row in written["operations"])
            for index, one in enumerate(ids):
                singles[index] += [_single(written, operation, task) for operation, task in one]
            _merge(rows, written)
    finally:
        await committer.close()
        await database.close()
    return Specimen(rows=rows, singles=[one for own in zip(*singles, strict=True) for one in own])


def verdict(task: str, number: int) -> str:
    """Nearly everything passes; now and then something fails and raises a nonconformity."""
    return "fail" if int(task[:4], 16) % 50 == number else "pass"


def _submission(ground: Ground, phone: Phone, texts: list[bytes]) -> Submission:
    now_ms = SystemClock().now_ms()
    return Submission(
        organization=ground.organization,
        actor=Actor(
            organization=ground.organization,
            person=phone.person,
            device=phone.writer,
            session=phone.writer,
            name=Bilingual(zh=phone.user_name),
            roles=(INSPECTOR,),
            sites=ground.sites,
        ),
        device=phone.writer,
        writer=phone.writer,
        sent=Capture(wall_ms=now_ms, mono_ms=0, origin_ms=now_ms, session="bench"),
        received=[receive(text, phone.writer) for text in texts],
        received_ms=now_ms,
        floor_ms=0,
        trusted={},
    )


async def _written(database: Database, organization: str, seen: int) -> Rows:
    rows: Rows = {}
    for table in (*TABLES, COMMITS):
        found = await database.rows(
            f"SELECT * FROM {table} WHERE organization_id = $1 AND position > $2",
            organization,
            seen,
        )
        rows[table] = [dict(row) for row in found]
    found = await database.rows(f"SELECT * FROM {WRITERS} WHERE organization_id = $1", organization)
    rows[WRITERS] = [dict(row) for row in found]
    return rows


def _merge(rows: Rows, written: Rows) -> None:
    """Keep the last of each row: a later fold of a record takes the place of an earlier one."""
    for table, lines in written.items():
        key = "position" if table == COMMITS else "id"
        kept = {row[key]: row for row in rows.get(table, [])}
        kept.update({row[key]: row for row in lines})
        rows[table] = list(kept.values())


def _single(written: Rows, operation: str, task: str) -> Rows:
    """Give the rows that one operation alone wrote: its own, its flow's, its record's, its task's."""
    log = [row for row in written["operations"] if operation in (row["id"], row["caused_by"])]
    records = {row["record_id"] for row in log}
    writer = operation.partition(":")[0]
    return {
        "operations": log,
        "records": [row for row in written["records"] if row["id"] in records],
        "tasks": [row for row in written["tasks"] if row["id"] == task],
        "answers": [row for row in written["answers"] if row["operation_id"] == operation],
        "nonconformities": [row for row in written["nonconformities"] if row["id"] in records],
        # One of its own for each, so that no two transactions wait for one another.
        "stale_periods": [{**one, "id": random_id()} for one in written["stale_periods"][:1]],
        WRITERS: [row for row in written[WRITERS] if row["id"] == writer],
    }


class Limits:
    """Writes a specimen's rows under a new organisation each time, and says how long it took."""

    def __init__(self, database_url: str) -> None:
        """Point at the database; `open` connects."""
        self._url = database_url
        self._connections: list[Any] = []

    async def open(self, connections: int = 16) -> None:
        """Connect as often as there are phones."""
        self._connections = [await asyncpg.connect(self._url) for _ in range(connections)]

    async def close(self) -> None:
        """Hang up."""
        for connection in self._connections:
            await connection.close()

    async def copy(self, rows: Rows) -> float:
        """COPY all rows in one transaction; the seconds until it is committed."""
        organization = random_id()
        ready = {
            table: (list(lines[0]), [_under(organization, row) for row in lines])
            for table, lines in rows.items()
            if lines
        }
        connection = self._connections[0]
        began = time.perf_counter()
        async with connection.transaction():
            for table, (columns, records) in ready.items():
                await connection.copy_records_to_table(table, records=records, columns=columns)
        return time.perf_counter() - began

    async def row_transactions(self, singles: Sequence[Rows]) -> float:
        """Let each connection write its share, every operation's rows in a transaction of its own."""
        organization = random_id()
        each = len(self._connections)
        shares = [
            [_statements(organization, rows) for rows in singles[number::each]]
            for number in range(each)
        ]
        await asyncio.gather(*(self._prepare(one, shares[0][0]) for one in self._connections))
        began = time.perf_counter()
        await asyncio.gather(
            *(_write(one, share) for one, share in zip(self._connections, shares, strict=True))
        )
        return time.perf_counter() - began

    async def _prepare(self, connection: Any, statements: list[tuple[str, list[Any]]]) -> None:
        for statement, _ in statements:
            await connection.fetchval("SELECT 1")
            await connection.prepare(statement)

    async def calm(self) -> None:
        """Wait until the cards that earlier pushes made stale are up to date."""
        await calm(self._connections[0])

    async def select(self, organization: str, after: int, count: int) -> tuple[float, int]:
        """SELECT the texts of the records after a position; seconds and how many came."""
        began = time.perf_counter()
        found = await self._connections[0].fetch(
            "SELECT position, site_id, content FROM records"
            " WHERE organization_id = $1 AND position > $2 ORDER BY position LIMIT $3",
            organization,
            after,
            count,
        )
        return time.perf_counter() - began, len(found)


async def calm(connection: Any) -> None:
    """Wait until no card is stale and none is being made, as this connection sees it."""
    stale = 1
    while stale:
        await asyncio.sleep(0.05)
        # A line that is being worked on is still there until its round has committed.
        stale = await connection.fetchval("SELECT count(*) FROM stale_periods")
    await asyncio.sleep(0.1)


def _under(organization: str, row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple({**row, "organization_id": organization}.values())


def _statements(organization: str, rows: Rows) -> list[tuple[str, list[Any]]]:
    return [
        (_insert(table, list(row)), list(_under(organization, row)))
        for table, lines in rows.items()
        for row in lines
    ]


def _insert(table: str, columns: list[str]) -> str:
    """Insert one row; what a later operation changes again is replaced."""
    places = ", ".join(f"${number}" for number in range(1, len(columns) + 1))
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns)
    action = (
        ""
        if table == "operations"
        else (f" ON CONFLICT (organization_id, id) DO UPDATE SET {changes}")
    )
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places}){action}"


async def _write(connection: Any, share: list[list[tuple[str, list[Any]]]]) -> None:
    for statements in share:
        async with connection.transaction():
            for statement, values in statements:
                await connection.execute(statement, *values)
