"""Scopes: what a phone holds follows its person's roles, and both sides count the same."""

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from backend.directory.actors import RoleAt
from backend.flows.failed_item_raises_nonconformity import nonconformity_of
from backend.kernel.identity import derived_id
from backend.switchboard import DOORS
from backend.sync import storage
from backend.sync.cursor import parse_cursor
from backend.sync.doors import Member, own_scope
from backend.sync.merge import Record
from backend.sync.scopes import OWN
from backend.sync.state import Group, Placed
from tests.world.cast import (
    ANA,
    BEN,
    CLEO,
    DAILY_CHECK,
    DING,
    GARDEN_CHECK,
    HARBOUR_MALL,
    LIN,
    NORTH_GARDEN,
    SOL,
)
from tests.world.checkers import check_cursor, check_equal_states, check_log, check_scope_sums
from tests.world.fixtures import World
from tests.world.rights import (
    DAYS,
    INSPECTOR_THERE,
    Reply,
    fail_days,
    grant,
    listen,
    revoke,
    shared_with,
)


def _held(replies: Sequence[Reply]) -> list[str]:
    return [one["record"]["id"] for reply in replies for one in reply["records"]]


async def test_SC2_grant_brings_what_was_added_and_nothing_that_is_there_already(
    world: World,
) -> None:
    ana, ding = await world.phone(ANA), await world.phone(DING)
    await fail_days(ding, GARDEN_CHECK, DAYS[:6])
    await ana.pull()
    before = dict(ana.records)
    await grant(world, ANA, INSPECTOR_THERE)
    heard = listen(ana)
    assert await ana.pull(limit=4) > 3
    assert not any(reply["full"] for reply in heard)
    assert [reply.get("whole", False) for reply in heard] == [*[True] * (len(heard) - 1), False]
    brought = _held(heard)
    assert len(brought) == len(set(brought)) == len(ana.records) - len(before) > 12
    assert not before.keys() & set(brought)
    roles = [ANA.role, INSPECTOR_THERE]
    assert await check_cursor(world.server.database, ana, roles) == len(ana.records)
    heard.clear()
    await ana.pull()
    assert _held(heard) == [], "granted once"


async def test_SC2_CU5_nothing_that_changes_amid_a_grant_is_missed(world: World) -> None:
    ana, ding = await world.phone(ANA), await world.phone(DING)
    days = iter(DAYS)
    await fail_days(ding, GARDEN_CHECK, [next(days) for _ in range(4)])
    await grant(world, ANA, INSPECTOR_THERE)

    async def meanwhile() -> None:
        """New records, and changes of those that were sent a page before."""
        await fail_days(ding, GARDEN_CHECK, [next(days)])
        ding.answer(ding.tasks(GARDEN_CHECK)[DAYS[0]], "greening", "fail", plan=GARDEN_CHECK)
        await ding.push()

    heard = listen(ana, meanwhile)
    assert await ana.pull(limit=5) > 4
    assert any(reply.get("whole") for reply in heard)
    assert not any(reply["full"] for reply in heard)
    await check_cursor(world.server.database, ana, [ANA.role, INSPECTOR_THERE])
    assert await check_log(world.server.database) > 20


async def test_SC3_revoke_takes_what_it_names_and_never_unsent_work(world: World) -> None:
    ana = await world.phone(ANA)
    await grant(world, ANA, INSPECTOR_THERE)
    await ana.pull()
    task = ana.tasks(GARDEN_CHECK)["2026-11-17"]
    entry = ana.answer(task, "cleaning", "fail", plan=GARDEN_CHECK)
    await revoke(world, ANA, INSPECTOR_THERE)
    heard = listen(ana)
    await ana.pull()
    [reply] = heard
    assert reply["full"] is False
    assert [one["site"] for one in reply["dropped"]] == [NORTH_GARDEN]
    assert "task" in reply["dropped"][0]["kinds"]
    assert task not in ana.records
    assert entry in ana.waiting
    assert ana.view(task)["fields"]["answer/cleaning"]["value"] == "fail"
    assert await check_cursor(world.server.database, ana) == len(ana.records)
    await ana.push()
    assert entry.outcome is not None
    assert entry.outcome["problem"]["code"] == "not_allowed", "kept on the held desk, not lost"


