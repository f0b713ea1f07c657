"""The real phone engine sends large photos to the real server over a line that is cut for real."""

import asyncio
import base64
import contextlib
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
from PIL import Image

from backend.evidence.store import key_of
from backend.evidence.uploads import PART
from backend.kernel.identity import content_hash
from backend.kernel.postgres import free_port
from tests.e2e.servers import PASSWORD, Server, lay_ground
from tests.simulation.test_real_client import PWA, node

PHOTOS, SIZE, ROUNDS = 3, 1_500_000, 60
CUT_AFTER = (330_000, 600_000, 190_000, 700_000, 120_000)
"""So many bytes pass up one line after the other before it is torn; units: bytes."""


class Line:
    """A way to the server that tears each connection after some bytes and counts what passed."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cuts = 0
        self.passed = 0
        self.begun = 0
        self.open: set[asyncio.Task[None]] = set()

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        me = asyncio.current_task()
        assert me is not None
        self.open.add(me)
        allowed = CUT_AFTER[self.begun % len(CUT_AFTER)]
        self.begun += 1
        there, back = await asyncio.open_connection("127.0.0.1", self.port)
        ways = [
            asyncio.create_task(self._up(reader, back, allowed)),
            asyncio.create_task(self._down(there, writer)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            for one in (writer, back):
                one.transport.abort()
                with contextlib.suppress(OSError):
                    await one.wait_closed()
            self.open.discard(me)

    async def _up(
        self, reader: asyncio.StreamReader, back: asyncio.StreamWriter, allowed: int
    ) -> None:
        while chunk := await reader.read(16_384):
            self.passed += len(chunk)
            allowed -= len(chunk)
            if allowed < 0:
                self.cuts += 1
                return
            back.write(chunk)
            await back.drain()

    async def _down(self, there: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await there.read(16_384):
            writer.write(chunk)
            await writer.drain()


@asynccontextmanager
async def torn_line(port: int) -> AsyncIterator[tuple[Line, int]]:
    """Give the line and the port where it is met."""
    line, own = Line(port), free_port()
    async with await asyncio.start_server(line.meet, "127.0.0.1", own):
        yield line, own
        for one in list(line.open):
            one.cancel()
        await asyncio.gather(*line.open, return_exceptions=True)


async def send_photos(**assignment: Any) -> dict[str, Any]:
    """Let the phone work until everything is in or its rounds are used up."""
    program = "src/sync/testing/cut-photos.ts"
    run = await asyncio.create_subprocess_exec(
        node(), "--disable-warning=ExperimentalWarning", program, json.dumps(assignment),
        cwd=PWA, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said, wrong = await asyncio.wait_for(run.communicate(), 90)
    assert run.returncode == 0, wrong.decode()[-3000:]
    told: dict[str, Any] = json.loads(said.decode().strip().splitlines()[-1])
    return told


def a_photo() -> str:
    content = io.BytesIO()
    Image.new("RGB", (8, 8), "navy").save(content, "JPEG")
    return base64.b64encode(content.getvalue()).decode()


async def test_EV10_real_phone_sends_large_photos_over_a_line_that_is_cut_all_the_time(
    database_url: str, tmp_path: Path
) -> None:
    ground = await lay_ground(database_url, people=1, tasks=1)
    server = Server(tmp_path / "data", free_port(), database_url)
    server.begin()
    try:
        await server.ready()
        async with torn_line(server.port) as (line, port):
            told = await send_photos(
                address=f"http://127.0.0.1:{port}",
                password=PASSWORD,
                person=ground.people[0],
                task=ground.tasks[0],
                item=ground.items[0],
                photos=PHOTOS,
                size=SIZE,
                rounds=ROUNDS,
                photo=a_photo(),
            )
    finally:
        server.kill()
    assert set(told["states"]) == {"delivered"}, (told["problem"], told["reached"])
    assert told["confirmed_ms"] is not None
    assert told["photos_waiting_count"] == 0
    assert line.cuts >= PHOTOS, "the line was really cut"
    # Each cut costs a part at most; the rest are headers, the session and the records.
    assert line.passed <= PHOTOS * SIZE + line.cuts * PART + 40_000 * told["rounds"]
    for sha256 in told["hashes"]:
        stored = server.data / "evidence" / key_of(ground.organization, sha256)
        assert content_hash(stored.read_bytes()) == sha256
    assert list((server.data / "evidence" / "uploads").iterdir()) == []
    connection = await asyncpg.connect(database_url)
    uploads = await connection.fetch("SELECT sha256 FROM evidence_uploads")
    await connection.close()
    assert {row["sha256"] for row in uploads} == set(told["hashes"])
