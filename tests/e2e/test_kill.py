"""kill -9 in the middle of a storm, Ctrl-C with an open page, and starts that must say no.

Everything acknowledged is there afterwards, and the next start needs nobody's help.
"""

import asyncio
import contextlib
import os
import random
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from backend.kernel.migrations import migrate
from backend.kernel.postgres import EmbeddedPostgres, free_port
from backend.kernel.postgres_processes import living_in, process_in_lock_file
from backend.start import SAMPLE_MARK
from tests.conftest import run_apart
from tests.e2e.checkers import gaps, lost_updates, not_durable, read_stored
from tests.e2e.servers import Ground, Phone, Server, lay_ground

PHONES = 6
KILLS = 10
DATABASE_KILLS = frozenset({3, 7})
"""Storms in which PostgreSQL itself is killed, and only then the server."""

STORM = 20
"""Operations acknowledged in a storm at least; at most three times as many, then it is ended."""

SOAK_KILLS = int(os.environ.get("ROUNDSMAN_SOAK_KILLS", "1000"))
"""How often `make soak` kills; about three seconds each."""

BROKEN = (OSError, EOFError, asyncio.IncompleteReadError)


class Place:
    """A data folder with one organisation in it, ready to be served and killed."""

    def __init__(self, data: Path, ground: Ground) -> None:
        self.data = data
        self.ground = ground
        self.server = Server(data, free_port())

    @property
    def cluster(self) -> Path:
        return self.data / "postgres" / "cluster"

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[asyncpg.Connection]:
        """Look into the database while nobody serves it."""
        with EmbeddedPostgres(self.data / "postgres") as postgres:
            connection = await asyncpg.connect(postgres.dsn)
            try:
                yield connection
            finally:
                await connection.close()


@pytest.fixture
def place() -> Iterator[Place]:
    """A data folder that PostgreSQL's own user can reach, durable as in real life."""
    data = Path(tempfile.mkdtemp(dir="/tmp", prefix="roundsman-kill-"))
    data.chmod(0o755)
    with EmbeddedPostgres(data / "postgres") as postgres:
        run_apart(migrate(postgres.dsn))
        ground = run_apart(lay_ground(postgres.dsn, people=PHONES, tasks=20))
    (data / SAMPLE_MARK).write_text("1\n", encoding="ascii")
    place = Place(data, ground)
    yield place
    place.server.kill()
    with EmbeddedPostgres(data / "postgres"):
        pass
    shutil.rmtree(data)


class Stormy:
    """A phone that writes without a pause, and remembers what it was told is safe."""

    def __init__(self, phone: Phone, seed: int) -> None:
        self.phone = phone
        self.acknowledged: list[dict[str, Any]] = []
        self.waiting: list[bytes] = []
        self.broken_off = 0
        self._choice = random.Random(seed)

    async def storm(self) -> None:
        """Push until the line breaks; what was not answered is sent again first."""
        self.broken_off += bool(self.waiting)
        while True:
            await self.send()
            self.waiting = [self._answer() for _ in range(self._choice.randint(1, 5))]

    async def send(self) -> None:
        if self.waiting:
            outcomes = await self.phone.push(self.waiting)
            assert all(one["status"] in ("accepted", "merged", "duplicate") for one in outcomes)
            self.acknowledged += outcomes
        self.waiting = []

    def _answer(self) -> bytes:
        ground = self.phone.ground
        verdict = self._choice.choice(("pass", "pass", "fail"))
        return self.phone.answer(
            self._choice.choice(ground.tasks), self._choice.choice(ground.items), verdict
        )


@pytest.mark.timeout(180)
async def test_kill_nine_in_a_storm_ten_times_loses_nothing_acknowledged(place: Place) -> None:
    await storms(place, KILLS, DATABASE_KILLS)


@pytest.mark.soak
@pytest.mark.timeout(0)
async def test_kill_nine_in_a_storm_a_thousand_times(place: Place) -> None:
    await storms(place, SOAK_KILLS, frozenset(range(3, SOAK_KILLS, 5)))


