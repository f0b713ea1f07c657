"""A round is walked in a cellar: by camera, by thumb, through a killed tab, up to its receipt."""

import asyncio
import json
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from playwright.async_api import BrowserContext, Page, Playwright, expect

from backend.domains.patrols.receipts import Arrived, is_proven, match_receipt, read_receipt
from backend.kernel.identity import content_hash, derived_id
from tests.e2e.browser import launch_options
from tests.e2e.route_ground import WalkedRoute, label_picture, lay_route, write_film
from tests.e2e.servers import Ground, Server, lay_ground
from tests.e2e.test_journey import crash, page_at, sign_in, wait_for_shell, whole_round

PHONE = {"width": 360, "height": 780}
WALK_MS = 150_000

pytestmark = pytest.mark.timeout(420)

COUNT_TAPS = """
window.taps = 0
addEventListener('click', () => { window.taps += 1 }, true)
"""


async def open_phone(
    playwright: Playwright,
    folder: Path,
    *,
    offline: bool,
    film: Path | None = None,
    allowed: tuple[str, ...] = ("camera", "geolocation"),
) -> BrowserContext:
    """Open the phone's browser on its own profile; the camera is given the film to see."""
    options = launch_options()
    if film is not None:
        options["args"] = [
            *options["args"],
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={film}",
        ]
    context = await playwright.chromium.launch_persistent_context(
        str(folder),
        viewport=PHONE,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        permissions=list(allowed),
        geolocation={"latitude": 31.23, "longitude": 121.47, "accuracy": 12},
        offline=offline,
        **options,
    )
    await context.add_init_script(COUNT_TAPS)
    return context


async def board(
    playwright: Playwright, profile: Path, address: str, ground: Ground, walked: WalkedRoute
) -> None:
    """Sign in at the office's door and take the round on board; then the phone is switched off."""
    context = await open_phone(playwright, profile, offline=False)
    page = await page_at(context, address)
    await sign_in(page, ground.people[0])
    await whole_round(page)
    await wait_for_shell(page)
    await expect(page.get_by_test_id(f"round-row-{walked.round}")).to_be_visible()
    await context.close()


async def scans_in(page: Page, least: int) -> None:
    """Wait until so many stops are reached; the reader is set going again when it rests."""
    progress = page.get_by_test_id("round-progress")
    deadline = asyncio.get_running_loop().time() + WALK_MS / 1000
    while int((await progress.inner_text()).split("/")[0]) < least:
        assert asyncio.get_running_loop().time() < deadline, await progress.inner_text()
        if await page.get_by_test_id("scan-open").is_visible():
            await page.get_by_test_id("scan-open").click()
        await asyncio.sleep(0.2)


async def arrived(database_url: str, person: str, round_id: str) -> tuple[str, list[Arrived]]:
    """Give the public key of a person's writer and what it wrote on the round, as it arrived."""
    connection = await asyncpg.connect(database_url)
    key = await connection.fetchval(
        "SELECT public_key FROM writers WHERE person_id = $1", derived_id("ground person", person)
    )
    rows = await connection.fetch(
        "SELECT id, counter, kind, content FROM operations WHERE record_id = $1 ORDER BY counter",
        round_id,
    )
    await connection.close()
    return str(key), [
        Arrived(
            id=row["id"],
            counter=row["counter"],
            kind=row["kind"],
            sha256=content_hash(row["content"].encode()),
        )
        for row in rows
    ]


async def send_up(context: BrowserContext, server: Server, page: Page) -> None:
    """Come up to the network again and see everything delivered."""
    server.begin()
    await server.ready()
    await context.set_offline(False)
    await page.get_by_test_id("sync-now").click()
    await whole_round(page)


