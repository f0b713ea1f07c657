"""An open office page hears of every commit, from whichever process, and never holds a server up."""

import asyncio
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import asyncpg
import httpx
import pytest

from backend.office.live import CHANNEL, Live, Page, revisions
from tests.api.office_world import ORG, OTHER


@contextmanager
def server(url: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run the event stream in another process, on a port that is ours from the start."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.api.office_server", url, str(listening.fileno())],
            pass_fds=[listening.fileno()], stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
    try:
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.kill()
        process.communicate()


@asynccontextmanager
async def stream(address: str) -> AsyncIterator[AsyncIterator[str]]:
    async with (
        httpx.AsyncClient(timeout=20) as client,
        client.stream("GET", f"{address}/api/office/events") as reply,
    ):
        assert reply.headers["content-type"].startswith("text/event-stream")
        yield (
            line.removeprefix("data: ")
            async for line in reply.aiter_lines()
            if line.startswith("data")
        )


async def until(lines: AsyncIterator[str], revision: str) -> None:
    """Read on to that revision; the same number may be told twice, never a greater one before it."""
    async with asyncio.timeout(5):
        while (heard := await anext(lines)) != revision:
            assert int(heard) < int(revision)


async def commit(url: str, organization: str, position: int) -> None:
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await connection.execute(
                "INSERT INTO log_heads VALUES ($1, $2) ON CONFLICT (organization_id)"
                " DO UPDATE SET position = excluded.position", organization, position,
            )  # fmt: skip
            await connection.execute(
                "SELECT pg_notify($1, $2)", CHANNEL, f"{organization}:{position}"
            )
    finally:
        await connection.close()


async def test_every_process_tells_its_pages_and_stops_at_once_with_streams_open(
    database_url: str,
) -> None:
    with server(database_url) as (one, process), server(database_url) as (two, other):
        async with stream(one) as first, stream(two) as second:
            assert [await anext(first), await anext(second)] == ["0", "0"]
            began = time.monotonic()
            await commit(database_url, OTHER, 5)
            await commit(database_url, ORG, 7)
            await until(first, "7")
            await until(second, "7")
            assert time.monotonic() - began < 1
            process.send_signal(signal.SIGTERM)
            other.send_signal(signal.SIGINT)
            with pytest.raises(StopAsyncIteration):
                await anext(first)
            with pytest.raises(StopAsyncIteration):
                await anext(second)
        assert process.communicate(timeout=5)[0] == "closed\n"
        assert other.communicate(timeout=5)[0] == "closed\n"


async def test_a_page_hears_again_after_the_listening_connection_was_lost(
    database_url: str,
) -> None:
    live = Live(database_url)
    await live.open()
    try:
        with live.page(ORG) as page:
            await hears(page, database_url)
            connection = await asyncpg.connect(database_url)
            await connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
            await connection.close()
            assert await page.wait(5)
            await hears(page, database_url)
    finally:
        await live.close()
    assert live.count == 0


async def hears(page: Page, url: str) -> None:
    for position in range(20):
        await commit(url, ORG, position)
        if await page.wait(0.5):
            return
    pytest.fail("the page was never woken")


async def test_a_quiet_stream_gives_signs_of_life_until_the_session_ends() -> None:
    live = Live("", heartbeat_s=0.01)
    answers = iter([True, True, False])

    async def read() -> int:
        return 3

    async def still_allowed() -> bool:
        return next(answers)

    heard = [part async for part in revisions(live, ORG, read, still_allowed)]
    assert heard[0] == b"retry: 2000\nevent: revision\nid: 3\ndata: 3\n\n"
    assert heard[1:] == [b": here\n\n", b": here\n\n"]
    assert live.count == 0


async def test_many_changes_while_a_page_is_busy_wake_it_once() -> None:
    live = Live("")
    with live.page(ORG) as page, live.page(OTHER) as other:
        for _ in range(100):
            live.heard(ORG)
        assert await page.wait(0)
        assert not await page.wait(0)
        assert not await other.wait(0)


async def test_signal_handlers_are_given_back(database_url: str) -> None:
    before = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)]
    live = Live(database_url)
    await live.open()
    await asyncio.sleep(0)
    await live.close()
    assert [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)] == before
