"""A shift is handed over on one phone without a network: counted, told, taken by PIN; then sync."""

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec import Struct
from playwright.async_api import Browser, Page, Playwright, expect

from backend.directory.actors import RoleAt
from backend.directory.enrol import NewPerson, add_person
from backend.directory.passwords import hash_now
from backend.domains.shifts.rules import handover_of, roster_of
from backend.kernel.database import Database
from backend.kernel.identity import derived_id
from shared_schemas.places import Places, Post
from shared_schemas.primitives import Bilingual
from tests.e2e.browser import launch_options
from tests.e2e.servers import PASSWORD, Ground, Server, lay_ground, publish
from tests.e2e.test_journey import wait_for_shell, whole_round
from tests.e2e.test_shared_phone import set_pin, sign_in

SMALL = {"width": 360, "height": 780}
DESK = {"width": 1440, "height": 900}
LEAVES, COMES, CLERK = "guard-leaves", "guard-comes", "shift-clerk"
NAMES = {LEAVES: "周建国", COMES: "何秀英", CLERK: "林晓"}
PINS = {LEAVES: "8053", COMES: "7146"}

pytestmark = pytest.mark.timeout(300)


class Gate(Struct, frozen=True, kw_only=True):
    """A post with a shift that runs now and the one after it, and what the one before left."""

    ground: Ground
    site: str
    post: str
    on: str
    handover: str


def person_of(user_name: str) -> str:
    """Give the id of one of the people here."""
    return derived_id("shift person", user_name)


async def _let_in(database_url: str, ground: Ground) -> None:
    database = Database(database_url)
    await database.open()
    roles = {LEAVES: RoleAt("team_leader", ground.sites[0]), CLERK: RoleAt("quality_clerk", "")}
    try:
        async with database.transaction() as connection:
            for user_name, name in NAMES.items():
                person = NewPerson(
                    id=person_of(user_name),
                    user_name=user_name,
                    name=Bilingual(zh=name),
                    roles=(roles.get(user_name, RoleAt("patrol_guard", ground.sites[0])),),
                    password=PASSWORD,
                    password_hash=hash_now(PASSWORD, 2**4),
                )
                await add_person(connection, ground.organization, person)
    finally:
        await database.close()


def _rosters(site: str, duties: list[dict[str, str]], hours: list[str]) -> list[dict[str, Any]]:
    """Give a roster for each month that the duties touch."""
    shifts = [
        {"code": "early", "title": {"zh": "早班"}, "opens": hours[0], "closes": hours[1]},
        {"code": "late", "title": {"zh": "晚班"}, "opens": hours[1], "closes": hours[0]},
    ]
    months = sorted({one["on"][:7] for one in duties})
    return [
        {
            "site": site,
            "month": month,
            "shifts": shifts,
            "duties": [one for one in duties if one["on"].startswith(month)],
            "counted": [{"zh": "对讲机"}, {"zh": "钥匙"}],
            "people": [
                {"id": person_of(one), "name": {"zh": NAMES[one]}} for one in (LEAVES, COMES)
            ],
        }
        for month in months
    ]


async def lay_gate(database_url: str) -> Gate:
    """Make the post known, its roster around this very hour, and a handover of yesterday."""
    ground = await lay_ground(database_url, people=1, tasks=1)
    await _let_in(database_url, ground)
    site, post = ground.sites[0], derived_id("shift post")
    now = datetime.fromtimestamp(time.time(), UTC) + timedelta(hours=8)
    begun, ends = now - timedelta(hours=2), now + timedelta(hours=2)
    on, before = begun.date().isoformat(), (begun - timedelta(days=1)).date().isoformat()
    duties = [
        {"on": on, "shift": "early", "post": post, "person": person_of(LEAVES)},
        {"on": ends.date().isoformat(), "shift": "late", "post": post, "person": person_of(COMES)},
    ]
    places = Places(
        site=site,
        name=Bilingual(zh="港湾商场", en="Harbour Mall"),
        posts=(Post(id=post, name=Bilingual(zh="东门岗", en="East gate")),),
    )
    left = {
        "kind": "handover_made",
        "site": site,
        "post": post,
        "on": before,
        "shift": "late",
        "left_by": person_of(COMES),
        "left_at": int((time.time() - 3 * 3600) * 1000),
        "handover": {
            "on_duty": [person_of(COMES)],
            "counted": [{"name": "对讲机", "expected": 4, "found": 4}],
            "open_matters": ["二号门闭门器待修", "三层漏水"],
            "instructions": "夜间注意东广场",
        },
    }
    rosters = _rosters(site, duties, [f"{begun:%H:%M}", f"{ends:%H:%M}"])
    told: list[tuple[str, dict[str, Any]]] = [
        (site, {"kind": "places_published", "places": places}),
        *(
            (roster_of(site, one["month"]), {"kind": "roster_published", "roster": one})
            for one in rosters
        ),
        (handover_of(site, post, before, "late"), left),
    ]
    await publish(database_url, ground.organization, told)
    return Gate(
        ground=ground, site=site, post=post, on=on, handover=handover_of(site, post, on, "early")
    )


