"""Real server processes, a ground to work on, and phones that speak HTTP and nothing else.

For tests that need two processes or a kill -9, and for the benchmark: everything goes the way of a
real phone (sign-in, cookie, push, pull), only the phone itself is a few lines of Python.
"""

import asyncio
import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import brotli
import msgspec
from msgspec import Struct

from backend.directory.actors import RoleAt
from backend.directory.enrol import NewPerson, add_person, add_site, create_organization
from backend.directory.passwords import hash_now
from backend.kernel.canonical import canonical
from backend.kernel.clock import SystemClock
from backend.kernel.database import Database
from backend.kernel.identity import content_hash, derived_id
from backend.packs.loader import PACKS_FOLDER, load_pack
from backend.switchboard import SWITCHBOARD
from backend.sync.committer import Committer
from backend.sync.server_writer import server_submission
from shared_schemas.inspections import Checklist, Plan
from shared_schemas.primitives import Bilingual
from shared_schemas.timetable import Window

REPOSITORY = Path(__file__).parent.parent.parent
PASSWORD = "walk-the-rounds"
DAY_MS = 86_400_000
INSPECTOR = RoleAt("quality_inspector", "")


class Ground(Struct, frozen=True, kw_only=True):
    """An organisation with its sites, one checklist, inspectors of all sites and tasks due.

    The tasks are spread over the sites in order: the first share is the first site's.
    """

    organization: str
    sites: tuple[str, ...]
    checklist: str
    items: tuple[str, ...]
    people: tuple[str, ...]
    tasks: tuple[str, ...]


async def lay_ground(
    database_url: str, *, code: str = "ground", people: int = 16, tasks: int = 40, sites: int = 1
) -> Ground:
    """Make an organisation whose inspectors can begin at once; scored by the mall's own scheme."""
    database = Database(database_url)
    await database.open()
    committer = Committer(database, SWITCHBOARD, SystemClock())
    try:
        return await _lay(database, committer, code, people, tasks, sites)
    finally:
        await committer.close()
        await database.close()


async def publish(
    database_url: str,
    organization: str,
    records: Iterable[tuple[str, dict[str, Any]]],
    at_ms: int | None = None,
) -> None:
    """Make more known in an organisation, in the server's own name; refused is an error.

    Units: `at_ms` in milliseconds UTC; now where it is not told.
    """
    database = Database(database_url)
    await database.open()
    committer = Committer(database, SWITCHBOARD, SystemClock())
    moment = SystemClock().now_ms() if at_ms is None else at_ms
    try:
        for record, body in records:
            outcomes = await committer.push(
                server_submission(organization, record, msgspec.to_builtins(body), moment)
            )
            assert outcomes[0].status in ("accepted", "duplicate"), outcomes[0]
    finally:
        await committer.close()
        await database.close()


async def _lay(
    database: Database, committer: Committer, code: str, people: int, tasks: int, sites: int
) -> Ground:
    ground = Ground(
        organization=derived_id("ground", code),
        sites=tuple(derived_id("ground site", code, number) for number in range(sites)),
        checklist=derived_id("ground checklist", code),
        items=tuple(item.id for item in _checklist().items[:10]),
        people=tuple(f"{code}-{number}" for number in range(people)),
        tasks=tuple(derived_id("ground task", code, number) for number in range(tasks)),
    )
    await create_organization(
        database,
        code=code,
        name=Bilingual(zh="试验场", en="Proving ground"),
        manager=f"{code}-manager",
        organization=ground.organization,
        scrypt_cost=2**4,
    )
    async with database.transaction() as connection:
        await _let_in(connection, ground)
    now_ms = SystemClock().now_ms()
    for record, body in _published(ground, now_ms):
        outcomes = await committer.push(
            server_submission(ground.organization, record, msgspec.to_builtins(body), now_ms)
        )
        assert outcomes[0].status == "accepted", outcomes[0]
    return ground


