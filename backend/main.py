"""Builds the Litestar application; nothing else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import brotli  # noqa: F401  Litestar's compression looks for it at the first answer
from litestar import Litestar
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State

from backend.caretaker import Caretaker
from backend.directory.routes import directory_router
from backend.directory.sessions import SessionGate
from backend.evidence.forgetting import forgetting
from backend.evidence.routes import evidence_router
from backend.evidence.store import EvidenceStore
from backend.evidence.tus import tus_router
from backend.evidence.uploads import Uploads
from backend.health import health
from backend.kernel.anchors import load_secret
from backend.kernel.answers import exception_handlers
from backend.kernel.clock import Clock, SystemClock
from backend.kernel.database import Database
from backend.kernel.log import RequestClock, request_log
from backend.kernel.security import security_headers
from backend.kernel.static_files import static_router
from backend.office.live import Live
from backend.office.patrol_routes import patrol_routes
from backend.office.routes import office_routes
from backend.office.shift_routes import shift_routes
from backend.scoring.recompute import Recompute
from backend.settings import Settings, read_settings
from backend.switchboard import FACTS, SWITCHBOARD
from backend.sync.bindings import Bindings
from backend.sync.carried import Carrying
from backend.sync.carried_routes import carried_routes
from backend.sync.committer import Committer
from backend.sync.pull_page import writer_state
from backend.sync.routes import sync_routes

DIST = Path(__file__).parent.parent / "pwa" / "dist"


def create_app(settings: Settings | None = None, clock: Clock | None = None) -> Litestar:
    """Build the application over the database that the settings name."""
    given = settings or read_settings()
    hands = clock or SystemClock()
    store = EvidenceStore.at(given.evidence_url, given.data_folder / "evidence")
    secret = load_secret(given.data_folder, given.secret)

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        database = Database(given.database_url)
        await database.open()
        recompute = Recompute(database, hands, FACTS)
        committer = Committer(
            database,
            SWITCHBOARD,
            hands,
            committed=recompute.wake,
            held_hours=given.held_hours,
        )
        uploads = Uploads(database, store, hands)
        carrying = Carrying(database, committer, store, hands, secret)
        caretaker = Caretaker(
            database,
            committer,
            recompute,
            hands,
            uploads=uploads,
            also=(carrying.look_again, forgetting(database, store)),
            secret=secret,
        )
        live = Live(given.database_url)
        app.state.update(
            {
                "database": database,
                "bindings": Bindings(database),
                "committer": committer,
                "recompute": recompute,
                "caretaker": caretaker,
                "carrying": carrying,
                "sealed_received": carrying.answer,
                "live": live,
                "writer_progress": partial(writer_state, database),
            }
        )
        await live.open()
        recompute.start()
        caretaker.start()
        try:
            yield
        finally:
            await caretaker.close()
            await committer.close()
            await recompute.close()
            await live.close()
            await database.close()

    return Litestar(
        route_handlers=[
            health,
            directory_router,
            evidence_router,
            tus_router,
            *sync_routes,
            *carried_routes,
            *office_routes,
            *patrol_routes,
            *shift_routes,
            static_router(given.static_folder or DIST, kill_shell=given.kill_shell),
        ],
        middleware=[RequestClock(), SessionGate()],
        exception_handlers=exception_handlers,
        before_send=[security_headers(given), request_log()],
        compression_config=CompressionConfig(
            backend="brotli", brotli_quality=2, minimum_size=1_400, exclude_opt_key="packed"
        ),
        lifespan=[lifespan],
        state=State(
            {
                "settings": given,
                "clock": hands,
                "secret": secret,
                "facts": FACTS,
                "evidence_store": store,
            }
        ),
        openapi_config=None,
        debug=False,
    )
