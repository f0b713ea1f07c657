"""Serve only the office's event stream in a process of its own: `... <database url> <socket fd>`."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from litestar import Litestar
from litestar.datastructures import State

from backend.directory.sessions import LiveSession
from backend.kernel.clock import SystemClock
from backend.kernel.database import Database
from backend.office import routes
from backend.office.live import Live
from tests.api.office_world import _SignedIn, clerk


@asynccontextmanager
async def _running(app: Litestar) -> AsyncIterator[None]:
    await app.state.database.open()
    await app.state.live.open()
    yield
    await app.state.live.close()
    await app.state.database.close()
    sys.stdout.write("closed\n")


async def _always_live(_request: object) -> LiveSession:
    return LiveSession(actor=clerk(), csrf="", expires_ms=0)


def main() -> None:
    # This process knows no sessions; whether one still holds is tested with real ones elsewhere.
    vars(routes)["require_session"] = _always_live
    url, descriptor = sys.argv[1], int(sys.argv[2])
    state = State(
        {"database": Database(url, pool_size=2), "clock": SystemClock(), "live": Live(url)}
    )
    app = Litestar(
        route_handlers=list(routes.office_routes),
        middleware=[_SignedIn(clerk())],
        lifespan=[_running],
        state=state,
        openapi_config=None,
    )
    uvicorn.run(app, fd=descriptor, log_level="error", loop="uvloop")


if __name__ == "__main__":
    main()
