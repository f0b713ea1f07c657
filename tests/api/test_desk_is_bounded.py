"""Nobody can bury the office: what is beyond a person's share stays on the phone, and is not lost."""

import pytest

from backend.sync import held, quota
from backend.sync.wire import told_to
from shared_schemas.problems import problem
from shared_schemas.sync import Outcome
from tests.world.cast import ANA, BEN, DAILY_CHECK
from tests.world.fixtures import World
from tests.world.held import LATER, decide, desk_of, plan_later
from tests.world.phone import Entry, Phone
from tests.world.sealing import PATH, Sealer, carry

WAITING = "SELECT operation_id FROM held_operations WHERE state = 'waiting' ORDER BY counter"
PROGRESS = "SELECT contiguous, beyond, last_counter FROM writer_progress WHERE id = $1"


def _junk(phone: Phone, count: int) -> list[Entry]:
    """What nobody can apply: remarks on a check that was never planned."""
    return [
        phone.record(LATER, "remark_added", remark=f"{number}") for number in range(1, count + 1)
    ]


def _sound(phone: Phone) -> Entry:
    task = phone.tasks(DAILY_CHECK)["2026-11-17"]
    return phone.answer(task, "cleaning", "pass", plan=DAILY_CHECK)


async def test_HE14_what_is_beyond_a_persons_share_stays_on_the_phone_and_blocks_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quota, "MOST_OF_WRITER", 3)
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    junk, sound = _junk(ana, 5), _sound(ana)
    told = await ana.push()
    assert [one["status"] for one in told] == ["held"] * 3 + ["deferred"] * 2 + ["accepted"]
    assert told[3]["problem"]["code"] == "desk_full"
    assert [row["operation_id"] for row in await world.rows(WAITING)] == [
        one.id for one in junk[:3]
    ]
    # Neither kept nor counted: the phone still has both, and no pull says otherwise.
    [progress] = await world.rows(PROGRESS, ana.writer)
    assert (progress["contiguous"], progress["beyond"]) == (3, f"[{sound.counter}]")
    await ana.pull()
    assert ana.waiting == junk[3:5]
    assert {one["status"] for one in await ana.push()} == {"deferred"}
    # Nobody else is kept waiting by it.
    _junk(ben, 1)
    assert [one["status"] for one in await ben.push()] == ["held"]


async def test_HE14_what_was_not_taken_in_comes_in_once_the_office_has_decided(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quota, "MOST_OF_PERSON", 2)
    ana, office = await world.phone(ANA), await world.office()
    junk = _junk(ana, 3)
    await ana.push()
    listed = await office.get("held")
    [full] = listed["full"]
    assert (full["person"]["id"], full["count"], full["bundles"]) == (ANA.id, 2, 0)
    assert (full["problem"]["code"], full["problem"]["details"]) == ("desk_full", {"limit": 2})
    await decide(office, listed["held"][0], "held_set_aside")
    assert (await office.get("held"))["full"] == []
    [told] = await ana.push()
    assert (told["id"], told["status"]) == (junk[2].id, "held")
    await ana.pull()
    assert (ana.waiting, ana.contiguous) == ([], 3)


async def test_HE14_bytes_count_as_well_and_an_old_phone_is_told_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quota, "MOST_BYTES", 1_500)
    ana = await world.phone(ANA)
    ana.record(LATER, "remark_added", remark="x" * 1_500)
    _junk(ana, 1)
    assert [one["status"] for one in await ana.push()] == ["held", "deferred"]
    # A phone of the first release would take any outcome for a receipt.
    both = [
        Outcome(id="w:1", status="held", sha256="0" * 64),
        Outcome(id="w:2", status="deferred", sha256="0" * 64, problem=problem("desk_full")),
    ]
    assert [one.id for one in told_to(1, both)] == ["w:1"]
    assert told_to(2, both) == both