async def test_SC3_CU8_another_role_at_the_same_site_is_a_difference_of_kinds(
    world: World,
) -> None:
    ana = await world.phone(ANA)
    await fail_days(ana, DAILY_CHECK, DAYS[:2])
    await ana.pull()
    assert nonconformity_of(ana.tasks(DAILY_CHECK)[DAYS[0]], "cleaning") in ana.records
    assessor = RoleAt("third_party_assessor", HARBOUR_MALL)
    await grant(world, ANA, assessor)
    await revoke(world, ANA, ANA.role)
    heard = listen(ana)
    await ana.pull()
    assert heard[0]["full"] is False
    assert {one["site"] for one in heard[0]["dropped"]} == {"", HARBOUR_MALL}
    assert _held(heard) == []
    assert {one["kind"] for one in ana.records.values()} & {"nonconformity", "scheme"} == set()
    await check_cursor(world.server.database, ana, [assessor])


async def test_SC2_SC3_person_who_holds_nothing_is_given_and_taken_everything(
    world: World,
) -> None:
    cleo = await world.phone(CLEO)
    assert cleo.records == {}
    await grant(world, CLEO, INSPECTOR_THERE)
    await cleo.pull(limit=3)
    assert await check_cursor(world.server.database, cleo, [INSPECTOR_THERE]) > 10
    await revoke(world, CLEO, INSPECTOR_THERE)
    await cleo.pull(limit=3)
    assert cleo.records == {}


async def test_SC2_CU4_rights_that_change_amid_a_grant_mean_a_full_refill(world: World) -> None:
    ana = await world.phone(ANA)
    await grant(world, ANA, INSPECTOR_THERE)
    pages = iter(range(100))

    async def withdraw_again() -> None:
        if next(pages) == 1:
            await revoke(world, ANA, INSPECTOR_THERE)

    heard = listen(ana, withdraw_again)
    await ana.pull(limit=3)
    assert heard[0]["whole"] is True
    assert [reply["full"] for reply in heard[:3]] == [False, True, False]
    assert await check_cursor(world.server.database, ana) == len(ana.records)


async def test_SC5_record_that_moves_to_another_site_leaves_one_phone_and_enters_the_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, ben, ding, lin = [await world.phone(one) for one in (ANA, BEN, DING, LIN)]
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    await fail_days(ana, DAILY_CHECK, DAYS[:3])
    for phone in (ana, ding, lin):
        await phone.pull()
    write = storage.write_group

    def move_to(site: str) -> None:
        async def moving(connection: Any, group: Group, now_ms: int) -> Any:
            if task in group.before:
                group.records[task] = Placed(record=group.records[task].record, site=site)
            return await write(connection, group, now_ms)

        monkeypatch.setattr(storage, "write_group", moving)

    for site, holder, other in (
        (NORTH_GARDEN, ding, ana),
        (HARBOUR_MALL, ana, ding),
        (NORTH_GARDEN, ding, ana),
    ):
        move_to(site)
        # Whose plan it was may still speak of it, and with that it moves.
        ben.record(task, "remark_added", remark=f"to {site}")
        [outcome] = await ben.push()
        assert outcome["status"] in ("accepted", "merged"), outcome
        for phone in (ana, ding, lin):
            await phone.pull(limit=1)
            assert phone.differs == []
        assert holder.sites[task] == lin.sites[task] == site
        assert task not in other.records
    await check_scope_sums(world.server.database)


