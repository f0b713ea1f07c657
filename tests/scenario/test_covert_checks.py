"""What the assessed must not know of yet reaches them by no road: no phone, no page, no photo."""

import re
from itertools import product
from typing import Any

import msgspec
import pytest

from backend.directory.actors import RoleAt
from backend.flows.failed_item_raises_nonconformity import nonconformity_of
from backend.kernel.identity import content_hash, derived_id
from backend.sync.server_writer import server_submission
from tests.world.cast import (
    ANA,
    BEN,
    DAILY_CHECK,
    DAILY_LIST,
    DING,
    HARBOUR,
    HARBOUR_MALL,
    LAO_ZHOU,
    LIN,
    LIST_OF,
    SOL,
)
from tests.world.checkers import check_cursor
from tests.world.fixtures import World
from tests.world.office import Office
from tests.world.phone import Phone
from tests.world.rights import grant

COVERT = derived_id("plan", "covert")
TITLE = "暗访：商场清洁"
NOTE = "三层东侧地面有污渍"
ON = "2026-11-17"
PHOTO = b"\xff\xd8\xff\xdb\x00C\x00" + bytes([1] * 64) + b"\xff\xd9"
MANAGER = RoleAt("project_manager", HARBOUR_MALL)
LIST_OF[COVERT] = DAILY_LIST


async def _publish(world: World, **changes: Any) -> None:
    [row] = await world.rows("SELECT content FROM plans WHERE id = $1", DAILY_CHECK)
    plan = {
        **msgspec.json.decode(row["content"]),
        "code": "covert",
        "title": {"zh": TITLE, "en": "Covert check"},
        "checkers": [ANA.id],
        "disclosure": "when_released",
        **changes,
    }
    body = {"kind": "plan_published", "plan": plan}
    now_ms = world.clock.now_ms()
    submission = server_submission(HARBOUR, COVERT, body, now_ms, copy=str(now_ms))
    [outcome] = await world.server.app.state.committer.push(submission)
    assert outcome.status == "accepted", outcome
    await world.server.app.state.caretaker.look_after(HARBOUR)


async def _assessed(world: World) -> Office:
    """The foreman also runs the mall: he may see its office pages, and is assessed."""
    await grant(world, SOL, MANAGER)
    return await world.office(SOL)


def _secrets(task: str) -> tuple[str, ...]:
    return (TITLE, "Covert check", NOTE, task, COVERT, content_hash(PHOTO))


async def _every_road(world: World, office: Office, task: str, operation: str) -> int:
    """Ask every address that can be read, with every id that might fit; give how many answered."""
    fits = [task, COVERT, operation, content_hash(PHOTO), HARBOUR_MALL, ON[:7], "zh"]
    rounds = 0
    for route in world.server.app.routes:
        if "GET" not in getattr(route, "methods", ()):
            continue
        names = re.findall(r"{([^}]+)}", route.path)
        if "events" in route.path or "sync/pull" in route.path or any("path" in n for n in names):
            continue
        for chosen in product(fits, repeat=len(names)):
            path = route.path
            for name, value in zip(names, chosen, strict=True):
                path = path.replace(f"{{{name}}}", value)
            for asked in ({}, {"on": ON}, {"month": ON[:7]}, {"site": HARBOUR_MALL, "on": ON}):
                reply = await office.browser.get(path, params=asked)
                rounds += reply.status_code == 200
                told = reply.text
                for secret in _secrets(task):
                    assert secret not in told.replace(path, ""), (path, asked, secret)
                assert reply.content != PHOTO, path
    return rounds


async def _check_in_secret(world: World) -> tuple[Phone, str, str]:
    """Ana makes the check: one failure with words and a photo; give phone, task and operation."""
    ana = await world.phone(ANA)
    task = ana.tasks(COVERT)[ON]
    ana.record(task, "task_started", checklist=DAILY_LIST, started_at=world.clock.now_ms())
    failed = ana.answer(task, "cleaning", "fail", plan=COVERT)
    ana.record(task, "item_noted", item="cleaning", note=NOTE)
    ana.photograph(task, "cleaning", PHOTO)
    ana.record(task, "task_finished", finished_at=world.clock.now_ms())
    await ana.sync()
    assert {one.outcome["status"] for one in ana.outbox if one.outcome} == {"accepted"}
    return ana, task, failed.id


