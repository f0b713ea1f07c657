"""Start what serving needs, and stop all of it again: PostgreSQL, samples, the server."""

import asyncio
import contextlib
import gc
import io
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import msgspec
import segno
import uvicorn
import uvloop

from backend.kernel.migrations import migrate
from backend.kernel.postgres import EmbeddedPostgres
from backend.settings import Settings

SAMPLE_MARK = "samples-loaded"


class PortBusyError(Exception):
    """Another program already listens where we wanted to."""


@contextmanager
def with_database(settings: Settings) -> Iterator[Settings]:
    """Give settings whose database is up: the one named, else our own in the data folder."""
    if settings.database_url:
        yield settings
        return
    with EmbeddedPostgres(settings.data_folder / "postgres") as server:
        yield msgspec.structs.replace(settings, database_url=server.dsn)


def serve(settings: Settings) -> int:
    """Serve both pages and the API until someone presses Ctrl-C; then stop what was started.

    Raises: PortBusyError, EmbeddedPostgresError, NewerDatabaseError.
    """
    # A service manager's SIGTERM stops PostgreSQL too, as Ctrl-C does.
    signal.signal(signal.SIGTERM, _stop_as_by_hand)
    listener = _listen(settings)
    try:
        with with_database(settings) as ready:
            asyncio.run(migrate(ready.database_url))
            accounts = asyncio.run(_samples_once(ready, own=not settings.database_url))
            for line in introduce(ready, accounts):
                sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
            _run(ready, listener)
    finally:
        listener.close()
    return 0


def _stop_as_by_hand(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _listen(settings: Settings) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(512)
    except OSError:
        listener.close()
        message = (
            f"Port {settings.port} on {settings.host} is in use or not allowed."
            " Stop the other program, or choose another port: ROUNDSMAN_PORT=8001 make run"
        )
        raise PortBusyError(message) from None
    return listener


async def _samples_once(settings: Settings, *, own: bool) -> list[str]:
    """Load the samples into our own database on the first start only, never into another."""
    from backend.sample import SamplesThereError, load_samples, sample_accounts  # noqa: PLC0415  only our own needs it

    mark = settings.data_folder / SAMPLE_MARK
    if not own:
        return []
    if not mark.exists():
        with contextlib.suppress(SamplesThereError):
            await load_samples(settings)
        mark.write_text("1\n", encoding="ascii")
    return sample_accounts(settings.data_folder)


def introduce(settings: Settings, accounts: list[str]) -> list[str]:
    """Say where the pages are, who may sign in, and how a phone gets here."""
    address = f"http://{settings.host}:{settings.port}"
    lines = [
        "",
        "Roundsman 巡记",
        f"  手机 phone   {address}/",
        f"  办公室 office {address}/office.html",
        *(f"  {line}" for line in accounts),
    ]
    if settings.public_url.startswith("https://"):
        drawn = io.StringIO()
        segno.make(settings.public_url).terminal(out=drawn, compact=True)
        return [*lines, f"  手机扫码 scan with a phone: {settings.public_url}/", drawn.getvalue()]
    return [
        *lines,
        (
            "  Phones need HTTPS (no offline start and no camera over plain HTTP): put an HTTPS"
            " proxy before this port and start with ROUNDSMAN_PUBLIC_URL=https://your.name make run"
        ),
        "",
    ]


def _spare_the_collector() -> None:
    """Keep Python's collector from walking through all modules in the middle of a push.

    Measured: 90 ms each time, several times a minute under load. What is young is looked through
    often and in small lots: with 20,000 at a time everybody stood still for 50 ms in a storm.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 10, 20)


def _share_the_interpreter() -> None:
    """Let the event loop have the interpreter back soon from threads that score or look at photos.

    Each step of a push would wait the 5 ms that Python gives a thread at a time otherwise.
    """
    sys.setswitchinterval(0.001)


def _run(settings: Settings, listener: socket.socket) -> None:
    from backend.main import create_app  # noqa: PLC0415  the application is not needed to migrate

    config = uvicorn.Config(
        create_app(settings),
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=5,
        timeout_keep_alive=30,
        server_header=False,
    )
    server = uvicorn.Server(config)
    _spare_the_collector()
    _share_the_interpreter()
    with (
        contextlib.suppress(KeyboardInterrupt),
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        runner.run(server.serve(sockets=[listener]))
    sys.stderr.write("已停止。 Stopped.\n")