@pytest.fixture
async def browser(playwright: Playwright) -> AsyncIterator[Browser]:
    one = await playwright.chromium.launch(**launch_options())
    yield one
    await one.close()


async def share(page: Page, port: int) -> None:
    """Make the phone known to both with their PINs; the one who leaves works on it."""
    await page.goto(f"http://127.0.0.1:{port}/")
    await sign_in(page, COMES)
    await whole_round(page)
    await set_pin(page, PINS[COMES])
    await page.get_by_test_id("switch-person").click()
    await page.get_by_test_id("people-other").click()
    await sign_in(page, LEAVES)
    await whole_round(page)
    await set_pin(page, PINS[LEAVES])
    await page.get_by_test_id("tab-today").click()
    await wait_for_shell(page)
    await page.reload()
    # The roster and what the last shift left lie on the phone.
    await expect(page.get_by_test_id("open-matters")).to_contain_text("二号门闭门器待修")
    await whole_round(page)


async def hand_over(page: Page) -> None:
    """Count, tell and leave; what was left open goes on by itself."""
    await page.get_by_test_id("to-handover").click()
    form = page.get_by_test_id("handover-form")
    radios = form.get_by_test_id("count-对讲机")
    await expect(radios).to_have_attribute("data-found", "4")
    await radios.get_by_test_id("count-less").click()
    await expect(radios).to_contain_text("少 1")
    await radios.get_by_role("button", name="送修").click()
    for _ in range(2):
        await form.get_by_test_id("count-钥匙").get_by_test_id("count-more").click()
    await form.get_by_role("button", name="访客未离场").click()
    await form.get_by_test_id("matter-words").fill("快递柜 3 号门坏")
    await form.get_by_test_id("matter-add").click()
    await form.get_by_test_id("instructions").fill("21 点后锁北门")
    # A page killed in the middle comes back with everything that was entered and kept.
    await expect(form.get_by_test_id("instructions")).to_have_value("21 点后锁北门")
    await expect(form).to_have_attribute("data-kept", "yes")
    await page.reload()
    await expect(form.get_by_test_id("new-matter")).to_have_count(2)
    await expect(radios).to_have_attribute("data-found", "3")
    await page.get_by_test_id("handover-make").click()
    await expect(page.get_by_test_id("handover-made")).to_be_visible()


async def take_over(page: Page) -> None:
    """The one who comes takes over on the same phone by the own PIN; a wrong one confirms nothing."""
    await page.get_by_test_id(f"taker-{person_of(COMES)}").click()
    await page.get_by_test_id("stance-agreed").click()
    for pin in ("1111", PINS[COMES]):
        for digit in pin:
            await page.get_by_test_id(f"pin-{digit}").click()
        await page.get_by_test_id("pin-enter").click()
        if pin == "1111":
            await expect(page.get_by_test_id("bad-news")).to_contain_text("PIN 码不对")
    await expect(page.get_by_test_id("handover-summary")).to_have_attribute("data-state", "taken")
    await expect(page.get_by_test_id("taken-words")).to_contain_text(NAMES[COMES])


async def open_desk(browser: Browser, port: int, place: str) -> Page:
    """Sit down at the clerk's desk."""
    context = await browser.new_context(viewport=DESK, locale="zh-CN", color_scheme="light")
    page = await context.new_page()
    await page.goto(f"http://127.0.0.1:{port}/office.html#/{place}")
    await page.get_by_test_id("office-user").fill(CLERK)
    await page.get_by_test_id("office-password").fill(PASSWORD)
    await page.get_by_test_id("office-submit").click()
    return page


