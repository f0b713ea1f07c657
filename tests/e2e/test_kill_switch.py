"""A broken release is pulled back: phones drop its pages, and no record of theirs."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from playwright.async_api import Page, Playwright, async_playwright, expect

from backend.kernel.postgres import free_port
from tests.e2e.browser import launch_options
from tests.e2e.servers import Server, lay_ground
from tests.e2e.test_shared_phone import ARRIVES_MS, answer, sign_in

pytestmark = pytest.mark.timeout(120)

SHELL = """async () => {
  const own = (await caches.keys()).filter((name) => name.startsWith('workbox-'))
  const registration = await navigator.serviceWorker.getRegistration()
  return { caches: own.length, worker: registration !== undefined }
}"""
FOREIGN = "caches.open('not-of-roundsman').then(() => true)"


@pytest.fixture
async def playwright() -> AsyncIterator[Playwright]:
    async with async_playwright() as running:
        yield running


async def settle(page: Page, wanted: dict[str, object]) -> None:
    """Have the page ask for a newer worker, as when it comes back into sight, and wait."""
    for _ in range(ARRIVES_MS // 200):
        await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        if await page.evaluate(SHELL) == wanted:
            return
        await asyncio.sleep(0.2)
    pytest.fail(f"the shell stayed {await page.evaluate(SHELL)}")


async def test_PH6_kill_switch_takes_the_pages_back_and_leaves_pending_work_alone(  # noqa: PLR0915  one story
    playwright: Playwright, tmp_path: Path, database_url: str
) -> None:
    ground = await lay_ground(database_url, people=1, tasks=1)
    port = free_port()
    usual = Server(tmp_path / "data", port, database_url)
    killing = Server(tmp_path / "data", port, database_url, settings={"ROUNDSMAN_KILL_SHELL": "1"})
    browser = await playwright.chromium.launch(**launch_options())
    context = await browser.new_context(locale="zh-CN", viewport={"width": 360, "height": 780})
    context.set_default_timeout(ARRIVES_MS)
    page = await context.new_page()
    try:
        usual.begin()
        await usual.ready()
        await page.goto(f"http://127.0.0.1:{port}/")
        await sign_in(page, ground.people[0])
        await expect(page.get_by_test_id(f"task-row-{ground.tasks[0]}")).to_be_visible()
        await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        await page.reload()
        await page.evaluate(FOREIGN)
        usual.kill()
        await answer(page, ground, 0, 0, "fail")
        await page.evaluate("globalThis.sameOldPage = true")

        # The page under the person's hands goes on, and its work goes up.
        killing.begin()
        await killing.ready()
        await settle(page, {"caches": 0, "worker": False})
        assert await page.evaluate("globalThis.sameOldPage === true"), "nothing was loaded anew"
        assert await page.evaluate("caches.has('not-of-roundsman')")
        await page.get_by_test_id("sync-now").click()
        await expect(page.get_by_test_id("status-line")).to_have_attribute("data-waiting", "0")

        # The next one comes from the server, with everything on board, and works as ever.
        await page.reload()
        assert not await page.evaluate("globalThis.sameOldPage === true")
        await answer(page, ground, 0, 1, "pass")
        await page.get_by_test_id("sync-now").click()
        await expect(page.get_by_test_id("status-line")).to_have_attribute("data-waiting", "0")
        await settle(page, {"caches": 0, "worker": False})

        # With the switch off the phone keeps its pages again.
        killing.kill()
        usual.begin()
        await usual.ready()
        await page.reload()
        await settle(page, {"caches": 1, "worker": True})
        await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        usual.kill()
        await page.reload()
        await expect(page.get_by_test_id("today")).to_be_visible()
    finally:
        usual.kill()
        killing.kill()
        await browser.close()
    connection = await asyncpg.connect(database_url)
    answered = await connection.fetchval(
        "SELECT count(*) FROM operations WHERE kind = 'item_answered'"
    )
    await connection.close()
    assert answered == 2
