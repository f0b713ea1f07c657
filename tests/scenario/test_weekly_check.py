"""The ladder of S13: a check is approved, then handled; who closes and verifies is the workflow's."""

from typing import Any

import pytest

from backend.directory.actors import RoleAt
from tests.world.cast import ANA, BEN, HARBOUR_MALL, HOUR, LAO_ZHOU, SOL, WEI, Person
from tests.world.fixtures import World
from tests.world.inspecting import (
    OWN_CHECK,
    SELF_VERIFIED,
    TODAY,
    WEEKLY,
    answer,
    finish,
    item,
    line_of,
    plan_check,
    problem_of,
    with_workflows,
)
from tests.world.phone import Entry, Phone
from tests.world.rights import grant

HEAD = RoleAt("department_head", HARBOUR_MALL)


async def _checked(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    checker: Person = ANA,
    workflow: str = "weekly_form",
) -> tuple[Phone, str]:
    """A finished check with one failure of two, waiting for its approval."""
    with_workflows(monkeypatch, WEEKLY, SELF_VERIFIED)
    await plan_check(world, item("1"), item("2"), workflow=workflow)
    phone = await world.phone(checker)
    task = phone.tasks(OWN_CHECK)[TODAY]
    answer(phone, task, "1", "fail")
    answer(phone, task, "2", "pass")
    finish(phone, task)
    await phone.sync()
    return phone, task


def _finding(phone: Phone) -> dict[str, Any]:
    [finding] = [one for one in phone.records.values() if one["kind"] == "nonconformity"]
    return finding


def _approve(phone: Phone, task: str, approval: str = "approved", words: str = "") -> Entry:
    return phone.record(task, "task_approved", approval=approval, approval_words=words)


async def _synced(*phones: Phone) -> None:
    for phone in phones:
        await phone.sync()


