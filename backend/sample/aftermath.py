"""What became of the sample's findings: most were put right and verified, a few confirmed."""

import random
from typing import Any

from backend.directory.actors import Actor
from backend.kernel.database import Database
from backend.kernel.identity import derived_id
from backend.packs.workflows import WORKFLOWS
from backend.sample.cast import SampleOrganization, SamplePerson
from backend.sync.committer import Committer
from backend.sync.server_writer import office_submission

HOUR = 3_600_000
DAY = 24 * HOUR
CORRECTED_OF_HUNDRED = 88
CONFIRMED_OF_HUNDRED = 30
CORRECTIONS = ("已清理干净", "已更换", "已修复,试用正常", "已整改并提醒当班人员")


async def write_aftermath(
    database: Database, committer: Committer, organization: SampleOrganization, now_ms: int
) -> None:
    """Correct, verify and confirm what is older than a day, each by someone who may."""
    dice = random.Random(organization.code)  # noqa: S311  a story, not a secret
    found = await database.rows(
        "SELECT id, found_by, found_ms, use, workflow FROM nonconformities"
        " WHERE organization_id = $1 AND state = 'open' ORDER BY found_ms, id",
        organization.id,
    )
    clerk = _actor(organization, _first(organization, "quality_clerk"))
    people = {organization.person_id(one.user_name): one for one in organization.people}
    for row in found:
        at_ms = row["found_ms"] + dice.randrange(2, 7) * HOUR
        if row["use"] == "self_check" and dice.randrange(100) < CONFIRMED_OF_HUNDRED:
            body = {"kind": "nonconformity_confirmed", "confirmed_at": at_ms}
            await _act(committer, clerk, row["id"], body, min(at_ms, now_ms))
        if now_ms - row["found_ms"] < DAY or dice.randrange(100) >= CORRECTED_OF_HUNDRED:
            continue
        words = dice.choice(CORRECTIONS)
        finder = people[row["found_by"]]
        verifier = _verifier(organization, row["workflow"], finder) or clerk
        corrector = _corrector(organization, finder, verifier)
        kind = "nonconformity_corrected"
        body = {"kind": kind, "corrected_at": at_ms, "correction": words}
        await _act(committer, corrector, row["id"], body, at_ms)
        verified = {"kind": "correction_verified", "verified_at": at_ms + HOUR, "words": "复查合格"}
        await _act(committer, verifier, row["id"], verified, at_ms + HOUR)


def _verifier(
    organization: SampleOrganization, workflow: str, finder: SamplePerson
) -> Actor | None:
    """Give whom the way of handling names to verify; nobody where it names no one."""
    way = WORKFLOWS.get(workflow)
    if way is None:
        return None
    named = finder if way.verifier == "finder" else _first(organization, way.verifier)
    return _actor(organization, named)


async def _act(
    committer: Committer, actor: Actor, record: str, body: dict[str, Any], at_ms: int
) -> None:
    request = derived_id("sample act", record, body["kind"])
    outcomes = await committer.push(
        office_submission(actor, request, record, body, at_ms, based_on=2**40, saw_stamp=0)
    )
    if outcomes[0].status == "held":
        message = f"{body['kind']} was held: {outcomes[0].problem}"
        raise RuntimeError(message)


def _corrector(organization: SampleOrganization, finder: SamplePerson, verifier: Actor) -> Actor:
    """Give who puts it right: the finder where that is part of the work, else a colleague.

    Never whoever verifies it.
    """
    people = (finder, *organization.people)
    actors = (_actor(organization, person) for person in people)
    site = organization.site_id
    return next(one for one in actors if one.may("correct", site) and one.person != verifier.person)


def _first(organization: SampleOrganization, role: str) -> SamplePerson:
    return next(one for one in organization.people if role in one.roles)


def _actor(organization: SampleOrganization, person: SamplePerson) -> Actor:
    return Actor(
        organization=organization.id,
        person=organization.person_id(person.user_name),
        device="",
        session="",
        name=person.name,
        roles=organization.roles_of(person),
        sites=(organization.site_id,),
    )
