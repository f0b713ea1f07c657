"""A browser and a server of its own for each test; what must appear may take its time.

A busy machine shows things later.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Playwright, async_playwright, expect

from backend.kernel.postgres import free_port
from tests.e2e.servers import Server

ARRIVES_MS = 20_000

expect.set_options(timeout=ARRIVES_MS)


@pytest.fixture
async def playwright() -> AsyncIterator[Playwright]:
    async with async_playwright() as running:
        yield running


@pytest.fixture
async def server(tmp_path: Path, database_url: str) -> AsyncIterator[Server]:
    one = Server(tmp_path / "data", free_port(), database_url)
    one.begin()
    await one.ready()
    yield one
    one.kill()
