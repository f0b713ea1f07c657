"""Retention: words and photos go for good, what was found stays, and everybody hears of it."""

import asyncio
import io
from typing import Any

import msgspec
from PIL import Image

from backend.evidence.store import key_of
from backend.kernel.identity import content_hash, derived_id
from backend.sync.log import lock_head
from shared_schemas.retention import REMOVED
from tests.world.cast import ANA, BEN, DAILY_CHECK, DAILY_LIST, HARBOUR, LIN, NORTH_GARDEN
from tests.world.checkers import (
    check_acknowledged_is_durable,
    check_cursor,
    check_equal_states,
    check_log,
)
from tests.world.fixtures import World
from tests.world.office import Office
from tests.world.rebuild import read_tables, rebuild_tables

SECRET = "业主王女士 13912345678"
WHY = "留存期满"


def _photo(shade: int) -> bytes:
    paper = io.BytesIO()
    Image.new("RGB", (8, 8), (shade, 80, 80)).save(paper, "JPEG")
    return paper.getvalue()


async def _keeper(world: World, site: str = "") -> Office:
    """Lin may take words out, as a project manager may."""
    await world.server.database.run(
        "INSERT INTO memberships (organization_id, id, person_id, role, site_id)"
        " VALUES ($1, $2, $3, 'project_manager', $4)",
        HARBOUR,
        derived_id(LIN.id, "keeper"),
        LIN.id,
        site,
    )
    return await world.office(LIN)


async def _redact(office: Office, record: str, operation: str) -> dict[str, Any]:
    kind = "operation_redacted"
    return await office.act(record, kind, "task", operation=operation, reason=WHY)


