"""A broken app, no network: the rescue page saves the work, another phone and the office take it in."""

import json
import os
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from playwright.async_api import BrowserContext, Page, Playwright, async_playwright, expect

from backend.kernel.identity import derived_id
from backend.kernel.postgres import free_port
from tests.e2e.browser import launch_options
from tests.e2e.servers import PASSWORD, Ground, Server, lay_ground
from tests.e2e.test_journey import (
    OFFICE,
    answer,
    open_phone,
    page_at,
    photo_file,
    sign_in,
    wait_for_shell,
    whole_round,
)

pytestmark = pytest.mark.timeout(240)
PICTURES = os.environ.get("ROUNDSMAN_PICTURES")
"""A folder for pictures of the screens, for whoever wants to look at them."""

BREAK_THE_APP = """
() => new Promise((resolve) => {
  // Another page may hold the database for a moment: a newer app waits for it, too.
  const request = indexedDB.open('roundsman', 9990)
  request.onupgradeneeded = () => request.result.createObjectStore('made_by_a_newer_app')
  request.onsuccess = () => { request.result.close(); resolve(true) }
})
"""

SPOIL_THE_APP = """
if (location.pathname === '/') {
  IDBFactory.prototype.open = () => { throw new DOMException('broken', 'UnknownError') }
}
"""
"""The app itself cannot open the database; no other page is touched."""


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


async def picture(page: Page, name: str) -> None:
    """Keep a picture of the screen where somebody asked for it."""
    if PICTURES:
        await page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


async def test_SE9_rescue_page_saves_the_work_of_a_broken_app_and_the_office_imports_it(
    playwright: Playwright, server: Server, database_url: str, tmp_path: Path
) -> None:
    ground = await lay_ground(database_url, people=3, tasks=2)
    address = f"http://127.0.0.1:{server.port}"
    phone = await open_phone(playwright, tmp_path / "phone", offline=False)
    await record_in_the_cellar(phone, address, ground, tmp_path)
    server.kill()
    await phone.set_offline(True)
    saved = await rescue(phone, address, tmp_path)
    await phone.close()

    check_sealed(saved, ground.items[0])

    server.begin()
    await server.ready()
    await office_imports(playwright, address, ground, saved)
    await check_author(database_url, ground)


async def record_in_the_cellar(
    phone: BrowserContext, address: str, ground: Ground, folder: Path
) -> None:
    page = await page_at(phone, address)
    await sign_in(page, ground.people[0])
    await whole_round(page)
    await wait_for_shell(page)
    await page.goto(f"{address}/#/task/{ground.tasks[0]}")
    await phone.set_offline(True)
    await answer(page, ground.items[0], "pass")
    await answer(page, ground.items[1], "fail")
    card = page.get_by_test_id(f"item-{ground.items[1]}")
    await card.get_by_test_id("photo-file").set_input_files(photo_file(folder))
    line = page.get_by_test_id("status-line")
    await expect(line).to_have_attribute("data-waiting", "4")
    # A newer app has been here, and this one can open its database no more.
    await page.goto("about:blank")
    empty = await page_at(phone, f"{address}/rescue.html")
    await empty.evaluate(BREAK_THE_APP)
    await empty.close()
    await page.close()
    await phone.add_init_script(SPOIL_THE_APP)


async def rescue(phone: BrowserContext, address: str, folder: Path) -> Path:
    page = await page_at(phone, address)
    link = page.get_by_test_id("rescue-link")
    await expect(link).to_be_visible()
    await picture(page, "broken-app")
    await link.click()
    place = page.get_by_test_id("rescue")
    await expect(place).to_contain_text("4 条记录、1 张照片")
    await picture(page, "rescue-zh")
    async with page.expect_download() as downloading:
        await page.get_by_test_id("rescue-save").click()
    await expect(place).to_contain_text("文件已加密")
    await picture(page, "rescue-made-zh")
    await page.get_by_test_id("rescue-language").click()
    await expect(place).to_contain_text("only the server can open it")
    await picture(page, "rescue-made-en")
    saved = folder / "rescue.txt"
    await (await downloading.value).save_as(saved)
    return saved


def spoil(saved: Path) -> tuple[str, Path]:
    """Give a file's text as cut, and make a file that never was ours."""
    text = saved.read_text("utf-8")
    other = saved.with_name("other.txt")
    other.write_text("<svg onload=alert(1)>", encoding="utf-8")
    return text[: len(text) - 40], other


