"""Rough days of a phone in a real browser: killed, doubled, full, wiped; nothing recorded is lost."""

import asyncio
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from playwright.async_api import BrowserContext, Page, Playwright, expect

from tests.e2e.browser import launch_options
from tests.e2e.servers import PASSWORD, Ground, Server, lay_ground

ARRIVES_MS = 20_000
ROOM = 4_000_000
# Another store of the same origin takes all the room there is.
FILL_UP = """async () => {
  const database = await new Promise((resolve) => {
    const asked = indexedDB.open('junk', 1)
    asked.onupgradeneeded = () => asked.result.createObjectStore('junk', { autoIncrement: true })
    asked.onsuccess = () => resolve(asked.result)
  })
  const noise = new Uint8Array(1_000_000)
  for (let at = 0; at < noise.length; at += 50_000) crypto.getRandomValues(noise.subarray(at, at + 50_000))
  for (const size of [1_000_000, 200_000, 40_000, 8_000, 1_600, 400]) {
    for (let full = false; !full; ) {
      full = await new Promise((resolve) => {
        const work = database.transaction('junk', 'readwrite')
        work.objectStore('junk').add(noise.slice(0, size))
        work.oncomplete = () => resolve(false)
        work.onabort = () => resolve(true)
      })
    }
  }
  database.close()
}"""
MAKE_ROOM = """() => new Promise((resolve) => {
  const asked = indexedDB.deleteDatabase('junk')
  asked.onsuccess = () => resolve(true)
})"""

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
async def ground(server: Server, database_url: str) -> Ground:
    assert server.port
    return await lay_ground(database_url, people=3, tasks=1)


async def a_phone(playwright: Playwright, folder: Path) -> BrowserContext:
    """Give a phone with a disk of its own."""
    options = launch_options()
    options["args"] = [
        *options["args"],
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
    ]
    context = await playwright.chromium.launch_persistent_context(
        str(folder),
        viewport={"width": 360, "height": 780},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        permissions=["camera"],
        **options,
    )
    context.set_default_timeout(ARRIVES_MS)
    return context


async def open_page(context: BrowserContext, server: Server) -> Page:
    page = await context.new_page()
    await page.goto(f"http://127.0.0.1:{server.port}/")
    return page


async def sign_in(page: Page, ground: Ground, person: int = 0) -> None:
    await page.get_by_test_id("sign-in-user").fill(ground.people[person])
    await page.get_by_test_id("sign-in-password").fill(PASSWORD)
    await page.get_by_test_id("sign-in-submit").click()
    await expect(page.get_by_test_id(f"task-row-{ground.tasks[0]}")).to_be_visible()


async def open_task(page: Page, ground: Ground) -> None:
    await page.get_by_test_id(f"task-row-{ground.tasks[0]}").click()
    await expect(page.get_by_test_id("task-screen")).to_be_visible()


async def answer(page: Page, item: str, word: str) -> None:
    await page.get_by_test_id(f"item-{item}").get_by_test_id(f"answer-{word}").click()


async def all_sent(page: Page) -> None:
    await expect(page.get_by_test_id("status-line")).to_contain_text("已全部送达")


async def crash(context: BrowserContext, page: Page) -> None:
    """Kill the tab's process as a phone short of memory does."""
    session = await context.new_cdp_session(page)
    crashed = asyncio.get_running_loop().create_future()
    page.on("crash", lambda _: crashed.done() or crashed.set_result(True))
    sending = asyncio.ensure_future(session.send("Page.crash"))
    await asyncio.wait_for(crashed, 10)
    sending.cancel()
    await page.close()


async def written(database_url: str, sql: str, *values: Any) -> list[Any]:
    connection = await asyncpg.connect(database_url)
    try:
        return [tuple(row) for row in await connection.fetch(sql, *values)]
    finally:
        await connection.close()


async def test_trap08_killed_while_the_camera_is_open_it_comes_back_to_the_very_item(
    playwright: Playwright, server: Server, ground: Ground, tmp_path: Path
) -> None:
    context = await a_phone(playwright, tmp_path / "phone")
    page = await open_page(context, server)
    await sign_in(page, ground)
    await open_task(page, ground)
    for item in ground.items[:5]:
        await answer(page, item, "pass")
    await answer(page, ground.items[5], "fail")
    broken = page.get_by_test_id(f"item-{ground.items[5]}")
    await broken.get_by_test_id("note").fill("阀门漏水")
    await broken.get_by_test_id("photo-take").click()
    await expect(page.get_by_test_id("photo-shoot")).to_be_visible()
    await crash(context, page)

    page = await open_page(context, server)
    await expect(page.get_by_test_id("task-screen")).to_be_visible()
    broken = page.get_by_test_id(f"item-{ground.items[5]}")
    await expect(broken).to_be_in_viewport()
    await expect(broken.get_by_role("status").first).to_be_visible()
    await expect(broken.get_by_test_id("note")).to_have_value("阀门漏水")
    await broken.get_by_test_id("photo-take").click()
    await page.get_by_test_id("photo-shoot").click()
    await expect(broken.get_by_test_id("photo-thumb")).to_have_count(1)
    await broken.get_by_test_id("finding-done").click()
    await all_sent(page)
    await context.close()


