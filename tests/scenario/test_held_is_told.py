"""Who may decide on what is held, and how its author hears of it."""

import io

import pytest
from PIL import Image

from backend.directory.enrol import disable_person
from backend.kernel.canonical import canonical
from backend.office import held
from tests.world.cast import ANA, DAILY_CHECK, HARBOUR, LAO_ZHOU, LIN, SOL
from tests.world.fixtures import World
from tests.world.held import WHY, check_held_rows, decide, desk_of, guard_finds


async def test_HE10_work_of_someone_shut_out_since_is_applied_in_their_name(world: World) -> None:
    _, _, entry = await guard_finds(world)
    await disable_person(world.server.database, HARBOUR, LAO_ZHOU.id)
    office = await world.office()
    [row] = await desk_of(office)
    assert (await decide(office, row, "held_applied"))["status"] == "accepted"
    [logged] = await world.rows("SELECT person_id FROM operations WHERE id = $1", entry.id)
    assert logged["person_id"] == LAO_ZHOU.id


async def test_HE10_nobody_lets_in_what_they_recorded_nor_decides_without_the_right(
    world: World,
) -> None:
    lin = await world.phone(LIN)
    ana = await world.phone(ANA)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    own = lin.record(task, "item_answered", item="cleaning", answer="pass", checklist="0" * 32)
    await lin.sync()
    assert own.outcome["status"] == "held"
    office = await world.office()
    [row] = await desk_of(office)
    assert row["choices"] == ["set_aside"]
    refused = await decide(office, row, "held_applied")
    assert refused["problem"]["code"] == "held_own"
    sol = await world.phone(SOL)
    sol.record(row["id"], "held_set_aside", author=LIN.id, reason="不归我管")
    await sol.sync()
    assert sol.outbox[-1].outcome["problem"]["code"] == "not_allowed"
    assert len(await desk_of(office)) == 1


async def test_HE10_decision_gives_nobody_a_right_that_the_decider_lacks(world: World) -> None:
    """A guard confirms a finding; the project manager, who is assessed, may not let that count."""
    guard, ana = await world.phone(LAO_ZHOU), await world.phone(ANA)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    ana.answer(task, "cleaning", "fail", plan=DAILY_CHECK)
    await ana.sync()
    [finding] = await world.rows("SELECT id FROM nonconformities")
    guard.record(finding["id"], "nonconformity_confirmed", confirmed_at=1)
    await guard.sync()
    await world.server.database.run(
        "UPDATE memberships SET role = 'project_manager'"
        " WHERE organization_id = $1 AND person_id = $2",
        HARBOUR,
        SOL.id,
    )
    manager, clerk = await world.office(SOL), await world.office()
    [row] = await desk_of(manager)
    refused = await decide(manager, row, "held_applied")
    assert refused["problem"]["code"] == "not_allowed"
    assert refused["problem"]["details"]["right"] == "confirm_finding"
    assert (await decide(clerk, row, "held_applied"))["status"] == "accepted"
    await check_held_rows(world)


async def test_HE10_who_is_assessed_lets_in_no_answer_on_the_assessment(world: World) -> None:
    _, task, _ = await guard_finds(world)
    await world.server.database.run(
        "UPDATE memberships SET role = 'project_manager'"
        " WHERE organization_id = $1 AND person_id = $2",
        HARBOUR,
        SOL.id,
    )
    manager, clerk = await world.office(SOL), await world.office()
    [row] = await desk_of(manager)
    body = {**row["body"], "answer": "pass"}
    by_hand = {"kind": "evidence_withdrawn", "item": "cleaning", "photo": "0" * 64}
    refused = [
        await decide(manager, row, "held_applied"),
        await decide(manager, row, "held_changed", record=task, body=body),
    ]
    rights = [one["problem"]["details"].get("right") for one in refused]
    assert rights == ["confirm_finding", "confirm_finding"]
    photo = await decide(clerk, row, "held_changed", record=task, body=by_hand)
    assert photo["problem"]["code"] == "kind_reserved"
    assert (await decide(clerk, row, "held_applied"))["status"] == "accepted"
    await check_held_rows(world)