def check_sealed(saved: Path, word: str) -> None:
    """Nobody but the server can read the file."""
    text = saved.read_text("utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    assert lines[0]["roundsman"] == "rescue"
    assert all("sealed" in line for line in lines[1:])
    assert word not in text


async def office_imports(playwright: Playwright, address: str, ground: Ground, saved: Path) -> None:
    browser = await playwright.chromium.launch(**launch_options())
    context = await browser.new_context(
        viewport=OFFICE, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    page = await page_at(context, f"{address}/office.html#/import")
    await page.get_by_test_id("office-user").fill(ground.people[1])
    await page.get_by_test_id("office-password").fill(PASSWORD)
    await page.get_by_test_id("office-submit").click()
    chooser = page.get_by_test_id("import-file")
    await chooser.set_input_files(saved)
    newest = page.get_by_test_id("imported").first
    await expect(newest.get_by_test_id("import-sum")).to_have_text(
        "新收下 4，已有 0，待核实 0，照片 1"
    )
    await expect(newest.get_by_test_id("import-row")).to_have_count(5)
    await picture(page, "office-import-zh")
    await chooser.set_input_files(saved)
    await expect(page.get_by_test_id("imported")).to_have_count(2)
    await expect(newest.get_by_test_id("import-sum")).to_have_text(
        "新收下 0，已有 4，待核实 0，照片 1"
    )
    cut, other = spoil(saved)
    dropped = await page.evaluate_handle(
        """(text) => {
          const carried = new DataTransfer()
          carried.items.add(new File([text], 'cut.txt', { type: 'text/plain' }))
          return carried
        }""",
        cut,
    )
    await page.dispatch_event("[data-testid=import-drop]", "drop", {"dataTransfer": dropped})
    await expect(newest.get_by_test_id("import-missing")).to_contain_text("缺 1 份")
    await chooser.set_input_files(other)
    await expect(newest.get_by_test_id("import-none")).to_be_visible()
    await picture(page, "office-import-all-zh")
    await page.get_by_test_id("office-language").click()
    await picture(page, "office-import-all-en")
    await browser.close()


async def check_author(database_url: str, ground: Ground) -> None:
    """The author is who recorded it, the carrier who brought the file."""
    connection = await asyncpg.connect(database_url)
    author, carrier = (derived_id("ground person", name) for name in ground.people[:2])
    written = await connection.fetch(
        "SELECT person_id FROM operations WHERE kind IN ('item_answered', 'evidence_added')"
    )
    assert {row["person_id"] for row in written} == {author}
    assert len(written) == 3
    carriers = await connection.fetch("SELECT DISTINCT carrier_id, author_id FROM carried_bundles")
    assert [tuple(row) for row in carriers] == [(carrier, author)]
    assert [tuple(row) for row in await connection.fetch("SELECT uploader FROM evidence")] == [
        (author,)
    ]
    await connection.close()


async def test_SE2_file_travels_by_another_phone_and_sealed_work_by_the_next_person(
    playwright: Playwright, server: Server, database_url: str, tmp_path: Path
) -> None:
    ground = await lay_ground(database_url, people=3, tasks=2)
    address = f"http://127.0.0.1:{server.port}"
    phone = await open_phone(playwright, tmp_path / "phone", offline=False)
    page = await page_at(phone, address)
    await sign_in(page, ground.people[0])
    await whole_round(page)
    await wait_for_shell(page)
    await page.goto(f"{address}/#/task/{ground.tasks[0]}")
    await phone.set_offline(True)
    await answer(page, ground.items[0], "fail")
    await expect(page.get_by_test_id("status-line")).to_have_attribute("data-waiting", "2")
    await page.goto(f"{address}/#/me")
    await page.get_by_test_id("sign-out").click()
    await page.get_by_test_id("sign-out-confirm").click()
    await expect(page.get_by_test_id("sign-in-user")).to_be_visible()
    plain = await page.evaluate(
        """() => new Promise((resolve) => {
          const request = indexedDB.open('roundsman')
          request.onsuccess = () => {
            const count = request.result.transaction('outbox').objectStore('outbox').count()
            count.onsuccess = () => { request.result.close(); resolve(count.result) }
          }
        })"""
    )
    assert plain == 0, "nothing is left that the next person could read"
    # The file of the first phone, brought in on a second one, is the same work.
    await page.goto(f"{address}/rescue.html")
    async with page.expect_download() as downloading:
        await page.get_by_test_id("rescue-save").click()
    saved = tmp_path / "rescue.txt"
    await (await downloading.value).save_as(saved)

    second = await open_phone(playwright, tmp_path / "second", offline=False)
    there = await page_at(second, address)
    await sign_in(there, ground.people[2])
    await whole_round(there)
    await there.goto(f"{address}/#/me")
    await there.get_by_test_id("bring-file").set_input_files(saved)
    await expect(there.get_by_test_id("brought")).to_contain_text("已收下 1 份（2 条记录）")
    await picture(there, "me-brought-zh")
    await second.close()

    await phone.set_offline(False)
    await page.goto(address)
    await sign_in(page, ground.people[1])
    await whole_round(page)
    connection = await asyncpg.connect(database_url)
    await expect(page.get_by_test_id("status-line")).to_have_attribute("data-waiting", "0")
    author = derived_id("ground person", ground.people[0])
    written = await connection.fetch(
        "SELECT person_id FROM operations WHERE kind = 'item_answered'"
    )
    assert [row["person_id"] for row in written] == [author]
    carriers = await connection.fetch("SELECT carrier_id FROM carried_bundles")
    assert len(carriers) == 1, "the same bundle brought by two is one"
    await connection.close()
    await phone.close()


async def test_app_that_does_not_start_leads_to_the_rescue_page(
    playwright: Playwright, server: Server
) -> None:
    browser = await playwright.chromium.launch(**launch_options())
    context = await browser.new_context(service_workers="block")
    page = await context.new_page()
    await page.clock.install()
    await page.route("**/assets/*.js", lambda route: route.abort())
    await page.goto(f"http://127.0.0.1:{server.port}/")
    link = page.get_by_role("link", name="导出未送达的记录")
    await expect(link).to_have_count(0)
    await page.clock.fast_forward(13_000)
    await link.click()
    await expect(page.get_by_test_id("rescue")).to_contain_text("这个浏览器里没有巡记的数据")
    names = await page.evaluate("indexedDB.databases().then((all) => all.length)")
    assert names == 0, "looking makes no empty database that would look like a wiped phone"
    await browser.close()
