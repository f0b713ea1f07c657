"""The conflict desk in a real browser, with nothing but the keyboard."""

import re
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, Playwright, Route, async_playwright, expect

from backend.directory.actors import RoleAt
from backend.directory.enrol import NewPerson, add_person
from backend.directory.passwords import hash_now
from backend.kernel.database import Database
from backend.kernel.identity import derived_id
from backend.kernel.postgres import free_port
from backend.sample.pictures import draw_finding
from shared_schemas.primitives import Bilingual
from tests.e2e.browser import launch_options
from tests.e2e.servers import PASSWORD, Ground, Phone, Server, lay_ground

SCREEN = {"width": 1440, "height": 900}
PATIENCE_MS = 20_000
CLERK = "li-gong"

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


async def let_in_clerk(database_url: str, organization: str) -> None:
    database = Database(database_url)
    await database.open()
    new = NewPerson(
        user_name=CLERK,
        name=Bilingual(zh="李工", en="Li"),
        roles=(RoleAt("quality_clerk", ""),),
        password=PASSWORD,
        password_hash=hash_now(PASSWORD, 2**4),
        id=derived_id("ground person", CLERK),
    )
    async with database.transaction() as connection:
        await add_person(connection, organization, new)
    await database.close()


async def differ(ground: Ground, port: int, pairs: Sequence[tuple[int, int]]) -> None:
    """Two inspectors answer the same items of the same checks, unaware of each other."""
    for person, answer in zip(ground.people, ("pass", "fail"), strict=False):
        phone = Phone(ground, person)
        await phone.sign_in(port)
        texts = []
        for task, item in pairs:
            photo = draw_finding(f"{person} {task} {item}")
            await phone.upload(photo)
            texts.append(phone.answer(ground.tasks[task], ground.items[item], answer))
            texts.append(phone.photograph(ground.tasks[task], ground.items[item], photo))
        await phone.push(texts)
        await phone.hang_up()


@pytest.fixture
async def desk(playwright: Playwright, server: Server, database_url: str) -> AsyncIterator[Page]:
    """The clerk at the conflict desk with four conflicts: two checks, the same two items."""
    ground = await lay_ground(database_url, people=2, tasks=2)
    await let_in_clerk(database_url, ground.organization)
    await differ(ground, server.port, [(0, 0), (0, 1), (1, 0), (1, 1)])
    browser = await playwright.chromium.launch(**launch_options())
    context = await browser.new_context(
        viewport=SCREEN, locale="zh-CN", timezone_id="Asia/Shanghai", color_scheme="light"
    )
    context.set_default_timeout(PATIENCE_MS)
    page = await context.new_page()
    await page.goto(f"http://127.0.0.1:{server.port}/office.html#/conflicts")
    await page.get_by_test_id("office-user").fill(CLERK)
    await page.get_by_test_id("office-password").fill(PASSWORD)
    await page.get_by_test_id("office-submit").click()
    await expect(waiting(page)).to_have_count(4)
    yield page
    await browser.close()


def waiting(page: Page) -> Locator:
    return page.get_by_test_id("desk-waiting").get_by_test_id("conflict")


def settled(page: Page) -> Locator:
    return page.get_by_test_id("desk-decided").get_by_test_id("conflict")


async def test_a_conflict_is_decided_and_undone_by_keyboard_alone(desk: Page) -> None:
    keys = desk.keyboard
    title = await desk.get_by_test_id("desk-title").inner_text()
    await keys.press("j")
    await keys.press("k")
    await expect(desk.get_by_test_id("desk-title")).to_have_text(title.strip())
    passing = desk.get_by_test_id("side").filter(has_text="✓")
    await expect(passing.get_by_test_id("score-change")).to_contain_text("96.00 → 97.00")
    place = await desk.get_by_test_id("side").all_inner_texts()
    await keys.press(str(1 + next(n for n, text in enumerate(place) if "✓" in text)))
    await expect(passing.get_by_test_id("choose")).to_have_attribute("aria-pressed", "true")
    await keys.type("以复核照片为准")
    await keys.press("Enter")
    await expect(desk.get_by_test_id("desk-result")).to_have_text(re.compile("^✓ .+：已记录$"))
    await expect(waiting(desk)).to_have_count(3)
    await expect(settled(desk)).to_have_count(1)
    await keys.press("u")
    await expect(desk.get_by_test_id("told")).to_contain_text("李工 核定为合格：以复核照片为准")
    await expect(desk.get_by_test_id("reason")).to_have_value("")
    await keys.type("看错照片")
    await keys.press("Enter")
    await expect(settled(desk)).to_have_count(0)
    await expect(waiting(desk)).to_have_count(4)


async def test_like_cases_are_decided_at_once_with_a_result_each(desk: Page) -> None:
    await desk.keyboard.press("1")
    await desk.get_by_test_id("pick-people").click()
    await desk.get_by_test_id("reason").fill("以现场复查为准")
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_test_id("desk-result")).to_have_count(4)
    await expect(waiting(desk)).to_have_count(0)
    await expect(settled(desk)).to_have_count(4)


async def test_the_keys_are_told_and_fields_keep_theirs(desk: Page) -> None:
    await desk.keyboard.press("?")
    await expect(desk.get_by_test_id("desk-keys")).to_be_visible()
    await desk.keyboard.press("Escape")
    await expect(desk.get_by_test_id("desk-keys")).to_be_hidden()
    title = await desk.get_by_test_id("desk-title").inner_text()
    await desk.keyboard.press("2")
    await desk.get_by_test_id("reason").press_sequentially("jk12u?")
    await expect(desk.get_by_test_id("reason")).to_have_value("jk12u?")
    assert await desk.get_by_test_id("desk-title").inner_text() == title


async def test_a_lost_answer_leaves_one_decision_and_says_so(desk: Page) -> None:
    """The first answer is lost on the way back; pressing Enter again is the same act."""

    lost: list[str] = []

    async def lose(route: Route) -> None:
        if lost:
            await route.continue_()
            return
        lost.append(route.request.url)
        await route.fetch()
        await route.abort()

    await desk.route("**/api/office/operations", lose)
    await desk.route("**/api/office/conflicts", lambda route: route.abort(), times=1)
    await desk.keyboard.press("1")
    await desk.get_by_test_id("reason").fill("以复核照片为准")
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_test_id("desk-result")).to_contain_text("未记录")
    await desk.keyboard.press("Enter")
    await expect(waiting(desk)).to_have_count(3)
    await expect(settled(desk)).to_have_count(1)