async def test_SC6_SC10_equal_cursors_have_equal_checksums(world: World) -> None:
    phones = [await world.phone(one) for one in (ANA, BEN, SOL, LIN, CLEO)]
    await fail_days(phones[0], DAILY_CHECK, DAYS[:4])
    for phone in phones:
        heard = listen(phone)
        await phone.pull(limit=7)
        told = {one["scope"]: (one["sum"], one["count"]) for one in heard[-1]["scopes"]}
        assert all("scopes" not in reply for reply in heard[:-1]), "only to who has caught up"
        assert {scope: one for scope, one in told.items() if one[1]} == phone.sums()
        both = {HARBOUR_MALL, NORTH_GARDEN}
        # The office also holds what is closed to the assessed.
        sites = {"", *both, *(f"~{one}" for one in both)}
        sites = sites if phone.person is LIN else {"", HARBOUR_MALL}
        assert set(told) == ({OWN} if phone.person is CLEO else sites | {OWN})
    check_equal_states(phones)
    assert await check_scope_sums(world.server.database) > 20


async def test_SC7_sums_are_kept_whatever_is_held_repeated_or_pushed_at_once(
    world: World,
) -> None:
    ana, ben, ding = [await world.phone(one) for one in (ANA, BEN, DING)]
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    for phone in (ana, ben):
        for item in ("cleaning", "greening"):
            phone.answer(task, item, "fail", plan=DAILY_CHECK)
            phone.record(derived_id("nowhere"), "remark_added", remark="?")
    ding.answer(ding.tasks(GARDEN_CHECK)["2026-11-17"], "cleaning", "fail", plan=GARDEN_CHECK)
    await asyncio.gather(*(phone.push() for phone in (ana, ben, ding)))
    await ana.push(ana.outbox)
    assert {one.outcome["status"] for one in ana.outbox if one.outcome} >= {"duplicate", "held"}
    assert await check_scope_sums(world.server.database) > 20


async def test_SC8_phone_that_counts_otherwise_gets_the_scope_anew_and_the_office_hears(
    world: World,
) -> None:
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    await fail_days(ana, DAILY_CHECK, DAYS[:3])
    await ana.pull()
    task = ana.tasks(DAILY_CHECK)[DAYS[0]]
    true = ana.records[task]
    ana.records[task] = {**true, "stamp": true["stamp"] + 1}
    ana.records["f" * 32] = {**true, "id": "f" * 32}
    ana.sites["f" * 32] = ana.scopes["f" * 32] = HARBOUR_MALL
    await ana.pull()
    assert ana.differs == [HARBOUR_MALL]
    await fail_days(ben, DAILY_CHECK, DAYS[3:5])
    heard = listen(ana)
    assert await ana.pull(limit=6, again=HARBOUR_MALL) > 2
    assert ana.differs == []
    assert [one["site"] for one in heard[0]["dropped"]] == [HARBOUR_MALL]
    assert heard[0]["whole"] is True
    assert not any(reply["full"] for reply in heard)
    assert {one["site"] for reply in heard for one in reply["records"]} == {HARBOUR_MALL}
    assert "f" * 32 not in ana.records
    assert await check_cursor(world.server.database, ana) > 20
    office = await world.office()
    devices = (await office.browser.get("/api/office/devices")).json()["devices"]
    alarms = {one["device"]: one["scope_alarms"] for one in devices}
    assert alarms[ana.device] == 1
    assert alarms[ben.device] == 0


async def test_SC8_request_that_was_asked_again_is_one_alarm(world: World) -> None:
    ana = await world.phone(ANA)
    asked = {"cursor": ana.cursor, "writers": ana.writer, "wire": 2, "again": ""}
    for _ in range(3):
        reply = (await ana.browser.get("/api/sync/pull", params=asked)).json()
        assert {one["site"] for one in reply["records"]} == {""}
        assert reply["dropped"][0]["site"] == ""
    [row] = await world.rows("SELECT * FROM scope_alarms")
    assert (row["scope"], row["device_id"], row["person_id"]) == ("", ana.device, ANA.id)


