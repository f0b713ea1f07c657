"""A small server of sign-in, writers and photos, with two organisations and their people."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from litestar import Litestar, get
from litestar.datastructures import State

from backend.directory.actors import RoleAt
from backend.directory.enrol import NewPerson, add_person, add_site, create_organization
from backend.directory.passwords import hash_now
from backend.directory.routes import directory_router
from backend.directory.sessions import SessionGate
from backend.evidence.routes import evidence_router
from backend.evidence.store import EvidenceStore
from backend.evidence.tus import tus_router
from backend.kernel.answers import exception_handlers
from backend.kernel.clock import SetClock
from backend.kernel.database import Database
from backend.kernel.identity import derived_id
from backend.kernel.log import RequestClock, request_log
from backend.kernel.security import security_headers
from backend.settings import Settings
from shared_schemas.primitives import Bilingual

NOW = 1_794_880_800_000  # 2026-11-17T10:00 in Shanghai
DAY = 24 * 3600 * 1000
COST = 2**4  # hashing is as cheap as it can be; its strength is not what these tests are about
HARBOUR, GARDEN, FOREIGN = derived_id("harbour"), derived_id("garden"), derived_id("foreign")
ANA, ZHOU, LIN, CLEO = (derived_id(name) for name in ("Ana", "Zhou", "Lin", "Cleo"))
PHONE, OTHER_PHONE = derived_id("phone"), derived_id("other phone")
PASSWORD = "a long password"
HASH = hash_now(PASSWORD, COST)

PEOPLE = (
    # id, mobile number, role, site
    (ANA, "13800000001", "quality_inspector", HARBOUR),
    (ZHOU, "13800000002", "patrol_guard", HARBOUR),
    (LIN, "13800000003", "quality_clerk", ""),
)


class Desk:
    """The server, its clock and its database, and browsers to ask it with."""

    def __init__(self, app: Any, database: Database, clock: SetClock) -> None:
        """Hold what the tests reach for."""
        self.app = app
        self.database = database
        self.clock = clock
        self.ours = ""
        self.theirs = ""
        self.first_password = ""

    @asynccontextmanager
    async def browser(self, **headers: str) -> AsyncIterator[httpx.AsyncClient]:
        """Give a browser with its own cookies."""
        scheme = "https" if self.app.state.settings.secure_cookies else "http"
        transport = httpx.ASGITransport(
            self.app,
            client=("10.0.0.9", 1234),
        )
        async with httpx.AsyncClient(
            transport=transport, base_url=f"{scheme}://roundsman.test", headers=headers
        ) as client:
            yield client

    @asynccontextmanager
    async def signed_in(
        self, user_name: str, device: str = PHONE, password: str = PASSWORD
    ) -> AsyncIterator[httpx.AsyncClient]:
        """Give a browser in which that person is signed in, its writes carrying the value."""
        async with self.browser() as client:
            reply = await client.post(
                "/api/session", json=asking(user_name, device=device, password=password)
            )
            assert reply.status_code == 200, reply.text
            client.headers["x-roundsman-csrf"] = reply.json()["csrf"]
            yield client


def asking(user_name: str, **given: Any) -> dict[str, Any]:
    """Give the body of a sign-in."""
    device = {"id": given.pop("device", PHONE), "label": "Lao Zhou's phone"}
    return {"user_name": user_name, "password": PASSWORD, "device": device, **given}


@get("/api/breaks")
async def breaks() -> None:
    """Fail in a way that nobody foresaw, with words that must not leave."""
    message = "a resident's telephone number"
    raise RuntimeError(message)


@asynccontextmanager
async def front_desk(url: str, folder: Path, **settings: Any) -> AsyncIterator[Desk]:
    """Run the small server over a migrated database."""
    given = Settings(data_folder=folder, secret="s" * 32, scrypt_cost=COST, **settings)
    database, clock = Database(url, pool_size=4), SetClock(NOW)
    await database.open()
    app: Any = Litestar(  # httpx describes the scope more loosely than Litestar does
        route_handlers=[directory_router, evidence_router, tus_router, breaks],
        middleware=[RequestClock(), SessionGate()],
        exception_handlers=exception_handlers,
        before_send=[security_headers(given), request_log()],
        state=State(
            {
                "database": database,
                "settings": given,
                "clock": clock,
                "secret": given.secret,
                "evidence_store": EvidenceStore.in_folder(folder / "evidence"),
            }
        ),
        openapi_config=None,
        logging_config=None,
    )
    desk = Desk(app, database, clock)
    try:
        # The application's own lifespan is empty here, and cannot be left in another task than
        # it was entered in, as a fixture's end would.
        await _let_in(desk)
        yield desk
    finally:
        await database.close()


async def _let_in(desk: Desk) -> None:
    ours = await create_organization(
        desk.database,
        code="harbour",
        name=Bilingual(zh="海港", en="Harbour"),
        manager="13900000001",
        scrypt_cost=COST,
    )
    theirs = await create_organization(
        desk.database,
        code="elsewhere",
        name=Bilingual(zh="别处"),
        manager="13900000002",
        scrypt_cost=COST,
    )
    desk.ours, desk.theirs = ours.organization, theirs.organization
    desk.first_password = ours.password
    async with desk.database.transaction() as connection:
        for site, name in ((HARBOUR, "海港广场"), (GARDEN, "北苑")):
            await add_site(connection, desk.ours, site=site, code="", name=Bilingual(zh=name))
        await add_site(
            connection, desk.theirs, site=FOREIGN, code="", name=Bilingual(zh="别处广场")
        )
        for person, user_name, role, site in PEOPLE:
            new = _person(person, user_name, RoleAt(role, site))
            await add_person(connection, desk.ours, new)
        await add_person(
            connection,
            desk.theirs,
            _person(CLEO, "13800000009", RoleAt("quality_inspector", FOREIGN)),
        )


def _person(person: str, user_name: str, at: RoleAt) -> NewPerson:
    return NewPerson(
        id=person,
        user_name=user_name,
        name=Bilingual(zh="某人", en="Someone"),
        roles=(at,),
        password=PASSWORD,
        password_hash=HASH,
    )
