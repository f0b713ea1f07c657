"""What the office page is told, on a real PostgreSQL with rows as sync and the slices write them."""

from typing import Any

import msgspec
import pytest

from backend.kernel.identity import derived_id
from shared_schemas import conflict_desk, held_desk, office
from tests.api.office_world import (
    ANA,
    BEN,
    FOREIGN,
    GARDEN,
    HARBOUR,
    HOUR,
    LIN,
    NOW,
    OLD_PHONE,
    OLD_WRITER,
    ORG,
    OTHER,
    PHONE,
    PHOTO,
    PHOTO_OF_BEN,
    SELF_CHECK,
    WRITER,
    ZHOU,
    World,
    at_site,
    build,
    clerk,
    desk,
    s07,
)


@pytest.fixture
async def world(database_url: str) -> Any:
    made = await build(database_url)
    yield made
    await made.connection.close()


async def ask(client: Any, path: str, shape: Any, status: int = 200) -> Any:
    reply = await client.get(f"/api/office/{path}")
    assert reply.status_code == status, reply.text
    return msgspec.json.decode(reply.content, type=shape)


async def code_of(client: Any, path: str) -> tuple[int, str]:
    reply = await client.get(f"/api/office/{path}")
    return reply.status_code, reply.json()["code"]


async def a_failed_item(world: World) -> tuple[str, str]:
    """A finished check with one failed item, its photo and its finding."""
    task = await world.window("done", opens_ms=NOW - 2 * HOUR, closes_ms=NOW)
    await world.operation(
        "task_started", task, "task", {"checklist": derived_id("list"), "started_at": 1}
    )
    operation = await world.operation(
        "item_answered", task, "task", {"item": "floor", "checklist": "c", "answer": "fail"}
    )
    await world.operation(
        "evidence_added", task, "task", {"item": "floor", "photo": PHOTO}, photos=(PHOTO,)
    )
    await world.operation("item_noted", task, "task", {"item": "floor", "note": "地面有水"})
    await world.finish(task, at_ms=NOW - HOUR)
    await world.answer(task, "floor", operation)
    return task, operation


async def test_board_counts_each_check_of_the_day_in_exactly_one_heap(
    world: World, database_url: str
) -> None:
    for name, closes, at_ms, spread in (
        ("in time", NOW, NOW - HOUR, 1000),
        ("late", NOW - 2 * HOUR, NOW - HOUR, 1000),
        ("nobody can tell", NOW - HOUR, NOW - HOUR, 60_000),
    ):
        task = await world.window(name, opens_ms=NOW - 4 * HOUR, closes_ms=closes)
        await world.finish(task, at_ms=at_ms, spread_ms=spread)
    await world.window("missed", opens_ms=NOW - 4 * HOUR, closes_ms=NOW - HOUR)
    begun = await world.window("begun", opens_ms=NOW - HOUR, closes_ms=NOW + HOUR)
    await world.task(begun, state="in_progress")
    await world.window("later", opens_ms=NOW + HOUR, closes_ms=NOW + 2 * HOUR)
    await world.window(
        "tomorrow", opens_ms=NOW + 24 * HOUR, closes_ms=NOW + 25 * HOUR, on="2026-11-18"
    )
    async with desk(database_url, clerk()) as client:
        today = await ask(client, "today", office.Today)
    harbour, garden = today.sites
    assert harbour == office.SiteToday(
        site=HARBOUR, name=harbour.name, zone="Asia/Shanghai", on="2026-11-17",
        planned=6, finished=3, in_progress=1, overdue=1, to_come=1, late=1, undecidable=1,
    )  # fmt: skip
    assert (garden.site, garden.planned) == (GARDEN, 0)
    assert len(today.days) == 14
    assert today.days[-1] == office.DayRounds(
        on="2026-11-17", planned=6, within=1, late=1, undecidable=1, missed=1
    )
    assert today.days[-2].planned == 0
    assert sorted(one.verdict for one in today.late_tasks) == ["late", "missed", "undecidable"]
    assert (today.on, today.revision) == ("2026-11-17", world.position)