async def test_SC12_covert_check_reaches_the_assessed_by_no_road_until_it_is_released(
    world: World,
) -> None:
    await _publish(world)
    manager = await _assessed(world)
    ben, zhou, sol, lin, ding = [await world.phone(one) for one in (BEN, LAO_ZHOU, SOL, LIN, DING)]
    ana, task, operation = await _check_in_secret(world)
    before = await manager.score()

    for phone in (ben, zhou, sol, ding):
        await phone.pull()
        assert task not in phone.records
        assert COVERT not in phone.records
        assert all(COVERT not in str(one) for one in phone.records.values())
        roles = [SOL.role, MANAGER] if phone is sol else None
        await check_cursor(world.server.database, phone, roles=roles)
    for phone in (ana, lin):
        await phone.pull()
        assert task in phone.records
        assert COVERT in phone.records
    assert await _every_road(world, manager, task, operation) > 20
    clerk = await world.office()
    assert (await clerk.get(f"tasks/{task}"))["line"]["task"] == task
    assert before == await manager.score(), "and costs nothing yet"

    outcome = await clerk.act(task, "check_released", released_at=world.clock.now_ms())
    assert outcome["status"] == "merged", outcome
    for phone in (ben, zhou, sol, lin, ana):
        await phone.pull()
        assert task in phone.records
        assert phone.differs == []
    [finding] = await world.rows("SELECT * FROM nonconformities")
    assert (finding["task_id"], finding["item"]) == (task, "cleaning")
    assert (await manager.get(f"operations/{operation}"))["id"] == operation
    assert await manager.score() == "99.00"
    assert COVERT not in sol.records, "the next one stays as unknown as this one was"


async def test_only_the_office_releases_and_only_what_is_finished(world: World) -> None:
    await _publish(world)
    ana = await world.phone(ANA)
    task = ana.tasks(COVERT)[ON]
    ana.answer(task, "cleaning", "pass", plan=COVERT)
    await ana.sync()
    clerk, manager = await world.office(), await _assessed(world)
    early = await clerk.act(task, "check_released", released_at=world.clock.now_ms())
    assert (early["status"], early["problem"]["code"]) == ("held", "record_unknown")
    ana.record(task, "task_finished", finished_at=world.clock.now_ms())
    await ana.sync()
    other = await manager.act(task, "check_released", released_at=world.clock.now_ms())
    assert (other["status"], other["problem"]["code"]) == ("held", "not_allowed")


@pytest.mark.parametrize(
    ("disclosure", "steps"),
    [("when_begun", ("task_started",)), ("when_finished", ("task_started", "task_finished"))],
)
async def test_SC12_surprise_and_night_checks_disclose_themselves(
    world: World, disclosure: str, steps: tuple[str, ...]
) -> None:
    await _publish(world, disclosure=disclosure)
    ana, zhou = await world.phone(ANA), await world.phone(LAO_ZHOU)
    task = ana.tasks(COVERT)[ON]
    for step in steps:
        await zhou.pull()
        assert task not in zhou.records, step
        if step == "task_started":
            ana.record(task, step, checklist=DAILY_LIST, started_at=world.clock.now_ms())
            ana.answer(task, "cleaning", "fail", plan=COVERT)
        else:
            assert await world.rows("SELECT 1 FROM nonconformities") == []
            ana.record(task, step, finished_at=world.clock.now_ms())
        await ana.sync()
    await zhou.pull()
    assert task in zhou.records
    assert len(await world.rows("SELECT 1 FROM nonconformities")) == 1
    assert COVERT not in zhou.records
    assert zhou.differs == []


