"""Findings as the office meets them: what was found, with which photo, and what may be done now."""

import json
from collections.abc import Mapping
from typing import Any, Literal

import msgspec
from msgspec import Struct

from backend.directory.actors import Actor
from backend.directory.rights import Right
from backend.office.arrivals import lacking_of, load_lacking
from backend.office.folded import Record, photos_by, photos_of, read_record
from backend.office.names import People, load_people, load_places, named
from backend.office.scope import Sites, load_revision, load_sites
from shared_schemas.office import FindingList, FindingSeen, OfficeDeed, PlaceSeen

Waiting = Literal["", "confirm", "verify"]
"""Which desk a finding waits on: an assessor's word, or someone to see the correction."""


class FindingFilter(Struct, frozen=True, kw_only=True):
    """Which findings to show; an empty field asks for all.

    `before_ms` continues a list below the last one shown.
    """

    site: str = ""
    state: str = ""
    use: str = ""
    waiting: Waiting = ""
    nonconformity: str = ""
    before_ms: int | None = None
    limit: int = 100


_WAITING = """
    ($5 = '' OR ($5 = 'verify' AND n.state = 'corrected')
     OR ($5 = 'confirm' AND n.use = 'self_check' AND n.confirmed_op = ''
         AND n.state <> 'withdrawn'))
"""
_FINDINGS = f"""
    SELECT n.*, coalesce(a.photos, '[]') AS photos, coalesce(a.contested, false) AS contested,
           coalesce(a.note, '') AS note, coalesce(a.operation_id, '') AS answer_operation,
           r.content AS record, CASE WHEN a.contested THEN t.content END AS task_record
    FROM nonconformities n
    LEFT JOIN answers a
      ON a.organization_id = $1 AND a.task_id = n.task_id AND a.item = n.item
    LEFT JOIN records r ON r.organization_id = $1 AND r.id = n.id
    LEFT JOIN records t ON t.organization_id = $1 AND t.id = n.task_id
    WHERE n.organization_id = $1 AND n.site_id = ANY($2::text[])
      AND ($3 = '' AND n.state <> 'withdrawn' OR n.state = $3)
      AND ($4 = '' OR n.use = $4)
      AND {_WAITING}
      AND ($6 = '' OR n.id = $6)
      AND ($7::bigint IS NULL OR n.found_ms < $7)
    ORDER BY n.found_ms DESC, n.id
    LIMIT $8
"""  # noqa: S608  the only piece put in is our own
_COUNT = f"""
    SELECT count(*) FROM nonconformities n
    WHERE n.organization_id = $1 AND n.site_id = ANY($2::text[])
      AND ($3 = '' OR n.state = $3) AND ($4 = '' OR n.use = $4) AND {_WAITING}
"""  # noqa: S608  as above


async def load_finding_list(connection: Any, actor: Actor, wanted: FindingFilter) -> FindingList:
    """Read a page of findings, newest first.

    Raises: not_allowed.
    """
    actor.require("see_findings")
    one_more = msgspec.structs.replace(wanted, limit=wanted.limit + 1)
    found = await load_findings(connection, actor, one_more)
    return FindingList(
        revision=await load_revision(connection, actor.organization),
        findings=found[: wanted.limit],
        more=len(found) > wanted.limit,
    )


async def load_findings(
    connection: Any, actor: Actor, wanted: FindingFilter
) -> tuple[FindingSeen, ...]:
    """Read findings of the sites where this person sees findings in the office, newest first."""
    sites = await _sites(connection, actor)
    rows = await connection.fetch(
        _FINDINGS,
        actor.organization,
        [site for site in sites if wanted.site in ("", site)],
        wanted.state,
        wanted.use,
        wanted.waiting,
        wanted.nonconformity,
        wanted.before_ms,
        wanted.limit,
    )
    people = await load_people(
        connection, actor.organization, (row[name] for row in rows for name in _PERSONS)
    )
    places = await load_places(connection, actor.organization, (row["id"] for row in rows))
    found = [_finding(row, actor, sites, people, places.get(row["id"])) for row in rows]
    photos = [photo for one in found for photo in (*one.photos, *one.correction_photos)]
    lacking = await load_lacking(connection, actor.organization, photos)
    return tuple(
        msgspec.structs.replace(
            one, photos_lacking=lacking_of((*one.photos, *one.correction_photos), lacking)
        )
        for one in found
    )