async def test_shift_is_handed_over_on_one_phone_offline_and_the_office_sees_it(
    browser: Browser, server: Server, database_url: str
) -> None:
    gate = await lay_gate(database_url)
    context = await browser.new_context(locale="zh-CN", viewport=SMALL)
    context.set_default_timeout(20_000)
    page = await context.new_page()
    await share(page, server.port)

    # A cold start in the cellar: the page is closed, the network gone, the server's port shut.
    await page.close()
    server.kill()
    await context.set_offline(True)
    page = await context.new_page()
    await page.goto(f"http://127.0.0.1:{server.port}/")
    matter = page.get_by_test_id("matter").first
    await matter.get_by_test_id("matter-settle").click()
    await matter.get_by_role("button", name="已修好").click()
    await matter.get_by_test_id("settle-save").click()
    await expect(matter).to_have_attribute("data-settled", "true")
    await hand_over(page)
    await take_over(page)
    status = page.get_by_test_id("status-line")
    # The matter done, the handover made, the handover taken.
    await expect(status).to_have_attribute("data-waiting", "3")

    server.begin()
    await server.ready()
    await context.set_offline(False)
    await page.get_by_test_id("sync-now").click()
    await expect(status).to_have_attribute("data-waiting", "0")
    desk = await open_desk(browser, server.port, f"shifts/{gate.site}/{gate.on}")
    line = desk.locator(f'[data-slot="{gate.on}|early|{gate.post}"]')
    await expect(line).to_have_attribute("data-standing", "taken")
    for words in (NAMES[LEAVES], NAMES[COMES], "PIN 码", "对讲机 3/4 送修", "21 点后锁北门"):
        await expect(line).to_contain_text(words)
    open_matters = desk.get_by_test_id("open-matter")
    # What was repaired is gone; the leak went on by itself.
    await expect(open_matters).to_have_count(3)
    for words in ("三层漏水", "访客未离场", "快递柜 3 号门坏"):
        await expect(open_matters.filter(has_text=words)).to_have_count(1)
    await context.close()
    await desk.context.close()


async def test_removal_is_registered_offline_in_four_taps_and_counted_in_the_office(
    browser: Browser, server: Server, database_url: str
) -> None:
    await lay_gate(database_url)
    context = await browser.new_context(locale="zh-CN", viewport=SMALL)
    context.set_default_timeout(20_000)
    page = await context.new_page()
    await page.goto(f"http://127.0.0.1:{server.port}/")
    await sign_in(page, LEAVES)
    await whole_round(page)
    await wait_for_shell(page)
    await page.reload()
    await expect(page.get_by_test_id("open-matters")).to_be_visible()
    server.kill()
    await context.set_offline(True)
    await page.goto(f"http://127.0.0.1:{server.port}/#/removal")
    taps = ["waste-kitchen", "key-1", "key-2", "removal-save"]
    for tap in taps:
        await page.get_by_test_id(tap).click()
    await expect(page.get_by_test_id("removal-saved")).to_contain_text("厨余垃圾 12 桶")
    assert len(taps) <= 4
    status = page.get_by_test_id("status-line")
    await expect(status).to_have_attribute("data-waiting", "1")
    server.begin()
    await server.ready()
    await context.set_offline(False)
    await page.get_by_test_id("sync-now").click()
    await expect(status).to_have_attribute("data-waiting", "0")
    desk = await open_desk(browser, server.port, "removals")
    await expect(desk.get_by_test_id("removal-sum")).to_contain_text("12 桶")
    await expect(desk.get_by_test_id("removal-line")).to_contain_text(NAMES[LEAVES])
    await context.close()
    await desk.context.close()


async def test_desk_publishes_a_roster_out_of_a_spreadsheet(
    browser: Browser, server: Server, database_url: str
) -> None:
    gate = await lay_gate(database_url)
    desk = await open_desk(browser, server.port, f"shifts/{gate.site}/2031-02-01")
    await desk.get_by_test_id("roster-edit").click()
    await desk.get_by_test_id("cell-0-0").evaluate(
        """(cell, text) => {
          const given = new DataTransfer()
          given.setData('text/plain', text)
          cell.dispatchEvent(new ClipboardEvent('paste', { clipboardData: given, bubbles: true }))
        }""",
        f"{NAMES[LEAVES]}\t{NAMES[COMES]}\n{NAMES[COMES]}\t某人\n",
    )
    await expect(desk.get_by_test_id("roster-unknown")).to_contain_text("某人")
    await desk.get_by_test_id("roster-turn").fill("2")
    await desk.get_by_test_id("roster-repeat").click()
    await expect(desk.get_by_test_id("cell-26-1")).to_have_value(person_of(COMES))
    await desk.get_by_test_id("roster-publish").click()
    await expect(desk.get_by_test_id("roster-published")).to_be_visible()
    lines = desk.get_by_test_id("shift-line")
    await expect(lines).to_have_count(2)
    await expect(lines.first).to_contain_text(NAMES[LEAVES])
    await lines.first.get_by_test_id("name-substitute").select_option(label=NAMES[COMES])
    await expect(lines.first).to_contain_text(f"替 {NAMES[LEAVES]}")
    await desk.context.close()
