"""How much waits on the held desk, how much of it too long, and of whom no more is taken in."""

from typing import Any

from msgspec import Struct

from backend.directory.actors import Actor
from backend.office.names import load_people
from backend.office.scope import closed_scopes
from backend.sync.held import HELD_HOURS_MS
from backend.sync.quota import Crowd, find_bundles_full
from shared_schemas.held_desk import HeldFull

SITE = """
    coalesce(nullif(r.site_id, ''), CASE WHEN w.closed THEN '~' || w.site_id END,
             nullif(h.context::json ->> 'site', ''), w.site_id, '')
"""
FROM = f"""
    FROM held_operations h
    LEFT JOIN records r ON r.organization_id = $1 AND r.id = h.record_id
    LEFT JOIN records d ON d.organization_id = $1 AND d.id = h.id AND d.kind = 'held'
    LEFT JOIN task_windows w ON w.organization_id = $1 AND w.id = h.record_id
    WHERE h.organization_id = $1
      AND ({SITE} = ANY($2::text[]) OR ($3 AND {SITE} = ''))
"""
"""The held operations of the sites of `desk_scope`, each with its site."""

BEGINNING = (-1, "")
"""Before the first held operation, by arrival and id."""

_COUNT = f"""
    SELECT count(*) AS waiting,
           count(*) FILTER (WHERE {{BY}} < $4::bigint) AS overdue,
           count(*) FILTER (WHERE (h.received_ms, h.id) > ($5::bigint, $6::text)) AS behind
    {FROM} AND h.state = 'waiting'
""".replace(
    "{BY}",
    "coalesce(nullif((h.outcome::json ->> 'decide_by_ms')::bigint, 0),"
    f" h.received_ms + {HELD_HOURS_MS})",
)
_FULL = f"""
    WITH seen AS (SELECT DISTINCT h.person_id AS id {FROM} AND h.state = 'waiting')
    SELECT seen.id AS person, h.writer_id AS writer, h.count, h.size, b.count AS bundles,
           b.size AS bundles_size
      FROM seen
     CROSS JOIN LATERAL (
        SELECT writer_id, count(*) AS count, sum(octet_length(content)) AS size
          FROM held_operations
         WHERE organization_id = $1 AND person_id = seen.id AND state = 'waiting'
         GROUP BY writer_id) h
     CROSS JOIN LATERAL (
        SELECT count(*) AS count, coalesce(sum(size), 0)::bigint AS size FROM carried_bundles
         WHERE organization_id = $1 AND carrier_id = seen.id AND state = 'held') b
     ORDER BY seen.id
"""  # noqa: S608  our own words


class HeldCounts(Struct, frozen=True, kw_only=True):
    """How many wait, how many of them longer than they should, and how many behind a place."""

    waiting: int
    overdue: int
    behind: int


def desk_scope(actor: Actor) -> tuple[str, list[str], bool]:
    """Give what this person may see of the desk: organisation, sites, and what has no site."""
    sites = [*actor.sites_with("see_held"), *closed_scopes(actor)]
    return actor.organization, sites, actor.may_everywhere("see_held")


async def count_held(
    connection: Any, actor: Actor, now_ms: int, *, begin: tuple[int, str] = BEGINNING
) -> HeldCounts:
    """Count what is held at the sites where this person may see it; nobody else learns of it.

    Units: milliseconds UTC.
    """
    row = await connection.fetchrow(_COUNT, *desk_scope(actor), now_ms, *begin)
    return HeldCounts(waiting=row["waiting"], overdue=row["overdue"], behind=row["behind"])


async def load_full(connection: Any, actor: Actor) -> tuple[HeldFull, ...]:
    """List the people of whom so much waits that the next is not taken in.

    Source: SPEC HE14.
    """
    crowd, bundles = Crowd(), dict[str, tuple[int, int]]()
    rows = await connection.fetch(_FULL, *desk_scope(actor))
    for row in rows:
        crowd.add(row["person"], row["writer"], row["count"], row["size"])
        bundles[row["person"]] = (row["bundles"], row["bundles_size"])
    why = {
        row["person"]: crowd.find_full(row["person"], row["writer"])
        or find_bundles_full(*bundles[row["person"]])
        for row in sorted(rows, key=lambda row: crowd.of_writer[row["writer"]])
    }
    people = await load_people(connection, actor.organization, why)
    return tuple(
        HeldFull(
            person=people.name(one),
            count=crowd.of_person[one],
            bundles=bundles[one][0],
            size=crowd.size[one],
            problem=problem,
        )
        for one, problem in why.items()
        if problem is not None
    )
