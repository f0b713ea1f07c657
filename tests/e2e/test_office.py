"""The office page moves by itself, comes back by itself, and fits the screen it was drawn for."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, Playwright, async_playwright, expect

from backend.kernel.postgres import free_port
from tests.e2e.browser import launch_options
from tests.e2e.servers import PASSWORD, Ground, Phone, Server, lay_ground

SCREEN = {"width": 1440, "height": 900}
AT_ONCE_MS = 3_000
PATIENCE_MS = 20_000

pytestmark = pytest.mark.timeout(180)


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


@pytest.fixture
async def desk(
    playwright: Playwright, server: Server, database_url: str
) -> AsyncIterator[tuple[Page, Ground]]:
    """An inspector signed in at the office page, with a month that has a score."""
    ground = await lay_ground(database_url, people=3, tasks=2)
    await record(ground, server.port, ground.people[0], ground.tasks[0], "pass")
    browser = await playwright.chromium.launch(**launch_options())
    context = await browser.new_context(
        viewport=SCREEN, locale="zh-CN", timezone_id="Asia/Shanghai", color_scheme="light"
    )
    context.set_default_timeout(PATIENCE_MS)
    page = await context.new_page()
    await page.goto(f"http://127.0.0.1:{server.port}/office.html")
    await page.get_by_test_id("office-user").fill(ground.people[2])
    await page.get_by_test_id("office-password").fill(PASSWORD)
    await page.get_by_test_id("office-submit").click()
    card = page.get_by_test_id(f"card-{ground.sites[0]}")
    await expect(card).to_contain_text("100", timeout=PATIENCE_MS)
    yield page, ground
    await browser.close()


async def record(ground: Ground, port: int, person: str, task: str, answer: str) -> None:
    """One person answers a whole check (a pass) or its first item (a fail), unaware of others."""
    phone = Phone(ground, person)
    await phone.sign_in(port)
    items = ground.items if answer == "pass" else ground.items[:1]
    await phone.push([phone.answer(task, item, answer) for item in items])
    await phone.hang_up()


async def test_the_board_moves_within_moments_and_shows_both_sides_of_a_conflict(
    desk: tuple[Page, Ground], server: Server
) -> None:
    page, ground = desk
    await record(ground, server.port, ground.people[1], ground.tasks[0], "fail")
    card = page.get_by_test_id(f"card-{ground.sites[0]}")
    await expect(card).to_contain_text("99", timeout=AT_ONCE_MS)
    await expect(page.get_by_test_id("finding-row")).to_have_count(1)
    await page.get_by_test_id("need-conflicts").click()
    sides = page.get_by_test_id("side")
    await expect(sides).to_have_count(2)
    await expect(sides.filter(has_text=ground.people[0])).to_contain_text("合格")
    await expect(sides.filter(has_text=ground.people[1])).to_contain_text("暂按此计")
    await expect(sides.first.get_by_test_id("time-bar")).to_be_visible()


async def test_the_page_comes_back_by_itself_when_the_server_does(
    desk: tuple[Page, Ground], server: Server
) -> None:
    page, ground = desk
    fresh = page.get_by_test_id("live-revision")
    await expect(fresh).to_have_attribute("data-hearing", "live")
    server.kill()
    await expect(fresh).to_have_attribute("data-hearing", "lost", timeout=PATIENCE_MS)
    server.begin()
    await server.ready()
    await expect(fresh).to_have_attribute("data-hearing", "live", timeout=PATIENCE_MS)
    began = time.monotonic()
    await record(ground, server.port, ground.people[1], ground.tasks[1], "fail")
    await expect(page.get_by_test_id("finding-row")).to_have_count(1, timeout=AT_ONCE_MS)
    assert time.monotonic() - began < AT_ONCE_MS


async def test_a_cut_line_is_never_called_live_and_the_page_comes_back_by_itself(
    desk: tuple[Page, Ground],
) -> None:
    """The stream may stay open over a dead line; a question that finds nobody says so at once."""
    page, _ = desk
    fresh = page.get_by_test_id("live-revision")
    await expect(fresh).to_have_attribute("data-hearing", "live")
    await page.context.set_offline(True)
    await page.evaluate("location.hash = '#/scorecards'")
    await expect(fresh).to_have_attribute("data-hearing", "lost", timeout=PATIENCE_MS)
    await page.context.set_offline(False)
    await expect(fresh).to_have_attribute("data-hearing", "live", timeout=PATIENCE_MS)
    await expect(page.locator("[data-testid^=card-]").first).to_be_visible()


async def test_the_board_fits_its_screen_in_both_languages_and_lights(
    desk: tuple[Page, Ground],
) -> None:
    page, _ = desk
    for _ in range(2):
        for theme in ("light", "dark"):
            shown = await page.evaluate(
                "[document.documentElement.dataset.theme,"
                " document.documentElement.scrollHeight, document.documentElement.scrollWidth]"
            )
            assert shown == [theme, SCREEN["height"], SCREEN["width"]]
            await page.get_by_test_id("office-theme").click()
        await page.get_by_test_id("office-language").click()
    assert await page.locator("html").get_attribute("lang") == "zh-CN"
    await page.get_by_test_id("office-sign-out").click()
    await expect(page.get_by_test_id("office-user")).to_be_visible()