async def test_SC12_what_is_held_on_a_covert_check_is_seen_and_decided_by_those_who_may_know(
    world: World,
) -> None:
    await _publish(world)
    manager, clerk = await _assessed(world), await world.office()
    ana, zhou = await world.phone(ANA), await world.phone(LAO_ZHOU)
    task = ana.tasks(COVERT)[ON]
    zhou.answer(task, "cleaning", "pass", plan=COVERT)
    [outcome] = await zhou.push()
    assert outcome["status"] == "held"
    assert all(task not in str(one) for one in (await manager.get("held"))["held"])
    [seen] = [one for one in (await clerk.get("held"))["held"] if one["record"] == task]
    decided = await clerk.act(
        seen["id"],
        "held_set_aside",
        author=LAO_ZHOU.id,
        reason="并非检查人",
        signed={"zh": "林晓"},
    )
    assert decided["status"] == "accepted", decided
    sol = await world.phone(SOL)
    assert all(task not in str(one) for one in sol.records.values())


async def test_handing_a_surprise_check_on_discloses_nothing_and_who_had_it_has_it_no_more(
    world: World,
) -> None:
    await _publish(world, disclosure="when_begun", checkers=[ANA.id, BEN.id])
    manager = await _assessed(world)
    ana, zhou = await world.phone(ANA), await world.phone(LAO_ZHOU)
    task = ana.tasks(COVERT)[ON]
    ana.record(task, "task_transferred", assignee=LAO_ZHOU.id)
    await ana.sync()
    await zhou.pull()
    assert task in zhou.records, "it was handed to him, if by mistake"
    ana.record(task, "task_transferred", assignee=BEN.id)
    await ana.sync()
    await zhou.pull()
    assert task not in zhou.records
    assert zhou.differs == []
    reply = await manager.browser.get(f"/api/office/tasks/{task}")
    assert reply.status_code == 404


async def test_a_plan_never_changes_from_when_the_assessed_may_know(world: World) -> None:
    await _publish(world)
    clerk = await world.office()
    for plan_id, disclosure in ((COVERT, "open"), (DAILY_CHECK, "when_released")):
        [row] = await world.rows("SELECT content FROM plans WHERE id = $1", plan_id)
        plan = {**msgspec.json.decode(row["content"]), "disclosure": disclosure}
        outcome = await clerk.act(plan_id, "plan_published", plan={**plan, "checkers": [ANA.id]})
        assert outcome["status"] == "held", outcome
        assert outcome["problem"]["details"]["what"] == "disclosure"


async def test_a_released_finding_bears_the_words_of_the_list_on_which_it_was_found(
    world: World,
) -> None:
    await _publish(world)
    _, task, _ = await _check_in_secret(world)
    [old] = await world.rows("SELECT content FROM checklists WHERE id = $1", DAILY_LIST)
    changed = msgspec.json.decode(old["content"])
    changed["version"] = 2
    changed["items"] = [{**changed["items"][0], "id": "other", "text": {"zh": "别的"}}]
    newer, clerk = derived_id("checklist", "newer"), await world.office()
    assert (await clerk.act(newer, "checklist_published", checklist=changed))[
        "status"
    ] == "accepted"
    [row] = await world.rows("SELECT content FROM plans WHERE id = $1", COVERT)
    plan = {**msgspec.json.decode(row["content"]), "checklist": newer}
    assert (await clerk.act(COVERT, "plan_published", plan=plan))["status"] == "merged"
    await clerk.act(task, "check_released", released_at=world.clock.now_ms())
    [finding] = await world.rows("SELECT * FROM nonconformities")
    items = {one["id"]: one for one in msgspec.json.decode(old["content"])["items"]}
    assert finding["title_zh"] == items["cleaning"]["text"]["zh"]


async def test_releasing_leaves_a_finding_that_is_there_as_it_is(world: World) -> None:
    await _publish(world, disclosure="when_finished")
    ana = await world.phone(ANA)
    task = ana.tasks(COVERT)[ON]
    subject = nonconformity_of(task, "cleaning")
    ana.answer(task, "cleaning", "fail", plan=COVERT)
    ana.record(task, "task_finished", finished_at=world.clock.now_ms())
    await ana.sync()
    ana.record(task, "task_finished", finished_at=world.clock.now_ms() + 1)
    clerk = await world.office()
    await clerk.act(task, "check_released", released_at=world.clock.now_ms())
    await ana.sync()
    await ana.pull()
    assert subject in ana.records
    assert ana.differs == []
    assert len(await world.rows("SELECT 1 FROM nonconformities")) == 1
