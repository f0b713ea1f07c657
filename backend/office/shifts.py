"""A day's shifts at a site: who stands where, which handovers are made, missing or disputed."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import msgspec
from msgspec import Struct

from backend.directory.actors import Actor
from backend.domains.shifts.rota import Slot, slots_of, standing_of
from backend.domains.shifts.rules import roster_of, slot_of
from backend.office.folded import Record, photos_of, read_record, value_of
from backend.office.names import People, load_instants, load_people
from backend.office.scope import Sites, load_revision, load_sites, local_date, zone_of
from shared_schemas.office import Named, SiteNamed
from shared_schemas.primitives import Bilingual
from shared_schemas.problems import ProblemError
from shared_schemas.scoring import Instant
from shared_schemas.shift_desk import (
    HandoverSeen,
    MatterSeen,
    OpenMatterSeen,
    ShiftSeen,
    ShiftsOfDay,
)
from shared_schemas.shifts import Handover, Roster

_ROSTERS = """
    SELECT site_id, content, substitutes FROM rosters
    WHERE organization_id = $1 AND site_id = ANY($2::text[]) AND month = ANY($3::text[])
"""
_HANDOVERS = """
    SELECT h.*, r.content AS record FROM handovers h
    JOIN records r ON r.organization_id = $1 AND r.id = h.id
    WHERE h.organization_id = $1 AND h.site_id = ANY($2::text[]) AND h.on_date = ANY($3::text[])
"""
_LATEST = """
    WITH last AS MATERIALIZED (
        SELECT DISTINCT ON (h.post_id) h.id FROM handovers h
        LEFT JOIN operations o ON o.organization_id = $1 AND o.id = h.left_op
        WHERE h.organization_id = $1 AND h.site_id = $2 AND h.on_date >= $3
        ORDER BY h.post_id, o.best_ms DESC NULLS LAST, h.id
    )
    SELECT h.*, r.content AS record FROM last
    JOIN handovers h ON h.organization_id = $1 AND h.id = last.id
    JOIN records r ON r.organization_id = $1 AND r.id = last.id
    ORDER BY h.post_id
"""
"""Of each post the handover that was truly written last: what is still open was carried into it.
The records of years are not read for it: a post without any for so long carries nothing on."""

CARRIED_DAYS = 62
"""A handover older than this is asked for by its date. Units: days."""

_STATES = """
    SELECT site_id, post_id, on_date, shift, state, disputed FROM handovers
    WHERE organization_id = $1 AND site_id = ANY($2::text[]) AND on_date = ANY($3::text[])
"""
_PLACES = "SELECT content FROM records WHERE organization_id = $1 AND id = $2 AND kind = 'places'"
_PEOPLE = """
    SELECT DISTINCT p.id, p.name_zh, p.name_en FROM people p
    JOIN memberships m ON m.organization_id = $1 AND m.person_id = p.id
    WHERE p.organization_id = $1 AND p.active AND m.site_id IN ($2, '')
    ORDER BY p.name_zh, p.id
