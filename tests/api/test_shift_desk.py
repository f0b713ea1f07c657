"""The desk of shifts, removals and equipment: who stood where, what left the site, what was cared for."""

from typing import Any

import msgspec
import pytest

from backend.domains.shifts.rules import handover_of, roster_of, slot_of
from backend.kernel.identity import derived_id
from backend.sync.server_writer import server_submission
from tests.world.cast import (
    DAY,
    FOREIGN_MALL,
    HARBOUR,
    HARBOUR_MALL,
    HOUR,
    LAO_ZHOU,
    MALLORY,
    SOL,
    WEI,
)
from tests.world.fixtures import World
from tests.world.inspecting import OWN_CHECK, answer, finish, item, plan_check, publish
from tests.world.office import Office
from tests.world.phone import Phone

GATE = derived_id("post", "east gate")
TODAY = "2026-11-17"
TOMORROW = "2026-11-18"
BEFORE = "2026-11-16"
HOURS = {"day": ("08:00", "09:00"), "night": ("20:00", "08:00"), "late": ("22:00", "23:00")}


def _duty(on: str, shift: str, person: str) -> dict[str, str]:
    return {"on": on, "shift": shift, "post": GATE, "person": person}


def _roster() -> dict[str, Any]:
    return {
        "site": HARBOUR_MALL,
        "month": "2026-11",
        "shifts": [
            {"code": code, "title": {"zh": code}, "opens": opens, "closes": closes}
            for code, (opens, closes) in HOURS.items()
        ],
        "duties": [
            _duty(BEFORE, "day", WEI.id),
            _duty(BEFORE, "night", SOL.id),
            _duty(TODAY, "day", LAO_ZHOU.id),
            _duty(TODAY, "late", SOL.id),
        ],
        "counted": [{"zh": "对讲机", "en": "Radios"}],
        "people": [{"id": SOL.id, "name": {"zh": "索尔"}}],
    }


@pytest.fixture
async def gate(world: World) -> World:
    """The mall has a post with two days of duties: one is over, one ends at nine."""
    [row] = await world.rows("SELECT content FROM records WHERE id = $1", HARBOUR_MALL)
    places = msgspec.json.decode(row["content"])["fields"]["places"]["value"]
    places = {**places, "posts": [{"id": GATE, "name": {"zh": "东门岗", "en": "East gate"}}]}
    published = (
        (HARBOUR_MALL, {"kind": "places_published", "places": places}),
        (roster_of(HARBOUR_MALL, "2026-11"), {"kind": "roster_published", "roster": _roster()}),
    )
    for record, body in published:
        world.clock.advance(60_000)
        submission = server_submission(HARBOUR, record, body, world.clock.now_ms(), copy="more")
        [outcome] = await world.server.app.state.committer.push(submission)
        assert outcome.status in ("accepted", "merged"), outcome
    return world


def _leave(phone: Phone, on: str, shift: str, **changes: Any) -> str:
    record = handover_of(HARBOUR_MALL, GATE, on, shift)
    handover = {
        "on_duty": [phone.person.id],
        "counted": [{"name": "对讲机", "expected": 4, "found": 3}],
        "open_matters": ["二号门待修", "三层漏水"],
        "instructions": "夜间注意东广场",
        **changes,
    }
    now_ms = phone.clock.wall_ms()
    body = {"site": HARBOUR_MALL, "post": GATE, "on": on, "shift": shift, "left_at": now_ms}
    phone.record(record, "handover_made", **body, left_by=phone.person.id, handover=handover)
    return record


def _standings(seen: dict[str, Any]) -> dict[str, str]:
    return {one["slot"].rpartition("|")[0]: one["standing"] for one in seen["shifts"]}


async def _shifts(office: Office, **asked: Any) -> dict[str, Any]:
    seen: dict[str, Any] = await office.get("shifts", site=HARBOUR_MALL, **asked)
    return seen


async def test_shifts_of_a_day_say_what_was_not_handed_over_and_the_board_counts_it(
    gate: World,
) -> None:
    office = await gate.office()
    now = await _shifts(office)
    # At ten in the morning; the night before belongs to the day on which it ended.
    assert (now["on"], now["site"]["id"]) == (TODAY, HARBOUR_MALL)
    assert _standings(now) == {
        f"{BEFORE}|night": "missing",
        f"{TODAY}|day": "missing",
        f"{TODAY}|late": "to_come",
    }
    assert (now["missing"], now["shifts"][0]["person"]["name"]["zh"]) == (2, SOL.name.zh)
    assert (await office.get("today"))["missing_handover_count"] == 2
    sol = await gate.phone(SOL)
    _leave(sol, BEFORE, "night")
    await sol.sync()
    later = await _shifts(office)
    assert _standings(later)[f"{BEFORE}|night"] == "made", "late evidence lifts it"
    assert (await office.get("today"))["missing_handover_count"] == 1
    assert _standings(await _shifts(office, on=BEFORE)) == {
        f"{BEFORE}|day": "missing",
        f"{BEFORE}|night": "made",
    }


