"""What is read, chosen, scanned and taken back on an item; a bad value is held, an odd one flagged."""

import pytest

from tests.world.cast import ANA, BEN, DAY, LAO_ZHOU
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

GAUGE = item("pressure", input="number", unit="MPa", low="0.2", high="0.4")
GRADE = item("tidy", input="grade", options=[{"code": "a", "text": {"zh": "优"}}])
LABEL = item("pump", input="scan", scan_required=True)
VIEW = item("door", input="photo", photo_required=True)
METER = item("water", input="meter", unit="m³")


@pytest.mark.parametrize(
    ("item_id", "said", "code"),
    [
        ("pressure", {"value": "0.3 MPa"}, "number_wrong"),
        ("pressure", {"value": "１２"}, "number_wrong"),
        ("pressure", {"value": "1e5"}, "number_wrong"),
        ("tidy", {"value": "优"}, "option_unknown"),
        ("pump", {"tag": "WM\u00007"}, "tag_wrong"),
        ("pressure", {"value": "9" * 300}, "operation_malformed"),
    ],
)
async def test_value_that_is_none_is_held_and_said(
    world: World, item_id: str, said: dict[str, str], code: str
) -> None:
    await plan_check(world, GAUGE, GRADE, LABEL)
    ana = await world.phone(ANA)
    task = ana.tasks(OWN_CHECK)[TODAY]
    wrong = answer(ana, task, item_id, "pass", **said)
    right = answer(ana, task, "pressure", "pass", value="0.3")
    await ana.sync()
    assert (problem_of(wrong), problem_of(right)) == (code, "")
    [kept] = await world.rows("SELECT content FROM held_operations WHERE state = 'waiting'")
    assert kept["content"].encode() == wrong.text
    assert (await line_of(world, task))["line"]["answered"] == 1


async def test_what_is_odd_is_flagged_and_refused_by_nobody(world: World) -> None:
    await plan_check(world, GAUGE, GRADE, LABEL, VIEW)
    ana = await world.phone(ANA)
    task = ana.tasks(OWN_CHECK)[TODAY]
    answer(ana, task, "pressure", "pass", value="0.45")
    answer(ana, task, "tidy", "pass")
    answer(ana, task, "pump", "pass")
    answer(ana, task, "door", "pass")
    finish(ana, task)
    await ana.sync()
    seen = await line_of(world, task)
    assert seen["line"]["flags"] == [
        "photo_missing",
        "scan_missing",
        "value_missing",
        "value_outside",
    ]
    assert [one["value"] for one in seen["answers"]] == ["0.45", "", "", ""]
    answer(ana, task, "pressure", "pass", value="0.40")
    answer(ana, task, "tidy", "pass", value="a")
    answer(ana, task, "pump", "pass", tag="P-7")
    ana.photograph(task, "door", b"the door")
    await ana.sync()
    assert (await line_of(world, task))["line"]["flags"] == []


async def test_third_estimate_in_a_row_is_held_until_the_meter_is_read_S44(world: World) -> None:
    await plan_check(world, METER)
    ana = await world.phone(ANA)
    days = ana.tasks(OWN_CHECK)
    first, second, third, fourth = (days[f"2026-11-{day}"] for day in (17, 18, 19, 20))
    sent = [answer(ana, first, "water", "pass", value="10", estimated=True)]
    finish(ana, first)
    await ana.sync()
    world.clock.advance(DAY)
    # The second and the third arrive in one push: what lies in it counts as well.
    sent.append(answer(ana, second, "water", "pass", value="11", estimated=True))
    world.clock.advance(DAY)
    sent.append(answer(ana, third, "water", "pass", estimated=True))
    await ana.sync()
    assert [problem_of(one) for one in sent] == ["", "", "estimate_limit"]
    assert (await line_of(world, second))["line"]["flags"] == ["estimated"]
    sent.append(answer(ana, third, "water", "pass", value="12.5", estimated=False))
    world.clock.advance(DAY)
    sent.append(answer(ana, fourth, "water", "pass", value="13", estimated=True))
    await ana.sync()
    assert [problem_of(one) for one in sent[3:]] == ["", ""]


