"""The desks for what the system does not decide alone: held operations and conflicts."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from backend.directory.actors import Actor
from backend.office.folded import Given, find_given, read_record
from backend.office.names import (
    item_text,
    load_checklists,
    load_devices,
    load_instants,
    load_people,
    load_places,
)
from backend.office.scope import Sites, load_revision, load_sites
from backend.office.tasks import show_given
from shared_schemas.office import ConflictList, ConflictSeen, HeldList, HeldSeen
from shared_schemas.problems import Problem

_SITE_OF_RECORD = "coalesce(nullif(r.site_id, ''), w.site_id, '')"
_HELD = f"""
    FROM held_operations h
    LEFT JOIN records r ON r.organization_id = $1 AND r.id = h.record_id
    LEFT JOIN task_windows w ON w.organization_id = $1 AND w.id = h.record_id
    WHERE h.organization_id = $1 AND h.state = 'waiting'
      AND ({_SITE_OF_RECORD} = ANY($2::text[]) OR ($3 AND {_SITE_OF_RECORD} = ''))
"""
_HELD_LIST = f"""
    SELECT h.*, {_SITE_OF_RECORD} AS site_id {_HELD} ORDER BY h.received_ms, h.id LIMIT 500
"""
_HELD_COUNT = f"SELECT count(*) {_HELD}"
_CONFLICTS = """
    FROM conflicts c WHERE c.organization_id = $1 AND c.site_id = ANY($2::text[])
      AND c.state = 'open'
"""
_CONFLICT_LIST = f"""
    SELECT c.*, (SELECT r.content FROM records r
                 WHERE r.organization_id = $1 AND r.id = c.record_id) AS record
    {_CONFLICTS} ORDER BY c.position DESC, c.id LIMIT 500
"""  # noqa: S608  as above
_CONFLICT_COUNT = f"SELECT count(*) {_CONFLICTS}"

_decode_problem = msgspec.json.Decoder(Problem).decode


async def count_held(connection: Any, actor: Actor) -> int:
    """Count what is held at the sites where this person may see it; nobody else learns of it."""
    return int(await connection.fetchval(_HELD_COUNT, *_held_scope(actor)))


async def load_held(connection: Any, actor: Actor) -> HeldList:
    """Read every operation that is held, whole, the longest waiting first.

    What names no record that we know belongs to no site: only someone with the right for the whole
    organisation sees it.

    Raises: not_allowed.
    """
    sites = await load_sites(connection, actor, "see_held")
    rows = await connection.fetch(_HELD_LIST, *_held_scope(actor))
    people = await load_people(connection, actor.organization, (one["person_id"] for one in rows))
    devices = await load_devices(connection, actor.organization, (one["device_id"] for one in rows))
    return HeldList(
        revision=await load_revision(connection, actor.organization),
        held=tuple(
            _held(row, sites, people.name(row["person_id"]), devices[row["device_id"]])
            for row in rows
        ),
    )


def _held_scope(actor: Actor) -> tuple[str, list[str], bool]:
    return actor.organization, list(actor.sites_with("see_held")), actor.may_everywhere("see_held")


def _held(row: Mapping[str, Any], sites: Sites, person: Any, device: Any) -> HeldSeen:
    written = _try_read(row["content"])
    body, captured = written.get("body"), written.get("captured")
    wall = captured.get("wall_ms") if isinstance(captured, dict) else None
    return HeldSeen(
        id=row["id"],
        operation=row["operation_id"] or str(written.get("id", "")),
        writer=row["writer_id"],
        counter=row["counter"],
        person=person,
        device=device,
        site=sites.get(row["site_id"]),
        record=row["record_id"],
        kind=str(body.get("kind", "")) if isinstance(body, dict) else "",
        problem=_decode_problem(row["problem"]),
        text=row["content"],
        sha256=row["sha256"],
        received_ms=row["received_ms"],
        phone_ms=wall if isinstance(wall, int) else None,
        waits_for=row["waits_for"],
        state=row["state"],
    )


def _try_read(text: str) -> Mapping[str, Any]:
    """Read what can be read of a text that may be anything at all."""
    try:
        read = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


async def count_conflicts(connection: Any, actor: Actor) -> int:
    """Count the open conflicts at the sites whose office this person sees."""
    sites = list(actor.sites_with("see_office"))
    return int(await connection.fetchval(_CONFLICT_COUNT, actor.organization, sites))


async def load_conflicts(connection: Any, actor: Actor) -> ConflictList:
    """Read the open conflicts with both sides, newest first.

    Raises: not_allowed.
    """
    sites = await load_sites(connection, actor, "see_office")
    rows = await connection.fetch(_CONFLICT_LIST, actor.organization, list(sites))
    sides = _Sides(rows)
    organization = actor.organization
    people = await load_people(connection, organization, sides.people())
    times = await load_instants(connection, organization, sides.operations())
    places = await load_places(connection, organization, (row["record_id"] for row in rows))
    checklists = await load_checklists(
        connection, organization, (one.task for one in places.values())
    )
    seen = []
    for row in rows:
        place = places.get(row["record_id"])
        item = row["field"].partition("/")[2]
        first, second = (
            show_given(one, people, times, stands=sides.stands(row, one)) for one in sides.of(row)
        )
        seen.append(
            ConflictSeen(
                id=row["id"],
                record=row["record_id"],
                record_kind=row["record_kind"],
                field=row["field"],
                site=sites[row["site_id"]],
                place=place,
                item=item,
                item_text=item_text(checklists.get(place.task), item) if place else None,
                state=row["state"],
                first=first,
                second=second,
            )
        )
    return ConflictList(
        revision=await load_revision(connection, organization), conflicts=tuple(seen)
    )


class _Sides:
    """Both accounts of each conflict, read once from the records as they are folded."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self._records = {row["id"]: read_record(row["record"]) for row in rows}
        self._pairs = {row["id"]: self._pair(row) for row in rows}

    def _pair(self, row: Mapping[str, Any]) -> tuple[Given, Given]:
        record = self._records[row["id"]]
        first, second = (
            find_given(record, row["field"], row[name]) or _unknown(row[name])
            for name in ("first_op", "second_op")
        )
        return first, second

    def of(self, row: Mapping[str, Any]) -> tuple[Given, Given]:
        return self._pairs[row["id"]]

    def stands(self, row: Mapping[str, Any], one: Given) -> bool:
        state = self._records[row["id"]]["fields"].get(row["field"], {})
        return bool(one.person) and state.get("person") == one.person

    def people(self) -> list[str]:
        return [one.person for pair in self._pairs.values() for one in pair]

    def operations(self) -> list[str]:
        return [one.operation for pair in self._pairs.values() for one in pair]


def _unknown(operation: str) -> Given:
    """Stand in for an account that its author has since replaced."""
    return Given(operation=operation, person="", role="", answer="", note="", photos=())