async def storms(place: Place, kills: int, database_kills: frozenset[int]) -> None:
    phones = [
        Stormy(Phone(place.ground, name), seed) for seed, name in enumerate(place.ground.people)
    ]
    when = random.Random(kills)
    for number in range(kills):
        enough = heard(phones) + when.randint(STORM, 3 * STORM)
        await one_storm(
            place, phones, enough, when.uniform(0.0, 0.02), database=number in database_kills
        )
        if (number + 1) % 100 == 0:
            sys.stdout.write(f"{number + 1} kills, {heard(phones)} operations acknowledged\n")
    place.server.begin()
    await place.server.ready()
    states = []
    for one in phones:
        await one.phone.sign_in(place.server.port)
        await one.send()
        states += (await one.phone.pull())["writers"]
        await one.phone.hang_up()
    assert place.server.interrupt() == 0
    async with place.opened() as connection:
        stored = await read_stored(connection, place.ground.organization)

    acknowledged = [outcome for one in phones for outcome in one.acknowledged]
    assert not_durable(acknowledged, stored) == []
    assert gaps(stored) == []
    assert lost_updates(stored) == []
    counters = {one.phone.writer: one.phone.counter for one in phones}
    assert {one["writer"]: one["contiguous"] for one in states} == counters, "every queue is empty"

    # It did something: each storm was one, and broke off what was under way.
    assert len(acknowledged) >= kills * STORM
    assert len({one["id"] for one in acknowledged}) == sum(counters.values())
    assert sum(one.broken_off for one in phones) >= kills


def heard(phones: list[Stormy]) -> int:
    """How many operations have been acknowledged so far."""
    return sum(len(one.acknowledged) for one in phones)


async def one_storm(
    place: Place, phones: list[Stormy], enough: int, later_s: float, *, database: bool
) -> None:
    """Start, let everybody push until enough is acknowledged, and pull the plug a little later."""
    place.server.begin()
    await place.server.ready()
    for one in phones:
        await one.phone.sign_in(place.server.port)
    storm = [asyncio.create_task(one.storm()) for one in phones]
    async with asyncio.timeout(60):
        while heard(phones) < enough:  # noqa: ASYNC110  nothing tells us but the count
            await asyncio.sleep(0.002)
    await asyncio.sleep(later_s)
    if database:
        kill_postgres(place)
        await asyncio.sleep(0.2)
    place.server.kill()
    for ended in await asyncio.gather(*storm, return_exceptions=True):
        # An answer other than 200 is a promise of nothing: the database was away.
        assert isinstance(ended, BROKEN) or (database and "503" in str(ended)), ended
    for one in phones:
        await one.phone.hang_up()


def kill_postgres(place: Place) -> None:
    """End PostgreSQL's first process as a power cut would."""
    number = process_in_lock_file(place.cluster)
    assert number is not None
    os.kill(number, signal.SIGKILL)


async def test_ctrl_c_stops_everything_within_ten_seconds_with_an_open_office_page(
    place: Place,
) -> None:
    place.server.begin()
    await place.server.ready()
    phone = Phone(place.ground, place.ground.people[0])
    await phone.sign_in(place.server.port)
    reader, writer = await asyncio.open_connection("127.0.0.1", place.server.port)
    writer.write(f"GET /api/office/events HTTP/1.1\r\nhost: page\r\n{phone.headers}\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    assert b" 200 " in head
    first = await reader.readuntil(b"data: ")
    assert b"revision" in first
    assert living_in(place.cluster) != []

    code = await asyncio.to_thread(place.server.interrupt, 10.0)

    assert code == 0
    assert living_in(place.cluster) == [], "PostgreSQL has gone as well"
    assert "Traceback" not in place.server.said()
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    await phone.hang_up()


def test_a_busy_port_is_one_sentence_and_exit_code_1(place: Place) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", place.server.port))
        other.listen()
        said = refused(place)
    assert f"Port {place.server.port}" in said
    assert living_in(place.cluster) == []


async def test_a_data_folder_of_a_newer_version_is_one_sentence_and_exit_code_1(
    place: Place,
) -> None:
    async with place.opened() as connection:
        await connection.execute(
            "INSERT INTO migration (name, app_name, ran_on) VALUES ('2031-01-01', 'sync', now())"
        )
    said = await asyncio.to_thread(refused, place)
    assert "newer version" in said
    assert living_in(place.cluster) == []


def refused(place: Place) -> str:
    """Start, and give the one sentence with which it ended."""
    place.server.begin()
    assert place.server.process is not None
    assert place.server.process.wait(timeout=60) == 1
    said = place.server.said()
    assert "Traceback" not in said
    assert len(said.strip().splitlines()) == 1
    return said
