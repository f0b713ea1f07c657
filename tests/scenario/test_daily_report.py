"""The day's quality report (质检日报): what it shows, who issues it, and whether the same day."""

from typing import Any

from backend.directory.actors import RoleAt
from backend.domains.inspections.reporting import report_of
from tests.world.cast import ANA, BEN, DAY, HARBOUR_MALL, HOUR, LIN, NORTH_GARDEN, SOL, WEI
from tests.world.fixtures import World
from tests.world.inspecting import OWN_CHECK, TODAY, answer, finish, item, plan_check, problem_of
from tests.world.phone import Entry, Phone
from tests.world.rights import grant

REPORT = report_of(HARBOUR_MALL, TODAY)


def _issue(phone: Phone, record: str = REPORT, **said: Any) -> Entry:
    told = {"site": HARBOUR_MALL, "on": TODAY, "issued_at": 1, "words": "一项不合格", **said}
    return phone.record(record, "daily_report_issued", **told)


async def _read(world: World, on: str = TODAY, site: str = HARBOUR_MALL) -> dict[str, Any]:
    office = await world.office()
    report: dict[str, Any] = await office.get("daily-report", site=site, on=on)
    return report


async def _a_day(world: World) -> str:
    """A joint check with one failure that the foreman confirmed on the spot."""
    await plan_check(world, item("1"), item("2"), mode="joint")
    ana = await world.phone(ANA)
    task = ana.tasks(OWN_CHECK)[TODAY]
    answer(ana, task, "1", "fail", bulk=False)
    answer(ana, task, "2", "pass", bulk=True)
    told = {"side": "assessed", "name": "孙领班", "how": "typed", "stance": "agreed"}
    ana.record(task, "task_confirmed", confirmation={**told, "words": "属实"})
    finish(ana, task)
    await ana.sync()
    return task


async def test_report_shows_the_days_checks_findings_and_confirmations_S16(world: World) -> None:
    task = await _a_day(world)
    report = await _read(world)
    assert (report["report"], report["issued"], report["may_issue"]) == (REPORT, None, True)
    counts = report["counts"]
    assert (counts["planned"], counts["finished"]) == (len(report["checks"]), 1)
    [check] = [one for one in report["checks"] if one["task"] == task]
    assert (check["state"], check["answered"], check["failed"], check["flags"]) == (
        "finished",
        2,
        1,
        ["bulk_forbidden"],
    )
    [finding] = report["findings"]
    assert finding["place"]["task"] == task
    [confirmed] = report["confirmations"]
    assert confirmed == {
        "task": task,
        "side": "assessed",
        "name": "孙领班",
        "how": "typed",
        "stance": "agreed",
        "words": "属实",
    }
    [share] = report["bulk"]
    assert (share["answers"], share["bulk"], share["percent"]) == (2, 1, 50)
    other = await _read(world, "2026-11-16")
    assert (other["findings"], other["confirmations"], other["bulk"]) == ([], [], [])
    elsewhere = await _read(world, site=NORTH_GARDEN)
    assert OWN_CHECK not in {one["plan"] for one in elsewhere["checks"]}


async def test_issued_the_same_day_is_judged_on_capture_not_on_arrival_S16(world: World) -> None:
    """Ben issues in the evening without a network; it comes next morning, and is of its day."""
    await _a_day(world)
    ben = await world.phone(BEN)
    world.clock.advance(11 * HOUR)
    issued = _issue(ben)
    world.clock.advance(12 * HOUR)
    await ben.sync()
    assert problem_of(issued) == ""
    report = await _read(world)
    told = report["issued"]
    assert (told["person"]["id"], told["words"], told["same_day"]) == (
        BEN.id,
        "一项不合格",
        "within",
    )
    _issue(ben, words="已整改")
    await ben.sync()
    again = (await _read(world))["issued"]
    assert (again["operation"], again["words"]) == (told["operation"], "已整改")


async def test_issued_a_day_later_says_so_S16(world: World) -> None:
    await _a_day(world)
    ben = await world.phone(BEN)
    world.clock.advance(DAY)
    _issue(ben)
    await ben.sync()
    assert (await _read(world))["issued"]["same_day"] == "late"


async def test_report_needs_a_right_its_own_number_and_a_day_of_the_calendar(world: World) -> None:
    await grant(world, WEI, RoleAt("department_head", HARBOUR_MALL))
    ben, sol, wei = [await world.phone(one) for one in (BEN, SOL, WEI)]
    there = report_of(NORTH_GARDEN, TODAY)
    never = report_of(HARBOUR_MALL, "2026-02-30")
    tried = [
        _issue(sol),
        _issue(ben, there),
        _issue(ben, there, site=NORTH_GARDEN),
        _issue(ben, never, on="2026-02-30"),
        _issue(wei),
    ]
    for one in (sol, ben, wei):
        await one.sync()
    assert [problem_of(one) for one in tried] == [
        "not_allowed",
        "report_record_wrong",
        "not_allowed",
        "report_record_wrong",
        "",
    ]


async def test_report_of_a_foreign_or_unknown_site_or_day_is_a_plain_problem(world: World) -> None:
    office = await world.office(LIN)
    for asked, status in (
        ({"site": "f" * 32}, 404),
        ({"site": HARBOUR_MALL, "on": "2026-13-01"}, 400),
        ({"on": TODAY}, 400),
    ):
        reply = await office.browser.get("/api/office/daily-report", params=asked)
        assert reply.status_code == status, reply.text
    guard = await world.office(SOL)
    reply = await guard.browser.get("/api/office/daily-report", params={"site": HARBOUR_MALL})
    assert (reply.status_code, reply.json()["code"]) == (403, "not_allowed")


async def test_two_who_issue_one_report_unseen_are_shown_side_by_side(world: World) -> None:
    """Both were offline: the first issue counts, the words are a conflict that a page can show."""
    await grant(world, WEI, RoleAt("department_head", HARBOUR_MALL))
    await _a_day(world)
    ben, wei = await world.phone(BEN), await world.phone(WEI)
    _issue(ben)
    world.clock.advance(HOUR)
    _issue(wei, words="另一份小结")
    await wei.sync()
    await ben.sync()
    told = (await _read(world))["issued"]
    assert (told["person"]["id"], told["words"]) == (BEN.id, "另一份小结")
    office = await world.office()
    conflict = await office.conflict()
    assert (conflict["record"], conflict["field"]) == (REPORT, "words")
