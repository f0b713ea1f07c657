"""`python -m tests.bench [part ...] [--rounds N]`: a table here, and build/bench.json.

The parts are `turns`, `drain` and `bootstrap`. bench.json is written only when all of them ran.
"""

import argparse
import asyncio
import json
import shutil
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from msgspec import Struct

from backend.kernel.log import configure_log
from backend.kernel.migrations import migrate
from backend.kernel.postgres import EmbeddedPostgres, free_port
from tests.bench.bootstrap import bootstrap
from tests.bench.drain import PHONES as PHONES_OUT
from tests.bench.drain import PHOTOS, drain, p95
from tests.bench.drain import told as told_of_drain
from tests.bench.limits import Limits, Specimen, take_specimen, verdict
from tests.e2e.servers import Ground, Phone, lay_ground, running_servers

REPOSITORY = Path(__file__).parent.parent.parent
FOLDER = REPOSITORY / "build" / "bench"
RESULT = REPOSITORY / "build" / "bench.json"
PARTS = ("turns", "drain", "bootstrap")
ROUNDS = 8
PHONES = 16
PULLS = 4
"""Pulls in a round: they are short, so that a single one says little."""

WARM_UP = 3
"""Rounds that are run and thrown away: the first ones prepare statements and fill caches, and
after the third there are a thousand records to be pulled.
"""

Measure = Callable[[], Awaitable[tuple[float, float]]]

_SHAPE = (
    "checks of 10 items, about 1 answer in 50 a fail, each round at a site of its own (3,000"
    " answers a month there); scoring and the nonconformity flow run"
)


class Row(Struct, kw_only=True):
    """One line of the result: the product against its limit, a pair of seconds per round."""

    name: str
    floor: float
    goal: float
    note: str
    better: str = "higher"
    pairs: list[tuple[float, float]] = []

    @property
    def ratio(self) -> float:
        """The median over the rounds of limit to product, or of product to limit."""
        if self.better == "lower":
            return statistics.median(mine / limit for limit, mine in self.pairs)
        return statistics.median(limit / mine for limit, mine in self.pairs)

    @property
    def misses(self) -> bool:
        """Whether it is worse than its floor."""
        return self.ratio > self.floor if self.better == "lower" else self.ratio < self.floor

    def told(self) -> dict[str, object]:
        """Give it as it stands in bench.json."""
        return {
            "name": self.name,
            "ratio": round(self.ratio, 4),
            "better": self.better,
            "floor": self.floor,
            "goal": self.goal,
            "note": self.note,
        }


def new_rows() -> dict[str, Row]:
    """Give the rows of sync.md section 9, empty."""
    rows = (
        Row(
            name="push_1000",
            floor=0.15,
            goal=0.30,
            note=f"1,000 operations in one request / COPY of all rows it writes; {_SHAPE}",
        ),
        Row(
            name="push_16x100",
            floor=0.20,
            goal=0.35,
            note=f"16 phones with 100 operations each / COPY of all rows they write; {_SHAPE}",
        ),
        Row(
            name="push_one_16",
            floor=0.40,
            goal=0.60,
            note="16 phones, one operation per request / 16 connections writing each operation's"
            f" rows in a transaction of its own; {_SHAPE}",
        ),
        Row(
            name="pull_1000",
            floor=0.30,
            goal=0.50,
            note="1,000 records, packed, over HTTP / SELECT of the same texts; checks of 10 answers",
        ),
        Row(
            name="wire_bytes",
            floor=0.45,
            goal=0.30,
            better="lower",
            note="bytes of that pull's answer on the wire / the same as plain JSON",
        ),
        Row(
            name="drain_p95",
            floor=20.0,
            goal=10.0,
            better="lower",
            note=f"{PHONES_OUT} phones bring two weeks of work each, about 4,000 operations and"
            f" {PHOTOS} photos: the wait of one that sends an answer beside them, 95th of 100 /"
            " the same on a quiet server",
        ),
        Row(
            name="drain_memory",
            floor=1.5,
            goal=1.1,
            better="lower",
            note="the server's memory at the end of that drain / after a quarter of it",
        ),
        Row(
            name="bootstrap_10000",
            floor=3.0,
            goal=1.5,
            better="lower",
            note="a first working set of 10,000 records read, summed, folded and stored in Chromium"
            " / bare Dexie bulkPut of the very rows",
        ),
    )
    return {row.name: row for row in rows}