async def test_trap34_a_night_check_that_closes_this_morning_is_named_today(
    world: World, database_url: str
) -> None:
    night = await world.window(
        "night", opens_ms=NOW - 12 * HOUR, closes_ms=NOW - 4 * HOUR, on="2026-11-16"
    )
    async with desk(database_url, clerk()) as client:
        today = await ask(client, "today", office.Today)
        before = await ask(client, "today?on=2026-11-16", office.Today)
    assert [one.task for one in today.late_tasks] == [night]
    assert today.sites[0].planned == 0
    assert before.sites[0].overdue == 1


async def test_a_weekly_check_stands_on_the_day_it_closes(world: World, database_url: str) -> None:
    week = {"opens_ms": NOW - 6 * 24 * HOUR, "on": "2026-11-11"}
    await world.window("due today", closes_ms=NOW + HOUR, **week)
    done = await world.window("done early", closes_ms=NOW + 2 * HOUR, **week)
    await world.finish(done, at_ms=NOW - 3 * 24 * HOUR)
    await world.window("due tomorrow", closes_ms=NOW + 24 * HOUR, **week)
    missed = await world.window("missed", closes_ms=NOW - HOUR, **week)
    async with desk(database_url, clerk()) as client:
        today = await ask(client, "today", office.Today)
    harbour = today.sites[0]
    assert (harbour.planned, harbour.finished, harbour.to_come, harbour.overdue) == (3, 1, 1, 1)
    assert [(one.task, one.due_on) for one in today.late_tasks] == [(missed, "2026-11-17")]
    day = today.days[-1]
    assert (day.planned, day.within, day.missed) == (3, 1, 1)
    assert sum(one.planned for one in today.days) == 3


async def test_finding_comes_with_photo_place_and_what_the_reader_may_do(
    world: World, database_url: str
) -> None:
    task, operation = await a_failed_item(world)
    nonconformity = derived_id("nc", "self")
    await world.operation(
        "nonconformity_raised", nonconformity, "nonconformity",
        {"task": task, "item": "floor", "title": {"zh": "地"}, "indicator": "cleaning",
         "use": "self_check", "severity": "minor", "found_by": ANA, "found_at": NOW},
    )  # fmt: skip
    await world.finding(task, "floor", id=nonconformity, use="self_check")
    async with desk(database_url, clerk()) as client:
        found = (await ask(client, "findings", office.FindingList)).findings[0]
        today = await ask(client, "today", office.Today)
    assert (found.photos, found.note, found.person.name.zh) == ((PHOTO,), "地面有水", "安娜")
    assert (found.place.checkpoint.zh, found.place.area.zh) == ("水泵房", "地下二层")
    assert (found.answer_operation, found.deeds) == (operation, ("confirm", "judge"))
    assert (found.position, found.stamp) == (world.position, (NOW - HOUR) * 1000)
    assert (today.to_confirm_count, today.to_verify_count) == (1, 0)


async def test_whoever_corrected_is_not_offered_to_verify(world: World, database_url: str) -> None:
    task, _ = await a_failed_item(world)
    await world.finding(task, "floor", state="corrected", corrected_by=LIN, corrected_ms=NOW)
    async with desk(database_url, clerk()) as client:
        own = (await ask(client, "findings?waiting=verify", office.FindingList)).findings
    async with desk(database_url, clerk(person=BEN)) as client:
        others = (await ask(client, "findings", office.FindingList)).findings
    async with desk(database_url, clerk(role="dispatcher")) as client:
        reader = (await ask(client, "findings", office.FindingList)).findings
    assert [one.deeds for one in (*own, *others, *reader)] == [("judge",), ("verify", "judge"), ()]


async def test_findings_page_by_page_and_filtered(world: World, database_url: str) -> None:
    task = await world.window("t", opens_ms=NOW, closes_ms=NOW)
    for n in range(5):
        await world.finding(task, f"i{n}", found_ms=NOW - n, state="open" if n else "withdrawn")
    async with desk(database_url, clerk()) as client:
        first = await ask(client, "findings?limit=2", office.FindingList)
        rest = await ask(
            client, f"findings?limit=9&before_ms={first.findings[-1].found_ms}", office.FindingList
        )
        withdrawn = await ask(client, "findings?standing=withdrawn", office.FindingList)
    assert ([one.item for one in first.findings], first.more) == (["i1", "i2"], True)
    assert ([one.item for one in rest.findings], rest.more) == (["i3", "i4"], False)
    assert [one.item for one in withdrawn.findings] == ["i0"]


