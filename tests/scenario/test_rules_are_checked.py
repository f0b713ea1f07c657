"""What is published binds everybody: it is checked first, never changes, and breaks nobody's day."""

from typing import Any

import msgspec
import pytest

from backend.kernel.identity import content_hash, derived_id
from backend.sync.server_writer import server_submission
from tests.world.cast import (
    ANA,
    ATRIUM,
    BEN,
    DAILY_CHECK,
    DAILY_LIST,
    DAY,
    EAST_SQUARE,
    ELSEWHERE,
    GARDEN_GATE,
    GUARD_CHECK,
    GUARD_LIST,
    HARBOUR,
    HARBOUR_MALL,
    HOUR,
    LAO_ZHOU,
    MALLORY,
    NORTH_GARDEN,
)
from tests.world.fixtures import World
from tests.world.office import Office

NEW = derived_id("published", "new")
UNKNOWN = derived_id("nobody", "knows")
S07 = derived_id("scheme", "s07")
PHOTO = b"\xff\xd8\xff a photo"


async def _content(world: World, table: str, record: str = "") -> dict[str, Any]:
    rows = await world.rows(f"SELECT id, content FROM {table} WHERE $1 IN ('', id)", record)
    content: dict[str, Any] = msgspec.json.decode(rows[0]["content"])
    return content


def _held(outcome: dict[str, Any]) -> tuple[str, Any]:
    assert outcome["status"] == "held", outcome
    told = outcome["problem"]["details"]
    return outcome["problem"]["code"], told.get("what", told.get("version"))


async def _publish_scheme(world: World, office: Office, **changes: Any) -> dict[str, Any]:
    scheme = {**await _content(world, "schemes"), "version": 9, **changes}
    return await office.act(NEW, "scheme_published", scheme=scheme, sites=[HARBOUR_MALL])


# Schemes


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("weight_percent", "50", "SH1 sources"),
        ("maximum_points", "Infinity", "maximum_points: Infinity"),
        ("maximum_points", "NaN", "maximum_points: NaN"),
        ("maximum_points", "sNaN", "maximum_points: sNaN"),
        ("maximum_points", "1E+999999", "maximum_points: 1E+999999"),
        ("points_each", "-1", "SH5 sources.0.indicators.0.measure.points_each"),
        ("points_each", "1E-999", "points_each: 1E-999"),
    ],
)
async def test_SH10_scheme_with_a_flaw_is_not_in_force(
    world: World, name: str, value: str, told: str
) -> None:
    scheme = await _content(world, "schemes")
    source = scheme["sources"][0]
    line = source["indicators"][0]
    {"weight_percent": source, "maximum_points": line}.get(name, line["measure"])[name] = value
    office = await world.office()
    code, what = _held(await _publish_scheme(world, office, sources=scheme["sources"]))
    assert code == "rules_broken"
    assert what.startswith(told)
    assert len(await world.rows("SELECT 1 FROM schemes")) == 1


async def test_scheme_for_days_or_sites_that_are_not_is_not_in_force(world: World) -> None:
    office = await world.office()
    assert _held(await _publish_scheme(world, office, from_on="2026-02-30"))[0] == "rules_broken"
    assert _held(await _publish_scheme(world, office, from_on="2026-13-01"))[0] == (
        "operation_malformed"
    )
    assert _held(await _publish_scheme(world, office, period="special"))[0] == "rules_broken"
    scheme = await _content(world, "schemes")
    outcome = await office.act(NEW, "scheme_published", scheme=scheme, sites=[UNKNOWN])
    assert _held(outcome) == ("rules_broken", "sites")


async def test_SH11_published_scheme_never_changes_but_may_reach_another_site(world: World) -> None:
    [row] = await world.rows("SELECT id FROM schemes")
    scheme, office = await _content(world, "schemes"), await world.office()
    both = [HARBOUR_MALL, NORTH_GARDEN]
    for sites in ([HARBOUR_MALL], both):
        outcome = await office.act(row["id"], "scheme_published", scheme=scheme, sites=sites)
        assert outcome["status"] in ("accepted", "merged")
    for changed, sites in (({**scheme, "publish_by_day": 11}, both), (scheme, [HARBOUR_MALL])):
        outcome = await office.act(row["id"], "scheme_published", scheme=changed, sites=sites)
        assert _held(outcome) == ("version_published", scheme["version"])
    assert await _content(world, "schemes") == scheme


