"""Puts the cast, its places, checklists, plans and the S07 scheme into a database, once per run."""

from datetime import timedelta
from typing import Any

import msgspec

from backend.caretaker import Caretaker
from backend.directory.enrol import NewPerson, add_person, add_site, create_organization
from backend.kernel.clock import SetClock
from backend.kernel.database import Database
from backend.kernel.identity import derived_id
from backend.packs.loader import PACKS_FOLDER, load_pack
from backend.scoring.recompute import Recompute
from backend.switchboard import FACTS, SWITCHBOARD
from backend.sync.committer import Committer
from backend.sync.server_writer import server_submission
from shared_schemas.inspections import Plan
from shared_schemas.places import Area, Checkpoint, Places
from shared_schemas.primitives import Bilingual
from tests.world.cast import (
    ATRIUM,
    COST,
    DAILY_CHECK,
    EAST_SQUARE,
    ELSEWHERE,
    FOREIGN_MALL,
    GARDEN_CHECK,
    GARDEN_GATE,
    GUARD_CHECK,
    HARBOUR,
    HARBOUR_MALL,
    LIST_OF,
    NORTH_GARDEN,
    NOW,
    PASSWORD_HASH,
    PEOPLE,
    REPAIR_CHECK,
)

BACK = timedelta(days=48)
"""Plans run since 1 October, so that a story may end a month."""

FROM_ON = "2026-10-01"
SITES: tuple[tuple[str, str, str, Bilingual, dict[str, str]], ...] = (
    # organisation, site, code, name, checkpoints
    (HARBOUR, HARBOUR_MALL, "mall", Bilingual(zh="港湾商场", en="Harbour Mall"),
     {ATRIUM: "F1-01", EAST_SQUARE: "OUT-1"}),
    (HARBOUR, NORTH_GARDEN, "garden", Bilingual(zh="北苑小区", en="North Garden"),
     {GARDEN_GATE: "MG-E"}),
    (ELSEWHERE, FOREIGN_MALL, "foreign", Bilingual(zh="别处商场", en="Mall elsewhere"), {}),
)  # fmt: skip
PLANS = (
    (DAILY_CHECK, "floor_management_daily", HARBOUR_MALL, ATRIUM),
    (GUARD_CHECK, "guard_self_check", HARBOUR_MALL, EAST_SQUARE),
    (REPAIR_CHECK, "repair_self_check", HARBOUR_MALL, ATRIUM),
    (GARDEN_CHECK, "floor_management_daily", NORTH_GARDEN, GARDEN_GATE),
)


async def build(url: str) -> None:
    """Settle two organisations as they stand on the morning of NOW."""
    database, clock = Database(url, pool_size=2), SetClock(NOW)
    await database.open()
    committer = Committer(database, SWITCHBOARD, clock)
    recompute = Recompute(database, clock, FACTS)
    try:
        await _let_in(database)
        await _publish(committer)
        caretaker = Caretaker(database, committer, recompute, clock)
        await caretaker.look_after(HARBOUR, back=BACK)
        while await recompute.bring_up_to_date():
            pass
    finally:
        await committer.close()
        await database.close()


async def _let_in(database: Database) -> None:
    for organization, code in ((HARBOUR, "harbour"), (ELSEWHERE, "elsewhere")):
        await create_organization(
            database,
            code=code,
            name=Bilingual(zh=f"{code} 物业", en=code.title()),
            manager=f"139{code}",
            organization=organization,
            scrypt_cost=COST,
        )
    async with database.transaction() as connection:
        for organization, site, code, name, _ in SITES:
            await add_site(connection, organization, site=site, code=code, name=name)
        for person in PEOPLE:
            new = NewPerson(
                id=person.id,
                user_name=person.user_name,
                name=person.name,
                roles=(person.role,),
                password="hashed already",
                password_hash=PASSWORD_HASH,
            )
            await add_person(connection, person.organization, new)


async def _publish(committer: Committer) -> None:
    pack = load_pack(PACKS_FOLDER / "mall")
    for organization, site, _, name, checkpoints in SITES:
        places = _places(site, name, checkpoints)
        await publish(committer, site, "places_published", organization, places=places)
    for checklist in pack.checklists:
        record = derived_id("checklist", checklist.code)
        await publish(committer, record, "checklist_published", checklist=checklist)
    templates = {one.code: one for one in pack.plans}
    for plan_id, code, site, checkpoint in PLANS:
        template = templates[code]
        plan = Plan(
            code=code,
            title=template.title,
            site=site,
            checkpoint=checkpoint,
            checklist=LIST_OF[plan_id],
            cadence=template.cadence,
            use=template.use,
            opens=template.opens,
            closes=template.closes,
            roles=template.roles,
            from_on=FROM_ON,
        )
        await publish(committer, plan_id, "plan_published", plan=plan)
    for scheme in pack.schemes:
        record = derived_id("scheme", scheme.code)
        await publish(committer, record, "scheme_published", scheme=scheme, sites=[HARBOUR_MALL])


async def publish(
    committer: Committer, record: str, kind: str, organization: str = HARBOUR, **parts: Any
) -> None:
    """Publish as the server itself; it must pass."""
    body = {"kind": kind, **{name: msgspec.to_builtins(part) for name, part in parts.items()}}
    [outcome] = await committer.push(server_submission(organization, record, body, NOW))
    assert outcome.status == "accepted", outcome


def _places(site: str, name: Bilingual, checkpoints: dict[str, str]) -> Places:
    area = derived_id("area", site)
    return Places(
        site=site,
        name=name,
        areas=(Area(id=area, name=Bilingual(zh="一层", en="Floor 1")),),
        checkpoints=tuple(
            Checkpoint(id=one, code=code, name=Bilingual(zh=code), area=area)
            for one, code in checkpoints.items()
        ),
    )
