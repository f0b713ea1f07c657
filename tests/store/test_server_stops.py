"""Ctrl-C stops everything it started, whatever the server is doing at that moment."""

import asyncio
import time
from pathlib import Path

from tests.world.cast import ANA, DAILY_CHECK
from tests.world.fixtures import World
from tests.world.server import Server

STOPPED_WITHIN_S = 5
TRIES = 12


async def test_server_stops_at_any_moment_of_its_beginning(
    settled_url: str, tmp_path: Path
) -> None:
    """Once it waited for ever for a connection that a stopped task had not given back."""
    for number in range(TRIES):
        server = Server(settled_url, tmp_path)
        await server.start()
        await asyncio.sleep(0.004 * number)
        begun = time.monotonic()
        await server.stop(at_once=True)
        assert time.monotonic() - begun < STOPPED_WITHIN_S


async def test_server_that_is_stopped_finishes_the_pushes_it_has_taken(world: World) -> None:
    ana = await world.phone(ANA)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    for _ in range(40):
        ana.answer(task, "cleaning", "pass", plan=DAILY_CHECK)
    push = asyncio.create_task(ana.send(b",".join(one.text for one in ana.outbox)))
    await asyncio.sleep(0.01)
    await world.server.stop(at_once=True)
    reply = await push
    await world.server.start()
    [row] = await world.rows(
        "SELECT count(*) AS n FROM operations WHERE writer_id = $1", ana.writer
    )
    assert (reply.status_code, row["n"]) in ((200, 40), (503, 0), (503, 40))
    await ana.sync()
    assert ana.contiguous == 40