async def test_HE11_decision_without_a_reason_or_on_nothing_does_nothing(world: World) -> None:
    await guard_finds(world)
    office = await world.office()
    [row] = await desk_of(office)
    author = row["person"]["id"]
    empty = await office.act(row["id"], "held_set_aside", author=author, reason="  ")
    nobody = await office.act("0" * 32, "held_set_aside", author=author, reason=WHY)
    other = await office.act(row["id"], "held_set_aside", author=ANA.id, reason=WHY)
    codes = [one["problem"]["code"] for one in (empty, nobody, other)]
    assert codes == ["reason_needed", "held_unknown", "held_unknown"]
    assert len(await desk_of(office)) == 1
    assert canonical(row["decisions"]) == "[]"


async def test_HE13_phone_of_the_first_version_is_told_that_it_is_held_still(world: World) -> None:
    guard, _, entry = await guard_finds(world)
    office = await world.office()
    [row] = await desk_of(office)
    await decide(office, row, "held_set_aside")
    told = {}
    for wire in (b"1", b"2"):
        body = b'{"operations":[%b],"sent":%b,"wire":%b,"writer":"%b"}' % (
            entry.text,
            canonical(guard.capture()).encode(),
            wire,
            guard.writer.encode(),
        )
        reply = await guard.browser.post("/api/sync/push", content=body)
        [outcome] = reply.json()["outcomes"]
        told[wire] = outcome["status"]
    assert told == {b"1": "held", b"2": "set_aside"}


async def test_HE13_decision_reaches_its_author_with_the_reason_and_nobody_below(
    world: World,
) -> None:
    guard, _, entry = await guard_finds(world)
    ana = await world.phone(ANA)
    office = await world.office()
    [row] = await desk_of(office)
    await decide(office, row, "held_set_aside")
    await guard.pull()
    await ana.pull()
    fields = guard.records[entry.outcome["held"]]["fields"]
    assert (fields["state"]["value"], fields["reasons"]["value"]) == ("set_aside", [WHY])
    assert entry.outcome["held"] not in ana.records


async def test_HE13_office_sees_the_photos_of_what_is_held_and_others_do_not(world: World) -> None:
    guard, task, _ = await guard_finds(world)
    photo = _photo()
    await guard.upload(photo)
    guard.photograph(task, "cleaning", photo)
    await guard.sync()
    office, ana = await world.office(), await world.phone(ANA)
    [shown] = [one for row in await desk_of(office) for one in row["photos"]]
    assert shown["arrived"]
    path = f"/api/evidence/{shown['sha256']}"
    statuses = [(await one.browser.get(path)).status_code for one in (office, ana)]
    assert statuses == [200, 404]


def _photo() -> bytes:
    paper = io.BytesIO()
    Image.new("RGB", (8, 8)).save(paper, "JPEG")
    return paper.getvalue()


async def test_desk_shows_no_more_text_at_once_than_it_can_bear_and_the_rest_moves_up(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever floods the desk with huge texts must not bring down the server of everybody."""
    monkeypatch.setattr(held, "MOST_BYTES", 9_000)
    ana = await world.phone(ANA)
    for number in range(4):
        ana.record(f"{number:032x}", "remark_added", remark="x" * 3_500)
    await ana.sync()
    office = await world.office()
    first = await desk_of(office)
    assert len(first) == 3, "the last one that begins below the limit is still shown whole"
    assert all(len(row["text"]) > 3_500 for row in first)
    for row in first:
        assert (await decide(office, row, "held_set_aside"))["status"] == "accepted"
    [last] = await desk_of(office)
    assert last["id"] not in {row["id"] for row in first}
