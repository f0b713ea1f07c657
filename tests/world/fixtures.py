"""The fixtures that give a test its world; folders take them over in their own conftest.py."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
import pytest_asyncio

from backend.kernel.postgres import EmbeddedPostgres
from tests.conftest import drop, execute, run_apart
from tests.world.building import build
from tests.world.cast import LIN, Person
from tests.world.network import Network
from tests.world.office import Office
from tests.world.phone import Phone
from tests.world.server import Server

SETTLED = "template_settled"


class World:
    """A server, and the phones and desks around it."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.clock = server.clock
        self.phones: list[Phone] = []
        self._browsers: list[Any] = []

    async def phone(
        self, person: Person, *, offset_ms: int = 0, dice: Random | None = None
    ) -> Phone:
        """Give a person a phone, signed in and with its working set."""
        network = Network(self.server, dice)
        phone = Phone(self.server, person, network=network, offset_ms=offset_ms)
        await phone.sign_in()
        await phone.pull()
        self.phones.append(phone)
        self._browsers.append(phone.browser)
        return phone

    async def office(self, person: Person = LIN) -> Office:
        """Seat a person at a desk in the office."""
        office = Office(self.server, person)
        await office.sign_in()
        self._browsers.append(office.browser)
        return office

    async def rows(self, sql: str, *values: Any) -> list[Any]:
        """Look into the database."""
        return await self.server.database.rows(sql, *values)

    async def nothing_waits(self) -> None:
        """Give the second try of what was held, which nobody waits for, the time it needs."""
        for _ in range(300):
            if not await self.rows("SELECT 1 FROM held_operations WHERE state = 'waiting'"):
                return
            await asyncio.sleep(0.01)
        raise AssertionError(await self.rows("SELECT problem, waits_for FROM held_operations"))

    async def close(self) -> None:
        for browser in self._browsers:
            await browser.aclose()
        if self.server.app is not None:
            await self.server.stop()


@pytest.fixture(scope="session")
def settled_template(postgres: EmbeddedPostgres, migrated_template: str) -> str:
    """The name of a database in which the cast has settled, from which each test's is copied."""
    _settle_once(postgres.dsn, postgres.dsn_of(SETTLED), migrated_template)
    return SETTLED


@cache
def _settle_once(dsn: str, settled: str, migrated: str) -> None:
    """Settle them once, though each folder that takes this fixture over asks for it."""
    # Whatever a settling that failed has left behind would hide why it failed.
    run_apart(drop(dsn, SETTLED))
    run_apart(execute(dsn, f"CREATE DATABASE {SETTLED} TEMPLATE {migrated}"))
    run_apart(build(settled))


@pytest.fixture
def settled_url(postgres: EmbeddedPostgres, settled_template: str) -> Iterator[str]:
    """The address of a fresh database in which the cast has settled."""
    name = f"world_{secrets.token_hex(6)}"
    run_apart(execute(postgres.dsn, f"CREATE DATABASE {name} TEMPLATE {settled_template}"))
    yield postgres.dsn_of(name)
    run_apart(drop(postgres.dsn, name))


@pytest_asyncio.fixture
async def world(settled_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """A running server with the cast settled, on the morning of NOW."""
    server = Server(settled_url, tmp_path)
    await server.start()
    around = World(server)
    try:
        yield around
    finally:
        await around.close()