class Bench:
    """Takes the product and the machine in turns, round by round."""

    def __init__(
        self, ground: Ground, phones: Sequence[Phone], limits: Limits, rounds: int
    ) -> None:
        """Take what was prepared; each round has tasks of its own."""
        self.rows = new_rows()
        self._ground = ground
        self._phones = phones
        self._limits = limits
        self._rounds = rounds
        self._tasks = iter(ground.tasks)
        self._after = 0
        self._cursor = ""
        self._pulled = 0

    async def run(self, thousand: Specimen, hundreds: Specimen, ones: Specimen) -> None:
        """Measure everything; warm-up rounds leave no pair."""
        pull = await self._phones[0].pull(limit=5_000)
        self._cursor = pull["cursor"]
        self._after = int(self._cursor.partition(".")[0])
        measures: tuple[tuple[str, int, Measure], ...] = (
            ("push_1000", 1, lambda: self._push_1000(thousand)),
            ("push_16x100", 1, lambda: self._push_16x100(hundreds)),
            ("push_one_16", 1, lambda: self._push_one_16(ones)),
            ("pull_1000", PULLS, self._pull_1000),
        )
        for number in range(WARM_UP + self._rounds):
            for name, times, measure in measures:
                for _ in range(times):
                    await self._limits.calm()
                    pair = await measure()
                    if number >= WARM_UP:
                        self.rows[name].pairs.append(pair)
        assert self._pulled == 1_000
        await self._weigh()

    def _texts(self, phone: Phone, count: int) -> list[bytes]:
        """Write down that many checks, item by item."""
        tasks = [next(self._tasks) for _ in range(count)]
        return [
            phone.answer(task, item, verdict(task, number))
            for task in tasks
            for number, item in enumerate(self._ground.items)
        ]

    async def _push_1000(self, specimen: Specimen) -> tuple[float, float]:
        phone = self._phones[0]
        request = phone.request(self._texts(phone, 100))
        limit = await self._limits.copy(specimen.rows)
        await self._limits.calm()
        began = time.perf_counter()
        answer = await phone.send(request)
        mine = time.perf_counter() - began
        require_accepted(answer, 1_000)
        return limit, mine

    async def _push_16x100(self, specimen: Specimen) -> tuple[float, float]:
        requests = [phone.request(self._texts(phone, 10)) for phone in self._phones]
        limit = await self._limits.copy(specimen.rows)
        await self._limits.calm()
        began = time.perf_counter()
        answers = await asyncio.gather(
            *(phone.send(one) for phone, one in zip(self._phones, requests, strict=True))
        )
        mine = time.perf_counter() - began
        for answer in answers:
            require_accepted(answer, 100)
        return limit, mine

    async def _push_one_16(self, specimen: Specimen) -> tuple[float, float]:
        requests = [
            [phone.request([text]) for text in self._texts(phone, 3)] for phone in self._phones
        ]
        limit = await self._limits.row_transactions(specimen.singles)
        await self._limits.calm()
        began = time.perf_counter()
        answers = await asyncio.gather(
            *(_send_all(phone, own) for phone, own in zip(self._phones, requests, strict=True))
        )
        mine = time.perf_counter() - began
        for answer in (one for own in answers for one in own):
            require_accepted(answer, 1)
        return limit, mine

    async def _pull_1000(self) -> tuple[float, float]:
        limit, count = await self._limits.select(self._ground.organization, self._after, 1_000)
        phone = self._phones[0]
        assert phone.line is not None
        path = f"/api/sync/pull?cursor={self._cursor}&writers={phone.writer}&limit=1000"
        began = time.perf_counter()
        status, _ = await phone.line.ask("GET", path, headers=phone.headers, unpack=False)
        mine = time.perf_counter() - began
        assert status == 200
        self._pulled = count
        return limit, mine

    async def _weigh(self) -> None:
        """Pull once more, and compare what travelled with the same as plain JSON."""
        phone = self._phones[0]
        assert phone.line is not None
        path = f"/api/sync/pull?cursor={self._cursor}&writers={phone.writer}&limit=1000"
        _, plain = await phone.line.ask("GET", path, headers=phone.headers)
        assert len(json.loads(plain)["records"]) == 1_000
        self.rows["wire_bytes"].pairs.append((float(len(plain)), float(phone.line.received)))


async def _send_all(phone: Phone, requests: Sequence[bytes]) -> list[bytes]:
    return [await phone.send(one) for one in requests]


def require_accepted(answer: bytes, count: int) -> None:
    """Go on only if every operation was taken in: a refusal would be fast."""
    outcomes = json.loads(answer)["outcomes"]
    accepted = sum(one["status"] == "accepted" for one in outcomes)
    assert accepted == len(outcomes) == count, (accepted, len(outcomes), count)


