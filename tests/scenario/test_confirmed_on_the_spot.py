"""Whoever stands beside the checker confirms or disputes; the office settles what was disputed."""

from typing import Any

from backend.directory.actors import RoleAt
from backend.kernel.identity import content_hash, derived_id
from shared_schemas.retention import REMOVED
from tests.world.cast import ANA, BEN, HARBOUR, HARBOUR_MALL, HOUR, LAO_ZHOU, LIN, SOL, WEI, Person
from tests.world.fixtures import World
from tests.world.inspecting import (
    OWN_CHECK,
    TODAY,
    answer,
    finish,
    item,
    line_of,
    plan_check,
    problem_of,
)
from tests.world.phone import Entry, Phone
from tests.world.rights import grant

DRAWN = b"a signature"


def _confirm(phone: Phone, task: str, *photos: bytes, **said: Any) -> Entry:
    told = {
        "side": "assessed",
        "name": "周领班",
        "how": "typed",
        "stance": "agreed",
        "person": "",
        "words": "",
        "signature": "",
        **said,
    }
    return phone.record(task, "task_confirmed", photos, confirmation=told)


async def _join(world: World, person: Person, department: str) -> None:
    """Let a person belong to a department from now on."""
    await world.server.database.run(
        "INSERT INTO departments (organization_id, id, site_id, name_zh, name_en)"
        " VALUES ($1, $2, $3, '部门', '')",
        HARBOUR,
        department,
        HARBOUR_MALL,
    )
    await world.server.database.run(
        "UPDATE memberships SET department_id = $3 WHERE organization_id = $1 AND person_id = $2",
        HARBOUR,
        person.id,
        department,
    )


async def _flags(world: World, task: str) -> list[str]:
    """Give what the board says is amiss with a check; its own page must say the same."""
    flags: list[str] = (await line_of(world, task))["line"]["flags"]
    office = await world.office()
    board = (await office.get("today", on=TODAY))["flagged_tasks"]
    assert {one["task"]: one["flags"] for one in board} == ({task: flags} if flags else {})
    return flags


async def test_two_inspectors_one_task_both_offline_are_two_people_and_one_record(
    world: World,
) -> None:
    await plan_check(world, item("1"), item("2"), people=2)
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    task = ana.tasks(OWN_CHECK)[TODAY]
    answer(ana, task, "1", "pass")
    answer(ana, task, "2", "fail")
    finish(ana, task)
    world.clock.advance(HOUR)
    answer(ben, task, "2", "pass")
    finish(ben, task)
    await ana.sync()
    assert await _flags(world, task) == ["second_missing"]
    await ben.sync()
    await ana.sync()
    assert await _flags(world, task) == []
    assert ana.view(task) == ben.view(task)
    fields = ana.view(task)["fields"]
    assert fields["answer/2"]["value"] == "fail"
    assert fields["finished_at"]["person"] == ANA.id
    office = await world.office()
    conflict = await office.conflict()
    assert (conflict["record"], conflict["item"]) == (task, "2")
    await world.nothing_waits()


async def test_second_inspector_confirms_and_the_flag_goes_S22(world: World) -> None:
    await plan_check(world, item("1"), people=2)
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    task = ana.tasks(OWN_CHECK)[TODAY]
    answer(ana, task, "1", "pass")
    finish(ana, task)
    await ana.sync()
    assert await _flags(world, task) == ["second_missing"]
    said = {"side": "second_inspector", "how": "own_phone"}
    _confirm(ben, task, name="贝宁", person=BEN.id, **said)
    await ben.sync()
    assert await _flags(world, task) == []
    foreign = _confirm(ben, task, name="安娜", person=ANA.id, **said)
    await ben.sync()
    assert (problem_of(foreign), foreign.outcome["problem"]["details"]) == (
        "not_allowed",
        {"right": "own_confirmation"},
    )


