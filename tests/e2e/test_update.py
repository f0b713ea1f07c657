"""A new version waits until nobody works: over an open check nothing is put in place."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, Playwright, async_playwright, expect

from backend.kernel.postgres import free_port
from tests.e2e.browser import launch_options
from tests.e2e.servers import PASSWORD, Server, lay_ground
from tests.e2e.test_shell import DIST

ARRIVES_MS = 20_000

pytestmark = pytest.mark.timeout(90)

UPDATE_WAITS = "navigator.serviceWorker.getRegistration().then((one) => one.waiting !== null)"
MARKED = "globalThis.sameOldPage === true"


@pytest.fixture
async def playwright() -> AsyncIterator[Playwright]:
    async with async_playwright() as running:
        yield running


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """Pages of their own, that a newer build can be put over."""
    return Path(shutil.copytree(DIST, tmp_path / "pages"))


@pytest.fixture
async def server(tmp_path: Path, database_url: str, pages: Path) -> AsyncIterator[Server]:
    one = Server(tmp_path / "data", free_port(), database_url, pages=pages)
    one.begin()
    await one.ready()
    yield one
    one.kill()


async def sign_in(page: Page, user_name: str) -> None:
    await page.get_by_test_id("sign-in-user").fill(user_name)
    await page.get_by_test_id("sign-in-password").fill(PASSWORD)
    await page.get_by_test_id("sign-in-submit").click()


async def build_newer(server: Server, pages: Path) -> None:
    """Put a newer build in place: to the browser any other byte of the worker is one."""
    server.kill()
    worker = pages / "service-worker.js"
    worker.write_text(worker.read_text(encoding="utf-8") + "\n// newer\n", encoding="utf-8")
    server.begin()
    await server.ready()


async def see_update(page: Page) -> None:
    """Have the page ask, as when it comes back into sight, and wait for the newer worker."""
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    # By hand: the page's policy allows no polling inside it.
    for _ in range(ARRIVES_MS // 100):
        if await page.evaluate(UPDATE_WAITS):
            return
        await asyncio.sleep(0.1)
    pytest.fail("no newer worker came")


async def apply_update(page: Page) -> None:
    """Tap the bar's key; the page comes back as the newer one."""
    async with page.expect_event("load"):
        await page.get_by_test_id("update-apply").click()
    await expect(page.get_by_test_id("update-bar")).to_have_count(0)
    assert not await page.evaluate(UPDATE_WAITS)


async def test_trap05_an_update_waits_for_the_open_check_and_is_applied_from_today(
    playwright: Playwright, server: Server, database_url: str, pages: Path
) -> None:
    ground = await lay_ground(database_url, people=1, tasks=1)
    browser = await playwright.chromium.launch(**launch_options())
    context = await browser.new_context(locale="zh-CN", viewport={"width": 360, "height": 780})
    context.set_default_timeout(ARRIVES_MS)
    page = await context.new_page()
    await page.goto(f"http://127.0.0.1:{server.port}/")
    await sign_in(page, ground.people[0])
    row = page.get_by_test_id(f"task-row-{ground.tasks[0]}")
    await expect(row).to_be_visible()
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    # The first page came from the server; from the second on the worker gives it.
    await page.reload()
    await row.click()
    first = page.get_by_test_id(f"item-{ground.items[0]}")
    await first.get_by_test_id("answer-fail").click()
    await first.get_by_test_id("note").fill("地面有积水")
    await page.evaluate("globalThis.sameOldPage = true")

    # The newer one arrives in the middle of a word, and nothing happens.
    await build_newer(server, pages)
    await see_update(page)
    await page.wait_for_timeout(500)
    assert await page.evaluate(MARKED)
    assert await page.evaluate(UPDATE_WAITS)
    await expect(page.get_by_test_id("update-bar")).to_have_count(0)

    # Another window knows of the words that are not recorded yet, and waits as well.
    other = await context.new_page()
    await other.goto(f"http://127.0.0.1:{server.port}/#/me")
    await expect(other.get_by_test_id("update-bar")).to_be_visible()
    await expect(other.get_by_test_id("update-apply")).to_have_count(0)
    await other.close()
    await expect(first.get_by_test_id("note")).to_have_value("地面有积水")

    # Back on Today the words are recorded, and it is applied.
    await page.get_by_test_id("back").click()
    await expect(page.get_by_test_id("today")).to_be_visible()
    assert await page.evaluate(MARKED)
    await apply_update(page)
    assert not await page.evaluate(MARKED)
    await expect(page.get_by_test_id("today")).to_be_visible()

    # What was typed before is still there.
    await row.click()
    await expect(first).to_have_attribute("data-answer", "fail")
    await browser.close()