async def count_findings(connection: Any, actor: Actor, waiting: Waiting) -> int:
    """Count the findings that wait on a desk where this person may act."""
    right: Right = "confirm_finding" if waiting == "confirm" else "verify_correction"
    sites = set(actor.sites_with("see_office")) & set(actor.sites_with(right))
    found = await connection.fetchval(_COUNT, actor.organization, sorted(sites), "", "", waiting)
    return int(found)


_PERSONS = ("found_by", "confirmed_by", "corrected_by", "verified_by", "approved_by", "assignee")


async def _sites(connection: Any, actor: Actor) -> Sites:
    desk = await load_sites(connection, actor, "see_office")
    return {id_: site for id_, site in desk.items() if actor.may("see_findings", id_)}


def _finding(
    row: Mapping[str, Any], actor: Actor, sites: Sites, people: People, place: PlaceSeen | None
) -> FindingSeen:
    record = read_record(row["record"])
    return FindingSeen(
        nonconformity=row["id"],
        title=named(row, "title"),
        indicator=row["indicator"],
        item=row["item"],
        site=sites[row["site_id"]],
        place=place,
        found_ms=row["found_ms"],
        person=people.name(row["found_by"]),
        photos=_photos(row) or photos_of(record, "finding_evidence"),
        note=row["note"],
        state=row["state"],
        use=row["use"],
        severity=row["severity"],
        contested=row["contested"],
        answer_operation=row["answer_operation"],
        confirmed_by=people.name_or_none(row["confirmed_by"]),
        confirmed_operation=row["confirmed_op"],
        corrected_by=people.name_or_none(row["corrected_by"]),
        corrected_ms=row["corrected_ms"] or None,
        correction=row["correction"],
        correction_photos=photos_of(record, "correction_evidence"),
        verified_by=people.name_or_none(row["verified_by"]),
        workflow=row["workflow"],
        approved_by=people.name_or_none(row["approved_by"]),
        assignee=people.name_or_none(row["assignee"]),
        early=row["early"],
        deeds=deeds_on(row, actor),
        position=_number(record, "position"),
        stamp=_number(record, "stamp"),
    )


def _photos(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Give the photos of what was found; where two people differ, the finder's come first."""
    if row["task_record"]:
        return photos_by(
            read_record(row["task_record"]), f"evidence/{row['item']}", row["found_by"]
        )
    return tuple(json.loads(row["photos"] or "[]"))


def _number(record: Record, field: str) -> int:
    return int(record.get(field) or 0)


def deeds_on(row: Mapping[str, Any], actor: Actor) -> tuple[OfficeDeed, ...]:
    """List what this person may do with a finding now.

    Whoever corrected never verifies; a self-check's finding costs nothing until an assessor
    confirms it.

    Source: decisions, "Who finds, who pays" and C05 to C07.
    """
    site, state = row["site_id"], row["state"]
    deeds: list[OfficeDeed] = []
    unconfirmed = row["use"] == "self_check" and not row["confirmed_op"]
    if unconfirmed and state != "withdrawn" and actor.may("confirm_finding", site):
        deeds.append("confirm")
    if (
        state == "corrected"
        and row["corrected_by"] != actor.person
        and actor.may("verify_correction", site)
    ):
        deeds.append("verify")
    if state in ("open", "corrected") and actor.may("judge_severity", site):
        deeds.append("judge")
    return tuple(deeds)