"""
_decode_roster = msgspec.json.Decoder(Roster).decode
_decode_handover = msgspec.json.Decoder(Handover).decode


class _Day(Struct, frozen=True, kw_only=True):
    """What the lines of a day are made of."""

    site: SiteNamed
    posts: Mapping[str, Bilingual]
    people: People
    instants: Mapping[str, Instant]
    now_ms: int

    def post(self, post: str) -> Named:
        return Named(id=post, name=self.posts.get(post) or Bilingual(zh=post[:8]))


async def load_shifts(
    connection: Any, actor: Actor, site: str, *, on: date | None, now_ms: int
) -> ShiftsOfDay:
    """Read the shifts of one date at a site, by default of the date that it is there now.

    Raises: not_allowed, not_found.
    """
    actor.require("see_shifts")
    sites = await load_sites(connection, actor, "see_office")
    if site not in sites or not actor.may("see_shifts", site):
        raise ProblemError("not_found")
    seen = sites[site]
    day = on or local_date(now_ms, seen.zone)
    rosters = await _rosters(connection, actor, [site], day)
    roster = rosters.get((site, day.isoformat()[:7]), (None, {}))[0]
    rows = await connection.fetch(
        _HANDOVERS, actor.organization, [site], [one.isoformat() for one in _days(day)]
    )
    since = local_date(now_ms, seen.zone) - timedelta(days=CARRIED_DAYS)
    latest = await connection.fetch(_LATEST, actor.organization, site, since.isoformat())
    slots = _slots(rosters, seen, day)
    content = await connection.fetchval(_PLACES, actor.organization, site)
    known = await connection.fetch(_PEOPLE, actor.organization, site)
    context = _Day(
        site=seen,
        posts=_posts(content),
        people=await load_people(connection, actor.organization, _persons(slots, rows)),
        instants=await load_instants(
            connection,
            actor.organization,
            (row[which] for row in rows for which in ("left_op", "taken_op")),
        ),
        now_ms=now_ms,
    )
    shifts = _shifts(slots, rows, context, day)
    return ShiftsOfDay(
        revision=await load_revision(connection, actor.organization),
        now_ms=now_ms,
        site=seen,
        on=day.isoformat(),
        record=roster_of(site, day.isoformat()[:7]),
        roster=roster,
        posts=tuple(context.post(one) for one in context.posts),
        people=tuple(
            Named(id=row["id"], name=Bilingual(zh=row["name_zh"], en=row["name_en"]))
            for row in known
        ),
        shifts=shifts,
        missing=sum(1 for one in shifts if one.standing == "missing"),
        disputed=sum(1 for one in shifts if one.standing == "disputed"),
        open_matters=tuple(one for row in latest for one in _open_matters(row, context)),
        may_publish=actor.may("publish_rosters", site),
        may_substitute=actor.may("assign_work", site),
    )


async def count_missing(
    connection: Any, actor: Actor, sites: Sites, dates: Mapping[str, date], now_ms: int
) -> int:
    """Count the shifts on the sites' dates that ended without a handover, as their pages do."""
    own = [site for site in sites if actor.may("see_shifts", site)]
    count = 0
    for day in sorted({dates[site] for site in own}):
        here = [site for site in own if dates[site] == day]
        rosters = await _rosters(connection, actor, here, day)
        rows = await connection.fetch(
            _STATES, actor.organization, here, [one.isoformat() for one in _days(day)]
        )
        states = {
            (row["site_id"], slot_of(row["on_date"], row["shift"], row["post_id"])): row
            for row in rows
        }
        count += sum(
            _standing(slot, states.get((site, _name(slot))), now_ms) == "missing"
            for site in here
            for slot in _slots(rosters, sites[site], day)
        )
    return count


def _days(day: date) -> tuple[date, date]:
    return day - timedelta(days=1), day


async def _rosters(
    connection: Any, actor: Actor, sites: Sequence[str], day: date
) -> dict[tuple[str, str], tuple[Roster, dict[str, str]]]:
    months = sorted({one.isoformat()[:7] for one in _days(day)})
    rows = await connection.fetch(_ROSTERS, actor.organization, sites, months)
    read = ((row, _decode_roster(row["content"])) for row in rows)
    return {
        (row["site_id"], roster.month): (roster, json.loads(row["substitutes"]))
        for row, roster in read
    }


def _slots(
    rosters: Mapping[tuple[str, str], tuple[Roster, dict[str, str]]], site: SiteNamed, day: date
) -> list[Slot]:
    """List the places of a date, and those of the night before that end on it."""
    zone, before = zone_of(site.zone), _days(day)[0]
    found = []
    for one in _days(day):
        roster, substitutes = rosters.get((site.id, one.isoformat()[:7]), (None, {}))
        if roster is not None:
            found += slots_of(roster, substitutes, [one], zone)
    return [
        slot
        for slot in found
        if slot.on != before.isoformat() or local_date(slot.closes_ms - 1, site.zone) == day
    ]


