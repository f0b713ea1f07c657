"""The pages of rounds and labels in a browser: what is odd in words, a receipt, a sheet to print."""

import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.async_api import Browser, Page, Playwright, expect

from backend.directory.actors import RoleAt
from backend.directory.enrol import NewPerson, add_person
from backend.directory.passwords import hash_now
from backend.domains.patrols.receipts import Arrived, digest_of, marks_of
from backend.domains.patrols.tags import read_tag
from backend.kernel.canonical import canonical
from backend.kernel.database import Database
from backend.kernel.identity import content_hash, derived_id
from backend.kernel.sealing import to_base64url
from shared_schemas.primitives import Bilingual
from tests.e2e.browser import launch_options
from tests.e2e.route_ground import WalkedRoute, lay_route
from tests.e2e.servers import PASSWORD, Ground, Phone, Server, lay_ground

SCREEN = {"width": 1440, "height": 900}
PATIENCE_MS = 20_000
CLERK = "ground-clerk"

pytestmark = pytest.mark.timeout(240)


class Walker(Phone):
    """A guard's phone without a key, as an old browser has none."""

    def tell(self, record: str, kind: str, **body: Any) -> bytes:
        """Write down what the guard did on a round."""
        plain = json.loads(self._write(record, {"kind": kind, **body}))
        return canonical({**plain, "record_kind": "round"}).encode()

    def scan(self, walked: WalkedRoute, place: int, text: str, how: str = "camera") -> bytes:
        """Scan a stop, counted from 1."""
        told = {"text": text, "how": how, "scanned_at": int(time.time() * 1000)}
        checkpoint = walked.checkpoints[place - 1]
        return self.tell(walked.round, "checkpoint_scanned", checkpoint=checkpoint, scan=told)


class Desk(NamedTuple):
    """The office page of a clerk, a route that is being walked, and the guard's phone."""

    page: Page
    browser: Browser
    ground: Ground
    walked: WalkedRoute
    guard: Walker
    port: int


def receipt_of(walked: WalkedRoute, texts: list[bytes], scanned: list[int]) -> str:
    """Make the receipt of a round whose operations never left the phone; without a key."""
    plain = [json.loads(text) for text in texts]
    arrived = [
        Arrived(
            id=one["id"],
            counter=one["counter"],
            kind=one["body"]["kind"],
            sha256=content_hash(text),
        )
        for one, text in zip(plain, texts, strict=True)
    ]
    content = {
        "round": walked.round,
        "route": walked.route,
        "on": time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600)),
        "ordinal": 1,
        "writer": plain[0]["writer"],
        "last": plain[-1]["counter"],
        "started_ms": 0,
        "finished_ms": 0,
        "scanned": len(scanned),
        "expected": len(walked.checkpoints),
        "missed": [
            place for place in range(1, len(walked.checkpoints) + 1) if place not in scanned
        ],
        "marks": "".join(marks_of(arrived)),
        "digest": digest_of(arrived),
    }
    return f"RR1.{to_base64url(canonical(content).encode())}."


async def _let_in_a_clerk(database_url: str, ground: Ground) -> None:
    database = Database(database_url)
    await database.open()
    try:
        async with database.transaction() as connection:
            clerk = NewPerson(
                id=derived_id("ground person", CLERK),
                user_name=CLERK,
                name=Bilingual(zh="林晓", en="Lin"),
                roles=(RoleAt("quality_clerk", ""),),
                password=PASSWORD,
                password_hash=hash_now(PASSWORD, 2**4),
            )
            await add_person(connection, ground.organization, clerk)
    finally:
        await database.close()


@pytest.fixture
async def desk(
    playwright: Playwright, server: Server, database_url: str, tmp_path: Path
) -> AsyncIterator[Desk]:
    ground = await lay_ground(database_url, people=2, tasks=2)
    await _let_in_a_clerk(database_url, ground)
    walked = await lay_route(database_url, ground, tmp_path / "data", stops=6)
    guard = Walker(ground, ground.people[0])
    await guard.sign_in(server.port)
    browser = await playwright.chromium.launch(**launch_options())
    context = await browser.new_context(
        viewport=SCREEN, locale="zh-CN", timezone_id="Asia/Shanghai", color_scheme="light"
    )
    context.set_default_timeout(PATIENCE_MS)
    page = await context.new_page()
    await page.goto(f"http://127.0.0.1:{server.port}/office.html#/patrols")
    await page.get_by_test_id("office-user").fill(CLERK)
    await page.get_by_test_id("office-password").fill(PASSWORD)
    await page.get_by_test_id("office-submit").click()
    await expect(page.get_by_test_id("round-line")).to_have_count(1)
    yield Desk(page, browser, ground, walked, guard, server.port)
    await guard.hang_up()
    await browser.close()