async def test_twelve_stops_are_walked_offline_by_camera_and_the_receipt_matches(
    playwright: Playwright, server: Server, database_url: str, tmp_path: Path
) -> None:
    ground = await lay_ground(database_url, people=1, tasks=1)
    # The last two labels are newer than what the phone has heard: their signature must do.
    walked = await lay_route(database_url, ground, server.data, known=10)
    film = write_film(tmp_path / "labels.y4m", [walked.text_of(n) for n in range(1, 13)])
    address, profile = f"http://127.0.0.1:{server.port}", tmp_path / "phone"
    await board(playwright, profile, address, ground, walked)
    server.kill()

    # A cold start below ground: from Today to the round by one tap, and the camera is open.
    context = await open_phone(playwright, profile, offline=True, film=film)
    page = await page_at(context, address)
    await page.get_by_test_id(f"round-row-{walked.round}").click()
    await expect(page.get_by_test_id("scan-view")).to_be_visible()
    await see_camera_given_back_while_hidden(page)
    taps_before = await page.evaluate("window.taps")
    await scans_in(page, 5)
    taps_by_stop = await page.evaluate("window.taps") - taps_before

    # The tab dies on the way; the app comes back to the round, and nothing of it is lost.
    reached = int((await page.get_by_test_id("round-progress").inner_text()).split("/")[0])
    await crash(context, page)
    page = await page_at(context, address)
    await expect(page.get_by_test_id("round-screen")).to_be_visible()
    assert int((await page.get_by_test_id("round-progress").inner_text()).split("/")[0]) >= reached
    await scans_in(page, 12)
    taps_by_stop += await page.evaluate("window.taps")
    assert taps_by_stop <= 2 * 12, taps_by_stop

    await photograph(page, "stop-3")
    await page.get_by_test_id("finish").click()
    await expect(page.get_by_test_id("finished")).to_be_visible()
    await expect(page.get_by_test_id("receipt")).to_contain_text("到点 12/12")
    await expect(page.get_by_test_id("qr-picture")).to_be_visible()
    receipt = read_receipt(await page.get_by_test_id("receipt-text").inner_text())
    assert (receipt.content.scanned, receipt.content.expected) == (12, 12)

    await send_up(context, server, page)
    await context.close()
    key, operations = await arrived(database_url, ground.people[0], walked.round)
    assert is_proven(key, receipt)
    assert match_receipt(receipt.content, operations) == ("matches", 0)
    scans = await scans_by_stop(database_url, walked)
    assert set(scans) == set(walked.checkpoints)
    # One position for each scan, and the newer labels are read like the others.
    assert all(scan["position"]["accuracy_m"] == 12 for each in scans.values() for scan in each)


async def see_camera_given_back_while_hidden(page: Page) -> None:
    """Put the phone into the pocket and take it out: nobody films the pocket."""
    show = """(state) => {
        Object.defineProperty(document, 'visibilityState', { value: state, configurable: true })
        document.dispatchEvent(new Event('visibilitychange'))
    }"""
    track = await page.get_by_test_id("scan-view").evaluate_handle(
        "video => video.srcObject.getVideoTracks()[0]"
    )
    await page.evaluate(show, "hidden")
    await expect(page.get_by_test_id("scan-view")).to_have_count(0)
    assert await track.evaluate("track => track.readyState") == "ended"
    await page.evaluate(show, "visible")
    await expect(page.get_by_test_id("scan-view")).to_be_visible()


async def photograph(page: Page, stop: str) -> None:
    """Take a photo at a stop with the camera that read the labels."""
    await page.get_by_test_id(stop).get_by_role("button").first.click()
    await page.get_by_test_id("photo-take").click()
    await page.get_by_test_id("photo-shoot").click()
    await expect(page.get_by_test_id("photo-thumb")).to_have_count(1)


async def scans_by_stop(database_url: str, walked: WalkedRoute) -> dict[str, list[dict[str, Any]]]:
    """Give the scans of a round by checkpoint, as the server folded them."""
    connection = await asyncpg.connect(database_url)
    fields = await connection.fetchval(
        "SELECT content::jsonb -> 'fields' FROM records WHERE id = $1", walked.round
    )
    await connection.close()
    names: dict[str, Any] = json.loads(fields)
    assert names["state"]["value"] == "finished"
    return {
        name.removeprefix("scans/"): field["value"]
        for name, field in names.items()
        if name.startswith("scans/")
    }


