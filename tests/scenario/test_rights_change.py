"""Whatever becomes of a person's roles, the phone ends with what they say and nothing else."""

from random import Random

import msgspec
import pytest

from backend.directory.actors import RoleAt
from backend.flows.failed_item_raises_nonconformity import nonconformity_of
from backend.switchboard import DOORS
from backend.sync.doors import Member, own_scope
from backend.sync.merge import Record
from backend.sync.scopes import OWN
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
)
from tests.world.checkers import check_cursor, check_scope_sums
from tests.world.fixtures import World
from tests.world.rights import (
    DAYS,
    INSPECTOR_THERE,
    fail_days,
    grant,
    listen,
    revoke,
    shared_with,
)


async def test_SC4_what_is_ones_own_comes_without_a_right_and_leaves_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = DOORS["nonconformity"]
    ana, cleo, ding = [await world.phone(one) for one in (ANA, CLEO, DING)]
    lin = await world.phone(LIN)
    await fail_days(ana, DAILY_CHECK, DAYS[:1])
    shared = msgspec.structs.replace(door, members=shared_with(CLEO, ANA))
    monkeypatch.setitem(DOORS, "nonconformity", shared)
    await fail_days(ana, DAILY_CHECK, DAYS[1:6])
    heard = listen(cleo)
    await cleo.pull(limit=2)
    own = {nonconformity_of(ana.tasks(DAILY_CHECK)[day], "cleaning") for day in DAYS[1:6]}
    assert cleo.records.keys() == own, "what was there before the door spoke stays out"
    assert {one["scope"] for reply in heard for one in reply["records"]} == {OWN}
    for phone in (ana, ding, lin):
        await phone.pull()
    assert OWN not in ana.scopes.values(), "what is visible through its site is sent as such"
    assert not own & ding.records.keys()
    left = min(own)
    lin.record(left, "severity_judged", severity="minor")
    await lin.push()
    await cleo.pull()
    assert cleo.records.keys() == own - {left}
    await ana.pull()
    assert left in ana.records, "who sees it through its site keeps it"
    for phone in (ana, cleo, ding, lin):
        await phone.pull()
        await check_cursor(world.server.database, phone)


async def test_SC4_what_enters_or_leaves_without_changing_is_sent_and_dropped(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, cleo, lin = [await world.phone(one) for one in (ANA, CLEO, LIN)]
    tasks = [ana.tasks(DAILY_CHECK)[day] for day in DAYS[:3]]
    await fail_days(ana, DAILY_CHECK, DAYS[:3])
    for phone in (ana, cleo, lin):
        await phone.pull()

    def members(_before: Record | None, after: Record) -> list[Member]:
        """Let three checks in with the first finding that is spoken of, and out with the next."""
        present = after["id"] == nonconformity_of(tasks[0], "cleaning")
        return [
            Member(scope=own_scope(one.id), record=task, present=present)
            for one in (CLEO, ANA)
            for task in tasks
        ]

    spoken_of = msgspec.structs.replace(DOORS["nonconformity"], members=members)
    monkeypatch.setitem(DOORS, "nonconformity", spoken_of)
    for finding, held in ((tasks[0], set(tasks)), (tasks[1], set())):
        lin.record(nonconformity_of(finding, "cleaning"), "severity_judged", severity="minor")
        await lin.push()
        heard = listen(cleo)
        for phone in (ana, cleo, lin):
            await phone.pull(limit=1)
            await check_cursor(world.server.database, phone)
        assert cleo.records.keys() == held
        came = [len(one["records"]) + len(one["drops"]) for one in heard]
        assert came == [3, 0], "what came about at one moment comes in one page"
        assert set(tasks) <= ana.records.keys(), "who sees it through its site keeps it"


async def test_SC4_what_was_visible_and_is_ones_own_stays_when_the_role_goes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = msgspec.structs.replace(DOORS["nonconformity"], members=shared_with(ANA))
    monkeypatch.setitem(DOORS, "nonconformity", shared)
    ana = await world.phone(ANA)
    await fail_days(ana, DAILY_CHECK, DAYS[:3])
    await ana.pull()
    own = {nonconformity_of(ana.tasks(DAILY_CHECK)[day], "cleaning") for day in DAYS[:3]}
    await revoke(world, ANA, ANA.role)
    await grant(world, ANA, CLEO.role)
    await ana.pull(limit=2)
    assert ana.records.keys() == own
    assert set(ana.scopes.values()) == {OWN}
    await check_cursor(world.server.database, ana, [CLEO.role])
    await revoke(world, ANA, CLEO.role)
    await grant(world, ANA, ANA.role)
    await ana.pull(limit=2)
    assert OWN not in ana.scopes.values()
    await check_cursor(world.server.database, ana)


ROLES = (
    INSPECTOR_THERE,
    RoleAt("quality_clerk", ""),
    RoleAt("third_party_assessor", HARBOUR_MALL),
    RoleAt("team_leader", NORTH_GARDEN),
    RoleAt("dispatcher", HARBOUR_MALL),
)


@pytest.mark.parametrize("seed", range(6))
async def test_SC2_SC3_SC10_any_course_of_grants_and_work_ends_in_what_the_roles_say(
    world: World, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    shared = msgspec.structs.replace(DOORS["nonconformity"], members=shared_with(ANA))
    monkeypatch.setitem(DOORS, "nonconformity", shared)
    dice = Random(seed)
    ana, ding, lin, ben = [await world.phone(one) for one in (ANA, DING, LIN, BEN)]
    roles, changes, budget = {ANA.role}, 0, 0

    async def something() -> None:
        """Somebody works, or Ana's roles change: also between two pages of one pull."""
        nonlocal changes, budget
        budget -= 1
        if budget < 0:
            return
        match dice.randrange(7):
            case 0 | 6:
                role = dice.choice(ROLES)
                await (revoke if role in roles else grant)(world, ANA, role)
                roles.symmetric_difference_update({role})
                changes += 1
            case 1:
                await fail_days(ding, GARDEN_CHECK, [dice.choice(DAYS)])
            case 2:
                found = [
                    one["id"] for one in lin.records.values() if one["kind"] == "nonconformity"
                ]
                if found:
                    lin.record(dice.choice(found), "severity_judged", severity="minor")
                await lin.sync()
            case _:
                await fail_days(ben, DAILY_CHECK, [dice.choice(DAYS)])

    heard = listen(ana, something)
    for _ in range(16):
        budget = 6
        await something()
        await ana.pull(limit=dice.choice((1, 4, 20, 1000)))
        assert ana.differs == []
    budget = 0
    everywhere = RoleAt("quality_clerk", "")
    if everywhere not in roles:
        await grant(world, ANA, everywhere)
    await ana.pull(limit=7)
    await revoke(world, ANA, everywhere)
    await ana.pull(limit=7)
    roles -= {everywhere}
    assert changes > 2
    assert heard[-1]["full"] or any(reply.get("dropped") for reply in heard)
    await check_cursor(world.server.database, ana, sorted(roles, key=str))
    await check_scope_sums(world.server.database)