async def test_SC8_own_scope_is_sent_anew(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = msgspec.structs.replace(DOORS["nonconformity"], members=shared_with(CLEO))
    monkeypatch.setitem(DOORS, "nonconformity", shared)
    ana, cleo = await world.phone(ANA), await world.phone(CLEO)
    await fail_days(ana, DAILY_CHECK, DAYS[:3])
    await cleo.pull()
    missing, _ = cleo.records.popitem()
    await cleo.pull()
    assert cleo.differs == [OWN]
    await cleo.pull(limit=1, again=OWN)
    assert cleo.differs == []
    assert missing in cleo.records


async def test_SC9_scope_that_is_not_ones_own_is_refused_and_shows_nothing(world: World) -> None:
    ana, cleo = await world.phone(ANA), await world.phone(CLEO)
    for phone, scope in (
        (ana, NORTH_GARDEN),
        (ana, own_scope(BEN.id)),
        (ana, "nonsense\x00"),
        (cleo, ""),
        (cleo, NORTH_GARDEN),
    ):
        asked = {"cursor": phone.cursor, "writers": phone.writer, "wire": 2, "again": scope}
        reply = await phone.browser.get("/api/sync/pull", params=asked)
        assert reply.status_code == 403
        assert reply.json()["code"] == "scope_not_yours"
        assert "records" not in reply.json()
    assert await world.rows("SELECT 1 FROM scope_alarms") == []


async def test_SC11_phone_that_knows_no_scopes_is_told_of_none(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = msgspec.structs.replace(DOORS["nonconformity"], members=shared_with(CLEO))
    monkeypatch.setitem(DOORS, "nonconformity", shared)
    ana, cleo = await world.phone(ANA), await world.phone(CLEO)
    for phone in (ana, cleo):
        phone.wire, phone.cursor = 1, ""
        await phone.pull()
    await fail_days(ana, DAILY_CHECK, DAYS[:2])
    await grant(world, ANA, INSPECTOR_THERE)
    heard = [listen(phone) for phone in (ana, cleo)]
    for phone in (ana, cleo):
        await phone.pull(limit=9)
    assert heard[0][0]["full"] is True
    told = {name for replies in heard for reply in replies for name in reply}
    assert told & {"dropped", "scopes", "whole"} == set()
    assert cleo.records == {}
    cleo.wire = 2
    await cleo.pull()
    assert len(cleo.records) == 2, "the same phone, updated: its own came with the next pull"
    assert cleo.differs == []
    assert not heard[1][-1]["full"]


async def test_CU4_cursor_of_another_persons_own_scope_means_a_full_refill(world: World) -> None:
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    asked = {"cursor": ana.cursor, "writers": "", "wire": 2}
    reply = (await ben.browser.get("/api/sync/pull", params=asked)).json()
    assert reply["full"] is True
    mine, theirs = parse_cursor(ana.cursor), parse_cursor(reply["cursor"])
    assert mine is not None
    assert theirs is not None
    assert mine.mark.pairs == theirs.mark.pairs


async def test_CU5_SC4_page_that_ends_among_lines_of_one_position_is_not_the_last(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def members(_before: Record | None, after: Record) -> list[Member]:
        task = str(after["fields"]["task"]["value"])
        own = own_scope(CLEO.id)
        return [Member(scope=own, record=one, present=True) for one in (after["id"], task)]

    shared = msgspec.structs.replace(DOORS["nonconformity"], members=members)
    monkeypatch.setitem(DOORS, "nonconformity", shared)
    ana, cleo = await world.phone(ANA), await world.phone(CLEO)
    for day in DAYS[:3]:
        await fail_days(ana, DAILY_CHECK, [day])
    for limit in (1, 3):
        cleo.cursor, cleo.records = "", {}
        await cleo.pull(limit=limit)
        assert cleo.differs == []
        assert len(cleo.records) == 6, "three findings and their tasks, two entering at once"