async def held_count(database_url: str) -> int:
    connection = await asyncpg.connect(database_url)
    count: int = await connection.fetchval("SELECT count(*) FROM held_operations")
    await connection.close()
    return count


def receipt_date(text: str) -> str:
    return read_receipt(text).content.on


async def type_code(page: Page, code: str) -> None:
    await page.get_by_test_id("type-code").click()
    for sign in code:
        await page.get_by_test_id(f"key-{sign}").click()
    await page.get_by_test_id("code-done").click()


async def test_whoever_came_by_a_label_finds_it_read_after_the_first_sign_in(
    playwright: Playwright, server: Server, database_url: str, tmp_path: Path
) -> None:
    ground = await lay_ground(database_url, people=1, tasks=1)
    walked = await lay_route(database_url, ground, server.data, stops=2)
    label = walked.text_of(2).partition("/#/scan/")[2]
    context = await open_phone(playwright, tmp_path / "phone", offline=False, allowed=())
    page = await page_at(context, f"http://127.0.0.1:{server.port}/#/scan/{label}")
    # Another browser than the app's may have opened it: the code can be typed there.
    await expect(page.get_by_test_id("tag-landing")).to_contain_text("7KQ2 M01X")
    await sign_in(page, ground.people[0])
    await expect(page.get_by_test_id("told")).to_have_attribute("data-mood", "ok")
    await page.get_by_test_id("record-in").click()
    await page.get_by_test_id("go-on").click()
    await expect(page.get_by_test_id("stop-2")).to_have_attribute("data-state", "reached")
    await context.close()


NO_POSITION = """
navigator.geolocation.getCurrentPosition = () => {}
"""


async def test_a_scan_that_waits_for_its_position_survives_a_killed_tab(
    playwright: Playwright, server: Server, database_url: str, tmp_path: Path
) -> None:
    ground = await lay_ground(database_url, people=1, tasks=1)
    walked = await lay_route(database_url, ground, server.data, stops=2)
    address, profile = f"http://127.0.0.1:{server.port}", tmp_path / "phone"
    await board(playwright, profile, address, ground, walked)
    server.kill()

    # In a cellar a phone may never answer where it is: the scan is told at once all the same.
    context = await open_phone(playwright, profile, offline=True, allowed=("geolocation",))
    await context.add_init_script(NO_POSITION)
    page = await page_at(context, f"{address}/#/round/{walked.round}")
    await type_code(page, walked.tags[1].code)
    await expect(page.get_by_test_id("told")).to_be_visible()
    await asyncio.sleep(1.5)
    await crash(context, page)

    page = await page_at(context, address)
    await expect(page.get_by_test_id("stop-2")).to_have_attribute("data-state", "reached")
    await send_up(context, server, page)
    await context.close()
    _, operations = await arrived(database_url, ground.people[0], walked.round)
    assert [one.kind for one in operations] == ["round_started", "checkpoint_scanned"]
    assert await held_count(database_url) == 0


async def scan_without_a_camera(page: Page, walked: WalkedRoute, picture: Path) -> None:
    """Reach two stops by a photo of the label, by its typed code, and by a label nobody knows."""
    # The system's camera does as well where the page's is refused.
    label_picture("https://elsewhere.example/menu").save(picture)
    await page.get_by_test_id("scan-file").set_input_files(picture)
    await expect(page.get_by_test_id("told")).to_have_attribute("data-mood", "unknown")
    label_picture(walked.text_of(1)).save(picture)
    await page.get_by_test_id("scan-file").set_input_files(picture)
    await expect(page.get_by_test_id("told")).to_have_attribute("data-mood", "ok")

    await type_code(page, walked.tags[0].code)
    await expect(page.get_by_test_id("stop-1")).to_have_attribute("data-state", "reached")
    await expect(page.get_by_test_id("told")).to_contain_text("本轮已扫过")

    # A code that nobody knows is told as such, and kept at the stop where the guard stands.
    await type_code(page, "ZZZZZZ")
    await expect(page.get_by_test_id("told")).to_have_attribute("data-mood", "unknown")
    await page.get_by_test_id("record-unknown").click()
    await expect(page.get_by_test_id("stop-2")).to_have_attribute("data-state", "reached")


