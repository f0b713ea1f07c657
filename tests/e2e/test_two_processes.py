"""Sixteen writers over two server processes, and a reader that never waits: SPEC LO1, LO2, CU1.

The naive ways are run beside it, on the same tables and under the same checks, to show that the
checks would have found their faults.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import pytest

from backend.kernel.canonical import canonical
from backend.kernel.database import Batch
from backend.kernel.postgres import free_port
from backend.sync import log
from backend.sync.merge import Record, Stamped, fold
from backend.sync.storage import RECORDS
from shared_schemas.sync import PullReply
from tests.e2e.checkers import gaps, lost_updates, missed, not_durable, read_stored
from tests.e2e.servers import Ground, Line, Phone, dial, lay_ground, running_servers

WRITERS = 16
PUSHES = 30
"""By each writer, of one to four operations."""

TASKS = 6
"""Few, so that everybody works on the same records all the time."""

POLL_S = 0.002
RECORD = "7" * 32


class Reader:
    """A phone that asks for what is new every 2 ms, of the one server and the other in turn."""

    def __init__(self, phone: Phone, lines: Sequence[Line]) -> None:
        self._phone = phone
        self._lines = lines
        self._cursor = ""
        self.held: dict[str, str] = {}
        self.polls = 0
        self.fruitful = 0
        self.full = 0

    async def poll(self) -> bool:
        line = self._lines[self.polls % len(self._lines)]
        self.polls += 1
        path = f"/api/sync/pull?cursor={self._cursor}"
        status, answer = await line.ask("GET", path, headers=self._phone.headers)
        assert status == 200, answer
        reply = msgspec.json.decode(answer, type=PullReply)
        self.full += reply.full
        for one in reply.records:
            text = bytes(one.record).decode()
            self.held[msgspec.json.decode(text)["id"]] = text
        self._cursor = reply.cursor
        self.fruitful += bool(reply.records)
        return bool(reply.records)

    async def follow(self, done: asyncio.Event) -> None:
        while not done.is_set():
            await self.poll()
            await asyncio.sleep(POLL_S)
        while await self.poll():
            pass


async def write(phone: Phone, ground: Ground, seed: int) -> list[dict[str, Any]]:
    """Answer at random, changing one's mind, and keep what was acknowledged."""
    choice = random.Random(seed)
    acknowledged = []
    for _ in range(PUSHES):
        texts = [
            phone.answer(
                choice.choice(ground.tasks[:TASKS]),
                choice.choice(ground.items),
                choice.choice(("pass", "pass", "pass", "fail", "not_applicable")),
            )
            for _ in range(choice.randint(1, 4))
        ]
        acknowledged += await phone.push(texts)
    return acknowledged


async def test_LO1_sixteen_writers_over_two_servers_lose_nothing_and_a_reader_misses_nothing(
    database_url: str, tmp_path: Path
) -> None:
    ground = await lay_ground(database_url, people=WRITERS, tasks=TASKS)
    ports = [free_port(), free_port()]
    with running_servers(tmp_path / "data", database_url, ports) as servers:
        await asyncio.gather(*(server.ready() for server in servers))
        phones = [Phone(ground, name) for name in ground.people]
        for number, phone in enumerate(phones):
            await phone.sign_in(ports[number % 2])
        lines = [await dial(port) for port in ports]
        reader = Reader(phones[0], lines)
        done = asyncio.Event()
        following = asyncio.create_task(reader.follow(done))
        work = (write(phone, ground, seed) for seed, phone in enumerate(phones))
        acknowledged = [one for own in await asyncio.gather(*work) for one in own]
        done.set()
        await following
        fresh = Reader(phones[1], lines[1:])
        await fresh.poll()
        for line in lines:
            await line.close()
        for phone in phones:
            await phone.hang_up()
    connection = await asyncpg.connect(database_url)
    try:
        stored = await read_stored(connection, ground.organization)
        commits = await connection.fetchval(
            "SELECT count(*) FROM commits WHERE organization_id = $1", ground.organization
        )
    finally:
        await connection.close()

    assert gaps(stored) == []
    assert not_durable(acknowledged, stored) == []
    assert lost_updates(stored) == []
    seen = msgspec.structs.replace(stored, records={one: stored.records[one] for one in fresh.held})
    assert missed(reader.held, seen) == []
    assert missed(fresh.held, seen) == []

    # It did something: everybody was heard, they met each other, the reader read all along.
    assert len(acknowledged) >= WRITERS * PUSHES
    assert {one["status"] for one in acknowledged} == {"accepted", "merged"}
    assert WRITERS < commits < WRITERS * PUSHES, "pushes of several phones share a commit"
    assert reader.full == 1
    assert reader.fruitful >= 20
    assert set(ground.tasks) <= set(fresh.held)
    assert any(row["caused_by"] for row in stored.log)


# The naive cursor: a number that is handed out before the commit

HANDED_OUT = {
    "sequence": "SELECT nextval('naive')",
    "updated_at": "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint",
}


