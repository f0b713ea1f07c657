"""Photos in parts against real server processes: lines that are cut, and two workers."""

import asyncio
import base64
import io
import os
from pathlib import Path

from PIL import Image

from backend.evidence.uploads import PART
from backend.kernel.identity import content_hash
from backend.kernel.postgres import free_port
from tests.e2e.servers import Phone, Server, hang_up, lay_ground, running_servers

IN_PARTS = "content-type: application/offset+octet-stream\r\n"
TUS = "tus-resumable: 1.0.0\r\n"


def picture(size: int) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (80, 60), (200, 80, 40)).save(written, "JPEG")
    return written.getvalue() + os.urandom(size)


def begun(content: bytes) -> str:
    """Give the headers that begin an upload."""
    values = {"sha256": content_hash(content), "filetype": "image/jpeg"}
    told = ",".join(f"{n} {base64.b64encode(v.encode()).decode()}" for n, v in values.items())
    return f"{TUS}upload-length: {len(content)}\r\nupload-metadata: {told}\r\n"


class Sender:
    """A phone that knows how to say the few words of an upload, over lines that can be cut."""

    def __init__(self, phone: Phone, content: bytes) -> None:
        self.phone = phone
        self.content = content
        self.path = f"/api/uploads/{content_hash(content)}"

    async def head(
        self, port: int, method: str, headers: str, body: bytes = b""
    ) -> tuple[int, dict]:
        """Ask on a fresh line; give status and headers."""
        path = "/api/uploads" if method == "POST" else self.path
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        length = "" if method == "HEAD" else f"content-length: {len(body)}\r\n"
        asked = (
            f"{method} {path} HTTP/1.1\r\nhost: phone\r\n{self.phone.headers}{headers}{length}\r\n"
        )
        writer.write(asked.encode() + body)
        raw = await reader.readuntil(b"\r\n\r\n")
        await hang_up(writer)
        lines = raw.decode("latin-1").split("\r\n")
        pairs = (line.split(": ", 1) for line in lines[1:] if line)
        return int(lines[0].split(" ")[1]), {name.lower(): value for name, value in pairs}

    async def offset(self, port: int) -> int:
        status, told = await self.head(port, "HEAD", TUS)
        assert status == 200
        return int(told["upload-offset"])

    async def go_on(self, port: int, offset: int, until: int) -> int:
        headers = f"{TUS}{IN_PARTS}upload-offset: {offset}\r\n"
        status, _ = await self.head(port, "PATCH", headers, self.content[offset:until])
        return status

    async def cut(self, port: int, offset: int, sent: int, *, rudely: bool) -> None:
        """Announce everything that is left, send some of it, and tear the line."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        announced = len(self.content) - offset
        writer.write(
            f"PATCH {self.path} HTTP/1.1\r\nhost: phone\r\n{self.phone.headers}{TUS}{IN_PARTS}"
            f"upload-offset: {offset}\r\ncontent-length: {announced}\r\n\r\n".encode()
            + self.content[offset : offset + sent]
        )
        await writer.drain()
        await asyncio.sleep(0.3)
        if rudely:
            writer.transport.abort()
        await hang_up(writer)
        del reader


async def test_EV10_line_cut_in_mid_patch_keeps_what_arrived(
    database_url: str, tmp_path: Path
) -> None:
    ground = await lay_ground(database_url, people=1, tasks=1)
    server = Server(tmp_path / "data", free_port(), database_url)
    server.begin()
    try:
        await server.ready()
        phone = Phone(ground, ground.people[0])
        await phone.sign_in(server.port)
        sender = Sender(phone, picture(2_000_000))
        await sender.head(server.port, "POST", begun(sender.content))
        reached = 0
        for sent, rudely in ((700_000, False), (100, True), (300_000, True), (PART, False)):
            await sender.cut(server.port, reached, sent, rudely=rudely)
            await asyncio.sleep(0.5)
            kept = await sender.offset(server.port)
            assert reached + sent - PART <= kept <= reached + sent
            # A line that ends in order loses nothing of what was on it.
            assert rudely or kept == reached + sent
            reached = kept
        assert reached > 900_000
        assert await sender.go_on(server.port, reached, len(sender.content)) == 200
        kept_file = server.data / "evidence" / ground.organization
        [stored] = [path for path in kept_file.rglob("*") if path.is_file()]
        assert stored.read_bytes() == sender.content
        assert list((server.data / "evidence" / "uploads").iterdir()) == []
        await phone.hang_up()
    finally:
        server.kill()


async def test_EV10_killed_server_keeps_every_part_it_acknowledged(
    database_url: str, tmp_path: Path
) -> None:
    ground = await lay_ground(database_url, people=1, tasks=1)
    server = Server(tmp_path / "data", free_port(), database_url)
    server.begin()
    try:
        await server.ready()
        phone = Phone(ground, ground.people[0])
        await phone.sign_in(server.port)
        sender = Sender(phone, picture(1_000_000))
        await sender.head(server.port, "POST", begun(sender.content))
        for offset in (0, PART):
            assert await sender.go_on(server.port, offset, offset + PART) == 204
        await sender.cut(server.port, 2 * PART, 100_000, rudely=False)
        server.kill()
        server.begin()
        await server.ready()
        kept = await sender.offset(server.port)
        assert kept >= 2 * PART
        assert await sender.go_on(server.port, kept, len(sender.content)) == 200
        await phone.hang_up()
    finally:
        server.kill()


async def test_EV10_two_workers_take_the_parts_of_one_photo_in_turn(
    database_url: str, tmp_path: Path
) -> None:
    ground = await lay_ground(database_url, people=1, tasks=1)
    ports = [free_port(), free_port()]
    with running_servers(tmp_path / "data", database_url, ports) as servers:
        for server in servers:
            await server.ready()
        phone = Phone(ground, ground.people[0])
        await phone.sign_in(ports[0])
        sender = Sender(phone, picture(1_300_000))
        await sender.head(ports[0], "POST", begun(sender.content))
        offset, turn = 0, 0
        while offset < len(sender.content):
            until = min(offset + PART, len(sender.content))
            answers = await asyncio.gather(*(sender.go_on(port, offset, until) for port in ports))
            # Both are sent the same part at once: one takes it, or both say that it is there.
            assert min(answers) in (200, 204)
            assert max(answers) in (200, 409)
            offset, turn = until, 1 - turn
            assert await sender.offset(ports[turn]) == offset
        parts = tmp_path / "data" / "evidence" / "uploads"
        assert list(parts.iterdir()) == []
        await phone.hang_up()
