"""What a browser alone can show of the bugs of others and the traps of the platform."""

from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import BrowserContext, Page, Playwright, expect

from tests.e2e.browser import launch_options
from tests.e2e.servers import PASSWORD, Ground, Server, lay_ground

ARRIVES_MS = 20_000
EVIL = "<img src=x onerror=\"window.hacked=1\"><svg onload='window.hacked=2'>{{7*7}}"
FULL = """() => {
  window.mendAdd = IDBObjectStore.prototype.add
  IDBObjectStore.prototype.add = function () { throw new DOMException('full', 'QuotaExceededError') }
}"""
MENDED = "() => { IDBObjectStore.prototype.add = window.mendAdd }"

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
async def ground(server: Server, database_url: str) -> Ground:
    assert server.port
    return await lay_ground(database_url, people=3, tasks=1)


async def phone_at(playwright: Playwright, server: Server, ground: Ground) -> Page:
    """Open the day's check on a phone that is signed in."""
    browser = await playwright.chromium.launch(**launch_options())
    context = await browser.new_context(
        viewport={"width": 360, "height": 780}, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    context.set_default_timeout(ARRIVES_MS)
    page = await context.new_page()
    await page.goto(f"http://127.0.0.1:{server.port}/")
    await page.get_by_test_id("sign-in-user").fill(ground.people[0])
    await page.get_by_test_id("sign-in-password").fill(PASSWORD)
    await page.get_by_test_id("sign-in-submit").click()
    await page.get_by_test_id(f"task-row-{ground.tasks[0]}").click()
    await expect(page.get_by_test_id("task-screen")).to_be_visible()
    return page


async def fail_first(page: Page, ground: Ground) -> None:
    first = page.get_by_test_id(f"item-{ground.items[0]}")
    await first.get_by_test_id("answer-fail").click()
    await expect(first.get_by_test_id("finding")).to_be_visible()


async def test_bug13_page_stays_with_the_draft_when_saving_fails_and_saves_when_it_can(
    playwright: Playwright, server: Server, ground: Ground
) -> None:
    """Seen elsewhere: the page was left whether or not the submit had worked."""
    page = await phone_at(playwright, server, ground)
    await fail_first(page, ground)
    await page.get_by_test_id("note").fill("地面有积水")
    await page.evaluate(FULL)
    await page.get_by_test_id("finding-done").click()
    first = page.get_by_test_id(f"item-{ground.items[0]}")
    await expect(first.get_by_role("alert")).to_be_visible()
    await expect(page.get_by_test_id("note")).to_have_value("地面有积水")
    await page.evaluate(MENDED)
    await page.get_by_test_id("finding-done").click()
    await expect(page.get_by_test_id("note")).to_have_count(0)
    await expect(page.get_by_test_id("status-line")).to_contain_text("已全部送达")


async def test_bug23_trap23_a_huge_picture_is_shrunk_before_its_size_counts_and_a_text_is_refused(
    playwright: Playwright, server: Server, ground: Ground, tmp_path: Path
) -> None:
    """Some browsers ignore `accept`; and a photo is judged by the bytes that will be sent."""
    page = await phone_at(playwright, server, ground)
    await fail_first(page, ground)
    first = page.get_by_test_id(f"item-{ground.items[0]}")
    words = tmp_path / "notes.txt"
    words.write_text("no picture", encoding="utf-8")
    await first.get_by_test_id("photo-file").set_input_files(words)
    await expect(first.get_by_role("alert")).to_be_visible()
    await expect(first.get_by_test_id("photo-thumb")).to_have_count(0)
    huge = tmp_path / "huge.png"
    Image.effect_noise((4000, 3000), 80).convert("RGB").save(huge, "PNG", compress_level=1)
    assert huge.stat().st_size > 12_000_000
    await first.get_by_test_id("photo-file").set_input_files(huge)
    await expect(first.get_by_test_id("photo-thumb")).to_have_count(1)
    await expect(page.get_by_test_id("status-line")).to_contain_text("已全部送达")
    kept = await page.evaluate(
        """() => new Promise((resolve) => {
          const asked = indexedDB.open('roundsman')
          asked.onsuccess = () => {
            const all = asked.result.transaction('evidence').objectStore('evidence').getAll()
            all.onsuccess = () => resolve(all.result.map((row) => row.bytes.byteLength))
          }
        })"""
    )
    assert len(kept) == 1
    assert 10_000 < kept[0] < 3_000_000


async def test_html_and_svg_in_any_words_run_nowhere(
    playwright: Playwright, server: Server, ground: Ground
) -> None:
    page = await phone_at(playwright, server, ground)
    await fail_first(page, ground)
    await page.get_by_test_id("note").fill(EVIL)
    await page.get_by_test_id("finding-done").click()
    await expect(page.get_by_test_id("status-line")).to_contain_text("已全部送达")
    await fail_first(page, ground)
    await expect(page.get_by_test_id("note")).to_have_value(EVIL)
    assert await page.evaluate("window.hacked") is None
    office = await office_at(page.context, server, ground)
    await office.get_by_test_id("finding-row").first.click()
    await expect(office.get_by_test_id("finding")).to_contain_text(EVIL)
    assert await office.evaluate("window.hacked") is None
    assert await office.locator("img[src=x], svg[onload]").count() == 0


async def office_at(phone: BrowserContext, server: Server, ground: Ground) -> Page:
    """Open the findings in the office, in a browser of its own."""
    assert phone.browser is not None
    context = await phone.browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    context.set_default_timeout(ARRIVES_MS)
    page = await context.new_page()
    await page.goto(f"http://127.0.0.1:{server.port}/office.html")
    await page.get_by_test_id("office-user").fill(ground.people[2])
    await page.get_by_test_id("office-password").fill(PASSWORD)
    await page.get_by_test_id("office-submit").click()
    await expect(page.get_by_test_id("finding-row")).to_have_count(1)
    return page
