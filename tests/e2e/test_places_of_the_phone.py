"""The phone's places: reporting in four taps, whom to call, the foreman's team and kind of day."""

import json
import os
import time
from pathlib import Path

import asyncpg
import pytest
from playwright.async_api import BrowserContext, Page, Playwright, expect

from backend.directory.actors import RoleAt
from backend.directory.enrol import NewPerson, add_person
from backend.directory.passwords import hash_now
from backend.kernel.database import Database
from backend.kernel.identity import derived_id
from shared_schemas.places import Area, Checkpoint, EmergencyNumber, Places, Post
from shared_schemas.primitives import Bilingual
from shared_schemas.shifts import Duty, Roster, Shift
from tests.e2e.route_ground import WalkedRoute, lay_route
from tests.e2e.servers import PASSWORD, Ground, Server, lay_ground, publish
from tests.e2e.test_journey import OFFICE, open_phone, page_at, sign_in, wait_for_shell, whole_round

pytestmark = pytest.mark.timeout(240)
LEADER = "ground-leader"
SPOKEN_MS = 1_500
SHOTS = os.environ.get("ROUNDSMAN_SHOTS", "")


async def let_in_leader(database_url: str, ground: Ground) -> str:
    """Give the site a foreman; return who that is."""
    database = Database(database_url)
    await database.open()
    new = NewPerson(
        user_name=LEADER,
        name=Bilingual(zh="李班长", en="Li"),
        roles=(RoleAt("team_leader", ""),),
        password=PASSWORD,
        password_hash=hash_now(PASSWORD, 2**4),
        id=derived_id("ground person", LEADER),
    )
    async with database.transaction() as connection:
        await add_person(connection, ground.organization, new)
    await database.close()
    return new.id


def places_with_numbers(ground: Ground, checkpoints: tuple[str, ...]) -> Places:
    site = ground.sites[0]
    area = derived_id("ground area", site)
    return Places(
        site=site,
        name=Bilingual(zh="港湾商场", en="Harbour Mall"),
        areas=(Area(id=area, name=Bilingual(zh="地下二层", en="Basement 2")),),
        checkpoints=tuple(
            Checkpoint(
                id=one,
                code=f"B2-{number:02}",
                name=Bilingual(zh=f"设备房{number}", en=f"Plant room {number}"),
                area=area,
            )
            for number, one in enumerate(checkpoints, 1)
        ),
        posts=(
            Post(id=derived_id("ground post", site), name=Bilingual(zh="东门岗", en="East gate")),
        ),
        emergency=(
            EmergencyNumber(
                name=Bilingual(zh="消控室", en="Fire control room"), number="010-6655 0119"
            ),
            EmergencyNumber(name=Bilingual(zh="电梯救援", en="Lift rescue"), number="400 800 1234"),
        ),
    )


def roster_of_today(ground: Ground, person: str) -> tuple[str, Roster]:
    site = ground.sites[0]
    shift = Shift(
        code="all", title=Bilingual(zh="全天班", en="All day"), opens="00:00", closes="00:00"
    )
    days = [
        time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600 + step * 86_400))
        for step in (-1, 0)
    ]
    duties = tuple(
        Duty(on=on, shift="all", post=derived_id("ground post", site), person=person) for on in days
    )
    month = days[-1][:7]
    roster = Roster(site=site, month=month, shifts=(shift,), duties=duties)
    return derived_id("roster", site, month), roster


async def lay_all(database_url: str, data: Path) -> tuple[Ground, WalkedRoute, str]:
    """Make a site with a route, numbers to call, a roster and a foreman."""
    ground = await lay_ground(database_url, people=2, tasks=2)
    walked = await lay_route(database_url, ground, data, stops=3)
    leader = await let_in_leader(database_url, ground)
    record, roster = roster_of_today(ground, derived_id("ground person", ground.people[0]))
    places = places_with_numbers(ground, walked.checkpoints)
    await publish(
        database_url,
        ground.organization,
        [
            (ground.sites[0], {"kind": "places_published", "places": places}),
            (record, {"kind": "roster_published", "roster": roster}),
        ],
    )
    return ground, walked, leader


async def shot(page: Page, name: str) -> None:
    """Keep what is seen, where somebody asks for it."""
    if SHOTS:
        await page.wait_for_timeout(400)
        await page.screenshot(path=f"{SHOTS}/{name}.png")