async def test_joint_check_asks_the_assessed_to_confirm_with_a_declared_signature_S16(
    world: World,
) -> None:
    await plan_check(world, item("1"), mode="joint")
    ana = await world.phone(ANA)
    task = ana.tasks(OWN_CHECK)[TODAY]
    answer(ana, task, "1", "pass")
    finish(ana, task)
    await ana.sync()
    assert await _flags(world, task) == ["assessed_missing"]
    unknown = _confirm(ana, task, how="signature", signature=content_hash(DRAWN))
    await ana.sync()
    assert problem_of(unknown) == "evidence_undeclared"
    _confirm(ana, task, DRAWN, how="signature", signature=content_hash(DRAWN), words="属实")
    await ana.sync()
    assert await _flags(world, task) == []
    [told] = (await line_of(world, task))["confirmations"]
    assert (told["side"], told["name"], told["words"]) == ("assessed", "周领班", "属实")


async def _disputed(world: World) -> tuple[Phone, str]:
    """Ana's assessment fails one item of two, and the foreman disputes it on her phone."""
    items = [item("1", indicator="cleaning"), item("2", indicator="exterior")]
    await plan_check(world, *items, use="assessment")
    ana = await world.phone(ANA)
    task = ana.tasks(OWN_CHECK)[TODAY]
    answer(ana, task, "1", "fail")
    answer(ana, task, "2", "pass")
    await ana.sync()
    dispute = {"name": "周领班", "words": "当时正在清洁"}
    ana.record(task, "item_disputed", item="1", dispute=dispute)
    await ana.sync()
    return ana, task


def _finding(phone: Phone) -> dict[str, Any]:
    [finding] = [one for one in phone.records.values() if one["kind"] == "nonconformity"]
    return finding


async def test_disputed_finding_costs_nothing_until_the_office_says_that_it_stands_G19(
    world: World,
) -> None:
    _, task = await _disputed(world)
    office = await world.office()
    assert await office.score() == "100.00"
    assert await _flags(world, task) == ["disputed"]
    [seen, _] = (await line_of(world, task))["answers"]
    assert (seen["answer"], seen["dispute"], seen["dispute_by"]) == ("fail", "disputed", "周领班")
    said = {"item": "1", "finding_stands": True, "dispute_reason": "照片清楚"}
    outcome = await office.act(task, "dispute_decided", **said)
    assert outcome["status"] in ("accepted", "merged")
    assert await office.score() == "99.00"
    assert await _flags(world, task) == []


async def test_finding_that_does_not_stand_is_withdrawn_and_never_costs_G19(world: World) -> None:
    ana, task = await _disputed(world)
    office = await world.office()
    said = {"item": "1", "dispute_reason": "监控可见正在清洁"}
    await office.act(task, "dispute_decided", finding_stands=False, **said)
    assert await office.score() == "100.00"
    await ana.sync()
    assert _finding(ana)["fields"]["state"]["value"] == "withdrawn"
    assert (await line_of(world, task))["answers"][0]["answer"] == "fail", "what she saw stays"
    await office.act(task, "dispute_decided", finding_stands=True, **said)
    assert await office.score() == "99.00"
    await ana.sync()
    assert _finding(ana)["fields"]["state"]["value"] == "open"


async def test_dispute_that_arrives_later_takes_the_point_back_where_it_was_G19(
    world: World,
) -> None:
    """Scored first, disputed then: the month of the answer is counted anew, whenever it comes."""
    await plan_check(world, item("1", indicator="cleaning"), use="assessment")
    ana, sol = await world.phone(ANA), await world.phone(SOL)
    task = ana.tasks(OWN_CHECK)[TODAY]
    answer(ana, task, "1", "fail")
    await ana.sync()
    office = await world.office()
    assert await office.score() == "99.00"
    world.clock.advance(20 * 24 * HOUR)
    sol.record(task, "item_disputed", item="1", dispute={"name": "孙领班", "words": ""})
    await sol.sync()
    assert await office.score() is None, "nothing else was measured in November"