async def test_month_shows_the_score_beside_the_month_before(
    world: World, database_url: str
) -> None:
    scheme, card = s07()
    await world.scheme(scheme)
    await world.scorecard("this", card)
    before = msgspec.structs.replace(
        card, period_from="2026-10-01", period_to="2026-10-31", score=None, grade=None
    )
    await world.scorecard("before", before)
    older = msgspec.structs.replace(s07("9")[1], period_from="2026-09-01", period_to="2026-09-30")
    await world.scorecard("older", older)
    async with desk(database_url, clerk()) as client:
        today = await ask(client, "today", office.Today)
        month = await ask(client, "scorecards", office.ScorecardList)
        october = await ask(client, "scorecards?month=2026-10", office.ScorecardList)
    (line,) = today.scorecards
    assert (line.score, line.maximum, line.grade.code, line.title.zh) == (
        "8",
        "10",
        "fine",
        "商场物业评分",
    )
    assert [(one.code, one.path, one.points, one.count) for one in line.losses] == [
        ("cleaning", "0.0", "2", 1)
    ]
    assert (line.previous_score, month.month, month.scorecards) == (None, "2026-11", (line,))
    assert [(one.score, one.previous_score) for one in october.scorecards] == [("", "9")]


async def test_a_scorecard_opens_down_to_names_and_places(world: World, database_url: str) -> None:
    task, _ = await a_failed_item(world)
    scheme, card = s07()
    await world.scheme(scheme)
    identity = await world.scorecard("this", card)
    async with desk(database_url, clerk()) as client:
        opened = await ask(client, f"scorecards/{identity}", office.ScorecardOpened)
    assert opened.card == card
    assert opened.codes == {"0.0": "cleaning", "0.1": "repair"}
    assert opened.people[ANA].zh == "安娜"
    assert opened.places[task].checkpoint.zh == "水泵房"
    assert (opened.publish_by_on, opened.assessed.zh) == ("2026-12-10", "物业公司")


async def test_an_operation_says_who_where_on_what_and_truly_when(
    world: World, database_url: str
) -> None:
    await world.device(PHONE, ANA, silent_ms=HOUR)
    task, operation = await a_failed_item(world)
    async with desk(database_url, clerk()) as client:
        seen = await ask(client, f"operations/{operation}", office.OperationSeen)
    assert (seen.person.name.zh, seen.role_name.zh) == ("安娜", "品质检查员")
    assert (seen.device.name.zh, seen.place.checkpoint.zh) == ("Redmi 9A", "水泵房")
    assert (seen.item_text.zh, seen.body["answer"]) == ("地面清洁", "fail")
    assert seen.recorded.latest_ms - seen.recorded.earliest_ms == 120_000
    assert (seen.photos, seen.phone_ms, seen.record) == ((PHOTO,), NOW - HOUR, task)


async def test_confirming_operation_leads_to_the_photo_of_what_was_found(
    world: World, database_url: str
) -> None:
    task, _ = await a_failed_item(world)
    nonconformity = await world.finding(task, "floor", use="self_check")
    confirmed = await world.operation(
        "nonconformity_confirmed", nonconformity, "nonconformity", {"confirmed_at": NOW}
    )
    async with desk(database_url, clerk()) as client:
        seen = await ask(client, f"operations/{confirmed}", office.OperationSeen)
    assert (seen.photos, seen.item, seen.place.task) == ((PHOTO,), "floor", task)