async def signed_in(
    playwright: Playwright, folder: Path, address: str, who: str
) -> tuple[BrowserContext, Page]:
    context = await open_phone(playwright, folder, offline=False)
    page = await page_at(context, address)
    await sign_in(page, who)
    await expect(page.get_by_test_id("today")).to_be_visible()
    await whole_round(page)
    return context, page


async def say_all_and_come_back(page: Page, walked: WalkedRoute) -> None:
    """Give words, a place, a weight, a photo and a voice note; then the page is killed."""
    await page.get_by_test_id("finding-words").fill("灯不亮 💡")
    await page.get_by_test_id("finding-place").select_option(walked.checkpoints[1])
    await page.get_by_test_id("severity-general").click()
    await page.get_by_test_id("photo-shoot").click()
    await expect(page.get_by_test_id("photo-thumb")).to_have_count(1)
    await page.get_by_test_id("voice-start").click()
    await page.wait_for_timeout(SPOKEN_MS)
    await expect(page.get_by_test_id("finding-send")).to_be_disabled()
    await page.get_by_test_id("voice-stop").click()
    await expect(page.get_by_test_id("voice-note")).to_have_count(1)
    await page.reload()
    await expect(page.get_by_test_id("finding-words")).to_have_value("灯不亮 💡")
    await expect(page.get_by_test_id("photo-thumb")).to_have_count(1)
    await expect(page.get_by_test_id("voice-note")).to_have_count(1)
    await shot(page, "finding-back")


async def test_something_wrong_is_reported_in_four_taps_without_a_network_and_reaches_the_office(
    playwright: Playwright, server: Server, database_url: str, tmp_path: Path
) -> None:
    ground, walked, _ = await lay_all(database_url, server.data)
    context, page = await signed_in(
        playwright, tmp_path / "phone", f"http://127.0.0.1:{server.port}/", ground.people[0]
    )
    await wait_for_shell(page)
    await context.grant_permissions(["camera", "microphone"])
    await page.reload()
    await expect(page.get_by_test_id("ready")).to_have_attribute("data-ready", "yes")
    await context.set_offline(True)

    # Four taps, the tab among them: the camera that was allowed before opens by itself.
    await page.get_by_test_id("tab-report").click()
    await shot(page, "report")
    await page.get_by_test_id("report-finding").click()
    await page.get_by_test_id("photo-shoot").click()
    await expect(page.get_by_test_id("photo-thumb")).to_have_count(1)
    await shot(page, "finding")
    await page.get_by_test_id("finding-send").click()
    await expect(page.get_by_test_id("finding-sent")).to_contain_text("本机已保存")
    await shot(page, "finding-sent")

    # A second one has words, a place and a weight; a killed page gives all of it back.
    await page.get_by_test_id("finding-another").click()
    await say_all_and_come_back(page, walked)
    await page.get_by_test_id("finding-send").click()
    await expect(page.get_by_test_id("finding-sent")).to_be_visible()

    await context.set_offline(False)
    await page.get_by_test_id("sync-now").click()
    await expect(page.get_by_test_id("finding-sent")).to_contain_text("办公室已收到")
    await expect(page.get_by_test_id("status-line")).to_contain_text("已全部送达")

    # Shown large, the photo carries its watermark; what was sent is the clean one.
    await page.get_by_test_id("tab-me").click()
    await page.get_by_test_id("mine-corrections").click()
    card = page.locator('li[data-testid^="correction-"]').filter(has_text="灯不亮")
    await card.get_by_test_id("correction-open").click()
    await card.get_by_test_id("photo-thumb").first.click()
    await expect(card.locator("img").first).to_have_attribute("data-marked", "yes")
    await card.locator("img").first.scroll_into_view_if_needed()
    await shot(page, "watermark")

    # The office sees the photo and hears the note.
    office = await context.new_page()
    await office.set_viewport_size(OFFICE)
    await office.goto(f"http://127.0.0.1:{server.port}/office.html#/findings")
    await office.get_by_test_id("finding-row").filter(has_text="灯不亮").click()
    finding = office.get_by_test_id("finding")
    await expect(finding.get_by_test_id("photo")).to_have_count(1)
    await expect(finding.get_by_test_id("voice-note")).to_have_js_property("error", None)
    await shot(office, "office")
    await context.close()

    connection = await asyncpg.connect(database_url)
    rows = await connection.fetch(
        "SELECT title_zh, checkpoint_id, severity, state FROM nonconformities ORDER BY title_zh"
    )
    heads = await connection.fetch("SELECT content FROM records WHERE kind = 'nonconformity'")
    kept = await connection.fetch("SELECT media_type FROM evidence ORDER BY media_type")
    await connection.close()
    assert [tuple(row) for row in rows] == [
        ("灯不亮 💡", walked.checkpoints[1], "general", "open"),
        ("见照片", "", "minor", "open"),
    ]
    pieces = [json.loads(row["content"])["fields"]["finding_evidence"]["value"] for row in heads]
    assert sorted(len(one) for one in pieces) == [1, 2]
    assert [row["media_type"] for row in kept] == ["audio/webm", "image/jpeg", "image/jpeg"]


