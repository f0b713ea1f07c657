"""Fifty phones come out of the cellar at once: two weeks of work each, and one phone beside them.

The one beside them goes on as on any day; how long it waits, against its wait on a quiet server,
is what people would feel. The server's memory is looked at while the heap melts.
"""

import asyncio
import gc
import io
import itertools
import statistics
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import asyncpg
from msgspec import Struct
from PIL import Image

from backend.kernel.migrations import migrate
from tests.bench.limits import calm, verdict
from tests.e2e.servers import Phone, lay_ground, running_servers

PHONES = 50
CHECKS = 380
"""Checks of ten items each; with a photo in every second one that makes about 4,000 operations."""

PHOTOS = 200
BATCH = 100
QUIET = 200
"""Probes before the storm."""

PROBE_EVERY_S = 0.05
SIDE = (1_000, 750)


class Drained(Struct, kw_only=True):
    """What was measured. Units: seconds, bytes."""

    operations: int
    photos: int
    took_s: float
    quiet: list[float]
    stormy: list[float]
    memory: list[int]


def p95(waits: Sequence[float]) -> float:
    """Give the wait that only one in twenty exceeds."""
    return statistics.quantiles(waits, n=20)[-1]


async def drain(
    database_url: str, folder: Path, port: int, *, phones: int = PHONES, checks: int = CHECKS
) -> Drained:
    """Lay a ground, write everything down, start a server and let the phones come.

    The database must be a fresh one: where an earlier part still settles, no server is quiet.
    """
    await migrate(database_url)
    photos = min(PHOTOS, checks)
    ground = await lay_ground(
        database_url,
        code="drain",
        people=phones + 1,
        tasks=phones * checks + 20_000,
        sites=phones,
    )
    tasks = iter(ground.tasks)
    crews = [Phone(ground, name) for name in ground.people[:phones]]
    beside = Phone(ground, ground.people[phones])
    heaps = [_heap(one, list(itertools.islice(tasks, checks)), photos) for one in crews]
    with running_servers(folder / "drain", database_url, [port]) as (server,):
        await server.ready()
        assert server.process is not None
        for one in (*crews, beside):
            await one.sign_in(port)
        await _settle(database_url)
        quiet = [await _probe(beside, next(tasks)) for _ in range(QUIET)]
        memory: list[int] = []
        began = time.perf_counter()
        storm = asyncio.gather(*(_come(one, *heap) for one, heap in zip(crews, heaps, strict=True)))
        stormy = []
        while not storm.done():
            stormy.append(await _probe(beside, next(tasks)))
            memory.append(_resident(server.process.pid))
            await asyncio.sleep(PROBE_EVERY_S)
        await storm
        took_s = time.perf_counter() - began
        for one in (*crews, beside):
            await one.hang_up()
        server.interrupt()
    return Drained(
        operations=sum(one.counter for one in crews),
        photos=phones * photos,
        took_s=took_s,
        quiet=quiet,
        stormy=stormy,
        memory=memory,
    )


async def _settle(database_url: str) -> None:
    """Wait until the server is as quiet as on any day, and clear our own memory for the storm."""
    connection = await asyncpg.connect(database_url)
    try:
        await calm(connection)
    finally:
        await connection.close()
    gc.collect()
    gc.freeze()


def _heap(phone: Phone, tasks: Sequence[str], photos: int) -> tuple[list[bytes], list[bytes]]:
    """Write down two weeks of checks, with their photos."""
    items = phone.ground.items
    texts: list[bytes] = []
    pictures: list[bytes] = []
    picture = _picture()
    for number, task in enumerate(tasks):
        texts += [phone.answer(task, item, verdict(task, at)) for at, item in enumerate(items)]
        if number < photos:
            pictures.append(picture + f"{phone.writer}{number}".encode())
            texts.append(phone.photograph(task, items[0], pictures[-1]))
    return texts, pictures


@cache
def _picture() -> bytes:
    file = io.BytesIO()
    Image.effect_noise(SIDE, 30).convert("RGB").save(file, "JPEG", quality=60)
    return file.getvalue()


async def _come(phone: Phone, texts: list[bytes], pictures: list[bytes]) -> None:
    for at in range(0, len(texts), BATCH):
        outcomes = await phone.push(texts[at : at + BATCH])
        assert all(one["status"] in ("accepted", "merged") for one in outcomes)
    for picture in pictures:
        await phone.upload(picture)


async def _probe(phone: Phone, task: str) -> float:
    """Send one answer and fetch what is new, as a phone does on any day; give the longer wait."""
    text = phone.answer(task, phone.ground.items[0], "pass")
    began = time.perf_counter()
    await phone.push([text])
    return time.perf_counter() - began


def _resident(process: int) -> int:
    """Give how much memory a process holds. Units: bytes."""
    pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    return pages * 4_096


def told(drained: Drained) -> str:
    """Say it in two lines."""
    calm, storm = p95(drained.quiet), p95(drained.stormy)
    quarter = drained.memory[len(drained.memory) // 4]
    return (
        f"drain: {drained.operations} operations and {drained.photos} photos in"
        f" {drained.took_s:.0f} s; p95 beside it {storm * 1e3:.0f} ms against {calm * 1e3:.1f} ms,"
        f" {storm / calm:.1f} times; memory {quarter / 1e6:.0f} MB after a quarter,"
        f" {drained.memory[-1] / 1e6:.0f} MB at the end, most {max(drained.memory) / 1e6:.0f} MB"
    )