async def take_turns(database_url: str, rounds: int, rows: dict[str, Row]) -> None:
    """Lay the grounds, take the specimens, start a server, and take turns with the machine."""
    await migrate(database_url)
    ground = await lay_ground(
        database_url,
        code="bench",
        people=PHONES,
        tasks=(100 + 10 * PHONES + 3 * PHONES) * (rounds + WARM_UP),
        sites=rounds + WARM_UP,
    )
    thousand = await _specimen(database_url, "thousand", phones=1, each=100)
    hundreds = await _specimen(database_url, "hundreds", phones=PHONES, each=10)
    ones = await _specimen(database_url, "ones", phones=PHONES, each=3)
    limits = Limits(database_url)
    await limits.open(PHONES)
    port = free_port()
    with running_servers(FOLDER / "data", database_url, [port]) as (server,):
        await server.ready()
        phones = [Phone(ground, name) for name in ground.people]
        for phone in phones:
            await phone.sign_in(port)
        bench = Bench(ground, phones, limits, rounds)
        await bench.run(thousand, hundreds, ones)
        for phone in phones:
            await phone.hang_up()
        server.interrupt()
    await limits.close()
    rows.update({name: row for name, row in bench.rows.items() if row.pairs})


async def let_drain(database_url: str, rows: dict[str, Row]) -> None:
    """Let fifty phones come at once."""
    drained = await drain(database_url, FOLDER, free_port())
    print(told_of_drain(drained))
    rows["drain_p95"].pairs.append((p95(drained.quiet), p95(drained.stormy)))
    memory = drained.memory
    rows["drain_memory"].pairs.append((memory[len(memory) // 4], memory[-1]))


async def begin_a_phone(rows: dict[str, Row]) -> None:
    """Let a phone in Chromium take in its first working set."""
    times = await bootstrap(FOLDER)
    rows["bootstrap_10000"].pairs.append((times["bare_ms"] / 1e3, times["ours_ms"] / 1e3))


async def _specimen(database_url: str, code: str, *, phones: int, each: int) -> Specimen:
    ground = await lay_ground(database_url, code=code, people=phones, tasks=phones * each)
    tasks = [ground.tasks[number * each : (number + 1) * each] for number in range(phones)]
    return await take_specimen(
        database_url, ground, [Phone(ground, name) for name in ground.people], tasks
    )


def told(rows: Sequence[Row]) -> str:
    """Draw the table."""
    lines = [f"{'row':<16}{'ratio':>8}{'floor':>8}{'goal':>8}{'limit':>14}{'product':>14}"]
    for row in rows:
        limit = statistics.median(pair[0] for pair in row.pairs)
        mine = statistics.median(pair[1] for pair in row.pairs)
        in_bytes = row.name in ("wire_bytes", "drain_memory")
        unit, scale = ("B", 1.0) if in_bytes else ("ms", 1e3)
        lines.append(
            f"{row.name:<16}{row.ratio:>8.3f}{row.floor:>8.2f}{row.goal:>8.2f}"
            f"{limit * scale:>11.1f} {unit:<2}{mine * scale:>11.1f} {unit:<2}"
            f"{'  MISSES ITS FLOOR' if row.misses else ''}"
        )
    return "\n".join(lines)


def measure(parts: Sequence[str], rounds: int) -> list[Row]:
    """Run these parts, each on a fresh database, and give the rows that they measured."""
    rows = new_rows()
    if "turns" in parts:
        with EmbeddedPostgres(FOLDER / "turns", durable=True) as postgres:
            asyncio.run(take_turns(postgres.dsn, rounds, rows))
    if "drain" in parts:
        with EmbeddedPostgres(FOLDER / "drained", durable=True) as postgres:
            asyncio.run(let_drain(postgres.dsn, rows))
    if "bootstrap" in parts:
        asyncio.run(begin_a_phone(rows))
    return [row for row in rows.values() if row.pairs]


def main() -> int:
    """Measure, print and write; always 0: the numbers speak for themselves."""
    configure_log("error")
    parser = argparse.ArgumentParser(prog="tests.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], metavar="part")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    asked = parser.parse_args()
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    rows = measure(asked.parts or PARTS, asked.rounds)
    shutil.rmtree(FOLDER, ignore_errors=True)
    print(told(rows))
    if set(PARTS) - set(asked.parts or PARTS):
        print("Only some parts ran: build/bench.json stays as it was.")
        return 0
    RESULT.write_text(json.dumps([row.told() for row in rows], indent=2) + "\n", encoding="utf-8")
    print(f"Written to {RESULT.relative_to(REPOSITORY)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