async def walk(desk: Desk) -> list[bytes]:
    """Walk the route: two good scans, a strange one, one typed, one missed with its reason."""
    walked, guard = desk.walked, desk.guard
    texts = [
        guard.tell(walked.round, "round_started", route=walked.route, started_at=1),
        guard.scan(walked, 1, walked.text_of(1)),
        guard.scan(walked, 2, walked.text_of(2)),
        guard.scan(walked, 3, walked.text_of(4)),
        guard.scan(walked, 4, walked.tags[3].code, "typed"),
        guard.scan(walked, 5, "https://menu.example/今日菜单"),
        guard.tell(
            walked.round,
            "checkpoint_missed",
            checkpoint=walked.checkpoints[5],
            missed_because="制冷机房施工封闭",
        ),
        guard.tell(
            walked.round,
            "round_noted",
            checkpoint=walked.checkpoints[1],
            note="水泵房地漏堵塞，已通知工程部",
        ),
        guard.tell(walked.round, "round_finished", finished_at=2),
    ]
    for outcome in await guard.push(texts):
        assert outcome["status"] in ("accepted", "merged"), outcome
    return texts


async def test_round_of_the_day_moves_by_itself_and_says_what_is_odd(desk: Desk) -> None:
    page = desk.page
    line = page.get_by_test_id("round-line")
    await expect(line).to_contain_text("待巡")
    await expect(line).to_contain_text("0/6")
    await walk(desk)
    await expect(line).to_contain_text("按时")
    await expect(line).to_contain_text("5/6")
    await expect(line).to_contain_text("1 处有原因")
    for word in ("扫的是别处的标签", "手工输入", "不认识的标签"):
        await expect(line).to_contain_text(word)
    await page.get_by_role("link", name="今日").click()
    await expect(page.get_by_test_id("patrol-sum")).to_contain_text("已走 1/1")
    await page.get_by_test_id("patrol-sum").get_by_role("link").click()
    await line.get_by_role("link").click()
    stops = page.get_by_test_id("stop-line")
    await expect(stops).to_have_count(6)
    await expect(stops.nth(4)).to_contain_text("今日菜单")
    await expect(stops.nth(5)).to_contain_text("制冷机房施工封闭")
    await expect(stops.nth(1)).to_contain_text("地漏堵塞")
    await expect(stops.nth(0).get_by_test_id("time-bar")).to_have_count(1)
    await expect(stops.nth(5).get_by_test_id("time-bar")).to_have_count(0)


async def test_receipt_of_a_phone_that_died_is_entered_and_told_again_on_the_round(
    desk: Desk,
) -> None:
    page, walked = desk.page, desk.walked
    texts = [
        desk.guard.tell(walked.round, "round_started", route=walked.route, started_at=1),
        desk.guard.scan(walked, 1, walked.text_of(1)),
    ]
    receipt = receipt_of(walked, texts, [1])
    await page.get_by_test_id("receipt-text").fill("RR1.not.one")
    await page.get_by_test_id("receipt-enter").click()
    await expect(page.get_by_role("alert")).to_contain_text("receipt_unreadable")
    await page.get_by_test_id("receipt-text").fill(f"{receipt[:50]} {receipt[50:]}")
    await page.get_by_test_id("receipt-enter").click()
    answer = page.get_by_test_id("receipt-answer")
    await expect(answer).to_have_attribute("data-verdict", "unsigned")
    await expect(answer).to_contain_text("1/6")
    await answer.get_by_role("link").click()
    await expect(page.get_by_test_id("round-receipt")).to_contain_text("林晓")


async def test_labels_are_made_printed_and_made_again_with_the_old_ones_revoked(
    desk: Desk,
) -> None:
    page = desk.page
    await page.get_by_test_id("to-labels").click()
    await expect(page.get_by_test_id("label-line")).to_have_count(6)
    await page.get_by_test_id("labels-all").check()
    pictures = page.get_by_test_id("label-picture")
    await expect(pictures).to_have_count(6)
    before = await pictures.first.get_attribute("data-text")
    await page.get_by_test_id("labels-make").click()
    await page.get_by_test_id("labels-sure").click()
    await expect(pictures.first).not_to_have_attribute("data-text", before or "")
    await expect(page.get_by_test_id("label-line").first).to_contain_text("旧标签 1 张已作废")
    told = read_tag(await pictures.first.get_attribute("data-text") or "")
    assert told is not None
    assert told.serial == 2
    version = await pictures.first.get_attribute("data-version")
    assert int(version or 99) <= 10
    # On paper there is the sheet alone, black on white.
    await page.emulate_media(media="print")
    await expect(page.get_by_test_id("label-sheet")).to_be_visible()
    await expect(page.get_by_test_id("labels-print")).to_be_hidden()
    await expect(page.locator(".doors")).to_be_hidden()
    await page.emulate_media(media="screen")
    await page.get_by_test_id("label-revoke").first.click()
    await page.get_by_role("button", name="遗失").click()
    await page.get_by_test_id("label-revoke-sure").click()
    await expect(page.get_by_test_id("label-line").first).to_contain_text("无标签")