def _posts(content: str | None) -> dict[str, Bilingual]:
    places = value_of(read_record(content), "places") or {}
    return {one["id"]: msgspec.convert(one["name"], Bilingual) for one in places.get("posts", ())}


def _persons(slots: Sequence[Slot], rows: Sequence[Any]) -> list[str]:
    handed = [
        person
        for row in rows
        for person in (row["left_by"], row["taken_by"], *_decode_handover(row["content"]).on_duty)
    ]
    return [*(one for slot in slots for one in (slot.person, slot.substitute)), *handed]


def _name(slot: Slot) -> str:
    return slot_of(slot.on, slot.shift.code, slot.post)


def _standing(slot: Slot, row: Any, now_ms: int) -> Any:
    return standing_of(
        opens_ms=slot.opens_ms,
        closes_ms=slot.closes_ms,
        state=row["state"] if row else "",
        disputed=bool(row and row["disputed"]),
        now_ms=now_ms,
    )


def _shifts(
    slots: Sequence[Slot], rows: Sequence[Any], day: _Day, on: date
) -> tuple[ShiftSeen, ...]:
    handed = {slot_of(row["on_date"], row["shift"], row["post_id"]): row for row in rows}
    planned = {_name(slot): slot for slot in slots}
    lines = [
        ShiftSeen(
            slot=name,
            on=slot.on,
            shift=slot.shift.code,
            title=slot.shift.title,
            opens_ms=slot.opens_ms,
            closes_ms=slot.closes_ms,
            post=day.post(slot.post),
            person=day.people.name_or_none(slot.person),
            substitute=day.people.name_or_none(slot.substitute),
            standing=_standing(slot, handed.get(name), day.now_ms),
            handover=_handover(handed[name], day) if name in handed else None,
        )
        for name, slot in planned.items()
    ]
    # Written for a shift that no roster knows: shown all the same.
    beside = [
        ShiftSeen(
            slot=name,
            on=row["on_date"],
            shift=row["shift"],
            title=Bilingual(zh=row["shift"]),
            opens_ms=0,
            closes_ms=0,
            post=day.post(row["post_id"]),
            person=None,
            substitute=None,
            standing="unplanned",
            handover=_handover(row, day),
        )
        for name, row in handed.items()
        if name not in planned and row["on_date"] == on.isoformat()
    ]
    return (*lines, *beside)


def _handover(row: Any, day: _Day) -> HandoverSeen:
    record = read_record(row["record"])
    handover = _decode_handover(row["content"])
    taking = (value_of(record, "taking") or [{}])[-1]
    return HandoverSeen(
        id=row["id"],
        left_by=day.people.name(row["left_by"]),
        left=day.instants.get(row["left_op"]),
        on_duty=tuple(day.people.name(one) for one in handover.on_duty),
        counted=handover.counted,
        matters=_matters(handover, record),
        instructions=handover.instructions,
        taken_by=day.people.name_or_none(row["taken_by"]),
        taken=day.instants.get(row["taken_op"]),
        how=taking.get("how", ""),
        stance=taking.get("stance", ""),
        words=taking.get("words", ""),
        signature=taking.get("signature", ""),
        photos=photos_of(record, "evidence"),
    )


def _matters(handover: Handover, record: Record) -> tuple[MatterSeen, ...]:
    found = []
    for place, words in enumerate(handover.open_matters):
        settled = value_of(record, f"settled_words/{place}")
        found.append(
            MatterSeen(words=words, settled=settled is not None, settled_words=settled or "")
        )
    return tuple(found)


def _open_matters(row: Any, day: _Day) -> list[OpenMatterSeen]:
    matters = _matters(_decode_handover(row["content"]), read_record(row["record"]))
    return [
        OpenMatterSeen(
            handover=row["id"], post=day.post(row["post_id"]), on=row["on_date"], words=one.words
        )
        for one in matters
        if not one.settled
    ]