async def test_a_contested_item_shows_both_accounts_with_their_own_photos(
    world: World, database_url: str
) -> None:
    task = await two_answers(world)
    await world.answer(task, "floor", f"{WRITER}:3", contested=True, person_id=BEN)
    await world.finding(task, "floor", found_by=BEN)
    async with desk(database_url, clerk()) as client:
        (found,) = (await ask(client, "findings", office.FindingList)).findings
        of_ben = await ask(client, f"operations/{WRITER}:3", office.OperationSeen)
        of_ana = await ask(client, f"operations/{WRITER}:1", office.OperationSeen)
        opened = await ask(client, f"tasks/{task}", office.TaskOpened)
        conflicts = await ask(client, "conflicts", conflict_desk.ConflictList)
    floor, door = opened.answers
    assert (floor.answer, floor.contested, door.answer) == ("fail", True, "")
    assert [(one.person.name.zh, one.answer, one.stands, one.photos) for one in floor.given] == [
        ("安娜", "fail", True, (PHOTO,)),
        ("本", "pass", False, (PHOTO_OF_BEN,)),
    ]
    assert [found.photos[0], of_ben.photos[0], of_ana.photos[0]] == [
        PHOTO_OF_BEN,
        PHOTO_OF_BEN,
        PHOTO,
    ]
    assert floor.given[1].recorded.best_ms == NOW - HOUR + 1000
    (conflict,) = conflicts.conflicts
    assert conflict.sides == floor.given
    assert conflicts.open_count == 1
    assert (conflict.item_text.zh, conflict.place.checkpoint.zh) == ("地面清洁", "水泵房")


async def two_answers(world: World) -> str:
    task = await world.window("both", opens_ms=NOW - 2 * HOUR, closes_ms=NOW)
    for person, answer, photo, at_ms in (
        (ANA, "fail", PHOTO, NOW - HOUR),
        (BEN, "pass", PHOTO_OF_BEN, NOW - HOUR + 1000),
    ):
        body = {"item": "floor", "checklist": "c", "answer": answer}
        await world.operation("item_answered", task, "task", body, person=person, at_ms=at_ms)
        await world.operation(
            "evidence_added", task, "task", {"item": "floor", "photo": photo}, person=person
        )
    await world.put(
        "conflicts", organization_id=ORG, id=derived_id("c"), record_id=task, record_kind="task",
        site_id=HARBOUR, field="answer/floor", first_op=f"{WRITER}:1", second_op=f"{WRITER}:3",
        state="open", position=world.position,
    )  # fmt: skip
    return task


async def test_held_operation_is_shown_whole_with_the_next_step(
    world: World, database_url: str
) -> None:
    await world.held("unknown kind")
    await world.held(
        "broken", content="{nonsense \\u0000", problem=problem_text("operation_malformed")
    )
    await world.held("done", state="applied")
    async with desk(database_url, clerk()) as client:
        held = (await ask(client, "held", held_desk.HeldList)).held
        today = await ask(client, "today", office.Today)
    assert {one.kind for one in held} == {"door_sealed", ""}
    assert {one.text[:2] for one in held} == {'{"', "{n"}
    assert all(one.problem.next_zh and one.person.name.zh == "老周" for one in held)
    assert today.held_count == 2


def problem_text(code: str) -> str:
    from backend.kernel.canonical import canonical  # noqa: PLC0415
    from shared_schemas.problems import problem  # noqa: PLC0415

    return canonical(problem(code))


async def test_silent_phone_is_named_and_a_revoked_one_is_not(
    world: World, database_url: str
) -> None:
    await world.device(PHONE, ANA, silent_ms=HOUR)
    await world.device(OLD_PHONE, ZHOU, silent_ms=30 * HOUR)
    await world.writer(WRITER, PHONE, ANA)
    await world.writer(OLD_WRITER, OLD_PHONE, ZHOU)
    await world.put(
        "writer_progress", organization_id=ORG, id=OLD_WRITER, contiguous=3, beyond="[6,7]",
        last_stamp=0, last_counter=0, last_wall_ms=0, last_page="",
    )  # fmt: skip
    async with desk(database_url, clerk()) as client:
        today = await ask(client, "today", office.Today)
        devices = (await ask(client, "devices", office.DeviceList)).devices
    (silent,) = today.silent_phones
    assert (silent.person.name.zh, silent.silent_ms) == ("老周", 30 * HOUR)
    assert (silent.operations, silent.missing) == (5, 2)
    assert [one.device for one in devices] == [OLD_PHONE, PHONE]
    await world.connection.execute("UPDATE devices SET revoked_at = now()")
    async with desk(database_url, clerk()) as client:
        assert (await ask(client, "today", office.Today)).silent_phones == ()


