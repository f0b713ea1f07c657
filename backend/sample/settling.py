"""Let the cast in and publish its places, checklists, plans and scheme."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from backend.caretaker import Caretaker
from backend.directory.enrol import (
    NewPerson,
    add_contractor,
    add_person,
    add_site,
    create_organization,
)
from backend.domains.shifts.rules import roster_of
from backend.kernel.database import Database
from backend.kernel.identity import derived_id
from backend.packs.documents import PlanTemplate
from backend.packs.loader import PACKS_FOLDER, Pack, load_pack
from backend.sample.cast import SampleOrganization, SamplePlan
from backend.sync.committer import Committer
from backend.sync.server_writer import server_submission
from backend.timing.cadences import running_since
from shared_schemas.inspections import Plan

QUICK_SCRYPT = 2**12
"""Sample accounts are made in one go; theirs is a password for trying things out."""

PlanIds = dict[SamplePlan, str]


async def settle(
    database: Database,
    committer: Committer,
    caretaker: Caretaker,
    organization: SampleOrganization,
    password: str,
    now_ms: int,
    days: int,
) -> PlanIds:
    """Make one organisation ready to work; give its plans' ids."""
    await _let_in(database, organization, password)
    pack = load_pack(PACKS_FOLDER / organization.pack)
    publish = _Publisher(committer, organization.id, now_ms)
    await publish(organization.site_id, "places_published", places=organization.places)
    for checklist in pack.checklists:
        await publish(
            _checklist_id(organization, checklist.code), "checklist_published", checklist=checklist
        )
    today = datetime.fromtimestamp(now_ms / 1000, UTC).date()
    plans: PlanIds = {}
    for line in organization.plans:
        plan = _plan(organization, pack, line, _begins(pack, line, today, days))
        plans[line] = derived_id("sample plan", organization.code, line.template, line.checkpoint)
        await publish(plans[line], "plan_published", plan=plan)
    for scheme in pack.schemes:
        await publish(
            derived_id("scheme", organization.id, scheme.code, scheme.version),
            "scheme_published",
            scheme=scheme,
            sites=(organization.site_id,),
        )
    for record, route in organization.published_routes:
        await publish(record, "route_published", route=route)
    month = today.replace(day=1)
    for one in (month, (month + timedelta(days=31)).replace(day=1)):
        roster = organization.roster_of(one)
        await publish(
            roster_of(organization.site_id, roster.month), "roster_published", roster=roster
        )
    await caretaker.look_after(organization.id, back=timedelta(days=days))
    return plans


class _Publisher:
    """Publishes as the server itself: the sample has no office that could press the button."""

    def __init__(self, committer: Committer, organization: str, now_ms: int) -> None:
        self._committer = committer
        self._organization = organization
        self._now_ms = now_ms

    async def __call__(self, record: str, kind: str, **parts: Any) -> None:
        body = {"kind": kind, **{name: msgspec.to_builtins(part) for name, part in parts.items()}}
        outcomes = await self._committer.push(
            server_submission(self._organization, record, body, self._now_ms)
        )
        if outcomes[0].status == "held":
            message = f"{kind} was held: {outcomes[0].problem}"
            raise RuntimeError(message)


async def _let_in(database: Database, organization: SampleOrganization, password: str) -> None:
    await create_organization(
        database,
        code=organization.code,
        name=organization.name,
        manager=organization.manager,
        organization=organization.id,
        scrypt_cost=QUICK_SCRYPT,
    )
    async with database.transaction() as connection:
        await add_site(
            connection,
            organization.id,
            site=organization.site_id,
            code=organization.site,
            name=organization.site_name,
        )
        for code, name in organization.contractors:
            contractor = organization.contractor_id(code)
            if contractor is not None:
                await add_contractor(connection, organization.id, contractor=contractor, name=name)
        for person in organization.people:
            new = NewPerson(
                user_name=person.user_name,
                name=person.name,
                roles=organization.roles_of(person),
                password=password,
                contractor=organization.contractor_id(person.contractor),
                id=organization.person_id(person.user_name),
            )
            await add_person(connection, organization.id, new, scrypt_cost=QUICK_SCRYPT)


def _checklist_id(organization: SampleOrganization, code: str) -> str:
    return derived_id("checklist", organization.id, code, 1)


def _begins(pack: Pack, line: SamplePlan, today: date, days: int) -> str:
    """Say from when a plan runs: what nobody has carried out so far was never missed either."""
    if line.by:
        return (today - timedelta(days=days)).isoformat()
    template = next(one for one in pack.plans if one.code == line.template)
    return running_since(template.cadence, today).isoformat()


def _plan(organization: SampleOrganization, pack: Pack, line: SamplePlan, from_on: str) -> Plan:
    template: PlanTemplate = next(one for one in pack.plans if one.code == line.template)
    return Plan(
        code=template.code,
        title=template.title,
        site=organization.site_id,
        checkpoint=organization.place_id(line.checkpoint),
        checklist=_checklist_id(organization, template.checklist),
        cadence=template.cadence,
        use=template.use,
        opens=template.opens,
        closes=template.closes,
        roles=template.roles,
        from_on=from_on,
        every_days=template.every_days,
        weekdays=template.weekdays,
        month_days=template.month_days,
        mode=template.mode,
        disclosure=template.disclosure,
        random_min=template.random_min,
        people=template.people,
        variants=template.variants,
        workflow=template.workflow,
        checkers=organization.checkers_of(template.roles) if template.disclosure != "open" else (),
        equipment=organization.equipment_of(template.maintenance),
    )
