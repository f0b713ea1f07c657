"""The held desk: what could not be applied, in words, and what a person may do about it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from backend.directory.actors import Actor
from backend.office.held_counts import (
    BEGINNING,
    FROM,
    SITE,
    count_held,
    desk_scope,
    load_full,
)
from backend.office.held_words import (
    checklist_of,
    decisions_in,
    forms_by_kind,
    item_in,
    photo_hashes,
    result_of,
)
from backend.office.names import (
    item_text,
    load_checklists,
    load_devices,
    load_people,
    load_places,
)
from backend.office.scope import Sites, load_revision, load_sites, require_word
from backend.sync.held import HELD_HOURS_MS, HeldContext, judge_unread
from shared_schemas.held import HeldChoice, why_never
from shared_schemas.held_desk import HeldChecklist, HeldList, HeldPhoto, HeldSeen
from shared_schemas.inspections import Checklist
from shared_schemas.office import PlaceSeen
from shared_schemas.primitives import Bilingual
from shared_schemas.problems import Problem, ProblemError
from shared_schemas.scoring import Instant
from shared_schemas.sync import TimeVerdict

_SHOWN = f"SELECT h.*, ltrim({SITE}, '~') AS site_id, d.content AS decisions"
PAGE = 500
"""So many are shown at once."""

MOST_BYTES = 20_000_000
"""So much text is shown at once, and always the first; the rest is on the pages behind."""

_MOST_DIGITS = 17


def _within(rows: str, order: str) -> str:
    """Give a statement that stops where the texts before a row come to $4 bytes."""
    return f"""
    SELECT * FROM (
        SELECT q.*, sum(octet_length(q.content)) OVER (ORDER BY {order})
            - octet_length(q.content) AS before
        FROM ({rows}) q) bounded
    WHERE before < $4::bigint ORDER BY {order}
    """  # noqa: S608  our own words


_WAITING = _within(
    f"""{_SHOWN} {FROM} AND h.state = 'waiting' AND (h.received_ms, h.id) > ($5, $6)
    ORDER BY h.received_ms, h.id LIMIT $7""",
    "received_ms, id",
)
_DECIDED = _within(
    f"""{_SHOWN}, d.position AS decided_at {FROM} AND h.state <> 'waiting'
    AND d.id IS NOT NULL ORDER BY d.position DESC, h.id LIMIT 100""",
    "decided_at DESC, id",
)
_ARRIVED = """
    SELECT sha256, person_id FROM evidence_uploads
    WHERE organization_id = $1 AND sha256 = ANY($2::text[])
"""
_TITLES = """
    SELECT id, title_zh, title_en FROM nonconformities
    WHERE organization_id = $1 AND id = ANY($2::text[])
"""
_LISTS = """
    SELECT w.id AS task, p.checklist_id FROM task_windows w
    JOIN plans p ON p.organization_id = $1 AND p.id = w.plan_id
    WHERE w.organization_id = $1 AND w.id = ANY($2::text[])