async def test_whom_to_call_is_one_tap_away_offline_and_before_a_locked_screen(
    playwright: Playwright, server: Server, database_url: str, tmp_path: Path
) -> None:
    ground, _, _ = await lay_all(database_url, server.data)
    context, page = await signed_in(
        playwright, tmp_path / "phone", f"http://127.0.0.1:{server.port}/", ground.people[0]
    )
    await wait_for_shell(page)
    await page.reload()
    await expect(page.get_by_test_id("ready")).to_have_attribute("data-ready", "yes")
    await context.set_offline(True)
    await page.get_by_test_id("tab-report").click()
    await page.get_by_test_id("report-emergency").click()
    number = page.get_by_test_id("emergency-number").first
    await expect(number).to_contain_text("消控室")
    await expect(number).to_have_attribute("href", "tel:01066550119")
    await shot(page, "emergency")

    await page.get_by_test_id("tab-me").click()
    await page.get_by_test_id("pin-set").click()
    await page.get_by_test_id("pin-first").fill("8053")
    await page.get_by_test_id("pin-second").fill("8053")
    await page.get_by_test_id("pin-save").click()
    await expect(page.get_by_test_id("pin-remove")).to_be_visible()
    await page.get_by_test_id("switch-person").click()
    await expect(page.get_by_test_id("people")).to_be_visible()
    await page.get_by_test_id("emergency-fold").click()
    await expect(page.get_by_test_id("emergency-number")).to_have_count(2)
    await shot(page, "locked")
    await context.close()


async def test_a_foreman_sees_the_team_offline_switches_the_day_and_hands_a_round_on(
    playwright: Playwright, server: Server, database_url: str, tmp_path: Path
) -> None:
    ground, walked, leader = await lay_all(database_url, server.data)
    context, page = await signed_in(
        playwright, tmp_path / "phone", f"http://127.0.0.1:{server.port}/", LEADER
    )
    await wait_for_shell(page)
    await page.reload()
    await expect(page.get_by_test_id("today")).to_be_visible()
    await whole_round(page)
    await context.set_offline(True)
    await page.get_by_test_id("tab-team").click()
    await expect(page.get_by_test_id("team-duty")).to_contain_text("东门岗")
    await expect(page.get_by_test_id("team-age")).to_be_visible()
    await shot(page, "team")

    site = ground.sites[0]
    await page.get_by_test_id("variant-open").click()
    await shot(page, "variant")
    await page.get_by_test_id("variant-choose-rain").click()
    await expect(page.get_by_test_id(f"variant-{site}")).to_have_attribute("data-variant", "rain")
    await page.get_by_test_id("tab-today").click()
    await expect(page.get_by_test_id(f"variant-{site}")).to_contain_text("雨天")
    await shot(page, "today-leader")

    await page.get_by_test_id("tab-team").click()
    row = page.get_by_test_id(f"hand-{walked.round}")
    await row.get_by_test_id("transfer").locator("summary").click()
    await row.scroll_into_view_if_needed()
    await shot(page, "hand-on")
    colleague = derived_id("ground person", ground.people[0])
    await row.get_by_test_id(f"transfer-{colleague}").click()
    await expect(row).to_contain_text("本机已保存")
    if SHOTS:
        await page.evaluate("document.querySelector('.scroller').scrollTop = 500")
        await shot(page, "team-2")
        await page.get_by_test_id("tab-me").click()
        await shot(page, "mine")

    await context.set_offline(False)
    await page.get_by_test_id("sync-now").click()
    await expect(page.get_by_test_id("status-line")).to_have_attribute("data-waiting", "0")
    await context.close()
    connection = await asyncpg.connect(database_url)
    sent = await connection.fetch(
        "SELECT kind, person_id, record_id FROM operations WHERE kind = ANY($1) ORDER BY kind",
        ["round_transferred", "variant_switched"],
    )
    await connection.close()
    on = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600))
    assert [tuple(row) for row in sent] == [
        ("round_transferred", leader, walked.round),
        ("variant_switched", leader, derived_id("day_variant", site, on)),
    ]