async def _let_in(connection: Any, ground: Ground) -> None:
    for number, site in enumerate(ground.sites):
        called = Bilingual(zh=f"试验楼{number}", en=f"Site {number}")
        await add_site(
            connection, ground.organization, site=site, code=f"site-{number}", name=called
        )
    hashed = hash_now(PASSWORD, 2**4)
    for name in ground.people:
        new = NewPerson(
            user_name=name,
            name=Bilingual(zh=name),
            roles=(INSPECTOR,),
            password=PASSWORD,
            password_hash=hashed,
            id=derived_id("ground person", name),
        )
        await add_person(connection, ground.organization, new)


def _checklist() -> Checklist:
    return next(one for one in load_pack(PACKS_FOLDER / "mall").checklists if len(one.items) >= 10)


def _published(ground: Ground, now_ms: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give what is made known: the checklist, the mall's scheme, a plan and its windows per site."""
    yield ground.checklist, {"kind": "checklist_published", "checklist": _checklist()}
    for scheme in load_pack(PACKS_FOLDER / "mall").schemes:
        record = derived_id("ground scheme", ground.organization, scheme.code)
        yield record, {"kind": "scheme_published", "scheme": scheme, "sites": ground.sites}
    share = -(-len(ground.tasks) // len(ground.sites))
    day = time.strftime("%Y-%m-%d", time.gmtime(now_ms / 1000))
    for number, site in enumerate(ground.sites):
        plan = Plan(
            code="rounds",
            title=Bilingual(zh="巡检", en="Rounds"),
            site=site,
            checkpoint=derived_id("ground checkpoint", site),
            checklist=ground.checklist,
            cadence="ad_hoc",
            use="assessment",
            opens="00:00",
            closes="23:59",
            roles=(INSPECTOR.role,),
        )
        windows = tuple(
            Window(
                task=task,
                on=day,
                ordinal=ordinal,
                opens_ms=now_ms - DAY_MS,
                closes_ms=now_ms + DAY_MS,
            )
            for ordinal, task in enumerate(ground.tasks[number * share : (number + 1) * share], 1)
        )
        plan_id = derived_id("ground plan", site)
        yield plan_id, {"kind": "plan_published", "plan": plan}
        agenda = {"kind": "agenda_planned", "plan": plan_id, "month": day[:7], "windows": windows}
        yield derived_id("ground agenda", site), agenda


# Server processes


class Server:
    """One `roundsman serve` in a process of its own."""

    def __init__(
        self,
        data: Path,
        port: int,
        database_url: str = "",
        *,
        pages: Path | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        """Say where its data lies; an empty address means its own PostgreSQL in that folder.

        `pages` are other pages than the ones built now, `settings` more variables by their names.
        """
        self.data = data
        self.port = port
        self._environment = {
            **{name: value for name, value in os.environ.items() if "ROUNDSMAN" not in name},
            "ROUNDSMAN_DATA": str(data),
            "ROUNDSMAN_PORT": str(port),
            "ROUNDSMAN_DATABASE_URL": database_url,
            "ROUNDSMAN_SIGN_IN_TRIES": "10000",
            "ROUNDSMAN_SCRYPT_COST": str(2**4),
            **({"ROUNDSMAN_STATIC": str(pages)} if pages else {}),
            **(settings or {}),
        }
        self.command = [sys.executable, "-m", "backend.cli", "serve"]
        self.process: subprocess.Popen[bytes] | None = None
        self.log = data / f"server-{port}.log"

    def begin(self) -> None:
        """Start the process without waiting for it."""
        self.data.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=REPOSITORY,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    async def ready(self, patience_s: float = 60.0) -> None:
        """Wait until it answers that it is healthy."""
        deadline = time.monotonic() + patience_s
        while time.monotonic() < deadline:
            assert self.process is not None
            code = self.process.poll()
            assert code is None, f"the server ended with {code}:\n{self.said()}"
            with contextlib.suppress(OSError, EOFError, asyncio.IncompleteReadError):
                async with line_to(self.port) as line:
                    status, _ = await line.ask("GET", "/health")
                    if status == 200:
                        return
            await asyncio.sleep(0.05)
        raise TimeoutError(self.said())

    def kill(self) -> None:
        """End it as a power cut would, and bury it."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        if self.process is not None:
            self.process.wait()

    def interrupt(self, patience_s: float = 10.0) -> int:
        """Press Ctrl-C and give the exit code; it must be gone in time."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=patience_s)

    def said(self) -> str:
        """Give what it printed."""
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""


@contextmanager
def running_servers(data: Path, database_url: str, ports: Sequence[int]) -> Iterator[list[Server]]:
    """Start servers on one database at once and stop them at the end."""
    servers = [Server(data, port, database_url) for port in ports]
    try:
        for server in servers:
            server.begin()
        yield servers
    finally:
        for server in servers:
            server.kill()


# Phones


class Line:
    """One kept-alive connection, with as little of its own between request and answer as can be."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Speak over an open connection."""
        self._reader = reader
        self._writer = writer
        self.received = 0
        self.cookie = ""

    async def ask(
        self, method: str, path: str, body: bytes = b"", headers: str = "", *, unpack: bool = True
    ) -> tuple[int, bytes]:
        """Send a request whole and give status and body of the answer, unpacked unless told."""
        head = (
            f"{method} {path} HTTP/1.1\r\nhost: phone\r\naccept-encoding: br\r\n{headers}"
            f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        self._writer.write(head.encode() + body)
        status, fields = _head(await self._reader.readuntil(b"\r\n\r\n"))
        answer = await self._body(fields)
        self.received = len(answer)
        if unpack and fields.get("content-encoding") == "br":
            answer = brotli.decompress(answer)
        self.cookie = fields.get("set-cookie", "").partition(";")[0]
        return status, answer

    async def _body(self, fields: dict[str, str]) -> bytes:
        if "content-length" in fields:
            return await self._reader.readexactly(int(fields["content-length"]))
        parts = []
        while fields.get("transfer-encoding") == "chunked":
            size = int(await self._reader.readline(), 16)
            part = await self._reader.readexactly(size + 2)
            if not size:
                break
            parts.append(part[:-2])
        return b"".join(parts)

    async def close(self) -> None:
        """Hang up."""
        await hang_up(self._writer)


async def hang_up(writer: asyncio.StreamWriter) -> None:
    """End a line and see it ended: one that outlives its event loop warns in some later test."""
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


def _head(raw: bytes) -> tuple[int, dict[str, str]]:
    lines = raw.decode("latin-1").split("\r\n")
    pairs = (line.split(": ", 1) for line in lines[1:] if line)
    return int(lines[0].split(" ", 2)[1]), {name.lower(): value for name, value in pairs}


@asynccontextmanager
async def line_to(port: int) -> AsyncIterator[Line]:
    """Give an open line to a server on this machine."""
    line = await dial(port)
    try:
        yield line
    finally:
        await line.close()


async def dial(port: int) -> Line:
    """Open a line to a server on this machine."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**24)
    return Line(reader, writer)


class Phone:
    """A signed-in phone with one writer: it knows its cookie, its counter and its own clock."""

    def __init__(self, ground: Ground, user_name: str, writer: str = "") -> None:
        """Know who works with it; nothing is sent yet."""
        self.ground = ground
        self.user_name = user_name
        self.writer = writer or secrets.token_hex(16)
        self.counter = 0
        self.headers = ""
        self.line: Line | None = None
        self.person = derived_id("ground person", user_name)

    async def sign_in(self, port: int) -> None:
        """Dial, sign in and have the writer bound; the session is kept when it is there already."""
        await self.dial(port)
        if self.headers:
            return
        device = derived_id("phone", self.writer)
        asked = {
            "user_name": self.user_name,
            "password": PASSWORD,
            "device": {"id": device, "label": "simulated"},
        }
        reply = await self._ask("POST", "/api/session", json.dumps(asked).encode())
        assert self.line is not None
        self.headers = f"cookie: {self.line.cookie}\r\nx-roundsman-csrf: {reply['csrf']}\r\n"
        await self._ask("POST", "/api/writers", json.dumps({"writer": self.writer}).encode())

    async def dial(self, port: int) -> None:
        """Open a fresh line to that server."""
        await self.hang_up()
        self.line = await dial(port)

    async def hang_up(self) -> None:
        """Close the line; the session stays."""
        if self.line is not None:
            await self.line.close()
            self.line = None

    def answer(self, task: str, item: str, answer: str) -> bytes:
        """Write down one answer as the phone would, under its next counter."""
        body = {"item": item, "checklist": self.ground.checklist, "answer": answer}
        return self._write(task, {"kind": "item_answered", **body})

    def photograph(self, task: str, item: str, photo: bytes) -> bytes:
        """Write down that a photo was taken of an item; its bytes go up apart."""
        sha256 = content_hash(photo)
        declared = {"media_type": "image/jpeg", "sha256": sha256, "size": len(photo)}
        return self._write(
            task, {"kind": "evidence_added", "item": item, "photo": sha256}, declared
        )

    def _write(self, task: str, body: dict[str, Any], *evidence: dict[str, Any]) -> bytes:
        self.counter += 1
        now_ms = time.time_ns() // 1_000_000
        return canonical(
            {
                "based_on": 0,
                "body": body,
                "captured": self._clocks(now_ms),
                "counter": self.counter,
                "evidence": evidence,
                "id": f"{self.writer}:{self.counter}",
                "record": task,
                "record_kind": "task",
                "saw_stamp": 0,
                "schema": 1,
                "writer": self.writer,
            }
        ).encode()

    def _clocks(self, now_ms: int) -> dict[str, Any]:
        return {
            "wall_ms": now_ms,
            "mono_ms": time.monotonic_ns() // 1_000_000,
            "origin_ms": 0,
            "session": self.writer[:8],
            "zone": "Asia/Shanghai",
            "anchor": None,
        }

    def request(self, operations: Sequence[bytes]) -> bytes:
        """Put operations into a push, each byte for byte as it was written."""
        sent = canonical(self._clocks(time.time_ns() // 1_000_000)).encode()
        return b'{"writer":"%s","sent":%s,"wire":1,"operations":[%s]}' % (
            self.writer.encode(),
            sent,
            b",".join(operations),
        )

    async def send(self, request: bytes) -> bytes:
        """Push and give the answer as it came; anything but 200 is an error."""
        assert self.line is not None
        status, answer = await self.line.ask("POST", "/api/sync/push", request, self.headers)
        assert status == 200, (status, answer[:500])
        return answer

    async def push(self, operations: Sequence[bytes]) -> list[dict[str, Any]]:
        """Push and give one outcome per operation; each names the hash of what was sent."""
        reply = json.loads(await self.send(self.request(operations)))
        outcomes: list[dict[str, Any]] = reply["outcomes"]
        assert [one["sha256"] for one in outcomes] == [content_hash(one) for one in operations]
        return outcomes

    async def upload(self, photo: bytes) -> None:
        """Send a photo's bytes; anything but a receipt is an error."""
        assert self.line is not None
        path = f"/api/evidence/{content_hash(photo)}"
        status, answer = await self.line.ask("PUT", path, photo, self.headers)
        assert status == 200, (status, answer[:500])

    async def pull(self, cursor: str = "", limit: int = 1_000) -> dict[str, Any]:
        """Pull one page."""
        reply: dict[str, Any] = await self._ask(
            "GET", f"/api/sync/pull?cursor={cursor}&writers={self.writer}&limit={limit}"
        )
        return reply

    async def _ask(self, method: str, path: str, body: bytes = b"") -> Any:
        assert self.line is not None
        status, answer = await self.line.ask(method, path, body, self.headers)
        assert status == 200, (status, answer[:500])
        return json.loads(answer)
