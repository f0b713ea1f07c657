"""People get roles and lose them, and a phone hears of it: what the stories of rights share."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec

from backend.directory.actors import RoleAt
from backend.kernel.identity import derived_id
from backend.sync.doors import Member, own_scope
from backend.sync.merge import Record
from tests.world.cast import HARBOUR, LIN, NORTH_GARDEN, Person
from tests.world.fixtures import World
from tests.world.phone import Phone

INSPECTOR_THERE = RoleAt("quality_inspector", NORTH_GARDEN)
DAYS = tuple(f"2026-11-{day:02}" for day in range(1, 29))
Reply = dict[str, Any]


async def grant(world: World, person: Person, role: RoleAt) -> None:
    await world.server.database.run(
        "INSERT INTO memberships (organization_id, id, person_id, role, site_id)"
        " VALUES ($1, $2, $3, $4, $5)",
        HARBOUR,
        derived_id(person.id, role.role, role.site),
        person.id,
        role.role,
        role.site,
    )


async def revoke(world: World, person: Person, role: RoleAt) -> None:
    await world.server.database.run(
        "DELETE FROM memberships WHERE person_id = $1 AND role = $2 AND site_id = $3",
        person.id,
        role.role,
        role.site,
    )


def listen(phone: Phone, before: Callable[[], Awaitable[None]] | None = None) -> list[Reply]:
    """Keep every reply to a pull from now on; `before` is done before each is asked for."""
    heard: list[Reply] = []
    ask = phone.browser.get

    async def get(path: str, **asked: Any) -> Any:
        if before is not None:
            await before()
        reply = await ask(path, **asked)
        heard.append(msgspec.json.decode(reply.content))
        return reply

    phone.browser.get = get  # type: ignore[method-assign]
    return heard


async def fail_days(phone: Phone, plan: str, days: Sequence[str]) -> None:
    for day in days:
        phone.answer(phone.tasks(plan)[day], "cleaning", "fail", plan=plan)
    while phone.waiting:
        await phone.push()


def shared_with(*people: Person) -> Callable[..., list[Member]]:
    """Make each finding these people's own, until Lin says something of it."""

    def members(_before: Record | None, after: Record) -> list[Member]:
        present = LIN.id not in str(after["fields"])
        return [
            Member(scope=own_scope(one.id), record=after["id"], present=present) for one in people
        ]

    return members
