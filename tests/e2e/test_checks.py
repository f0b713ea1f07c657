"""Checks on real phones without a network: tapped, read, chosen, shared out, and then agreed with.

Each phone is signed in at the office's door, started cold in the cellar without network or server,
and brought up again; the office must then say what the phones said, with nothing held.
"""

import json
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from msgspec import Struct
from msgspec.structs import replace
from playwright.async_api import BrowserContext, Locator, Page, Playwright, expect

from backend.directory.actors import RoleAt
from backend.directory.enrol import NewPerson, add_person
from backend.directory.passwords import hash_now
from backend.kernel.database import Database
from backend.kernel.identity import derived_id
from shared_schemas.inspections import Checklist, ChecklistItem, ItemOption, Plan
from shared_schemas.places import Area, Checkpoint, Places
from shared_schemas.primitives import Bilingual
from shared_schemas.timetable import Window
from tests.e2e.servers import (
    DAY_MS,
    INSPECTOR,
    PASSWORD,
    Ground,
    Phone,
    Server,
    lay_ground,
    publish,
)
from tests.e2e.test_journey import (
    open_phone,
    page_at,
    photo_file,
    sign_in,
    wait_for_shell,
    whole_round,
)

YEAR_MS = 365 * DAY_MS
CHINA_S = 8 * 3_600
MOST_TAPS_OF_TWENTY = 25
MOST_TAPS_OF_A_FAILURE = 5

pytestmark = pytest.mark.timeout(600)


class Check(Struct, frozen=True, kw_only=True):
    """A plan with one window that is open now, and the items of its checklist."""

    plan: str
    checklist: str
    task: str
    items: tuple[ChecklistItem, ...]


def items_of(count: int, **more: Any) -> tuple[ChecklistItem, ...]:
    return tuple(
        ChecklistItem(
            id=f"i{number}",
            text=Bilingual(zh=f"第 {number} 处完好", en=f"Place {number} is sound"),
            **more,
        )
        for number in range(1, count + 1)
    )


async def set_up(
    database_url: str,
    ground: Ground,
    items: Sequence[ChecklistItem],
    *,
    checklist: Mapping[str, Any] | None = None,
    plan: Mapping[str, Any] | None = None,
) -> Check:
    """Publish a checklist, its plan and a window that is open today, at the ground's first site."""
    site = ground.sites[0]
    code = f"check {len(items)} {(plan or {}).get('cadence', '')}"
    check = Check(
        plan=derived_id("check plan", site, code),
        checklist=derived_id("check checklist", site, code),
        task=derived_id("check task", site, code),
        items=tuple(items),
    )
    checkpoint = derived_id("check checkpoint", site)
    area = derived_id("check area", site)
    now_ms = time.time_ns() // 1_000_000
    day = time.strftime("%Y-%m-%d", time.gmtime(now_ms / 1000))
    listed = Checklist(
        code=code,
        version=1,
        title=Bilingual(zh="设备房检查", en="Plant room check"),
        words="patrol",
        items=check.items,
        **(checklist or {}),
    )
    planned = Plan(
        code=code,
        title=Bilingual(zh="消防泵房检查", en="Fire pump room"),
        site=site,
        checkpoint=checkpoint,
        checklist=check.checklist,
        cadence="ad_hoc",
        use="self_check",
        opens="00:00",
        closes="23:59",
        roles=(INSPECTOR.role,),
    )
    window = Window(
        task=check.task, on=day, ordinal=1, opens_ms=now_ms - DAY_MS, closes_ms=now_ms + DAY_MS
    )
    places = Places(
        site=site,
        name=Bilingual(zh="港湾商场", en="Harbour Mall"),
        areas=(Area(id=area, name=Bilingual(zh="地下二层", en="Basement 2")),),
        checkpoints=(
            Checkpoint(
                id=checkpoint,
                code="B2-07",
                name=Bilingual(zh="消防泵房", en="Fire pump room"),
                area=area,
            ),
        ),
    )
    await publish(
        database_url,
        ground.organization,
        [
            (site, {"kind": "places_published", "places": places}),
            (check.checklist, {"kind": "checklist_published", "checklist": listed}),
            (check.plan, {"kind": "plan_published", "plan": replace(planned, **(plan or {}))}),
            (
                derived_id("check agenda", check.plan),
                {
                    "kind": "agenda_planned",
                    "plan": check.plan,
                    "month": day[:7],
                    "windows": (window,),
                },
            ),
        ],
    )
    return check