async def walk_extra_round(page: Page, address: str, walked: WalkedRoute) -> str:
    """Walk one more round, for which the office has planned no window; give its id."""
    await page.goto(f"{address}/#/scan")
    await page.get_by_test_id("extra-open").click()
    await page.get_by_test_id("extra-round").click()
    await expect(page.get_by_test_id("round-screen")).to_have_attribute("data-state", "in_progress")
    await type_code(page, walked.tags[1].code)
    await expect(page.get_by_test_id("stop-2")).to_have_attribute("data-state", "reached")
    return page.url.rsplit("/", 1)[1]


async def test_without_a_camera_codes_are_typed_strange_labels_kept_and_missed_stops_explained(
    playwright: Playwright, server: Server, database_url: str, tmp_path: Path
) -> None:
    ground = await lay_ground(database_url, people=1, tasks=1)
    walked = await lay_route(database_url, ground, server.data, stops=4)
    address, profile = f"http://127.0.0.1:{server.port}", tmp_path / "phone"
    await board(playwright, profile, address, ground, walked)
    server.kill()

    context = await open_phone(playwright, profile, offline=True, allowed=())
    page = await page_at(context, f"{address}/#/round/{walked.round}")
    await page.get_by_test_id("scan-open").click()
    await expect(page.get_by_test_id("bad-news")).to_contain_text("权限")

    await scan_without_a_camera(page, walked, tmp_path / "label.png")

    # A tag that the phone's own reader opened as an address, in a page opened for it.
    await page.close()
    page = await page_at(context, f"{address}/#/scan/{walked.text_of(3).split('/#/scan/')[1]}")
    await expect(page.get_by_test_id("told")).to_have_attribute("data-mood", "ok")
    await page.get_by_test_id("go-on").click()
    await expect(page.get_by_test_id("stop-3")).to_have_attribute("data-state", "reached")

    await page.get_by_test_id("stop-4").get_by_role("button").first.click()
    await page.get_by_test_id("cannot-reach").click()
    await page.get_by_test_id("miss-reason").first.click()
    await expect(page.get_by_test_id("stop-4")).to_have_attribute("data-state", "missed")
    await page.get_by_test_id("finish").click()
    await page.get_by_test_id("finish-anyway").click()
    await expect(page.get_by_test_id("receipt")).to_contain_text("未到：第 4 点")

    # Shown again later, the same letter for letter.
    first = await page.get_by_test_id("receipt-text").inner_text()
    await page.reload()
    await page.get_by_test_id("receipt-toggle").click()
    assert await page.get_by_test_id("receipt-text").inner_text() == first

    extra = await walk_extra_round(page, address, walked)

    await send_up(context, server, page)
    await context.close()
    on = receipt_date(first)
    assert extra == derived_id("round", ground.organization, walked.route, on, 2)
    _, further = await arrived(database_url, ground.people[0], extra)
    assert [one.kind for one in further] == ["round_started", "checkpoint_scanned"]
    key, operations = await arrived(database_url, ground.people[0], walked.round)
    receipt = read_receipt(first)
    assert is_proven(key, receipt)
    assert match_receipt(receipt.content, operations) == ("matches", 0)
    assert receipt.content.missed == (4,)
    kinds = [one.kind for one in operations]
    assert kinds.count("round_started") == 1
    assert kinds.count("checkpoint_scanned") == 4
    assert await held_count(database_url) == 0