"""

_decode_problem = msgspec.json.Decoder(Problem).decode


class _Told(Struct, frozen=True, kw_only=True):
    """What the desk needs of the answer that a phone was given."""

    decide_by_ms: int = 0
    time: TimeVerdict | None = None


_decode_told = msgspec.json.Decoder(_Told).decode
_decode_context = msgspec.json.Decoder(HeldContext).decode

Row = Mapping[str, Any]


async def load_held(
    connection: Any, actor: Actor, *, now_ms: int, after: str = "", limit: int = PAGE
) -> HeldList:
    """Read a page of what is held, whole, the longest waiting first, and what was decided.

    `after` is what the page before named as `more`. What names no record that we know belongs to
    no site: only someone with the right for the whole organisation sees it.

    Units: milliseconds UTC.
    Raises: not_allowed, request_invalid.
    """
    sites = await load_sites(connection, actor, "see_held")
    begin = _place(after)
    scope = desk_scope(actor)
    waiting = await connection.fetch(_WAITING, *scope, MOST_BYTES, *begin, limit)
    decided = await connection.fetch(_DECIDED, *scope, MOST_BYTES)
    counts = await count_held(connection, actor, now_ms, begin=_place_of(waiting) or begin)
    desk = await _read_around(connection, actor, sites, [*waiting, *decided], now_ms)
    return HeldList(
        revision=await load_revision(connection, actor.organization),
        held=tuple(desk.show(row) for row in waiting),
        decided=tuple(desk.show(row) for row in decided),
        forms=forms_by_kind(),
        checklists=desk.checklists_shown(),
        waiting_count=counts.waiting,
        overdue_count=counts.overdue,
        more=_named(waiting) if counts.behind else "",
        full=await load_full(connection, actor),
    )


def _place(after: str) -> tuple[int, str]:
    """Read where a page begins.

    Raises: request_invalid.
    """
    if not after:
        return BEGINNING
    received, _, held = after.partition("-")
    if not (received.isascii() and received.isdecimal() and len(received) < _MOST_DIGITS):
        raise ProblemError("request_invalid", field="after")
    return int(received), require_word(held)


def _place_of(rows: Sequence[Row]) -> tuple[int, str] | None:
    return (rows[-1]["received_ms"], rows[-1]["id"]) if rows else None


def _named(rows: Sequence[Row]) -> str:
    place = _place_of(rows)
    return f"{place[0]}-{place[1]}" if place else ""


async def _read_around(
    connection: Any, actor: Actor, sites: Sites, rows: Sequence[Row], now_ms: int
) -> "_Desk":
    """Read the names of everyone and everything that these operations speak of."""
    organization = actor.organization
    records = sorted({_record_of(row) for row in rows})
    people = {row["person_id"] for row in rows} | _deciders(rows)
    places = await load_places(connection, organization, records)
    tasks = sorted({one.task for one in places.values()})
    hashes = sorted({one for row in rows for one in photo_hashes(_read(row["content"]))})
    arrived = await connection.fetch(_ARRIVED, organization, hashes)
    titles = await connection.fetch(_TITLES, organization, records)
    lists = await connection.fetch(_LISTS, organization, tasks)
    return _Desk(
        actor=actor,
        sites=sites,
        now_ms=now_ms,
        people=await load_people(connection, organization, people),
        devices=await load_devices(connection, organization, (row["device_id"] for row in rows)),
        places=places,
        checklists=await load_checklists(connection, organization, tasks),
        list_ids={row["task"]: row["checklist_id"] for row in lists},
        titles={row["id"]: Bilingual(zh=row["title_zh"], en=row["title_en"]) for row in titles},
        arrived=frozenset((row["sha256"], row["person_id"]) for row in arrived),
    )


def _deciders(rows: Iterable[Row]) -> set[str]:
    return {one.person for row in rows for one in decisions_in(row["decisions"])}


def _read(text: str) -> Mapping[str, Any]:
    """Read what can be read of a text that may be anything at all."""
    try:
        read = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


class _Desk(Struct, frozen=True, kw_only=True):
    """Everything that stands around the held operations, by id."""

    actor: Actor
    sites: Sites
    now_ms: int
    people: Any
    devices: Mapping[str, Any]
    places: Mapping[str, PlaceSeen]
    checklists: Mapping[str, Checklist]
    list_ids: Mapping[str, str]
    titles: Mapping[str, Bilingual]
    arrived: frozenset[tuple[str, str]]

    def show(self, row: Row) -> HeldSeen:
        """Put one held operation into words."""
        written, outcome = _read(row["content"]), _decode_told(row["outcome"])
        body, captured = written.get("body"), written.get("captured")
        wall = captured.get("wall_ms") if isinstance(captured, dict) else None
        problem = _decode_problem(row["problem"])
        decisions = decisions_in(row["decisions"])
        record = _record_of(row)
        place, item = self.places.get(record), item_in(written)
        checklist = self.checklists.get(place.task) if place else None
        by_ms = outcome.decide_by_ms or row["received_ms"] + HELD_HOURS_MS
        context = _decode_context(row["context"])
        time = outcome.time or judge_unread(row["content"].encode(), context, row["received_ms"])
        return HeldSeen(
            id=row["id"],
            operation=row["operation_id"] or str(written.get("id", "")),
            writer=row["writer_id"],
            counter=row["counter"],
            person=self.people.name(row["person_id"]),
            device=self.devices[row["device_id"]],
            site=self.sites.get(row["site_id"]),
            record=record,
            kind=str(body.get("kind", "")) if isinstance(body, dict) else "",
            problem=problem,
            text=row["content"],
            sha256=row["sha256"],
            received_ms=row["received_ms"],
            phone_ms=wall if isinstance(wall, int) else None,
            waits_for=row["waits_for"],
            state=row["state"],
            place=place,
            item=item,
            item_text=item_text(checklist, item) or self.titles.get(record),
            words=checklist.words if checklist else "assessment",
            body=body if isinstance(body, dict) else None,
            photos=tuple(
                HeldPhoto(sha256=one, arrived=(one, row["person_id"]) in self.arrived)
                for one in photo_hashes(written)
            ),
            recorded=Instant(
                best_ms=time.best_ms,
                earliest_ms=time.earliest_ms,
                latest_ms=time.latest_ms,
                time_class=time.time_class,
            ),
            decide_by_ms=by_ms,
            overdue=row["state"] == "waiting" and by_ms < self.now_ms,
            choices=self._choices(row, problem),
            never=why_never(problem.code),
            decisions=tuple(one.shown(self.people.name(one.person)) for one in decisions),
            result=result_of(row["state"], row["operation_id"], decisions),
            clashes_with=str(problem.details.get("id", ""))
            if problem.code == "identity_clash"
            else "",
            position=decisions[-1].position if decisions else 0,
            stamp=decisions[-1].stamp if decisions else 0,
        )

    def _choices(self, row: Row, problem: Problem) -> tuple[HeldChoice, ...]:
        """List what this person may do with it now; nobody lets in what is their own."""
        site, own = row["site_id"], row["person_id"] == self.actor.person
        may = (
            self.actor.may("decide_held", site)
            if site
            else self.actor.may_everywhere("decide_held")
        )
        if row["state"] == "set_aside" and may:
            return ("take_up",)
        if row["state"] != "waiting" or not (may or own):
            return ()
        if own:
            return ("set_aside",)
        as_it_is: tuple[HeldChoice, ...] = () if why_never(problem.code) else ("apply",)
        return (*as_it_is, "change", "set_aside")

    def checklists_shown(self) -> dict[str, HeldChecklist]:
        """List the items of each check that is spoken of."""
        return {
            task: checklist_of(self.list_ids[task], checklist)
            for task, checklist in self.checklists.items()
            if task in self.list_ids
        }


def _record_of(row: Row) -> str:
    """Give the record that a text speaks of, also where it could not be read as an operation."""
    named = _read(row["content"]).get("record")
    return row["record_id"] or (named if isinstance(named, str) and "\0" not in named else "")
