"""The held desk in a real browser: each decision by mouse and by keyboard, and what it left behind."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Locator, Page, Playwright, expect

from backend.directory.actors import RoleAt
from backend.directory.enrol import NewPerson, add_person
from backend.directory.passwords import hash_now
from backend.kernel.database import Database
from backend.kernel.identity import derived_id
from shared_schemas.primitives import Bilingual
from tests.e2e.browser import launch_options
from tests.e2e.servers import PASSWORD, Ground, Phone, Server, lay_ground
from tests.e2e.test_conflict_desk import CLERK, SCREEN, let_in_clerk

PATIENCE_MS = 20_000
GUARD = "lao-zhou"

pytestmark = pytest.mark.timeout(180)


async def let_in_guard(database_url: str, organization: str) -> None:
    database = Database(database_url)
    await database.open()
    new = NewPerson(
        user_name=GUARD,
        name=Bilingual(zh="老周", en="Zhou"),
        roles=(RoleAt("patrol_guard", ""),),
        password=PASSWORD,
        password_hash=hash_now(PASSWORD, 2**4),
        id=derived_id("ground person", GUARD),
    )
    async with database.transaction() as connection:
        await add_person(connection, organization, new)
    await database.close()


async def guard_answers(ground: Ground, port: int, count: int) -> None:
    """A guard answers what only inspectors may answer: each answer is held."""
    phone = Phone(ground, GUARD)
    await phone.sign_in(port)
    await phone.push(
        [phone.answer(ground.tasks[0], ground.items[number], "fail") for number in range(count)]
    )
    await phone.hang_up()


@pytest.fixture
async def ground(server: Server, database_url: str) -> Ground:
    """Four answers of a guard wait on the desk."""
    laid = await lay_ground(database_url, people=1, tasks=1)
    await let_in_clerk(database_url, laid.organization)
    await let_in_guard(database_url, laid.organization)
    await guard_answers(laid, server.port, 4)
    return laid


@pytest.fixture
async def desk(playwright: Playwright, server: Server, ground: Ground) -> AsyncIterator[Page]:
    browser = await playwright.chromium.launch(**launch_options())
    context = await browser.new_context(
        viewport=SCREEN, locale="zh-CN", timezone_id="Asia/Shanghai", color_scheme="light"
    )
    context.set_default_timeout(PATIENCE_MS)
    page = await context.new_page()
    await page.goto(f"http://127.0.0.1:{server.port}/office.html#/held")
    await page.get_by_test_id("office-user").fill(CLERK)
    await page.get_by_test_id("office-password").fill(PASSWORD)
    await page.get_by_test_id("office-submit").click()
    await expect(waiting(page)).to_have_count(4)
    yield page
    await browser.close()


def waiting(page: Page) -> Locator:
    return page.get_by_test_id("desk-waiting").get_by_test_id("held-row")


def settled(page: Page, state: str) -> Locator:
    return page.get_by_test_id("desk-decided").locator(f'[data-state="{state}"]')


def result(page: Page) -> Locator:
    return page.get_by_test_id("desk-result")


async def in_the_log(database_url: str, kind: str) -> list[tuple[str, str]]:
    database = Database(database_url)
    await database.open()
    rows = await database.rows(
        "SELECT person_id, content::json -> 'body' ->> 'answer' AS answer FROM operations"
        " WHERE kind = $1 ORDER BY position",
        kind,
    )
    await database.close()
    return [(row["person_id"], row["answer"]) for row in rows]


async def test_HE6_HE8_each_decision_is_made_with_the_mouse(desk: Page, database_url: str) -> None:
    await desk.get_by_test_id("choose-apply").click()
    await expect(desk.get_by_test_id("held-confirm")).to_be_disabled()
    await desk.get_by_text("当时由他代班").click()
    await desk.get_by_test_id("held-confirm").click()
    await expect(result(desk)).to_have_text(re.compile("^✓ "))
    await expect(settled(desk, "applied")).to_have_count(1)

    await desk.get_by_test_id("choose-change").click()
    await desk.get_by_test_id("form-answer").select_option("pass")
    await desk.get_by_test_id("held-reason").fill("选项写错，按照片更正")
    await desk.get_by_test_id("held-confirm").click()
    await expect(settled(desk, "changed")).to_have_count(1)

    await desk.get_by_test_id("choose-set_aside").click()
    await desk.get_by_test_id("held-reason").fill("误操作")
    await desk.get_by_test_id("held-confirm").click()
    await expect(settled(desk, "set_aside")).to_have_count(1)
    await expect(waiting(desk)).to_have_count(1)

    guard, clerk = derived_id("ground person", GUARD), derived_id("ground person", CLERK)
    assert await in_the_log(database_url, "item_answered") == [(guard, "fail"), (clerk, "pass")]
    # What was set aside can be looked at and taken up again.
    await settled(desk, "set_aside").get_by_role("button").click()
    await expect(desk.get_by_test_id("held-decide")).to_be_visible()
    await desk.get_by_test_id("choose-take_up").click()
    await desk.get_by_test_id("held-reason").fill("决定有误")
    await desk.get_by_test_id("held-confirm").click()
    await expect(waiting(desk)).to_have_count(2)


async def test_HE6_HE8_each_decision_is_made_by_keyboard_alone(
    desk: Page, database_url: str
) -> None:
    keys = desk.keyboard
    title = await desk.get_by_test_id("desk-title").inner_text()
    await keys.press("j")
    await expect(desk.get_by_test_id("desk-title")).not_to_have_text(title)
    await keys.press("k")
    await expect(desk.get_by_test_id("desk-title")).to_have_text(title)

    await keys.press("a")
    await expect(desk.get_by_test_id("choose-apply")).to_have_attribute("aria-pressed", "true")
    await expect(desk.get_by_test_id("held-reason")).to_be_focused()
    # Letters that are keys elsewhere are words here.
    await keys.type("jks 属实")
    await keys.press("Enter")
    await expect(settled(desk, "applied")).to_have_count(1)
    await expect(desk.get_by_test_id("desk-title")).to_be_focused()

    await keys.press("e")
    await expect(desk.get_by_test_id("held-reason")).to_be_focused()
    await keys.press("Escape")
    await desk.get_by_test_id("form-answer").select_option("pass")
    await desk.get_by_test_id("held-reason").focus()
    await keys.type("按照片更正")
    await keys.press("Enter")
    await expect(settled(desk, "changed")).to_have_count(1)

    # The last two at once.
    await keys.press("s")
    await expect(desk.get_by_test_id("held-reason")).to_be_focused()
    await keys.press("Escape")
    await keys.press("x")
    await expect(desk.get_by_test_id("held-confirm")).to_contain_text("2")
    await desk.get_by_test_id("held-reason").focus()
    await keys.type("重复记录")
    await keys.press("Enter")
    await expect(result(desk)).to_have_count(2)
    await expect(settled(desk, "set_aside")).to_have_count(2)
    await expect(waiting(desk)).to_have_count(0)
    guard, clerk = derived_id("ground person", GUARD), derived_id("ground person", CLERK)
    assert await in_the_log(database_url, "item_answered") == [(guard, "fail"), (clerk, "pass")]
