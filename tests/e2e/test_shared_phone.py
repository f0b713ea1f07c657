"""Two people share a phone: they change places by PIN in a cellar, and each one's work is theirs."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from playwright.async_api import Browser, Page, Playwright, async_playwright, expect

from backend.kernel.identity import derived_id
from backend.kernel.postgres import free_port
from tests.e2e.browser import launch_options
from tests.e2e.servers import PASSWORD, Ground, Server, lay_ground

ARRIVES_MS = 20_000
PINS = {0: "8053", 1: "7146"}

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
async def playwright() -> AsyncIterator[Playwright]:
    async with async_playwright() as running:
        yield running


@pytest.fixture
async def browser(playwright: Playwright) -> AsyncIterator[Browser]:
    one = await playwright.chromium.launch(**launch_options())
    yield one
    await one.close()


@pytest.fixture
async def server(tmp_path: Path, database_url: str) -> AsyncIterator[Server]:
    one = Server(tmp_path / "data", free_port(), database_url)
    one.begin()
    await one.ready()
    yield one
    one.kill()


async def sign_in(page: Page, user_name: str) -> None:
    await page.get_by_test_id("sign-in-user").fill(user_name)
    await page.get_by_test_id("sign-in-password").fill(PASSWORD)
    await page.get_by_test_id("sign-in-submit").click()
    await expect(page.get_by_test_id("today")).to_be_visible(timeout=ARRIVES_MS)


async def set_pin(page: Page, pin: str) -> None:
    await page.get_by_test_id("tab-me").click()
    await page.get_by_test_id("pin-set").click()
    await page.get_by_test_id("pin-first").fill(pin)
    await page.get_by_test_id("pin-second").fill(pin)
    await page.get_by_test_id("pin-save").click()
    await expect(page.get_by_test_id("pin-remove")).to_be_visible()


async def enter_pin(page: Page, person: str, pin: str) -> None:
    await page.get_by_test_id(f"face-{person}").click()
    for digit in pin:
        await page.get_by_test_id(f"pin-{digit}").click()
    await page.get_by_test_id("pin-enter").click()


async def answer(page: Page, ground: Ground, task: int, item: int, word: str) -> None:
    await page.get_by_test_id(f"task-row-{ground.tasks[task]}").click()
    card = page.get_by_test_id(f"item-{ground.items[item]}")
    await card.get_by_test_id(f"answer-{word}").click()
    await expect(card).to_have_attribute("data-answer", word)
    await page.get_by_test_id("back").click()
    await expect(page.get_by_test_id("today")).to_be_visible()


async def share(page: Page, server: Server, ground: Ground) -> list[str]:
    """Make the phone known to both, the second one working; give their ids."""
    await page.goto(f"http://127.0.0.1:{server.port}/")
    await sign_in(page, ground.people[0])
    await expect(page.get_by_test_id(f"task-row-{ground.tasks[0]}")).to_be_visible()
    await set_pin(page, PINS[0])
    await page.get_by_test_id("switch-person").click()
    await page.get_by_test_id("people-other").click()
    await sign_in(page, ground.people[1])
    await expect(page.get_by_test_id(f"task-row-{ground.tasks[0]}")).to_be_visible()
    await set_pin(page, PINS[1])
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await page.reload()
    await page.get_by_test_id("tab-today").click()
    await expect(page.get_by_test_id("ready")).to_have_attribute("data-ready", "yes")
    return [derived_id("ground person", name) for name in ground.people]


async def test_two_people_change_places_by_pin_without_network_and_each_ones_work_is_theirs(
    browser: Browser, server: Server, database_url: str
) -> None:
    ground = await lay_ground(database_url, people=2, tasks=2)
    context = await browser.new_context(locale="zh-CN", viewport={"width": 360, "height": 780})
    context.set_default_timeout(ARRIVES_MS)
    page = await context.new_page()
    first, second = await share(page, server, ground)

    # Down in the cellar: the network is off, and the server's port is closed as well.
    server.kill()
    await context.set_offline(True)
    await answer(page, ground, 0, 0, "fail")
    await page.get_by_test_id("tab-me").click()
    await page.get_by_test_id("switch-person").click()
    await expect(page.get_by_test_id("people")).to_be_visible()

    # A page killed and opened again stands before the same lock, whatever address is typed.
    await page.goto(f"http://127.0.0.1:{server.port}/#/today")
    await page.reload()
    await expect(page.get_by_test_id("people")).to_be_visible()
    await enter_pin(page, first, "1111")
    await expect(page.get_by_test_id("bad-news")).to_contain_text("PIN 码不对")
    await page.get_by_test_id("people-list").click()
    await enter_pin(page, first, PINS[0])
    row = page.get_by_test_id(f"task-row-{ground.tasks[0]}")
    await expect(row).to_be_visible()
    await expect(row).to_contain_text("0/10")
    await answer(page, ground, 1, 0, "pass")
    # The check begun and its answer.
    await expect(page.get_by_test_id("status-line")).to_have_attribute("data-waiting", "2")

    # Up again: the server still knows the second one, whose session it is. The first one's work is
    # carried under it, unread, and nobody changes place.
    server.begin()
    await server.ready()
    await context.set_offline(False)
    await page.get_by_test_id("sync-now").click()
    await expect(page.get_by_test_id("status-line")).to_have_attribute(
        "data-waiting", "0", timeout=ARRIVES_MS
    )
    await expect(page.get_by_test_id("today")).to_contain_text(ground.people[0])

    # Back at the second one, whose session it is: what they did goes up by itself.
    await page.get_by_test_id("tab-me").click()
    await page.get_by_test_id("switch-person").click()
    await enter_pin(page, second, PINS[1])
    await expect(page.get_by_test_id("today")).to_contain_text(ground.people[1])
    await expect(page.get_by_test_id("sign-in-needed")).to_have_count(0)
    await expect(page.get_by_test_id("status-line")).to_have_attribute(
        "data-waiting", "0", timeout=ARRIVES_MS
    )
    await context.close()

    connection = await asyncpg.connect(database_url)
    rows = await connection.fetch(
        "SELECT person_id, record_id FROM operations WHERE kind = 'item_answered' ORDER BY 2"
    )
    await connection.close()
    assert {(row["person_id"], row["record_id"]) for row in rows} == {
        (second, ground.tasks[0]),
        (first, ground.tasks[1]),
    }
    assert len(rows) == 2


async def test_phone_says_before_the_round_whether_it_is_ready_and_in_wechat_how_to_leave(
    browser: Browser, server: Server, database_url: str
) -> None:
    ground = await lay_ground(database_url, people=1, tasks=2)
    context = await browser.new_context(locale="zh-CN", viewport={"width": 360, "height": 780})
    context.set_default_timeout(ARRIVES_MS)
    page = await context.new_page()
    await page.goto(f"http://127.0.0.1:{server.port}/")
    await sign_in(page, ground.people[0])
    ready = page.get_by_test_id("ready")
    await expect(ready).to_have_attribute("data-ready", "yes", timeout=ARRIVES_MS)
    await expect(ready).to_contain_text("2 项任务已在本机")
    await expect(ready).to_have_attribute("data-ready", "yes")
    server.kill()
    await context.set_offline(True)
    await page.reload()
    await expect(ready).to_have_attribute("data-ready", "yes")
    await ready.click()
    for subject, tone in (("offline", "good"), ("space", "good"), ("tasks", "good")):
        line = page.get_by_test_id(f"doctor-{subject}")
        await expect(line).to_have_attribute("data-tone", tone)
    await page.get_by_test_id("doctor-again").click()
    await expect(page.get_by_test_id("doctor-again")).to_be_enabled()
    await expect(page.get_by_test_id("doctor-space")).to_have_attribute("data-tone", "good")
    await context.close()

    server.begin()
    await server.ready()
    agent = "Mozilla/5.0 (Linux; Android 14) Chrome/116 Mobile MicroMessenger/8.0.49"
    context = await browser.new_context(locale="zh-CN", user_agent=agent)
    page = await context.new_page()
    await page.goto(f"http://127.0.0.1:{server.port}/")
    await expect(page.get_by_test_id("sign-in")).to_contain_text("在浏览器打开")
    await sign_in(page, ground.people[0])
    await expect(page.get_by_test_id("ready")).to_have_attribute("data-ready", "no")
    await expect(page.get_by_test_id("doctor-browser")).to_contain_text("点右上角的 ···")
    await context.close()
