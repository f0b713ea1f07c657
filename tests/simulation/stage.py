"""Server processes, a bad network and phones, all in one event loop and moved by one dice.

The server is the product's own routes, committer and pull over a database that is given; only
sign-in and HTTP's framing are left out. A killed process loses its memory and nothing else.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from itertools import count
from random import Random
from types import SimpleNamespace
from typing import Any

import msgspec
from msgspec import Struct

from backend.directory.authors import load_authors
from backend.kernel.clock import SetClock, instant
from backend.kernel.identity import derived_id
from backend.settings import Settings
from backend.switchboard import SWITCHBOARD
from backend.sync import held, routes
from backend.sync.bindings import Bindings
from backend.sync.committer import Committer
from backend.sync.server_writer import server_submission
from shared_schemas.problems import ProblemError
from shared_schemas.sync import Outcome
from tests.simulation.memory import Memory, MemoryDatabase
from tests.world.cast import HARBOUR, Person
from tests.world.phone import Phone

PORTAL = b"<html><title>Free WiFi</title>Please sign in</html>"
SECRET = "s" * 32
TICK_MS = 40
"""So much later it is whenever a process asks whose turn it is. Units: milliseconds."""


class Lost(Exception):  # noqa: N818  a sentence: it was lost
    """Nothing came back; the phone cannot know how far the request got."""


class Reply(Struct, frozen=True):
    """An answer as a phone reads it."""

    status_code: int
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode()

    def json(self) -> Any:
        return msgspec.json.decode(self.content)


class Asked(Struct, frozen=True, kw_only=True):
    """A request on its way: who is signed in there, and the bytes."""

    person: Person
    device: str
    path: str
    params: dict[str, Any] = msgspec.field(default_factory=dict)
    content: bytes = b""


class Process:
    """One server process: what it remembers is gone when it is killed."""

    def __init__(self, database: Any, clock: SetClock) -> None:
        self.database = database
        self.dead = False
        # The same seed is the same story, however long the machine takes to tell it.
        ticks = count(step=TICK_MS)
        self.committer = Committer(database, SWITCHBOARD, clock, running_ms=lambda: next(ticks))
        settings = Settings(data_folder=None, secret=SECRET)
        self.state = SimpleNamespace(
            bindings=Bindings(database),
            clock=clock,
            committer=self.committer,
            database=database,
            secret=SECRET,
            settings=settings,
        )
        self._app = SimpleNamespace(state=self.state)

    async def answer(self, asked: Asked) -> Reply:
        """Answer as the routes do."""
        actors = await load_authors(self.database, HARBOUR, [asked.person.id])
        actor = msgspec.structs.replace(actors[asked.person.id], device=asked.device)
        request = SimpleNamespace(
            app=self._app, user=actor, headers={}, stream=lambda: _stream(asked.content)
        )
        route = _ROUTES[asked.path]
        try:
            response = await route(request, **asked.params)
        except ProblemError as error:
            return Reply(error.problem.status, msgspec.json.encode(error.problem))
        return Reply(200, response.content)

    async def look_after(self) -> None:
        """Do what the caretaker does: try what waits once more."""
        waited = await held.waited_for(self.database, HARBOUR)
        await self.committer.retry(HARBOUR, waited)

    def kill(self) -> None:
        """End here and now; nothing of what is under way is answered any more."""
        self.dead = True
        self.database.dead = True


async def _stream(content: bytes) -> Any:
    yield content


_ROUTES: dict[str, Callable[..., Any]] = {
    "/api/sync/push": routes.push_operations.fn,
    "/api/sync/pull": routes.pull_records.fn,
}


class Stage:
    """The servers of one organisation and the true time."""

    def __init__(self, open_database: Callable[[], Any], clock: SetClock, count: int = 2) -> None:
        self.clock = clock
        self._open = open_database
        self.processes = [Process(open_database(), clock) for _ in range(count)]

    @property
    def database(self) -> Any:
        """The database as the first process sees it."""
        return self.processes[0].database

    async def restart(self, number: int) -> None:
        """Kill one process and start it anew."""
        self.processes[number].kill()
        self.processes[number] = Process(self._open(), self.clock)
        await self.processes[number].look_after()

    async def publish(self, record: str, body: dict[str, Any]) -> Outcome:
        """Write as the server itself, once however often it is asked."""
        submission = server_submission(HARBOUR, record, body, self.clock.now_ms())
        [outcome] = await self.processes[0].committer.push(submission)
        return outcome

    async def quiet(self) -> None:
        """Let everything that is under way come to its end."""
        for process in self.processes:
            while process.committer._tasks or process.committer._beside:
                await asyncio.wait(
                    [*process.committer._tasks.values(), *process.committer._beside], timeout=5
                )


class Faults(Struct, kw_only=True):
    """How often, of a hundred requests, each thing goes wrong."""

    lost: int = 0
    answer_lost: int = 0
    doubled: int = 0
    late: int = 0
    portal: int = 0


class Way:
    """One phone's network, in the shape of a browser that can post and get."""

    def __init__(self, stage: Stage, person: Person, device: str, dice: Random) -> None:
        self.stage = stage
        self.dice = dice
        self.faults = Faults()
        self.cut = False
        self.one_way = False
        self.met: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.late: list[Asked] = []
        self.headers: dict[str, str] = {}
        self._who = (person, device)

    async def post(self, path: str, *, content: bytes) -> Reply:
        person, device = self._who
        return await self._ask(Asked(person=person, device=device, path=path, content=content))

    async def get(self, path: str, *, params: dict[str, Any]) -> Reply:
        person, device = self._who
        return await self._ask(Asked(person=person, device=device, path=path, params=params))

    async def deliver_late(self) -> int:
        """Let what was held up arrive now, in another order; nobody waits for the answers."""
        waiting, self.late = self.late, []
        self.dice.shuffle(waiting)
        for asked in waiting:
            await self._carry(asked)
        return len(waiting)

    def heal(self) -> None:
        """Make the network perfect again."""
        self.faults, self.cut, self.one_way = Faults(), False, False

    async def _ask(self, asked: Asked) -> Reply:
        fault = "cut" if self.cut else self._choose()
        self.met[fault] += 1
        if fault in ("cut", "lost"):
            raise Lost
        if fault == "portal":
            return Reply(200, PORTAL)
        if fault == "late":
            self.late.append(asked)
            raise Lost
        reply = await self._carry(asked)
        if fault == "doubled":
            reply = await self._carry(asked)
        if fault == "answer_lost" or self.one_way or reply is None:
            self.met["one_way"] += self.one_way
            raise Lost
        if reply.status_code != 200:
            self.refused[reply.json()["code"]] += 1
        return reply

    def _choose(self) -> str:
        roll = self.dice.randrange(100)
        for name in ("lost", "answer_lost", "doubled", "late", "portal"):
            roll -= getattr(self.faults, name)
            if roll < 0:
                return name
        return "fine"

    async def _carry(self, asked: Asked) -> Reply | None:
        process = self.dice.choice(self.stage.processes)
        try:
            reply = await process.answer(asked)
        except ConnectionResetError:
            return None
        await asyncio.sleep(0)
        return None if process.dead else reply