async def test_LO6_words_of_a_dispute_and_of_a_confirmation_can_be_taken_out(
    world: World,
) -> None:
    await grant(world, LIN, RoleAt("project_manager", HARBOUR_MALL))
    ana, task = await _disputed(world)
    _confirm(ana, task, words="当时正在清洁，住户王某可证")
    await ana.sync()
    office = await world.office()
    for entry in ana.outbox[-2:]:
        said = {"operation": entry.id, "reason": "涉及住户姓名"}
        outcome = await office.act(task, "operation_redacted", "task", **said)
        assert outcome["status"] in ("accepted", "merged")
    rows = await world.rows("SELECT content FROM operations UNION ALL SELECT content FROM records")
    assert [row for row in rows if "正在清洁" in row["content"]] == []
    opened = await line_of(world, task)
    assert opened["answers"][0]["dispute"] == "disputed", "what was said is gone, that it was stays"
    assert opened["confirmations"][0]["words"] == REMOVED
    assert await office.score() == "100.00"


async def test_neither_finder_nor_assessed_settles_a_dispute(world: World) -> None:
    """Ana has the right, and found it; Wei has none; whoever belongs to the department is a party."""
    department = derived_id("department", "cleaning")
    await grant(world, SOL, RoleAt("quality_inspector", HARBOUR_MALL))
    await _join(world, SOL, department)
    await plan_check(world, item("1"), use="assessment", department=department)
    ana, ben, sol, wei = [await world.phone(one) for one in (ANA, BEN, SOL, WEI)]
    task = ana.tasks(OWN_CHECK)[TODAY]
    early = ben.record(task, "dispute_decided", item="1", finding_stands=True, dispute_reason="")
    await ben.sync()
    assert problem_of(early) == "record_unknown"
    answer(ana, task, "1", "fail")
    ana.record(task, "item_disputed", item="1", dispute={"name": "孙领班", "words": ""})
    await ana.sync()
    await world.nothing_waits()
    said = {"item": "1", "finding_stands": False, "dispute_reason": "不算"}
    tried = [one.record(task, "dispute_decided", **said) for one in (ana, sol, wei)]
    for one in (ana, sol, wei):
        await one.sync()
    assert [problem_of(one) for one in tried] == ["own_cause", "own_cause", "not_allowed"]


async def test_in_a_mutual_check_nobody_checks_the_own_department_C14(world: World) -> None:
    department = derived_id("department", "security")
    await _join(world, LAO_ZHOU, department)
    await plan_check(world, item("1"), mode="mutual", department=department)
    ana, zhou = await world.phone(ANA), await world.phone(LAO_ZHOU)
    task = ana.tasks(OWN_CHECK)[TODAY]
    own = answer(zhou, task, "1", "pass")
    other = answer(ana, task, "1", "pass")
    await zhou.sync()
    await ana.sync()
    assert (problem_of(own), problem_of(other)) == ("own_department", "")


async def test_check_handed_over_while_it_is_done_keeps_what_both_did(world: World) -> None:
    """A foreman gives Ana's check to Ben; offline she goes on, and nothing of either is lost."""
    await plan_check(world, item("1"), item("2"))
    ana, ben, sol = [await world.phone(one) for one in (ANA, BEN, SOL)]
    wei = await world.phone(WEI)
    task = ana.tasks(OWN_CHECK)[TODAY]
    answer(ana, task, "1", "pass")
    given = sol.record(task, "task_transferred", assignee=BEN.id, transfer_reason="去支援")
    await sol.sync()
    answer(ben, task, "2", "fail")
    await ben.sync()
    await ana.sync()
    stranger = wei.record(task, "task_transferred", assignee=WEI.id, transfer_reason="")
    others = wei.record(task, "group_taken", group="一层", taken_by=BEN.id)
    own = ben.record(task, "group_taken", group="一层", taken_by=BEN.id)
    await wei.sync()
    await ben.sync()
    assert [problem_of(one) for one in (given, own)] == ["", ""]
    assert [problem_of(one) for one in (stranger, others)] == ["not_allowed", "not_allowed"]
    fields = ben.view(task)["fields"]
    assert (fields["answer/1"]["value"], fields["answer/2"]["value"]) == ("pass", "fail")
    assert fields["assignee"]["value"] == BEN.id
    assert LIN.id not in fields["answer/1"]["by"]