async def test_HE14_a_second_try_and_a_plan_of_the_server_are_never_turned_away(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = await world.phone(ANA)
    ana.answer(LATER, "cleaning", "pass", plan=DAILY_CHECK)
    await ana.push()
    monkeypatch.setattr(quota, "MOST_OF_PERSON", 0)
    await world.server.app.state.caretaker.round()
    assert len(await world.rows(WAITING)) == 1
    await plan_later(world)
    await world.nothing_waits()


async def test_HE15_a_writer_that_leaves_too_many_gaps_must_first_close_some(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quota, "MOST_GAPS", 2)
    ana = await world.phone(ANA)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    entries = [
        ana.answer(task, "cleaning", "pass" if number % 2 else "fail", plan=DAILY_CHECK)
        for number in range(9)
    ]
    told = await ana.push([entries[2], entries[4], entries[6], entries[5]])
    assert [one["status"] for one in told] == ["accepted", "accepted", "deferred", "accepted"]
    assert told[2]["problem"]["code"] == "gaps_too_many"
    # Now that its neighbour has come, it opens no gap; what closes one is always taken in.
    assert [one["status"] for one in await ana.push([entries[6]])] == ["accepted"]
    assert [one["status"] for one in await ana.push([entries[8]])] == ["deferred"]
    assert [one["status"] for one in await ana.push([entries[0], entries[1]])] == ["accepted"] * 2
    assert [one["status"] for one in await ana.push([entries[8]])] == ["accepted"]
    await ana.pull()
    assert (ana.contiguous, ana.beyond) == (3, {5, 6, 7, 9})


async def test_HE14_so_many_unopened_bundles_of_one_carrier_are_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quota, "MOST_BUNDLES", 2)
    ana, ben, office = await world.phone(ANA), await world.phone(BEN), await world.office()
    sealer = await Sealer.of(ana)
    broken = [b"no bundle %d" % number for number in range(3)]
    for one in broken[:2]:
        assert (await carry(ben.browser, one))["status"] == "held"
    reply = await ben.browser.post(PATH, content=broken[2])
    assert (reply.status_code, reply.json()["code"]) == (409, "desk_full")
    assert len(await world.rows("SELECT 1 FROM carried_bundles")) == 2
    # One that is kept already is known, and a sound one is nobody's burden.
    assert (await carry(ben.browser, broken[0]))["status"] == "held"
    assert (await carry(ben.browser, sealer.bundle([_sound(ana)])))["status"] == "opened"
    assert [one["bundles"] for one in (await office.get("held"))["full"]] == [2]


async def test_HE14_a_bundle_of_which_not_all_is_taken_in_stays_with_whoever_carries_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quota, "MOST_OF_WRITER", 1)
    ana, ben, office = await world.phone(ANA), await world.phone(BEN), await world.office()
    sealer = await Sealer.of(ana)
    sound, junk = _sound(ana), _junk(ana, 2)
    bundle = sealer.bundle([sound, *junk])
    reply = await ben.browser.post(PATH, content=bundle)
    assert (reply.status_code, reply.json()["code"]) == (409, "desk_full")
    assert await world.rows("SELECT 1 FROM carried_bundles") == []
    assert len(await world.rows("SELECT 1 FROM operations WHERE id = $1", sound.id)) == 1
    for row in await desk_of(office):
        await decide(office, row, "held_set_aside")
    said = await carry(ben.browser, bundle)
    assert [one["status"] for one in said["outcomes"]] == ["duplicate", "set_aside", "held"]


async def test_HE3_second_tries_come_in_portions_and_all_of_them_come(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = await world.phone(ANA)
    for item in ("cleaning", "greening", "exterior", "energy_saving", "labour_discipline"):
        ana.answer(LATER, item, "pass", plan=DAILY_CHECK)
    await ana.push()
    monkeypatch.setattr(held, "PORTION", 2)
    database = world.server.database
    portions = [one async for one in held.resubmissions(database, ana.person.organization, [LATER])]
    assert [len(one) for one in portions] == [2, 2, 1]
    counters = [each.received[0].counter for one in portions for each in one]
    assert counters == [1, 2, 3, 4, 5]
    monkeypatch.setattr(held, "PORTION_BYTES", 1)
    portions = [one async for one in held.resubmissions(database, ana.person.organization, [LATER])]
    assert [len(one) for one in portions] == [1] * 5
    await plan_later(world)
    await world.nothing_waits()


async def test_held_desk_shows_page_after_page_and_counts_what_waits_too_long(
    world: World,
) -> None:
    ana, office = await world.phone(ANA), await world.office()
    junk = _junk(ana, 5)
    await ana.push()
    seen, after = [], ""
    for rest in (2, 2, 1):
        page = await office.get("held", limit=2, after=after)
        assert (len(page["held"]), page["waiting_count"], page["overdue_count"]) == (rest, 5, 0)
        seen += [one["operation"] for one in page["held"]]
        after = page["more"]
    assert after == ""
    assert sorted(seen) == sorted(one.id for one in junk)
    world.clock.advance(73 * 3_600_000)
    assert (await office.get("held", limit=2))["overdue_count"] == 5
    today = await office.get("today")
    assert (today["held_count"], today["held_overdue_count"]) == (5, 5)
    for wrong in ({"after": "x-y"}, {"after": "9" * 40 + "-a"}, {"limit": 0}, {"limit": 501}):
        reply = await office.browser.get("/api/office/held", params=wrong)
        assert (reply.status_code, reply.json()["code"]) == (400, "request_invalid")
