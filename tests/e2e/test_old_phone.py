"""Yesterday's phone still works with today's server: its work arrives and is acknowledged."""

import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Playwright, async_playwright, expect

from backend.kernel.postgres import free_port
from shared_schemas.sync import OLDEST_SERVED
from tests.e2e.browser import launch_options
from tests.e2e.keep_phone import PHONES
from tests.e2e.servers import PASSWORD, Server, lay_ground


@pytest.fixture
async def playwright() -> AsyncIterator[Playwright]:
    async with async_playwright() as running:
        yield running


def test_the_oldest_phone_served_is_kept() -> None:
    assert (PHONES / f"v{OLDEST_SERVED}.zip").exists()


@pytest.mark.parametrize("phone", sorted(PHONES.glob("v*.zip")), ids=lambda path: path.stem)
async def test_an_old_phone_signs_in_answers_and_is_acknowledged(
    playwright: Playwright, phone: Path, database_url: str, tmp_path: Path
) -> None:
    pages = tmp_path / "pages"
    with zipfile.ZipFile(phone) as packed:
        packed.extractall(pages)
    ground = await lay_ground(database_url, people=1, tasks=1)
    server = Server(tmp_path / "data", free_port(), database_url, pages=pages)
    server.begin()
    try:
        await server.ready()
        browser = await playwright.chromium.launch(**launch_options())
        page = await browser.new_page(locale="zh-CN", viewport={"width": 360, "height": 780})
        await page.goto(f"http://127.0.0.1:{server.port}/")
        await page.get_by_test_id("sign-in-user").fill(ground.people[0])
        await page.get_by_test_id("sign-in-password").fill(PASSWORD)
        await page.get_by_test_id("sign-in-submit").click()
        await page.get_by_test_id(f"task-row-{ground.tasks[0]}").click()
        for item in ground.items:
            card = page.get_by_test_id(f"item-{item}")
            await card.get_by_test_id("answer-pass").click()
        # That phone's finish does not wait for an answer still on its way to the disk.
        await expect(page.get_by_test_id("task-progress")).to_have_text("10/10")
        await page.get_by_test_id("finish").click()
        await expect(page.get_by_test_id("finished")).to_be_visible()
        await expect(page.get_by_test_id("status-line")).to_contain_text(
            "已全部送达", timeout=20_000
        )
        await browser.close()
    finally:
        server.kill()