async def test_handover_is_shown_with_its_count_its_dispute_and_what_is_still_open(
    gate: World,
) -> None:
    office, sol, zhou = await gate.office(), await gate.phone(SOL), await gate.phone(LAO_ZHOU)
    record = _leave(sol, BEFORE, "night")
    await sol.sync()
    await zhou.pull()
    taking = {"person": LAO_ZHOU.id, "how": "own_phone", "stance": "disputed", "words": "只有两台"}
    zhou.record(record, "handover_taken", taking=taking, taken_at=zhou.clock.wall_ms())
    zhou.record(record, "matter_settled", matter="0", settled_words="已换新")
    await zhou.sync()
    seen = await _shifts(office)
    [line] = [one for one in seen["shifts"] if one["on"] == BEFORE]
    handover = line["handover"]
    assert (line["standing"], seen["disputed"]) == ("disputed", 1)
    assert handover["counted"] == [{"name": "对讲机", "expected": 4, "found": 3, "words": ""}]
    assert [one["settled"] for one in handover["matters"]] == [True, False]
    assert handover["matters"][0]["settled_words"] == "已换新"
    assert (handover["taken_by"]["id"], handover["words"]) == (LAO_ZHOU.id, "只有两台")
    assert handover["left"]["earliest_ms"] <= handover["left"]["latest_ms"]
    assert [one["words"] for one in seen["open_matters"]] == ["三层漏水"]
    # The next shift carries on: what it wrote down last is what is open now.
    _leave(zhou, TODAY, "day", open_matters=["三层漏水继续观察"])
    zhou.record(
        handover_of(HARBOUR_MALL, GATE, TODAY, "noon"),
        "handover_made",
        site=HARBOUR_MALL, post=GATE, on=TODAY, shift="noon", left_by=LAO_ZHOU.id, left_at=1,
        handover={"on_duty": [LAO_ZHOU.id]},
    )  # fmt: skip
    await zhou.sync()
    seen = await _shifts(office)
    assert _standings(seen)[f"{TODAY}|noon"] == "unplanned", "no roster knows it; it is shown"
    assert len(seen["open_matters"]) <= 1


async def test_what_is_open_is_sought_in_the_handovers_of_two_months_not_of_years(
    gate: World,
) -> None:
    office, sol = await gate.office(), await gate.phone(SOL)
    _leave(sol, "2026-09-15", "day", open_matters=["早已无人交接"])
    await sol.sync()
    assert (await _shifts(office))["open_matters"] == []
    [line] = (await _shifts(office, on="2026-09-15"))["shifts"]
    assert [one["words"] for one in line["handover"]["matters"]] == ["早已无人交接"], "kept"
    last = _leave(sol, "2026-09-16", "day", open_matters=["三层漏水"])
    await sol.sync()
    [matter] = (await _shifts(office))["open_matters"]
    assert (matter["handover"], matter["words"]) == (last, "三层漏水")


async def test_desk_publishes_a_roster_and_names_a_substitute(gate: World) -> None:
    office = await gate.office()
    seen = await _shifts(office)
    assert (seen["may_publish"], seen["may_substitute"]) == (True, True)
    assert [one["name"]["zh"] for one in seen["posts"]] == ["东门岗"]
    assert SOL.id in [one["id"] for one in seen["people"]]
    roster = {**seen["roster"], "duties": [_duty(TODAY, "late", WEI.id)]}
    said = await office.act(seen["record"], "roster_published", roster=roster)
    assert said["status"] in ("accepted", "merged"), said
    slot = slot_of(TODAY, "late", GATE)
    said = await office.act(seen["record"], "substitute_named", slot=slot, substitute=LAO_ZHOU.id)
    assert said["status"] in ("accepted", "merged"), said
    [line] = (await _shifts(office))["shifts"]
    assert (line["person"]["id"], line["substitute"]["id"]) == (WEI.id, LAO_ZHOU.id)
    stranger = {**roster, "people": [{"id": derived_id("nobody"), "name": {"zh": "某人"}}]}
    said = await office.act(seen["record"], "roster_published", roster=stranger)
    assert said["problem"]["details"]["what"] == "people"


async def test_removals_of_a_month_are_listed_and_counted_by_kind_and_unit(world: World) -> None:
    office, zhou = await world.office(), await world.phone(LAO_ZHOU)
    loads = [("kitchen", "2", "桶"), ("kitchen", "0.50", "桶"), ("kitchen", "1", "车")]
    for number, (waste, quantity, unit) in enumerate(loads):
        zhou.record(
            derived_id("load", number),
            "removal_registered",
            site=HARBOUR_MALL, waste=waste, quantity=quantity, unit=unit,
            removed_at=world.clock.now_ms() - number * HOUR, hauler="城投环卫",
        )  # fmt: skip
    await zhou.sync()
    seen = await office.get("removals", site=HARBOUR_MALL, month="2026-11")
    assert [one["quantity"] for one in seen["removals"]] == ["2", "0.50", "1"], "the latest first"
    assert seen["removals"][0]["person"]["name"]["zh"] == LAO_ZHOU.name.zh
    assert [(one["unit"], one["times"], one["quantity"]) for one in seen["sums"]] == [
        ("桶", 2, "2.5"),
        ("车", 1, "1"),
    ]
    empty = await office.get("removals", site=HARBOUR_MALL, month="2026-10")
    assert (empty["removals"], empty["sums"]) == ([], [])


