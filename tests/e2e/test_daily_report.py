"""The day's quality report in a browser: read, issued, printed."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Page, Playwright, expect

from tests.e2e.browser import launch_options
from tests.e2e.servers import PASSWORD, Ground, Phone, Server, lay_ground

SCREEN = {"width": 1440, "height": 900}
PATIENCE_MS = 20_000

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
async def desk(
    playwright: Playwright, server: Server, database_url: str
) -> AsyncIterator[tuple[Page, Ground]]:
    """An inspector at the page of the day's report, with one failed item in it."""
    ground = await lay_ground(database_url, people=2, tasks=2)
    phone = Phone(ground, ground.people[0])
    await phone.sign_in(server.port)
    await phone.push([phone.answer(ground.tasks[0], ground.items[0], "fail")])
    await phone.hang_up()
    browser = await playwright.chromium.launch(**launch_options())
    context = await browser.new_context(
        viewport=SCREEN, locale="zh-CN", timezone_id="Asia/Shanghai", color_scheme="light"
    )
    context.set_default_timeout(PATIENCE_MS)
    page = await context.new_page()
    await page.goto(f"http://127.0.0.1:{server.port}/office.html#/report")
    await page.get_by_test_id("office-user").fill(ground.people[1])
    await page.get_by_test_id("office-password").fill(PASSWORD)
    await page.get_by_test_id("office-submit").click()
    await expect(page.get_by_test_id("report-finding")).to_have_count(1, timeout=PATIENCE_MS)
    yield page, ground
    await browser.close()


async def test_report_of_the_day_is_read_issued_and_said_to_be_of_the_same_day(
    desk: tuple[Page, Ground],
) -> None:
    page, _ = desk
    issue = page.get_by_test_id("report-issue")
    await expect(issue).to_contain_text("尚未发出")
    await (
        page.get_by_test_id("report-words")
        .locator("textarea")
        .or_(page.locator("textarea[data-testid=report-words]"))
        .first.fill("一项不合格，已通知整改")
    )
    await page.get_by_test_id("issue-report").click()
    await expect(page.get_by_test_id("same-day")).to_contain_text("当天发出")
    await expect(issue.locator(".report-words")).to_have_text("一项不合格，已通知整改")


async def test_report_on_paper_leaves_out_what_is_only_for_the_screen(
    desk: tuple[Page, Ground],
) -> None:
    page, _ = desk
    await page.emulate_media(media="print")
    for gone in ("report-print", "issue-report", "office-sign-out"):
        await expect(page.get_by_test_id(gone)).to_be_hidden()
    await expect(page.get_by_test_id("report-finding")).to_be_visible()
    paper: bytes = await page.pdf()
    assert paper.startswith(b"%PDF")


async def test_another_day_has_its_own_report_and_its_own_address(
    desk: tuple[Page, Ground],
) -> None:
    page, ground = desk
    await page.get_by_test_id("report-on").fill("2020-01-01")
    await expect(page.get_by_test_id("report-check")).to_have_count(0)
    where: Any = await page.evaluate("location.hash")
    assert where == f"#/report/{ground.sites[0]}/2020-01-01"