async def test_PE7_version_counts_from_the_period_that_begins_on_its_day(world: World) -> None:
    ana = await world.phone(ANA)
    ana.answer(ana.tasks(DAILY_CHECK)["2026-11-17"], "cleaning", "fail", plan=DAILY_CHECK)
    await ana.sync()
    office = await world.office()
    scheme = await _content(world, "schemes")
    for line in scheme["sources"][0]["indicators"]:
        line["measure"]["points_each"] = "5"
    outcome = await _publish_scheme(world, office, sources=scheme["sources"], from_on="2026-11-02")
    assert outcome["status"] == "accepted"
    assert await office.score() == "99.00"
    world.clock.advance(14 * DAY)
    ana.answer(ana.tasks(DAILY_CHECK)["2026-12-01"], "cleaning", "fail", plan=DAILY_CHECK)
    await ana.sync()
    assert await office.score("2026-12") == "95.00"
    assert await office.score() == "99.00"


# Checklists and plans


async def test_checklist_needs_items_with_names_of_their_own(world: World) -> None:
    checklist, office = await _content(world, "checklists", DAILY_LIST), await world.office()
    first = checklist["items"][0]
    for items, code in (
        ([], "rules_broken"),
        ([first, first], "rules_broken"),
        ([{**first, "id": "a\u0000b"}], "operation_malformed"),
        ([{**first, "id": "a\n"}], "operation_malformed"),
        ([{**first, "id": "a/b"}], "operation_malformed"),
        ([{**first, "id": ""}], "operation_malformed"),
    ):
        new = {**checklist, "version": 2, "items": items}
        assert _held(await office.act(NEW, "checklist_published", checklist=new))[0] == code


async def test_published_checklist_never_changes(world: World) -> None:
    checklist, office = await _content(world, "checklists", DAILY_LIST), await world.office()
    outcome = await office.act(DAILY_LIST, "checklist_published", checklist=checklist)
    assert outcome["status"] in ("accepted", "merged")
    fewer = {**checklist, "items": checklist["items"][:1]}
    outcome = await office.act(DAILY_LIST, "checklist_published", checklist=fewer)
    assert _held(outcome) == ("version_published", checklist["version"])
    assert await _content(world, "checklists", DAILY_LIST) == checklist


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"opens": "24:00"}, "operation_malformed"),
        ({"closes": "99:99"}, "operation_malformed"),
        ({"opens": "08:00\n"}, "operation_malformed"),
        ({"from_on": "2026-13-45"}, "operation_malformed"),
        ({"from_on": "2026-02-30"}, "rules_broken"),
        ({"site": UNKNOWN}, "rules_broken"),
        ({"site": NORTH_GARDEN}, "rules_broken"),
        ({"checkpoint": GARDEN_GATE}, "rules_broken"),
        ({"checkpoint": UNKNOWN}, "rules_broken"),
        ({"checklist": UNKNOWN}, "checklist_unknown"),
        ({"cadence": "every_n_days"}, "rules_broken"),
        ({"cadence": "every_n_days", "every_days": 367}, "operation_malformed"),
        ({"cadence": "weekdays"}, "rules_broken"),
        ({"cadence": "weekdays", "weekdays": [8]}, "operation_malformed"),
        ({"cadence": "month_days"}, "rules_broken"),
        ({"cadence": "month_days", "month_days": [0]}, "operation_malformed"),
        ({"cadence": "dates"}, "rules_broken"),
        ({"cadence": "dates", "dates": ["2026-02-30"]}, "rules_broken"),
        ({"opens": "22:00", "closes": "06:00", "random_min": 481}, "rules_broken"),
        ({"checkers": [UNKNOWN]}, "rules_broken"),
        ({"checkers": [MALLORY.id]}, "rules_broken"),
        ({"disclosure": "when_released"}, "rules_broken"),
        ({"disclosure": "when_begun"}, "rules_broken"),
        ({"mode": "mutual"}, "rules_broken"),
        ({"equipment": UNKNOWN}, "rules_broken"),
    ],
)
async def test_plan_that_cannot_be_followed_is_held(
    world: World, changes: dict[str, Any], code: str
) -> None:
    before, office = await _content(world, "plans", DAILY_CHECK), await world.office()
    outcome = await office.act(DAILY_CHECK, "plan_published", plan=before | changes)
    assert _held(outcome)[0] == code
    assert await _content(world, "plans", DAILY_CHECK) == before