async def test_two_tabs_of_one_phone_share_one_writer_and_lose_nothing(
    playwright: Playwright,
    server: Server,
    ground: Ground,
    tmp_path: Path,
    database_url: str,
) -> None:
    context = await a_phone(playwright, tmp_path / "phone")
    first = await open_page(context, server)
    await sign_in(first, ground)
    await open_task(first, ground)
    second = await open_page(context, server)
    # A page opened anew comes back to where the person was.
    await expect(second.get_by_test_id("task-screen")).to_be_visible()
    for number, item in enumerate(ground.items):
        await answer(second if number % 2 else first, item, "pass")
    for page in (first, second):
        await expect(page.get_by_test_id("task-progress")).to_have_text("10/10")
        await all_sent(page)
    await context.close()
    rows = await written(
        database_url, "SELECT contiguous, beyond FROM writer_progress WHERE id <> ''"
    )
    counters = await written(
        database_url,
        "SELECT writer_id, counter FROM operations WHERE kind IN ('item_answered', 'task_started')",
    )
    assert len({writer for writer, _ in counters}) == 1
    assert sorted(counter for _, counter in counters) == list(range(1, len(counters) + 1))
    assert (len(counters), "[]") in rows


async def test_a_second_phone_sees_the_first_ones_answer_and_may_differ(
    playwright: Playwright, server: Server, ground: Ground, tmp_path: Path
) -> None:
    one = await a_phone(playwright, tmp_path / "one")
    two = await a_phone(playwright, tmp_path / "two")
    first, second = await open_page(one, server), await open_page(two, server)
    await sign_in(first, ground, 0)
    await sign_in(second, ground, 1)
    await open_task(first, ground)
    await open_task(second, ground)
    await one.set_offline(True)
    await answer(first, ground.items[0], "pass")
    await expect(first.get_by_test_id("status-line")).to_contain_text("待上传")
    await answer(second, ground.items[0], "fail")
    await expect(second.get_by_test_id("finding").first).to_be_visible()
    await all_sent(second)
    await one.set_offline(False)
    await first.get_by_test_id("sync-now").click()
    await all_sent(first)
    await second.get_by_test_id("sync-now").click()
    for page in (first, second):
        item = page.get_by_test_id(f"item-{ground.items[0]}")
        await expect(item.get_by_test_id("contested")).to_be_visible()
    await one.close()
    await two.close()


async def test_a_full_phone_says_so_loses_nothing_and_goes_on_when_there_is_room(
    playwright: Playwright, server: Server, ground: Ground, tmp_path: Path
) -> None:
    context = await a_phone(playwright, tmp_path / "phone")
    page = await open_page(context, server)
    await sign_in(page, ground)
    await open_task(page, ground)
    await answer(page, ground.items[0], "pass")
    await all_sent(page)
    origin = f"http://127.0.0.1:{server.port}"
    session = await context.new_cdp_session(page)
    await session.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": ROOM})
    await page.evaluate(FILL_UP)
    await answer(page, ground.items[1], "fail")
    await expect(page.get_by_test_id("bad-news").first).to_be_visible()
    await page.evaluate(MAKE_ROOM)
    await session.send("Storage.overrideQuotaForOrigin", {"origin": origin})
    await answer(page, ground.items[1], "fail")
    second = page.get_by_test_id(f"item-{ground.items[1]}")
    await expect(second.get_by_test_id("answer-fail")).to_have_attribute("aria-pressed", "true")
    await expect(page.get_by_test_id("task-progress")).to_have_text("2/10")
    await context.close()


async def test_a_wiped_phone_warns_aloud_and_never_says_that_nothing_waits(
    playwright: Playwright, server: Server, ground: Ground, tmp_path: Path
) -> None:
    context = await a_phone(playwright, tmp_path / "phone")
    page = await open_page(context, server)
    await sign_in(page, ground)
    await open_task(page, ground)
    await all_sent(page)
    await context.set_offline(True)
    await answer(page, ground.items[0], "pass")
    await answer(page, ground.items[1], "fail")
    await expect(page.get_by_test_id("status-line")).to_contain_text("待上传 3 条")
    await page.goto("about:blank")
    session = await context.new_cdp_session(page)
    await session.send(
        "Storage.clearDataForOrigin",
        {"origin": f"http://127.0.0.1:{server.port}", "storageTypes": "indexeddb"},
    )
    await context.set_offline(False)
    page = await open_page(context, server)
    warning = page.get_by_test_id("bad-news")
    await expect(warning).to_be_visible()
    await expect(warning).to_contain_text("3")
    await expect(page.get_by_text("已全部送达")).to_have_count(0)
    await context.close()
