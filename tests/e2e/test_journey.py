"""One answer travels the whole way: a cellar without signal, a killed tab, and the office's reasons."""

import asyncio
import base64
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from PIL import Image
from playwright.async_api import BrowserContext, Page, Playwright, async_playwright, expect

from backend.kernel.identity import derived_id
from backend.kernel.postgres import free_port
from tests.e2e.browser import launch_options
from tests.e2e.servers import PASSWORD, Ground, Phone, Server, lay_ground

PHONE = {"width": 360, "height": 780}
OFFICE = {"width": 1440, "height": 900}
ARRIVES_MS = 20_000

pytestmark = pytest.mark.timeout(240)


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


async def open_phone(playwright: Playwright, folder: Path, *, offline: bool) -> BrowserContext:
    """Open the phone's browser on its own profile, as after a cold start of the phone."""
    options = launch_options()
    options["args"] = [
        *options["args"],
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
    ]
    context = await playwright.chromium.launch_persistent_context(
        str(folder),
        viewport=PHONE,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        permissions=["camera"],
        offline=offline,
        **options,
    )
    context.set_default_timeout(ARRIVES_MS)
    return context


async def page_at(context: BrowserContext, address: str) -> Page:
    page = await context.new_page()
    await page.goto(address)
    return page


async def sign_in(page: Page, user_name: str) -> None:
    await page.get_by_test_id("sign-in-user").fill(user_name)
    await page.get_by_test_id("sign-in-password").fill(PASSWORD)
    await page.get_by_test_id("sign-in-submit").click()


async def answer(page: Page, item: str, word: str) -> None:
    await page.get_by_test_id(f"item-{item}").get_by_test_id(f"answer-{word}").click()


async def answer_and_finish_at_once(page: Page, item: str) -> None:
    """Tap the last answer and the finish before the phone's disk has taken the answer."""
    await page.evaluate(
        """(item) => {
            const card = document.getElementById(`item-${item}`)
            card.querySelector('[data-testid="answer-pass"]').click()
            document.querySelector('[data-testid="finish"]').click()
        }""",
        item,
    )


async def whole_round(page: Page) -> None:
    """Wait until all went up and all came down once since this page opened or changed hands.

    "Nothing is being sent" is no sign of that: it is also true just before the first round.
    """
    await expect(page.get_by_test_id("status-line")).to_have_attribute("data-confirmed", "yes")


async def wait_for_shell(page: Page) -> None:
    """Wait until the page would start without any network."""
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")


def photo_file(folder: Path) -> Path:
    path = folder / "found.jpg"
    Image.effect_noise((2400, 1800), 60).convert("RGB").save(path, "JPEG", quality=85)
    return path


def sums_exactly(line: dict[str, Any]) -> bool:
    children = line.get("children") or []
    if not children:
        return True
    total = sum((Decimal(child["points"]) for child in children), Decimal(0))
    return total == Decimal(line["points"]) and all(sums_exactly(child) for child in children)


async def pass_whole_task(ground: Ground, port: int, task: str) -> None:
    """Another inspector's clean check, so that the month has a score to lose points from."""
    ben = Phone(ground, ground.people[1])
    await ben.sign_in(port)
    await ben.push([ben.answer(task, item, "pass") for item in ground.items])
    assert ben.line is not None
    await ben.line.close()