@pytest.mark.parametrize(
    "path",
    [
        "today?on=yesterday",
        "today?on=20261117",
        "today?on=0001-01-01",
        "today?on=9999-12-31",
        "scorecards?month=2026-13",
        "scorecards?month=9999-12",
        "findings?limit=0",
        "findings?limit=501",
        "findings?before_ms=999999999999999999999",
        "findings?site=%00",
        "findings?standing=" + "x" * 300,
        "tasks/%00",
        "operations/%00",
        "scorecards/%00",
    ],
)
async def test_nonsense_asked_is_answered_with_a_problem(
    world: World, database_url: str, path: str
) -> None:
    async with desk(database_url, clerk()) as client:
        assert await code_of(client, path) == (400, "request_invalid")


PATHS = (
    "today", "scorecards", "scorecards/x", "operations/x:1", "tasks/x", "findings", "held",
    "conflicts", "devices", "events",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
async def test_a_guard_sees_nothing_of_the_office(
    world: World, database_url: str, path: str
) -> None:
    async with desk(database_url, at_site(HARBOUR, role="committee_member")) as client:
        assert await code_of(client, path) == (403, "not_allowed")


async def test_nobody_sees_another_site_or_another_organisation(
    world: World, database_url: str
) -> None:
    task, operation = await a_failed_item(world)
    await world.finding(task, "floor")
    await two_answers(world)
    scheme, card = s07()
    await world.scheme(scheme)
    card_id = await world.scorecard("this", card)
    await world.held("at harbour", record_id=task)
    await world.held("nowhere")
    await world.device(PHONE, ANA, silent_ms=30 * HOUR)
    await world.writer(WRITER, PHONE, ANA)
    strangers = (
        at_site(GARDEN, role="project_manager", person=ZHOU),
        clerk(organization=OTHER, sites=(FOREIGN,)),
    )
    for stranger in strangers:
        async with desk(database_url, stranger) as client:
            today = await ask(client, "today", office.Today)
            assert {one.site for one in today.sites} <= {GARDEN, FOREIGN}
            empty = (today.late_tasks, today.findings, today.silent_phones, today.scorecards)
            assert empty == ((), (), (), ())
            assert (today.held_count, today.conflict_count, today.to_confirm_count) == (0, 0, 0)
            assert (await ask(client, "findings", office.FindingList)).findings == ()
            assert (await ask(client, "held", held_desk.HeldList)).held == ()
            assert (await ask(client, "conflicts", conflict_desk.ConflictList)).conflicts == ()
            assert (await ask(client, "devices", office.DeviceList)).devices == ()
            for path in (f"tasks/{task}", f"operations/{operation}", f"scorecards/{card_id}"):
                assert await code_of(client, path) == (404, "not_found")


async def test_held_without_a_known_record_is_for_the_whole_organisation_only(
    world: World, database_url: str
) -> None:
    await world.held("nowhere")
    async with desk(database_url, at_site(HARBOUR, role="project_manager")) as client:
        assert (await ask(client, "held", held_desk.HeldList)).held == ()
    async with desk(database_url, clerk()) as client:
        assert len((await ask(client, "held", held_desk.HeldList)).held) == 1


async def test_someone_who_left_no_name_is_still_shown(world: World, database_url: str) -> None:
    task, _ = await a_failed_item(world)
    await world.finding(task, "floor", found_by="0" * 32)
    async with desk(database_url, clerk()) as client:
        (found,) = (await ask(client, "findings", office.FindingList)).findings
    assert found.person.name.zh == "系统"


async def test_self_check_plan_is_marked_as_such(world: World, database_url: str) -> None:
    await world.window("self", plan=SELF_CHECK, opens_ms=NOW - 2 * HOUR, closes_ms=NOW - HOUR)
    async with desk(database_url, clerk()) as client:
        today = await ask(client, "today", office.Today)
    assert today.late_tasks[0].use == "self_check"