async def _everything(world: World) -> str:
    """Give all that the database says, as one text."""
    tables = await world.rows(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    told = [
        str(row["whole"])
        for table in tables
        for row in await world.rows(f"SELECT t::text AS whole FROM {table['relname']} t")
    ]
    return "\n".join(told)


async def test_LO6_words_are_gone_and_what_was_found_stays(world: World) -> None:
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    office = await _keeper(world)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    ana.answer(task, "cleaning", "fail", plan=DAILY_CHECK)
    note = ana.record(task, "item_noted", item="cleaning", note=SECRET)
    remark = ana.record(task, "remark_added", remark=SECRET)
    ben.record(task, "item_noted", item="cleaning", note="已清理")
    await ana.sync()
    await ben.sync()
    await world.server.scores_settle()
    assert SECRET in await _everything(world)
    for entry in (note, remark):
        assert (await _redact(office, task, entry.id))["status"] in ("accepted", "merged")
    await world.server.scores_settle()
    assert SECRET not in await _everything(world)
    [row] = await world.rows("SELECT * FROM operations WHERE id = $1", note.id)
    left = msgspec.json.decode(row["content"])
    assert left["body"] == {"kind": "item_noted", "item": "cleaning", "note": REMOVED}
    assert left["redacted"]["sha256"] == row["sha256"] == note.sha256
    assert left["redacted"]["reason"] == WHY
    for phone in (ana, ben):
        await phone.pull()
        assert SECRET not in str(phone.records)
        fields = phone.records[task]["fields"]
        assert fields["answer/cleaning"]["value"] == "fail"
        assert fields["redacted"]["value"] == [note.id, remark.id]
        assert fields["note/cleaning"]["by"][BEN.id]["value"] == "已清理"
        await check_cursor(world.server.database, phone)
    check_equal_states([ana, ben])
    assert await check_log(world.server.database) > 20
    assert await check_acknowledged_is_durable(world.server.database, [ana, ben]) == 4
    rows = await read_tables(world.server.database)
    await rebuild_tables(world.server.database)
    assert await read_tables(world.server.database) == rows


async def test_LO6_PU3_what_was_taken_out_is_still_known_when_it_is_sent_again(
    world: World,
) -> None:
    ana, office = await world.phone(ANA), await _keeper(world)
    task, photo = ana.tasks(DAILY_CHECK)["2026-11-17"], _photo(1)
    ana.photograph(task, "cleaning", photo)
    remark = ana.record(task, "remark_added", remark=SECRET)
    await ana.push()
    await ana.upload(photo)
    for entry in ana.outbox:
        await _redact(office, task, entry.id)
    again = await ana.push(ana.outbox)
    assert [one["status"] for one in again] == ["duplicate", "duplicate"]
    assert [one["missing"] for one in again] == [[], []], "nothing asks for the photo again"
    assert SECRET not in await _everything(world)
    assert await world.rows("SELECT 1 FROM evidence_uses") == []
    twice = await _redact(office, task, remark.id)
    assert twice["status"] in ("accepted", "merged")
    assert await check_log(world.server.database) > 20


async def test_LO7_photo_goes_when_nothing_else_names_it(world: World) -> None:
    ana, ben, office = await world.phone(ANA), await world.phone(BEN), await _keeper(world)
    first, second = (ana.tasks(DAILY_CHECK)[day] for day in ("2026-11-16", "2026-11-17"))
    alone, shared = _photo(1), _photo(2)
    one = ana.photograph(first, "cleaning", alone)
    two = ana.photograph(first, "cleaning", shared)
    three = ana.photograph(second, "cleaning", shared)
    await ana.push()
    for photo in (alone, shared):
        await ana.upload(photo)
    assert world.server.app is not None
    state = world.server.app.state
    keys = [key_of(HARBOUR, content_hash(photo)) for photo in (alone, shared)]
    for entry, kept in ((one, (False, True)), (two, (False, True)), (three, (False, False))):
        await _redact(office, entry.stamped.record, entry.id)
        await state.caretaker.round()
        found = [await state.evidence_store.find(key) is not None for key in keys]
        assert tuple(found) == kept
        seen = await ben.browser.get(f"/api/evidence/{content_hash(shared)}")
        assert (seen.status_code == 200) is kept[1]
    assert await world.rows("SELECT 1 FROM evidence_forgotten") == []


async def test_LO7_photo_named_again_at_the_same_moment_stays(world: World) -> None:
    ana, ben, office = await world.phone(ANA), await world.phone(BEN), await _keeper(world)
    task = ana.tasks(DAILY_CHECK)["2026-11-16"]
    photo = _photo(3)
    one = ana.photograph(task, "cleaning", photo)
    await ana.push()
    await ana.upload(photo)
    ana.photograph(task, "greening", photo)
    ben.record(task, "remark_added", remark="first in the queue")
    before = len(await world.rows("SELECT 1 FROM commits"))
    async with world.server.database.transaction() as connection:
        await connection.execute(lock_head(HARBOUR))
        acts = [asyncio.ensure_future(ben.push())]
        await asyncio.sleep(0.2)
        acts += [asyncio.ensure_future(_redact(office, task, one.id))]
        acts += [asyncio.ensure_future(ana.push())]
        await asyncio.sleep(0.2)
    await asyncio.gather(*acts)
    assert len(await world.rows("SELECT 1 FROM commits")) == before + 2, "both in one group"
    assert world.server.app is not None
    await world.server.app.state.caretaker.round()
    seen = await ben.browser.get(f"/api/evidence/{content_hash(photo)}")
    assert seen.content == photo


async def test_LO6_who_may_not_what_is_not_there_and_what_is_published_is_held(
    world: World,
) -> None:
    ana = await world.phone(ANA)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    remark = ana.record(task, "remark_added", remark=SECRET)
    await ana.push()
    office = await world.office(LIN)
    assert (await _redact(office, task, remark.id))["problem"]["code"] == "not_allowed"
    await _keeper(world)
    nowhere = await _redact(office, task, f"{ana.writer}:77")
    assert nowhere["problem"]["code"] == "operation_unknown"
    [published] = await world.rows(
        "SELECT id FROM operations WHERE record_id = $1 LIMIT 1", DAILY_LIST
    )
    asked = {"operation": published["id"], "reason": WHY}
    refused = await office.act(DAILY_LIST, "operation_redacted", "checklist", **asked)
    assert refused["problem"]["code"] == "not_redactable"
    assert SECRET in await _everything(world)


async def test_LO6_decision_that_says_the_words_again_loses_them_too(world: World) -> None:
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    office = await _keeper(world)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    notes = {
        item: (
            ana.record(task, "item_noted", item=item, note=SECRET),
            ben.record(task, "item_noted", item=item, note="已清理"),
        )
        for item in ("cleaning", "greening", "exterior")
    }
    await ana.push()
    await ben.push()
    chosen = {"cleaning": SECRET, "greening": "已清理", "exterior": f"{SECRET}，已清理"}
    for item, value in chosen.items():
        decided = await office.act(
            task,
            "conflict_decided",
            "task",
            field=f"note/{item}",
            between=[entry.id for entry in notes[item]],
            value=value,
            reason="以复核照片为准",
            signed={"zh": LIN.name.zh, "en": LIN.name.en},
        )
        assert decided["status"] in ("accepted", "merged"), decided
    for mine, _ in notes.values():
        await _redact(office, task, mine.id)
    await world.server.scores_settle()
    assert SECRET not in await _everything(world)
    await ana.pull()
    fields = ana.records[task]["fields"]
    shown = {item: fields[f"note/{item}"]["value"] for item in notes}
    assert shown == {"cleaning": REMOVED, "greening": "已清理", "exterior": REMOVED}
    assert all("decided" in fields[f"note/{item}"] for item in notes)
    assert await check_log(world.server.database) > 20
    rows = await read_tables(world.server.database)
    await rebuild_tables(world.server.database)
    assert await read_tables(world.server.database) == rows


async def test_LO6_words_that_were_held_before_they_were_applied_are_gone_too(
    world: World,
) -> None:
    ana, office = await world.phone(ANA), await _keeper(world)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    [role] = await world.rows("SELECT * FROM memberships WHERE person_id = $1", ANA.id)
    await world.server.database.run("DELETE FROM memberships WHERE person_id = $1", ANA.id)
    remark = ana.record(task, "remark_added", remark=SECRET)
    [outcome] = await ana.push()
    assert outcome["status"] == "held"
    await world.server.database.run(
        "INSERT INTO memberships SELECT * FROM jsonb_populate_record(NULL::memberships, $1::jsonb)",
        msgspec.json.encode(dict(role)).decode(),
    )
    assert world.server.app is not None
    await world.server.app.state.caretaker.round()
    await world.nothing_waits()
    await _redact(office, task, remark.id)
    assert SECRET not in await _everything(world)
    assert await check_acknowledged_is_durable(world.server.database, [ana]) == 1


async def test_LO6_right_at_one_site_reaches_no_other(world: World) -> None:
    ana = await world.phone(ANA)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    remark = ana.record(task, "remark_added", remark=SECRET)
    await ana.push()
    office = await _keeper(world, NORTH_GARDEN)
    assert (await _redact(office, task, remark.id))["problem"]["code"] == "not_allowed"