class SimPhone(Phone):
    """The Python twin on such a way; a person may have two of them."""

    def __init__(self, stage: Stage, person: Person, number: int, dice: Random) -> None:
        device = derived_id("sim device", person.id, number)
        self.way = Way(stage, person, device, dice)
        super().__init__(stage, person, network=self.way, browser=self.way)
        self.device = device
        self.writer = derived_id("sim writer", person.id, number)

    async def bind(self, stage: Stage) -> None:
        """Be known to the server, as after a sign-in."""
        at = instant(stage.clock.now_ms())
        key = (HARBOUR, self.device, self.person.id)
        async with stage.database.transaction() as connection:
            await connection.execute(
                "INSERT INTO devices (organization_id, id, person_id, first_seen, last_contact)"
                " VALUES ($1, $2, $3, $4, $5)",
                *key,
                at,
                at,
            )
            await connection.execute(
                "INSERT INTO writers (organization_id, id, person_id, device_id, bound_at)"
                " VALUES ($1, $2, $3, $4, $5)",
                HARBOUR,
                self.writer,
                self.person.id,
                self.device,
                at,
            )


def memory_stage(memory: Memory, clock: SetClock) -> Stage:
    """Two processes over one database in memory."""
    return Stage(lambda: MemoryDatabase(memory), clock)
