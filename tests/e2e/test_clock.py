"""A phone whose clock is years off works by the office's time, and says so."""

import re
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import pytest
from playwright.async_api import BrowserContext, Page, Playwright, async_playwright, expect

from backend.kernel.postgres import free_port
from tests.e2e.browser import launch_options
from tests.e2e.servers import PASSWORD, Server, lay_ground

YEAR_MS = round(365.25 * 86_400_000)
NEAR_MS = 120_000
ARRIVES_MS = 20_000
# What a page asks the time of: the machine's clock, wrong by a constant.
SET_WRONG = """(() => {
  const True = Date
  globalThis.Date = class Date extends True {
    constructor(...given) {
      if (given.length === 0) super(True.now() + OFF)
      else super(...given)
    }
    static now() { return True.now() + OFF }
  }
})()"""

pytestmark = pytest.mark.timeout(120)


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


async def wrong_phone(playwright: Playwright, off_ms: int) -> BrowserContext:
    """Open a phone whose clock is off by so much from its first page on."""
    browser = await playwright.chromium.launch(**launch_options())
    context = await browser.new_context(
        viewport={"width": 360, "height": 780}, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    context.set_default_timeout(ARRIVES_MS)
    await context.add_init_script(SET_WRONG.replace("OFF", str(off_ms)))
    return context


async def sign_in(page: Page, user_name: str) -> None:
    await page.get_by_test_id("sign-in-user").fill(user_name)
    await page.get_by_test_id("sign-in-password").fill(PASSWORD)
    await page.get_by_test_id("sign-in-submit").click()


async def bodies_of(database_url: str, task: str) -> list[dict[str, Any]]:
    """Give what the log says of a task."""
    connection = await asyncpg.connect(database_url)
    try:
        rows = await connection.fetch(
            "SELECT content FROM operations WHERE record_id = $1 ORDER BY position", task
        )
    finally:
        await connection.close()
    return [msgspec.json.decode(row["content"])["body"] for row in rows]


@pytest.mark.parametrize(
    ("off_ms", "told"),
    [(round(3.5 * YEAR_MS), "快 3.5 年"), (-56 * YEAR_MS, "慢 56 年")],
    ids=["ahead", "behind"],
)
async def test_a_clock_years_off_hides_no_task_and_spoils_no_answer(
    playwright: Playwright, server: Server, database_url: str, off_ms: int, told: str
) -> None:
    ground = await lay_ground(database_url, people=1, tasks=1)
    task = ground.tasks[0]
    context = await wrong_phone(playwright, off_ms)
    page = await context.new_page()
    await page.goto(f"http://127.0.0.1:{server.port}/")
    await sign_in(page, ground.people[0])
    row = page.get_by_test_id(f"task-row-{task}")
    await expect(row).to_have_attribute("data-when", "now")
    await expect(page.get_by_test_id("clock-notice")).to_contain_text(told)

    # A page opened later in the cellar goes on by the last known offset.
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await context.set_offline(offline=True)
    await page.reload()
    await expect(row).to_have_attribute("data-when", "now")
    await expect(page.get_by_test_id("clock-notice")).to_contain_text(told)
    await row.click()
    for item in ground.items:
        await page.get_by_test_id(f"item-{item}").get_by_test_id("answer-pass").click()
    await page.get_by_test_id("finish").click()
    await expect(page.get_by_test_id("finished")).to_be_visible()

    await context.set_offline(offline=False)
    await page.get_by_test_id("sync-now").click()
    await expect(page.get_by_test_id("status-line")).to_contain_text("已全部送达")
    await page.get_by_test_id("to-today").click()
    await page.get_by_test_id("status-line").click()
    await expect(page.get_by_test_id("outbox-empty")).to_be_visible()
    await expect(page.get_by_test_id("clock-notice")).to_contain_text(told)
    await page.locator("[data-testid=outbox-delivered] summary").click()
    rows = page.get_by_test_id("outbox-row")
    await expect(rows).to_have_count(len(ground.items) + 2)
    await expect(rows.first).to_contain_text(re.compile("刚刚|分钟前"))
    await context.close()

    said = await bodies_of(database_url, task)
    moments = [body[name] for body in said for name in body if name.endswith("ed_at")]
    assert len(moments) == 2
    assert all(abs(moment - time.time() * 1000) < NEAR_MS for moment in moments)