async def test_care_of_equipment_is_told_by_month_with_its_parts_and_last_readings(
    world: World,
) -> None:
    [row] = await world.rows("SELECT content FROM records WHERE id = $1", HARBOUR_MALL)
    places = msgspec.json.decode(row["content"])["fields"]["places"]["value"]
    things = [
        {
            "id": derived_id("thing", number),
            "number": number,
            "name": {"zh": "生活水泵", "en": "Water pump"},
            "equipment_kind": "生活水泵",
            "area": places["areas"][0]["id"],
        }
        for number in ("SB-01", "SB-02")
    ]
    await publish(world, HARBOUR_MALL, "places_published", places={**places, "equipment": things})
    pressure = item("pressure", input="number", unit="MPa")
    meter = item("water", input="meter", unit="m³")
    await plan_check(world, pressure, meter, equipment=things[0]["id"])
    zhou, office = await world.phone(LAO_ZHOU), await world.office()
    tasks = zhou.tasks(OWN_CHECK)
    for on, value in ((TODAY, "0.2"), (TOMORROW, "0.30")):
        answer(zhou, tasks[on], "pressure", "pass", value=value)
        answer(zhou, tasks[on], "water", "pass", value="17", estimated=True)
        part = {"name": "密封圈", "quantity": "2", "unit": "个"}
        zhou.record(tasks[on], "part_recorded", part=part)
        finish(zhou, tasks[on])
        await zhou.sync()
        world.clock.advance(DAY)
    planned = sum(1 for on in tasks if on.startswith("2026-11"))
    seen = await office.get("equipment", site=HARBOUR_MALL, year="2026")
    cared, bare = seen["equipment"]
    assert (cared["number"], cared["plans"], bare["plans"]) == ("SB-01", 1, 0)
    november, december = cared["months"][10:]
    said = (november["standing"], november["done"], november["planned"])
    assert said == ("to_come", 2, planned)
    assert december["standing"] == "to_come"
    assert {one["standing"] for one in [*cared["months"][:10], *bare["months"]]} == {"none"}
    assert [(one["on"], one["name"], one["quantity"]) for one in cared["parts"]] == [
        (TOMORROW, "密封圈", "2"),
        (TODAY, "密封圈", "2"),
    ]
    assert [(one["value"], one["unit"], one["estimated"]) for one in cared["readings"]] == [
        ("0.30", "MPa", False),
        ("17", "m³", True),
    ]
    world.clock.advance(2 * DAY)
    missed = (await office.get("equipment", site=HARBOUR_MALL))["equipment"][0]["months"][10]
    assert (missed["standing"], missed["done"]) == ("overdue", 2), "the worst of a month is told"
    later = await office.get("equipment", site=HARBOUR_MALL, year="2031")
    assert {one["standing"] for one in later["equipment"][0]["months"]} == {"none"}


@pytest.mark.parametrize(
    ("path", "asked", "status", "code"),
    [
        ("shifts", {"site": HARBOUR_MALL, "on": "2026-13-01"}, 400, "request_invalid"),
        ("shifts", {"site": HARBOUR_MALL, "on": "today\u202e"}, 400, "request_invalid"),
        ("shifts", {"site": "\x00"}, 400, "request_invalid"),
        ("shifts", {"site": "👮" * 100}, 400, "request_invalid"),
        ("shifts", {"site": FOREIGN_MALL}, 404, "not_found"),
        ("shifts", {}, 400, "request_invalid"),
        ("removals", {"site": HARBOUR_MALL, "month": "2026-00"}, 400, "request_invalid"),
        ("equipment", {"site": HARBOUR_MALL, "year": "26"}, 400, "request_invalid"),
        ("equipment", {"site": HARBOUR_MALL, "year": "2026-01"}, 400, "request_invalid"),
        ("equipment", {"site": FOREIGN_MALL}, 404, "not_found"),
        ("removals", {"site": FOREIGN_MALL, "month": "2026-11"}, 404, "not_found"),
    ],
)
async def test_what_cannot_be_asked_has_a_clear_problem(
    world: World, path: str, asked: dict[str, str], status: int, code: str
) -> None:
    office = await world.office()
    reply = await office.browser.get(f"/api/office/{path}", params=asked)
    assert (reply.json()["code"], reply.status_code) == (code, status)


async def test_who_may_not_read_the_office_reads_no_removals_and_strangers_nothing(
    world: World,
) -> None:
    for person, code in ((LAO_ZHOU, "not_allowed"), (MALLORY, "not_found")):
        office = await world.office(person)
        for path in ("equipment", "removals", "shifts"):
            asked = {"site": HARBOUR_MALL}
            reply = await office.browser.get(f"/api/office/{path}", params=asked)
            assert reply.json()["code"] == code