async def test_estimate_that_arrives_late_is_counted_where_it_was_captured_S44(
    world: World,
) -> None:
    """Ben's earlier reading comes last: it stands before Ana's estimates and is no third one."""
    await plan_check(world, METER)
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    days = ana.tasks(OWN_CHECK)
    late = answer(ben, days["2026-11-17"], "water", "pass", value="9", estimated=True)
    for day in (18, 19):
        world.clock.advance(DAY)
        answer(ana, days[f"2026-11-{day}"], "water", "pass", value="10", estimated=True)
    await ana.sync()
    await ben.sync()
    assert problem_of(late) == ""


async def test_ME18_answer_taken_back_counts_nowhere(world: World) -> None:
    """Taken back, a failure leaves no finding, no point lost and an item that is open again."""
    await plan_check(world, item("1", indicator="cleaning"), item("2"), use="assessment")
    ana = await world.phone(ANA)
    task = ana.tasks(OWN_CHECK)[TODAY]
    answer(ana, task, "1", "fail")
    answer(ana, task, "2", "pass")
    await ana.sync()
    seen = (await line_of(world, task))["line"]
    assert (seen["answered"], seen["failed"]) == (2, 1)
    office = await world.office()
    assert await office.score() == "99.00"
    answer(ana, task, "1", "unanswered")
    await ana.sync()
    seen = (await line_of(world, task))["line"]
    assert (seen["answered"], seen["failed"]) == (1, 0)
    [finding] = [one for one in ana.records.values() if one["kind"] == "nonconformity"]
    assert finding["fields"]["state"]["value"] == "withdrawn"
    assert await office.score() is None, "nothing else was measured in that month"


async def test_ME18_taken_back_by_one_inspector_the_others_answer_stands_alone(
    world: World,
) -> None:
    await plan_check(world, item("1"))
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    task = ana.tasks(OWN_CHECK)[TODAY]
    answer(ana, task, "1", "fail")
    answer(ben, task, "1", "pass")
    await ana.sync()
    await ben.sync()
    assert await world.rows("SELECT 1 FROM conflicts WHERE state = 'open'")
    answer(ana, task, "1", "unanswered")
    await ana.sync()
    await ben.sync()
    assert await world.rows("SELECT 1 FROM conflicts WHERE state = 'open'") == []
    assert ben.view(task)["fields"]["answer/1"]["value"] == "pass"
    [finding] = [one for one in ben.records.values() if one["kind"] == "nonconformity"]
    assert finding["fields"]["state"]["value"] == "withdrawn"


async def test_answers_in_bulk_are_counted_per_person_and_flagged_where_forbidden(
    world: World,
) -> None:
    items = [item(str(number)) for number in range(1, 5)]
    await plan_check(world, *items, listed={"bulk": True, "domain": "patrol"})
    ana, zhou = await world.phone(ANA), await world.phone(LAO_ZHOU)
    task = ana.tasks(OWN_CHECK)[TODAY]
    answer(ana, task, "1", "fail", bulk=False)
    for number in ("2", "3", "4"):
        answer(ana, task, number, "pass", bulk=True)
    await ana.sync()
    office = await world.office()
    [share] = (await office.get("today", on=TODAY))["bulk"]
    told = (share["person"]["id"], share["answers"], share["bulk"], share["percent"])
    assert told == (ANA.id, 4, 3, 75)
    assert (await line_of(world, task))["line"]["flags"] == []
    await plan_check(world, *items, plan_id="f" * 32, listed={"domain": "fire"})
    await zhou.sync()
    fire = zhou.tasks("f" * 32)[TODAY]
    told_list = zhou.records["f" * 32]["fields"]["plan"]["value"]["checklist"]
    answer(zhou, fire, "1", "pass", bulk=True, checklist=told_list)
    await zhou.sync()
    assert (await line_of(world, fire))["line"]["flags"] == ["bulk_forbidden"]
