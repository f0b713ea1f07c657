"""The real application over a real database, which a test may stop and start again."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
from litestar import Litestar

from backend.kernel.clock import SetClock
from backend.kernel.database import ENGINE, Database
from backend.main import create_app
from backend.settings import Settings
from tests.world.cast import COST, NOW

STOPPED_WITHIN_S = 10


class Server:
    """One server process as far as a phone can tell.

    The application's lifespan runs in a task of its own, because it must be left in the very task
    in which it was entered, and a fixture's end is another one.
    """

    def __init__(self, url: str, folder: Path, **settings: Any) -> None:
        self.url = url
        self.clock = SetClock(NOW)
        self.settings = Settings(
            data_folder=folder,
            database_url=url,
            secret="s" * 32,
            scrypt_cost=COST,
            static_folder=folder,
            **settings,
        )
        self.app: Litestar | None = None
        self._task: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()

    @property
    def database(self) -> Database:
        """The open database of the running application."""
        assert self.app is not None, "the server is down"
        database: Database = self.app.state.database
        return database

    def transport(self) -> httpx.AsyncBaseTransport:
        """Give the way to the application that runs now.

        Raises: httpx.ConnectError when the server is down.
        """
        if self.app is None:
            message = "the server is down"
            raise httpx.ConnectError(message)
        return httpx.ASGITransport(self.app, client=("10.0.0.9", 1234))

    async def start(self) -> None:
        """Start the application anew; whatever it remembers comes from the database."""
        ready = asyncio.Event()
        self._stop = asyncio.Event()
        self._task = asyncio.create_task(self._run(ready, self._stop))
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait({waiting, self._task}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if self._task.done():
            self._task.result()

    async def stop(self, *, at_once: bool = False) -> None:
        """Stop the application; phones meet a closed port from now on.

        What is being scored is let finish unless it must stop at once: a task that is stopped as
        it begins a transaction keeps its connection, and closing waits a while for that.
        """
        if self.app is not None and not at_once:
            await self.scores_settle()
        self.app = None
        self._stop.set()
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=STOPPED_WITHIN_S)
            if not self._task.done():
                still = [repr(task.get_coro()) for task in asyncio.all_tasks()]
                message = f"the server does not stop: {still}"
                ENGINE.pool = None  # so that the tests behind this one start afresh
                raise AssertionError(message)
            self._task.result()

    async def _run(self, ready: asyncio.Event, stop: asyncio.Event) -> None:
        app = create_app(self.settings, self.clock)
        async with app.lifespan():
            self.app = app
            ready.set()
            await stop.wait()

    async def scores_settle(self) -> None:
        """Wait until no scorecard is stale."""
        assert self.app is not None, "the server is down"
        while await self.database.row("SELECT 1 FROM stale_periods LIMIT 1"):
            await self.app.state.recompute.bring_up_to_date()
            await asyncio.sleep(0)