@pytest.mark.parametrize("kind", HANDED_OUT)
async def test_a_number_handed_out_before_the_commit_would_have_been_caught(
    kind: str, database_url: str
) -> None:
    held: dict[str, str] = {}
    organization = f"naive {kind}"
    async with connections(database_url, WRITERS + 1) as (watching, *writing):
        await watching.execute("CREATE SEQUENCE naive")
        done = asyncio.Event()

        async def store(connection: asyncpg.Connection, writer: int) -> None:
            for number in range(8):
                async with connection.transaction():
                    position = await connection.fetchval(HANDED_OUT[kind])
                    await connection.execute("SELECT pg_sleep(random() * 0.02)")
                    await connection.execute(
                        "INSERT INTO records VALUES ($1, $2, 'task', '', $3, $4)",
                        organization, f"{writer}:{number}", position, f"text of {position}",
                    )  # fmt: skip

        async def follow() -> None:
            cursor, more = 0, True
            while more or not done.is_set():
                found = await watching.fetch(
                    "SELECT id, position, content FROM records"
                    " WHERE organization_id = $1 AND position > $2 ORDER BY position",
                    organization, cursor,
                )  # fmt: skip
                held.update({row["id"]: row["content"] for row in found})
                cursor, more = (found[-1]["position"] if found else cursor), bool(found)
                await asyncio.sleep(POLL_S)

        await beside(follow, done, [store(one, n) for n, one in enumerate(writing)])
        stored = await read_stored(watching, organization)
    assert len(stored.records) == WRITERS * 8
    assert missed(held, stored), "the check must find what this cursor skips"


# Reading before the lock


@pytest.mark.parametrize(("order", "caught"), [("read_first", True), ("lock_first", False)])
async def test_reading_before_the_lock_would_have_been_caught(
    order: str, caught: bool, database_url: str
) -> None:
    organization = f"naive {order}"
    async with connections(database_url, WRITERS + 1) as (watching, *writing):
        async with watching.transaction():
            await log.begin_head(watching, organization)

        async def store(connection: asyncpg.Connection, writer: int) -> None:
            for number in range(1, 6):
                async with connection.transaction():
                    if order == "lock_first":
                        await connection.execute(log.lock_head(organization))
                    record = await read_record(connection, organization)
                    await connection.execute("SELECT pg_sleep(0.002)")
                    if order == "read_first":
                        await connection.execute(log.lock_head(organization))
                    await append(connection, organization, record, writer, number)

        await asyncio.gather(*(store(one, n) for n, one in enumerate(writing)))
        stored = await read_stored(watching, organization)
    assert len(stored.log) == WRITERS * 5
    assert gaps(stored) == [], "positions alone do not show it"
    assert bool(lost_updates(stored)) is caught


async def read_record(connection: asyncpg.Connection, organization: str) -> Record | None:
    text = await connection.fetchval(
        "SELECT content FROM records WHERE organization_id = $1 AND id = $2", organization, RECORD
    )
    return msgspec.json.decode(text) if text else None


async def append(
    connection: asyncpg.Connection,
    organization: str,
    record: Record | None,
    writer: int,
    number: int,
) -> None:
    """Fold one answer into what was read, and write log, head and record as the product does."""
    position = 1 + await connection.fetchval(
        "SELECT position FROM log_heads WHERE organization_id = $1", organization
    )
    body = {"kind": "item_answered", "item": "a", "checklist": "c", "answer": "pass"}
    operation = Stamped(
        id=f"{writer}:{number}",
        kind="item_answered",
        record=RECORD,
        record_kind="task",
        person=f"person {writer}",
        role="",
        stamp=time.time_ns() // 1_000,
        saw=0,
        position=position,
        body=body,
    )
    batch = Batch()
    row = log.LogRow(
        organization_id=organization,
        id=operation.id,
        position=position,
        writer_id=str(writer),
        counter=number,
        person_id=operation.person,
        role="",
        device_id="",
        record_id=RECORD,
        record_kind="task",
        kind="item_answered",
        site_id="",
        stamp=operation.stamp,
        saw=0,
        best_ms=0,
        earliest_ms=0,
        latest_ms=0,
        time_class="C",
        received_ms=0,
        caused_by="",
        sha256="",
        outcome="",
        content=canonical({"body": body}),
    )
    await log.append(connection, batch, [row])
    log.move_head(batch, organization, position, 0)
    text = canonical(fold(record, operation))
    stored = {"organization_id": organization, "id": RECORD, "kind": "task", "site_id": ""}
    batch.put(RECORDS, [{**stored, "position": position, "content": text, "sum": 0}])
    await batch.send(connection)


@asynccontextmanager
async def connections(database_url: str, count: int) -> AsyncIterator[list[asyncpg.Connection]]:
    """Give so many connections, closed at the end."""
    opened = [await asyncpg.connect(database_url) for _ in range(count)]
    try:
        yield opened
    finally:
        for one in opened:
            await one.close()


async def beside(
    follow: Callable[[], Awaitable[None]], done: asyncio.Event, work: Sequence[Awaitable[None]]
) -> None:
    """Follow while the work is done, and a little longer."""
    following = asyncio.ensure_future(follow())
    await asyncio.gather(*work)
    done.set()
    await following