async def test_one_check_in_a_cellar_reaches_the_office_with_its_photo(
    playwright: Playwright, server: Server, database_url: str, tmp_path: Path
) -> None:
    ground = await lay_ground(database_url, people=3, tasks=2)
    task, other = ground.tasks
    await pass_whole_task(ground, server.port, other)
    address = f"http://127.0.0.1:{server.port}"
    profile = tmp_path / "phone"

    # Signed in at the office's door, with everything on board.
    context = await open_phone(playwright, profile, offline=False)
    page = await page_at(context, address)
    await sign_in(page, ground.people[0])
    await expect(page.get_by_test_id(f"task-row-{task}")).to_be_visible()
    await wait_for_shell(page)
    await expect(page.get_by_test_id("status-line")).to_contain_text("已全部送达")

    # Down in the cellar: no network, no server, and the phone itself restarts.
    await context.set_offline(True)
    server.kill()
    await context.close()
    context = await open_phone(playwright, profile, offline=True)
    page = await page_at(context, address)
    await page.get_by_test_id(f"task-row-{task}").click()
    for item in ground.items[:3]:
        await answer(page, item, "pass")
    await answer(page, ground.items[3], "fail")
    with_camera = page.get_by_test_id(f"item-{ground.items[3]}")
    await with_camera.get_by_test_id("photo-take").click()
    await page.get_by_test_id("photo-shoot").click()
    await expect(with_camera.get_by_test_id("photo-thumb")).to_have_count(1)

    # The tab dies in the middle of the second failure.
    await answer(page, ground.items[4], "fail")
    broken = page.get_by_test_id(f"item-{ground.items[4]}")
    await broken.get_by_test_id("note").fill("地面有积水")
    await asyncio.sleep(0.6)
    await crash(context, page)
    page = await page_at(context, address)
    await expect(page.get_by_test_id("task-screen")).to_be_visible()
    broken = page.get_by_test_id(f"item-{ground.items[4]}")
    await expect(broken.get_by_test_id("note")).to_have_value("地面有积水")
    await expect(broken).to_be_in_viewport()
    await broken.get_by_test_id("photo-file").set_input_files(photo_file(tmp_path))
    await expect(broken.get_by_test_id("photo-thumb")).to_have_count(1)
    for item in ground.items[5:-1]:
        await answer(page, item, "pass")
    await answer_and_finish_at_once(page, ground.items[-1])
    await expect(page.get_by_test_id("finished")).to_be_visible()
    await expect(page.get_by_test_id("status-line")).not_to_contain_text("已全部送达")

    # Up again: the server is back, and nobody touches the phone but to ask it to send.
    server.begin()
    await server.ready()
    await context.set_offline(False)
    await page.get_by_test_id("sync-now").click()
    await expect(page.get_by_test_id("status-line")).to_contain_text("已全部送达")
    await context.close()

    await check_writer_has_a_key(database_url, ground.people[0])
    await see_in_office(playwright, address, ground)


async def check_writer_has_a_key(database_url: str, person: str) -> None:
    """The phone made a key of its own and the server knows its public half: 65 bytes of P-256."""
    connection = await asyncpg.connect(database_url)
    keys = await connection.fetch(
        "SELECT public_key FROM writers WHERE person_id = $1", derived_id("ground person", person)
    )
    await connection.close()
    assert [len(base64.urlsafe_b64decode(row["public_key"] + "=")) for row in keys] == [65]


async def crash(context: BrowserContext, page: Page) -> None:
    """Kill the tab's process as a phone short of memory does."""
    session = await context.new_cdp_session(page)
    crashed = asyncio.get_running_loop().create_future()
    page.on("crash", lambda _: crashed.done() or crashed.set_result(True))
    sending = asyncio.ensure_future(session.send("Page.crash"))
    await asyncio.wait_for(crashed, 10)
    sending.cancel()
    await page.close()


async def see_in_office(playwright: Playwright, address: str, ground: Ground) -> None:
    """Walk from the score to the photo, in another browser, by another person."""
    browser = await playwright.chromium.launch(**launch_options())
    context = await browser.new_context(
        viewport=OFFICE, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    context.set_default_timeout(ARRIVES_MS)
    page = await page_at(context, f"{address}/office.html")
    await page.get_by_test_id("office-user").fill(ground.people[2])
    await page.get_by_test_id("office-password").fill(PASSWORD)
    await page.get_by_test_id("office-submit").click()
    card = page.get_by_test_id(f"card-{ground.sites[0]}")
    await expect(card).to_contain_text("98", timeout=ARRIVES_MS)
    await expect(page.get_by_test_id("finding-row")).to_have_count(2)
    await check_reasons(context, address)

    # A score is a door: card, item, failure, and there the operation with its photo and its time.
    await card.click()
    await expect(page.get_by_test_id("score-value")).to_have_text("98")
    await page.get_by_test_id(f"reason-{ground.items[3]}").click()
    failure = page.get_by_test_id("deduction-row")
    await expect(failure).to_have_count(1)
    await failure.get_by_test_id("operation-link").click()
    operation = page.get_by_test_id("operation")
    await expect(operation).to_contain_text(ground.people[0])
    await expect(operation.get_by_test_id("time-bar")).to_be_visible()
    photo = operation.get_by_test_id("photo").first
    await expect(photo).to_be_visible()
    await expect(photo).to_have_js_property("complete", value=True)
    assert await photo.evaluate("image => image.naturalWidth") > 0
    await browser.close()


async def check_reasons(context: BrowserContext, address: str) -> None:
    """Two points lost, each with a photo, and a tree that adds up at every step."""
    today = await (await context.request.get(f"{address}/api/office/today")).json()
    assert [len(finding["photos"]) for finding in today["findings"]] == [1, 1]
    (scorecard,) = today["scorecards"]
    assert scorecard["score"] == "98.00"
    reply = await context.request.get(f"{address}/api/office/scorecards/{scorecard['id']}")
    reasons = (await reply.json())["card"]["reasons"]
    assert sums_exactly(reasons)
    assert Decimal(reasons["points"]) == Decimal(98)
