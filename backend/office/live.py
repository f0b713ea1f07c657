"""Telling open office pages at once that something changed; it carries numbers, never content.

One listening connection per process hears what every process announces on commit and wakes the
pages of that organisation. A page that missed something is told the newest number and reads again.
"""

import asyncio
import contextlib
import signal
import threading
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from types import FrameType
from typing import Any

import asyncpg

from backend.kernel.log import log

CHANNEL = "roundsman_revision"
"""Announced with "<organisation>:<position>" by whoever commits or recomputes a scorecard."""

HEARTBEAT_S = 15.0
RETRY_S = (0.2, 1.0, 3.0)
_STOPPING = (signal.SIGINT, signal.SIGTERM)


class Page:
    """One open office page: it is woken when its organisation's log has gone on."""

    def __init__(self) -> None:
        """Start asleep."""
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Let the page look again; being woken twice before it looks is being woken once."""
        self._woken.set()

    async def wait(self, seconds: float) -> bool:
        """Sleep until woken or until the time is over; say whether something changed.

        Units: seconds.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        changed = self._woken.is_set()
        self._woken.clear()
        return changed


class Live:
    """The open office pages of this process, and the one connection that wakes them."""

    def __init__(self, url: str, *, heartbeat_s: float = HEARTBEAT_S) -> None:
        """Know where to listen; nothing is opened yet.

        Units: `heartbeat_s` seconds between two signs of life on a quiet stream.
        """
        self.heartbeat_s = heartbeat_s
        self.stopping = False
        self._url = url
        self._pages: dict[str, set[Page]] = defaultdict(set)
        self._listener: asyncio.Task[None] | None = None
        self._lost: asyncio.Event = asyncio.Event()
        self._before: dict[int, Any] = {}

    async def open(self) -> None:
        """Begin to listen, and let open streams end as soon as this process is told to stop.

        The web server waits for open streams before it says that it stops: so the signal itself is
        heard here, and then passed on.
        """
        self.stopping = False
        self._listener = asyncio.create_task(self._listen(), name="office-live")
        if threading.current_thread() is threading.main_thread():
            self._hear_signals(asyncio.get_running_loop())

    async def close(self) -> None:
        """End every stream and the listening connection."""
        self.let_go()
        self._forget_signals()
        if self._listener is not None:
            self._listener.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listener
            self._listener = None

    def let_go(self) -> None:
        """End every open stream; their pages come back by themselves when there is a server."""
        self.stopping = True
        self._wake_all()

    @contextlib.contextmanager
    def page(self, organization: str) -> Iterator[Page]:
        """Give an open page of that organisation, forgotten when it closes."""
        page = Page()
        self._pages[organization].add(page)
        if self.stopping:
            page.wake()
        try:
            yield page
        finally:
            self._pages[organization].discard(page)
            if not self._pages[organization]:
                del self._pages[organization]

    @property
    def count(self) -> int:
        """How many pages are open in this process."""
        return sum(len(pages) for pages in self._pages.values())

    def heard(self, organization: str) -> None:
        """Wake the open pages of that organisation."""
        for page in self._pages.get(organization, ()):
            page.wake()

    def _wake_all(self) -> None:
        for organization in list(self._pages):
            self.heard(organization)

    async def _listen(self) -> None:
        """Listen for ever; after a lost connection every page looks again for what it missed."""
        lost_in_a_row = 0
        while not self.stopping:
            try:
                async with self._connection():
                    lost_in_a_row = 0
                    self._wake_all()
                    await self._lost.wait()
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
                log.info("live_listener_lost", error=type(error).__name__)
            await asyncio.sleep(RETRY_S[min(lost_in_a_row, len(RETRY_S) - 1)])
            lost_in_a_row += 1

    @contextlib.asynccontextmanager
    async def _connection(self) -> AsyncIterator[None]:
        self._lost.clear()
        connection = await asyncpg.connect(self._url, timeout=10)
        try:
            connection.add_termination_listener(self._on_lost)
            await connection.add_listener(CHANNEL, self._on_notice)
            yield
        finally:
            connection.terminate()

    def _on_lost(self, _connection: object) -> None:
        self._lost.set()

    def _on_notice(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        self.heard(str(payload).partition(":")[0])

    def _hear_signals(self, loop: asyncio.AbstractEventLoop) -> None:
        def on_signal(number: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(self.let_go)
            before = self._before.get(number)
            if callable(before):
                before(number, frame)
            elif before is not signal.SIG_IGN:
                signal.signal(number, signal.SIG_DFL)
                signal.raise_signal(number)

        for number in _STOPPING:
            self._before[number] = signal.signal(number, on_signal)

    def _forget_signals(self) -> None:
        for number, before in self._before.items():
            signal.signal(number, before or signal.SIG_DFL)
        self._before.clear()


async def revisions(
    live: Live,
    organization: str,
    read: Callable[[], Awaitable[int]],
    still_allowed: Callable[[], Awaitable[bool]],
) -> AsyncIterator[bytes]:
    """Give the stream that an open page hears: the newest number at once, then each change.

    A quiet stream gives signs of life; every stream ends when the session behind it has ended.
    """
    with live.page(organization) as page:
        yield b"retry: 2000\n" + _event(await read())
        while True:
            changed = await page.wait(live.heartbeat_s)
            if live.stopping:
                return
            # On a busy site no moment is quiet: a revoked device hears not even a number.
            if not await still_allowed():
                return
            yield _event(await read()) if changed else b": here\n\n"


def _event(revision: int) -> bytes:
    return f"event: revision\nid: {revision}\ndata: {revision}\n\n".encode()