@pytest.mark.parametrize(
    "changes",
    [
        {"cadence": "every_n_days", "every_days": 3},
        {"cadence": "weekdays", "weekdays": [1, 7]},
        {"cadence": "month_days", "month_days": [31]},
        {"cadence": "dates", "dates": ["2026-12-24"]},
        {"opens": "22:00", "closes": "06:00", "random_min": 480},
        {"checkers": [ANA.id]},
        {"mode": "mutual", "department": NEW},
    ],
)
async def test_plan_that_can_be_followed_is_published(
    world: World, changes: dict[str, Any]
) -> None:
    before, office = await _content(world, "plans", DAILY_CHECK), await world.office()
    outcome = await office.act(DAILY_CHECK, "plan_published", plan=before | changes)
    assert outcome["status"] in ("accepted", "merged"), outcome


@pytest.mark.parametrize(
    "changes",
    [
        {"bulk": True, "domain": "fire"},
        {"items": [{"id": "a", "text": {"zh": "等级"}, "input": "grade"}]},
        {"items": [{"id": "a", "text": {"zh": "压力"}, "input": "number", "low": "9", "high": "10.5"},
                   {"id": "b", "text": {"zh": "电压"}, "input": "number", "low": "10", "high": "9"}]},
    ],
)  # fmt: skip
async def test_checklist_that_nobody_could_work_through_is_held(
    world: World, changes: dict[str, Any]
) -> None:
    checklist, office = await _content(world, "checklists", DAILY_LIST), await world.office()
    new = {**checklist, "version": 2, **changes}
    assert _held(await office.act(NEW, "checklist_published", checklist=new))[0] == "rules_broken"


async def test_plan_joins_when_its_checklist_comes(world: World) -> None:
    office = await world.office()
    plan = {**await _content(world, "plans", DAILY_CHECK), "checklist": NEW}
    assert _held(await office.act(DAILY_CHECK, "plan_published", plan=plan))[0] == (
        "checklist_unknown"
    )
    checklist = {**await _content(world, "checklists", DAILY_LIST), "version": 2}
    await office.act(NEW, "checklist_published", checklist=checklist)
    await world.nothing_waits()
    assert (await _content(world, "plans", DAILY_CHECK))["checklist"] == NEW


async def test_plan_joins_when_its_checkpoint_comes(world: World) -> None:
    office = await world.office()
    plan = {**await _content(world, "plans", DAILY_CHECK), "checkpoint": NEW}
    assert _held(await office.act(DAILY_CHECK, "plan_published", plan=plan))[0] == "rules_broken"
    [row] = await world.rows("SELECT content FROM records WHERE id = $1", HARBOUR_MALL)
    places = msgspec.json.decode(row["content"])["fields"]["places"]["value"]
    places["checkpoints"].append({**places["checkpoints"][0], "id": NEW, "code": "F9"})
    await office.act(HARBOUR_MALL, "places_published", places=places)
    await world.nothing_waits()
    assert (await _content(world, "plans", DAILY_CHECK))["checkpoint"] == NEW
    assert {ATRIUM, EAST_SQUARE}.isdisjoint({NEW})


# One broken part stops no other


async def test_card_that_cannot_be_made_stops_no_other(world: World) -> None:
    scheme = {**await _content(world, "schemes"), "code": "broken"}
    scheme["sources"][0]["indicators"][0]["maximum_points"] = "NaN"
    add = "INSERT INTO schemes VALUES ($1, $2, $3, 1, '2000-01-01', $4, $5)"
    sites = msgspec.json.encode([HARBOUR_MALL, NORTH_GARDEN]).decode()
    database = world.server.database
    text = msgspec.json.encode(scheme).decode()
    await database.run(add, HARBOUR, "1" * 32, "broken", sites, text)
    await database.run(add, HARBOUR, "2" * 32, "unreadable", sites, "{}")
    stale = "INSERT INTO stale_periods VALUES ($1, $2, '', $3, 0)"
    await database.run(add, ELSEWHERE, "3" * 32, "s", '["x"]', "{}")
    await database.run(stale, ELSEWHERE, "4" * 32, 10**17)
    ana = await world.phone(ANA)
    ana.answer(ana.tasks(DAILY_CHECK)["2026-11-17"], "cleaning", "fail", plan=DAILY_CHECK)
    await ana.sync()
    office = await world.office()
    assert await office.score() == "99.00"
    assert await world.rows("SELECT 1 FROM parked_periods WHERE organization_id = $1", HARBOUR)
    await database.run("DELETE FROM schemes WHERE code = 'broken'")
    await world.server.app.state.caretaker.look_after(HARBOUR)
    await world.server.scores_settle()
    assert not await world.rows("SELECT 1 FROM parked_periods WHERE organization_id = $1", HARBOUR)