async def remember(
    database_url: str,
    ground: Ground,
    check: Check,
    results: Sequence[Mapping[str, Any]],
    estimates: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Let the plan have been checked a year ago, with these results."""
    then_ms = time.time_ns() // 1_000_000 - YEAR_MS
    body = {
        "kind": "results_remembered",
        "plan": check.plan,
        "task": derived_id("check last year", check.plan),
        "finished_at": then_ms,
        "finished_by": derived_id("ground person", ground.people[0]),
        "results": list(results),
        "estimates": list(estimates),
    }
    await publish(
        database_url, ground.organization, [(derived_id("memory", check.plan), body)], then_ms
    )


class Cellar:
    """Phones that were signed in upstairs and start cold below, where nothing answers."""

    def __init__(self, playwright: Playwright, server: Server, folder: Path) -> None:
        """Know where phones keep their profiles."""
        self.playwright = playwright
        self.server = server
        self.folder = folder
        self.address = f"http://127.0.0.1:{server.port}"

    async def prepare(self, person: str) -> None:
        """Sign somebody in upstairs, with everything on board, and switch the phone off."""
        context = await open_phone(self.playwright, self.folder / person, offline=False)
        page = await page_at(context, self.address)
        await sign_in(page, person)
        await whole_round(page)
        await wait_for_shell(page)
        await context.close()

    @asynccontextmanager
    async def below(self, person: str) -> AsyncIterator[tuple[BrowserContext, Page]]:
        """Switch a phone on where there is no network."""
        context = await open_phone(self.playwright, self.folder / person, offline=True)
        try:
            yield context, await page_at(context, self.address)
        finally:
            await context.close()

    async def bring_up(self, person: str) -> None:
        """Switch a phone on where the server answers, and wait until everything is there."""
        context = await open_phone(self.playwright, self.folder / person, offline=False)
        page = await page_at(context, self.address)
        await whole_round(page)
        await expect(page.get_by_test_id("status-line")).to_contain_text("已全部送达")
        await context.close()


@pytest.fixture
def cellar(playwright: Playwright, server: Server, tmp_path: Path) -> Cellar:
    return Cellar(playwright, server, tmp_path / "phones")


class Taps:
    """A thumb that counts; what it taps must be in sight already, for it never scrolls."""

    def __init__(self) -> None:
        """Begin at none."""
        self.count = 0

    async def tap(self, place: Locator) -> None:
        """Tap once."""
        await expect(place).to_be_in_viewport(ratio=0.9)
        await place.click()
        self.count += 1


def answer_of(page: Page, item: str, word: str) -> Locator:
    return page.get_by_test_id(f"item-{item}").get_by_test_id(f"answer-{word}")


class Office(Struct, frozen=True, kw_only=True):
    """What the office says of one check, by item, and as its record stands."""

    answers: dict[str, dict[str, Any]]
    record: dict[str, Any]

    def verdicts(self) -> dict[str, str]:
        """Give the verdict of each item that has one."""
        return {item: one["answer"] for item, one in self.answers.items() if one["answer"]}


async def office_sees(database_url: str, server: Server, ground: Ground, task: str) -> Office:
    """Open a check as the office does, and make sure that nothing is held or contested."""
    asking = Phone(ground, ground.people[-1])
    await asking.sign_in(server.port)
    assert asking.line is not None
    status, body = await asking.line.ask("GET", f"/api/office/tasks/{task}", headers=asking.headers)
    await asking.hang_up()
    assert status == 200, body[:500]
    connection = await asyncpg.connect(database_url)
    try:
        content = await connection.fetchval("SELECT content FROM records WHERE id = $1", task)
        held = await connection.fetchval("SELECT count(*) FROM held_operations")
    finally:
        await connection.close()
    assert held == 0
    answers = {one["item"]: one for one in json.loads(body)["answers"]}
    assert not any(one["contested"] for one in answers.values())
    fields = json.loads(content)["fields"]
    return Office(answers=answers, record={name: field["value"] for name, field in fields.items()})


async def fail_with_photo(page: Page, thumb: Taps, item: str) -> int:
    """Find an item failing and photograph it; gives how many taps that took."""
    before = thumb.count
    card = page.get_by_test_id(f"item-{item}")
    await thumb.tap(card.get_by_test_id("answer-fail"))
    await thumb.tap(card.get_by_test_id("photo-take"))
    await thumb.tap(card.get_by_test_id("photo-shoot"))
    await expect(card.get_by_test_id("photo-thumb")).to_have_count(1)
    await thumb.tap(card.get_by_test_id("finding-done"))
    return thumb.count - before


async def test_a_daily_check_of_twenty_items_takes_few_taps_and_the_office_agrees(
    cellar: Cellar, server: Server, database_url: str
) -> None:
    ground = await lay_ground(database_url, people=2, tasks=1)
    check = await set_up(database_url, ground, items_of(20))
    ana = ground.people[0]
    await cellar.prepare(ana)
    server.kill()

    async with cellar.below(ana) as (_, page):
        thumb = Taps()
        await page.get_by_test_id(f"task-row-{check.task}").click()
        for item in check.items:
            before = thumb.count
            if item.id in ("i4", "i13"):
                assert await fail_with_photo(page, thumb, item.id) <= MOST_TAPS_OF_A_FAILURE
                continue
            await thumb.tap(answer_of(page, item.id, "pass"))
            assert thumb.count - before == 1
        normal = thumb.count - 2 * 4
        await thumb.tap(page.get_by_test_id("finish"))
        await expect(page.get_by_test_id("finished")).to_be_visible()
        # Without the two failures: an item a tap, the opening and the finish.
        assert normal + 2 + 2 <= MOST_TAPS_OF_TWENTY
        assert thumb.count == 18 + 2 * 4 + 1

    server.begin()
    await server.ready()
    await cellar.bring_up(ana)
    seen = await office_sees(database_url, server, ground, check.task)
    assert seen.verdicts() == {
        item.id: "fail" if item.id in ("i4", "i13") else "pass" for item in check.items
    }
    assert [len(seen.answers[item]["photos"]) for item in ("i4", "i13", "i5")] == [1, 1, 0]
    assert seen.record["state"] == "finished"


READ_ITEMS = (
    ChecklistItem(
        id="pressure",
        text=Bilingual(zh="压力表读数", en="Pressure gauge"),
        input="number",
        unit="MPa",
        low="0.4",
        high="0.6",
    ),
    ChecklistItem(
        id="water",
        text=Bilingual(zh="水表读数", en="Water meter"),
        input="meter",
        unit="m³",
    ),
    ChecklistItem(
        id="oil",
        text=Bilingual(zh="油位", en="Oil level"),
        input="grade",
        options=(
            ItemOption(code="high", text=Bilingual(zh="上限", en="High")),
            ItemOption(code="middle", text=Bilingual(zh="中位", en="Middle")),
            ItemOption(code="low", text=Bilingual(zh="下限以下", en="Too low"), answer="fail"),
        ),
    ),
    ChecklistItem(id="number", text=Bilingual(zh="铭牌编号", en="Plate number"), input="text"),
    ChecklistItem(id="view", text=Bilingual(zh="控制柜内", en="Inside the cabinet"), input="photo"),
    ChecklistItem(id="label", text=Bilingual(zh="现场标签", en="The label here"), input="scan"),
    ChecklistItem(
        id="door",
        text=Bilingual(zh="门已上锁", en="The door is locked"),
        photo_required=True,
        scan_required=True,
    ),
    ChecklistItem(id="light", text=Bilingual(zh="照明完好", en="The light works")),
)


async def test_what_is_read_chosen_typed_and_scanned_reaches_the_office_as_it_was(
    cellar: Cellar, server: Server, database_url: str, tmp_path: Path
) -> None:
    ground = await lay_ground(database_url, people=2, tasks=1)
    check = await set_up(database_url, ground, READ_ITEMS)
    await remember(
        database_url,
        ground,
        check,
        [
            {"item": "pressure", "answer": "pass", "value": "0.52"},
            {"item": "water", "answer": "pass", "value": "1204.5", "estimated": True},
            {"item": "light", "answer": "fail", "note": "左侧灯管闪烁"},
        ],
        [{"item": "water", "in_a_row": 2}],
    )
    ana = ground.people[0]
    await cellar.prepare(ana)
    server.kill()

    async with cellar.below(ana) as (_, page):
        await page.get_by_test_id(f"task-row-{check.task}").click()
        await read_everything(page, photo_file(tmp_path))
    server.begin()
    await server.ready()
    await cellar.bring_up(ana)
    seen = await office_sees(database_url, server, ground, check.task)
    told = {item: (one["answer"], one["value"]) for item, one in seen.answers.items()}
    assert told == {
        "pressure": ("pass", "0.7"),
        "water": ("pass", "1216.8"),
        "oil": ("fail", told["oil"][1]),
        "number": ("pass", "XF-2019-07"),
        "view": ("pass", ""),
        "label": ("pass", ""),
        "door": ("pass", ""),
        "light": ("pass", ""),
    }
    assert seen.record["value/oil"] == "low"
    assert seen.answers["label"]["tag"] == "B2K4X7"
    assert seen.answers["water"]["estimated"] is False
    assert len(seen.answers["view"]["photos"]) == 1
    assert seen.answers["door"]["photos"] == []
    assert seen.record["state"] == "finished"


async def read_everything(page: Page, picture: Path) -> None:
    """Go through the items once, with each thing that may go differently than planned."""
    await read_numbers(page)
    await choose_and_undo(page)
    number = page.get_by_test_id("item-number")
    await number.get_by_test_id("text-value").fill("XF-2019-07")
    await number.get_by_test_id("answer-pass").click()
    view = page.get_by_test_id("item-view")
    await view.get_by_test_id("answer-pass").click()
    await view.get_by_test_id("photo-file").set_input_files(picture)
    await expect(view.get_by_test_id("photo-thumb")).to_have_count(1)
    await view.get_by_test_id("finding-done").click()
    label = page.get_by_test_id("item-label")
    await label.get_by_test_id("tag-code").fill("b2k4x7")
    await label.get_by_test_id("tag-record").click()
    await expect(label).to_have_attribute("data-answer", "pass")
    await answer_of(page, "door", "pass").click()
    # What was written here last time is offered with one tap.
    light = page.get_by_test_id("item-light")
    await expect(light.get_by_test_id("last-time")).to_contain_text("左侧灯管闪烁")
    await answer_of(page, "light", "fail").click()
    await light.get_by_role("button", name="左侧灯管闪烁").click()
    await expect(light.get_by_test_id("note")).to_have_value("左侧灯管闪烁")
    await answer_of(page, "light", "pass").click()
    # Lacking a photo and a scan is said, and not refused.
    await page.get_by_test_id("finish").click()
    await expect(page.get_by_test_id("lacking")).to_have_count(2)
    await page.get_by_test_id("finish-anyway").click()
    await expect(page.get_by_test_id("finished")).to_be_visible()


async def read_numbers(page: Page) -> None:
    """A number inside its range answers by itself; outside, and for a third estimate, it asks."""
    pressure = page.get_by_test_id("item-pressure")
    await expect(pressure.get_by_test_id("limits")).to_contain_text("0.4–0.6 MPa")
    await expect(pressure.get_by_test_id("limits")).to_contain_text("0.52")
    reading = pressure.get_by_test_id("reading")
    assert await reading.get_attribute("inputmode") == "decimal"
    await reading.fill("0,48")
    await reading.press("Enter")
    await expect(pressure).to_have_attribute("data-answer", "pass")
    await reading.fill("0.7")
    await pressure.get_by_test_id("reading-record").click()
    await expect(pressure.get_by_test_id("outside")).to_be_visible()
    await pressure.get_by_test_id("outside-pass").click()
    await expect(pressure.get_by_test_id("outside")).to_have_count(0)
    water = page.get_by_test_id("item-water")
    await water.get_by_test_id("estimate").click()
    await expect(water.get_by_role("alert")).to_contain_text("已连续 2 次估抄")
    await expect(water.get_by_test_id("estimate")).to_have_attribute("aria-pressed", "false")
    await water.get_by_test_id("reading").fill("1200")
    await expect(water.get_by_test_id("usage")).to_contain_text("小")
    await water.get_by_test_id("reading").fill("1216.8")
    await expect(water.get_by_test_id("usage")).to_contain_text("12.3")
    await water.get_by_test_id("reading-record").click()
    await expect(water).to_have_attribute("data-answer", "pass")


async def choose_and_undo(page: Page) -> None:
    """A choice is one tap; the first answer of all can be taken back, and given anew."""
    oil = page.get_by_test_id("item-oil")
    await oil.get_by_test_id("option-middle").click()
    await expect(oil).to_have_attribute("data-answer", "pass")
    await page.get_by_test_id("undo").click()
    await expect(oil).to_have_attribute("data-answer", "")
    await expect(page.get_by_test_id("undo")).to_have_count(0)
    await oil.get_by_test_id("option-low").click()
    await expect(oil).to_have_attribute("data-answer", "fail")
    await oil.get_by_test_id("photo-take").click()
    await oil.get_by_test_id("photo-shoot").click()
    await expect(oil.get_by_test_id("photo-thumb")).to_have_count(1)
    await oil.get_by_test_id("finding-done").click()


async def test_the_rest_is_passed_at_once_only_where_allowed_and_after_all_was_seen(
    cellar: Cellar, server: Server, database_url: str
) -> None:
    ground = await lay_ground(database_url, people=2, tasks=1)
    check = await set_up(
        database_url, ground, items_of(12), checklist={"bulk": True, "domain": "cleaning"}
    )
    # Published where it may be passed at once, yet used for an assessment: never.
    guarded = await set_up(
        database_url,
        ground,
        items_of(5),
        checklist={"bulk": True, "domain": "cleaning"},
        plan={"use": "assessment"},
    )
    ana = ground.people[0]
    await cellar.prepare(ana)
    server.kill()

    async with cellar.below(ana) as (_, page):
        await page.get_by_test_id(f"task-row-{guarded.task}").click()
        await answer_of(page, "i1", "pass").click()
        await expect(page.get_by_test_id("bulk-pass")).to_have_count(0)
        await page.get_by_test_id("back").click()

        await page.get_by_test_id(f"task-row-{check.task}").click()
        await answer_of(page, "i1", "fail").click()
        await page.get_by_test_id("item-i1").get_by_test_id("finding-done").click()
        everything = page.get_by_test_id("bulk-pass")
        await expect(everything).to_be_disabled()
        for item in check.items:
            await page.get_by_test_id(f"item-{item.id}").scroll_into_view_if_needed()
        await expect(everything).to_be_enabled()
        await everything.click()
        await expect(page.get_by_test_id("task-progress")).to_have_text("12/12")
        # One tap takes all of it back, and nothing else.
        await page.get_by_test_id("undo").click()
        await expect(page.get_by_test_id("task-progress")).to_have_text("1/12")
        await answer_of(page, "i2", "pass").click()
        await everything.click()
        await expect(page.get_by_test_id("task-progress")).to_have_text("12/12")
        await page.get_by_test_id("finish").click()
        await page.get_by_test_id("finish-anyway").click()
        await expect(page.get_by_test_id("finished")).to_be_visible()

    server.begin()
    await server.ready()
    await cellar.bring_up(ana)
    seen = await office_sees(database_url, server, ground, check.task)
    assert seen.verdicts() == {
        item.id: "fail" if item.id == "i1" else "pass" for item in check.items
    }
    together = {item for item, one in seen.answers.items() if one["bulk"]}
    assert together == {f"i{number}" for number in range(3, 13)}


AREAS = ("地下二层", "地下一层", "一层", "二层", "三层", "屋顶")


def yearly_items() -> tuple[ChecklistItem, ...]:
    """A hundred and twenty items, twenty to an area."""
    return tuple(
        ChecklistItem(
            id=f"y{place}-{number}",
            text=Bilingual(zh=f"{area}第 {number} 处", en=f"Area {place}, place {number}"),
            group=Bilingual(zh=area, en=f"Area {place}"),
        )
        for place, area in enumerate(AREAS)
        for number in range(1, 21)
    )


async def test_a_yearly_check_is_shared_out_resumed_and_shows_last_year_beside_each_item(
    cellar: Cellar, server: Server, database_url: str
) -> None:
    ground = await lay_ground(database_url, people=4, tasks=1)
    check = await set_up(database_url, ground, yearly_items())
    await remember(
        database_url,
        ground,
        check,
        [
            {"item": item.id, "answer": "fail" if item.id == "y0-3" else "pass", "note": ""}
            for item in check.items
        ],
    )
    people = ground.people[:3]
    for person in people:
        await cellar.prepare(person)
    server.kill()

    # The first day: each takes an area below, and the first one is called away in the middle.
    for place, person in enumerate(people):
        async with cellar.below(person) as (_, page):
            await page.get_by_test_id(f"task-row-{check.task}").click()
            await expect(page.get_by_test_id("last-time")).to_have_count(len(check.items))
            await page.get_by_test_id(f"take-{AREAS[place]}").click()
            half = 10 if place == 0 else 20
            for number in range(1, half + 1):
                await answer_of(page, f"y{place}-{number}", "pass").click()
            await expect(page.get_by_test_id("task-progress")).to_have_text(f"{half}/120")
    server.begin()
    await server.ready()
    for person in (*people, people[0]):
        await cellar.bring_up(person)

    # Days later: each sees the others' areas, and goes on where the page was left.
    for place, person in enumerate(people):
        async with cellar.below(person) as (context, page):
            # Each page comes back to the check by itself.
            await expect(page.get_by_test_id("task-screen")).to_be_visible()
            if place == 0:
                await resume_first(page)
            last = AREAS[place + 3]
            await page.get_by_test_id(f"take-{last}").click()
            for number in range(1, 21):
                await answer_of(page, f"y{place + 3}-{number}", "pass").click()
            await expect(page.get_by_test_id(f"group-{last}")).to_contain_text("20/20")
            await context.set_offline(False)
            await page.get_by_test_id("sync-now").click()
            await expect(page.get_by_test_id("status-line")).to_contain_text("已全部送达")
            if place == 2:
                # The last one sees all of it together, and says that it is finished.
                await expect(page.get_by_test_id("task-progress")).to_have_text("120/120")
                await page.get_by_test_id("finish").click()
                await expect(page.get_by_test_id("finished")).to_be_visible()
                await expect(page.get_by_test_id("status-line")).to_contain_text("已全部送达")

    seen = await office_sees(database_url, server, ground, check.task)
    assert seen.verdicts() == {item.id: "pass" for item in check.items}
    takers = {area: seen.record[f"taken_by/{area}"] for area in AREAS}
    ids = [derived_id("ground person", person) for person in people]
    assert takers == dict(zip(AREAS, [*ids, *ids], strict=True))
    assert seen.record["state"] == "finished"


async def resume_first(page: Page) -> None:
    """The page opens at the item where it was left, with what was found last year beside it."""
    await expect(page.get_by_test_id("task-progress")).to_have_text("50/120")
    await expect(page.get_by_test_id(f"group-{AREAS[1]}")).to_contain_text("20/20")
    await expect(page.get_by_test_id(f"group-{AREAS[0]}")).to_contain_text("10/20")
    await expect(page.get_by_test_id("item-y0-11")).to_be_in_viewport()
    await expect(page.get_by_test_id("item-y0-3").get_by_test_id("last-time")).to_contain_text(
        "异常"
    )
    for number in range(11, 21):
        await answer_of(page, f"y0-{number}", "pass").click()


HEAD = "department-head"


async def let_in_head(database_url: str, ground: Ground) -> None:
    """Give the site somebody who approves checks."""
    database = Database(database_url)
    await database.open()
    new = NewPerson(
        user_name=HEAD,
        name=Bilingual(zh="陈主管", en="Chen"),
        roles=(RoleAt("department_head", ""),),
        password=PASSWORD,
        password_hash=hash_now(PASSWORD, 2**4),
        id=derived_id("ground person", HEAD),
    )
    async with database.transaction() as connection:
        await add_person(connection, ground.organization, new)
    await database.close()


async def sign_with_a_finger(page: Page) -> None:
    """Draw a stroke into the box for signatures."""
    pad = page.get_by_test_id("signature")
    await pad.scroll_into_view_if_needed()
    box = await pad.bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + 20, box["y"] + 40)
    await page.mouse.down()
    await page.mouse.move(box["x"] + 120, box["y"] + 80, steps=6)
    await page.mouse.move(box["x"] + 200, box["y"] + 30, steps=6)
    await page.mouse.up()


async def find_and_confirm(page: Page) -> None:
    """Find one thing amiss, have it disputed, and let both who stood by confirm."""
    await expect(page.get_by_test_id("confirm-lacks")).to_have_count(2)
    for item in ("i1", "i3", "i4"):
        await answer_of(page, item, "pass").click()
    await answer_of(page, "i2", "fail").click()
    broken = page.get_by_test_id("item-i2")
    await broken.get_by_test_id("note").fill("封条缺失")
    await broken.get_by_test_id("dispute").locator("summary").click()
    await broken.get_by_test_id("dispute-name").fill("李店长")
    await broken.get_by_test_id("dispute-words").fill("当天已补")
    await broken.get_by_test_id("dispute-save").click()
    await expect(broken.get_by_test_id("disputed")).to_contain_text("李店长")
    await broken.get_by_test_id("finding-done").click()
    await page.get_by_test_id("confirm-name").fill("李店长")
    await sign_with_a_finger(page)
    await page.get_by_test_id("stance-agreed").click()
    await expect(page.get_by_test_id("confirmation")).to_contain_text("手写签名")
    await page.get_by_test_id("side-second_inspector").click()
    await page.get_by_test_id("confirm-name").fill("王工")
    await page.get_by_test_id("stance-agreed").click()
    await expect(page.get_by_test_id("confirm-lacks")).to_have_count(0)
    await page.get_by_test_id("finish").click()
    await page.get_by_test_id("finish-anyway").click()
    await expect(page.get_by_test_id("finished")).to_be_visible()


async def send_back(page: Page, task: str) -> None:
    """Send a check back, which wants a word of what is to be put right."""
    await page.get_by_test_id("approvals-link").click()
    waiting = page.get_by_test_id(f"approval-{task}")
    await expect(waiting.get_by_test_id("approval-finding")).to_contain_text("封条缺失")
    await waiting.get_by_test_id("send-back").click()
    await expect(waiting.get_by_role("alert")).to_be_visible()
    await waiting.get_by_test_id("approval-words").fill("补拍封条")
    await waiting.get_by_test_id("send-back").click()
    await expect(waiting).to_have_count(0)


async def test_a_weekly_joint_check_is_signed_disputed_sent_back_mended_and_approved(
    cellar: Cellar, server: Server, database_url: str
) -> None:
    ground = await lay_ground(database_url, people=2, tasks=1)
    await let_in_head(database_url, ground)
    check = await set_up(
        database_url,
        ground,
        items_of(4),
        plan={"cadence": "weekly", "mode": "joint", "people": 2, "workflow": "s13_weekly"},
    )
    ana = ground.people[0]
    await cellar.prepare(ana)
    await cellar.prepare(HEAD)
    server.kill()

    async with cellar.below(ana) as (_, page):
        await page.get_by_test_id(f"task-row-{check.task}").click()
        await find_and_confirm(page)

    server.begin()
    await server.ready()
    await cellar.bring_up(ana)
    await cellar.bring_up(HEAD)
    server.kill()
    async with cellar.below(HEAD) as (_, page):
        await send_back(page, check.task)

    server.begin()
    await server.ready()
    await cellar.bring_up(HEAD)
    await cellar.bring_up(ana)
    server.kill()
    async with cellar.below(ana) as (_, page):
        await expect(page.get_by_test_id("returned")).to_contain_text("补拍封条")
        broken = page.get_by_test_id("item-i2")
        await broken.get_by_test_id("finding-open").click()
        await broken.get_by_test_id("photo-take").click()
        await broken.get_by_test_id("photo-shoot").click()
        await expect(broken.get_by_test_id("photo-thumb")).to_have_count(1)

    server.begin()
    await server.ready()
    await cellar.bring_up(ana)
    await cellar.bring_up(HEAD)
    async with cellar.below(HEAD) as (context, page):
        await page.get_by_test_id("approvals-link").click()
        await page.get_by_test_id(f"approval-{check.task}").get_by_test_id("approve").click()
        await expect(page.get_by_test_id(f"approval-{check.task}")).to_have_count(0)
        await context.set_offline(False)
        await page.get_by_test_id("sync-now").click()
        await expect(page.get_by_test_id("status-line")).to_contain_text("已全部送达")
    seen = await office_sees(database_url, server, ground, check.task)
    assert seen.record["approval"] == "approved"
    assert [(one["side"], one["how"]) for one in seen.record["confirmation"]] == [
        ("assessed", "signature"),
        ("second_inspector", "typed"),
    ]
    assert seen.answers["i2"]["dispute_by"] == "李店长"
    assert len(seen.answers["i2"]["photos"]) == 1


async def test_a_check_begun_on_the_spot_is_kept_under_the_id_that_anyone_derives(
    cellar: Cellar, server: Server, database_url: str
) -> None:
    ground = await lay_ground(database_url, people=2, tasks=1)
    check = await set_up(database_url, ground, items_of(3))
    ana = ground.people[0]
    await cellar.prepare(ana)
    server.kill()

    async with cellar.below(ana) as (_, page):
        await page.get_by_test_id("begin-beside").locator("summary").click()
        await page.get_by_test_id(f"begin-{check.plan}").click()
        await expect(page.get_by_test_id("task-facts")).to_contain_text("临时检查")
        for item in check.items:
            await answer_of(page, item.id, "pass").click()
        await page.get_by_test_id("finish").click()
        await expect(page.get_by_test_id("finished")).to_be_visible()

    server.begin()
    await server.ready()
    await cellar.bring_up(ana)
    checkpoint = derived_id("check checkpoint", ground.sites[0])
    on = time.strftime("%Y-%m-%d", time.gmtime(time.time() + CHINA_S))
    # The window that the phone knew was the first of its day.
    known = time.strftime("%Y-%m-%d", time.gmtime())
    ordinal = 2 if on == known else 1
    task = derived_id("task", ground.organization, check.plan, checkpoint, on, ordinal)
    seen = await office_sees(database_url, server, ground, task)
    assert seen.verdicts() == {item.id: "pass" for item in check.items}
    assert seen.record["plan"] == check.plan