async def test_weekly_check_is_approved_on_another_phone_and_its_finding_goes_its_way_S13(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await grant(world, WEI, HEAD)
    ana, task = await _checked(world, monkeypatch)
    wei, zhou, sol = [await world.phone(one) for one in (WEI, LAO_ZHOU, SOL)]
    finding = _finding(ana)["id"]
    assert _finding(ana)["fields"]["workflow"]["value"] == "weekly_form"
    _approve(wei, task)
    await wei.sync()
    fields = _finding(wei)["fields"]
    assert fields["approved_by"]["value"] == WEI.id
    assert (await line_of(world, task))["approval"]["approval"] == "approved"
    world.clock.advance(HOUR)
    given = sol.record(finding, "nonconformity_assigned", assignee=LAO_ZHOU.id)
    await _synced(sol, zhou)
    done = zhou.record(finding, "nonconformity_corrected", corrected_at=1, correction="已更换")
    await _synced(zhou, ana, sol)
    finder = ana.record(finding, "correction_verified", verified_at=1, words="好了")
    foreman = sol.record(finding, "correction_verified", verified_at=1, words="好了")
    await _synced(ana, sol)
    assert [problem_of(one) for one in (given, done, foreman)] == ["", "", ""]
    assert problem_of(finder) == "not_the_verifier", "the workflow names the foreman"
    office = await world.office()
    [seen] = (await office.get("findings"))["findings"]
    assert (seen["state"], seen["early"], seen["workflow"]) == ("closed", False, "weekly_form")
    assert (seen["approved_by"]["id"], seen["assignee"]["id"]) == (WEI.id, LAO_ZHOU.id)


async def test_only_whom_the_workflow_names_approves_and_never_the_checker_S13(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sol may not approve; Lin holds a right to much, but is not named; Ana made the check."""
    await grant(world, ANA, HEAD)
    ana, task = await _checked(world, monkeypatch)
    sol = await world.phone(SOL)
    manager = RoleAt("quality_manager", HARBOUR_MALL)
    await grant(world, BEN, manager)
    ben = await world.phone(BEN)
    tried = [_approve(one, task) for one in (sol, ben, ana)]
    await _synced(sol, ben, ana)
    assert [problem_of(one) for one in tried] == ["not_allowed", "not_allowed", "own_cause"]
    assert "approved_at" not in _finding(ana)["fields"]


async def test_check_sent_back_shows_its_words_and_can_be_approved_later_S13(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await grant(world, WEI, HEAD)
    ana, task = await _checked(world, monkeypatch)
    wei = await world.phone(WEI)
    _approve(wei, task, "returned", "缺照片")
    await wei.sync()
    seen = await line_of(world, task)
    assert seen["line"]["flags"] == ["returned"]
    assert (seen["approval"]["words"], seen["approval"]["person"]["id"]) == ("缺照片", WEI.id)
    assert "approved_at" not in _finding(wei)["fields"]
    _approve(wei, task)
    await _synced(wei, ana)
    assert _finding(ana)["fields"]["approved_by"]["value"] == WEI.id
    assert (await line_of(world, task))["line"]["flags"] == []


async def test_approval_made_offline_before_the_check_arrived_waits_for_its_finish(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_workflows(monkeypatch, WEEKLY)
    await grant(world, WEI, HEAD)
    await plan_check(world, item("1"), workflow="weekly_form")
    ana, wei = await world.phone(ANA), await world.phone(WEI)
    task = ana.tasks(OWN_CHECK)[TODAY]
    early = _approve(wei, task)
    await wei.sync()
    assert problem_of(early) == "record_unknown"
    answer(ana, task, "1", "fail")
    finish(ana, task)
    await ana.sync()
    await world.nothing_waits()
    await ana.sync()
    assert _finding(ana)["fields"]["approved_by"]["value"] == WEI.id


async def test_correction_before_the_approval_is_kept_and_shown(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await grant(world, WEI, HEAD)
    ana, task = await _checked(world, monkeypatch)
    zhou, wei = await world.phone(LAO_ZHOU), await world.phone(WEI)
    finding = _finding(ana)["id"]
    done = zhou.record(finding, "nonconformity_corrected", corrected_at=1, correction="已更换")
    await zhou.sync()
    world.clock.advance(HOUR)
    _approve(wei, task)
    await wei.sync()
    assert problem_of(done) == ""
    office = await world.office()
    [seen] = (await office.get("findings"))["findings"]
    assert (seen["state"], seen["early"]) == ("corrected", True)


async def test_closing_on_the_spot_is_only_where_the_workflow_allows_it_S13(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, _ = await _checked(world, monkeypatch)
    said = {"corrected_at": 1, "correction": "当场复位"}
    closed = ana.record(_finding(ana)["id"], "nonconformity_closed_on_spot", **said)
    await ana.sync()
    assert problem_of(closed) == "not_on_spot"
    assert _finding(ana)["fields"]["state"]["value"] == "open"


async def test_where_the_source_says_so_one_head_approves_corrects_and_verifies_C05(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await grant(world, SOL, RoleAt("department_head", HARBOUR_MALL))
    sol, task = await _checked(world, monkeypatch, SOL, "one_head")
    finding = _finding(sol)["id"]
    steps = [
        _approve(sol, task),
        sol.record(finding, "nonconformity_corrected", corrected_at=1, correction="好了"),
        sol.record(finding, "correction_verified", verified_at=1, words="自验"),
    ]
    await sol.sync()
    assert [problem_of(one) for one in steps] == ["", "", ""]
    assert _finding(sol)["fields"]["state"]["value"] == "closed"


async def test_without_a_workflow_the_finder_verifies_and_the_corrector_never_C05(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lao Zhou may not verify anything but what he found himself."""
    zhou, _ = await _checked(world, monkeypatch, LAO_ZHOU, "")
    wei, sol = await world.phone(WEI), await world.phone(SOL)
    finding = _finding(zhou)["id"]
    sol.record(finding, "nonconformity_corrected", corrected_at=1, correction="已更换")
    await _synced(sol)
    words = {"verified_at": 1, "words": ""}
    tried = [one.record(finding, "correction_verified", **words) for one in (sol, wei, zhou)]
    await _synced(sol, wei, zhou)
    assert [problem_of(one) for one in tried] == ["same_person", "not_allowed", ""]
    assert _finding(zhou)["fields"]["state"]["value"] == "closed"