# Whose word counts


async def test_photo_is_taken_out_by_nobody_but_who_took_it(world: World) -> None:
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    task, photo = ana.tasks(DAILY_CHECK)["2026-11-17"], content_hash(PHOTO)
    ana.answer(task, "cleaning", "fail", plan=DAILY_CHECK)
    ana.photograph(task, "cleaning", PHOTO)
    await ana.sync()
    await ben.pull()
    theirs = ben.record(task, "evidence_withdrawn", item="cleaning", photo=photo)
    await ben.sync()
    assert _held(theirs.outcome)[0] == "not_allowed"
    ana.record(task, "evidence_withdrawn", item="cleaning", photo=photo)
    await ana.sync()
    assert ana.view(task)["fields"]["evidence/cleaning"]["value"] == []


async def test_withdrawal_that_overtakes_its_photo_waits_for_it(world: World) -> None:
    ana = await world.phone(ANA)
    task, photo = ana.tasks(DAILY_CHECK)["2026-11-17"], content_hash(PHOTO)
    ana.photograph(task, "cleaning", PHOTO)
    ana.record(task, "evidence_withdrawn", item="cleaning", photo=photo)
    await ana.push(ana.outbox[1:])
    assert _held(ana.outbox[1].outcome)[0] == "record_unknown"
    await ana.push(ana.outbox[:1])
    await world.nothing_waits()
    await ana.pull()
    assert ana.view(task)["fields"]["evidence/cleaning"]["value"] == []


async def test_answer_on_a_foreign_checklist_is_held(world: World) -> None:
    ana = await world.phone(ANA)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    foreign = ana.record(task, "item_answered", item="plaza", checklist=GUARD_LIST, answer="fail")
    await ana.sync()
    assert _held(foreign.outcome)[0] == "checklist_unknown"


async def test_trap33_check_begun_before_its_plan_got_another_checklist_goes_on(
    world: World,
) -> None:
    ana, office = await world.phone(ANA), await world.office()
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    ana.record(task, "task_started", checklist=DAILY_LIST, started_at=world.clock.now_ms())
    await ana.sync()
    plan = {**await _content(world, "plans", DAILY_CHECK), "checklist": GUARD_LIST}
    world.clock.advance(HOUR)
    await office.act(DAILY_CHECK, "plan_published", plan=plan)
    ana.answer(task, "cleaning", "fail", plan=DAILY_CHECK)
    await ana.sync()
    assert ana.outbox[-1].outcome["status"] == "accepted"


async def test_withdrawn_finding_is_not_confirmed(world: World) -> None:
    zhou, office = await world.phone(LAO_ZHOU), await world.office()
    task = zhou.tasks(GUARD_CHECK)["2026-11-17"]
    for answer in ("fail", "pass"):
        zhou.answer(task, "plaza", answer, plan=GUARD_CHECK)
        await zhou.sync()
    [finding] = [one["id"] for one in zhou.records.values() if one["kind"] == "nonconformity"]
    outcome = await office.act(finding, "nonconformity_confirmed", confirmed_at=1)
    assert _held(outcome)[0] == "finding_withdrawn"
    world.clock.advance(HOUR)
    zhou.answer(task, "plaza", "fail", plan=GUARD_CHECK)
    await zhou.sync()
    outcome = await office.act(finding, "nonconformity_confirmed", confirmed_at=1)
    assert outcome["status"] in ("accepted", "merged")


# Numbers


@pytest.mark.parametrize("number", [10**30, 2**53, -1])
async def test_number_that_a_phone_cannot_count_is_held_not_rounded(
    world: World, number: int
) -> None:
    ana = await world.phone(ANA)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    bad = ana.record(task, "task_started", checklist=DAILY_LIST, started_at=number)
    good = ana.record(task, "task_started", checklist=DAILY_LIST, started_at=2**53 - 1)
    await ana.push()
    assert _held(bad.outcome)[0] == "operation_malformed"
    assert good.outcome["status"] == "accepted"


async def test_server_publishes_by_the_same_rules(world: World) -> None:
    plan = {**await _content(world, "plans", DAILY_CHECK), "checklist": UNKNOWN}
    body = {"kind": "plan_published", "plan": plan}
    submission = server_submission(HARBOUR, DAILY_CHECK, body, world.clock.now_ms())
    [outcome] = await world.server.app.state.committer.push(submission)
    assert outcome.status == "held"
