"""How many answers each person gave with one tap for all the rest (一键全部正常).

Nothing is refused for it; whoever looks at the board sees whose rounds are taps.
"""

from collections.abc import Mapping
from typing import Any

from backend.directory.actors import Actor
from backend.office.names import load_people
from backend.office.scope import covert_sites
from backend.office.windows import DISCLOSED
from shared_schemas.office import BulkShare

_SHARES = f"""
    SELECT a.person_id, count(*) AS answers, count(*) FILTER (WHERE a.bulk) AS bulk
    FROM unnest($2::text[], $3::bigint[], $4::bigint[]) AS day (site_id, begins_ms, ends_ms)
    JOIN answers a
      ON a.organization_id = $1 AND a.site_id = day.site_id
     AND a.stamp_ms >= day.begins_ms AND a.stamp_ms < day.ends_ms
    JOIN task_windows w ON w.organization_id = $1 AND w.id = a.task_id
    JOIN tasks t ON t.organization_id = $1 AND t.id = a.task_id
    WHERE a.answer <> 'unanswered' AND {DISCLOSED.format("$5")}
    GROUP BY a.person_id
    HAVING count(*) FILTER (WHERE a.bulk) > 0
    ORDER BY bulk DESC, a.person_id
"""  # noqa: S608  the piece put in is our own


async def load_bulk(
    connection: Any, actor: Actor, days: Mapping[str, tuple[int, int]]
) -> tuple[BulkShare, ...]:
    """Count the answers given in bulk on a day of each site, by person, the most first.

    Whoever gave none is left out.

    Units: `days` are first instants and ends in milliseconds UTC, by site.
    """
    rows = await connection.fetch(
        _SHARES,
        actor.organization,
        list(days),
        [begins_ms for begins_ms, _ in days.values()],
        [ends_ms for _, ends_ms in days.values()],
        covert_sites(actor),
    )
    people = await load_people(connection, actor.organization, (row["person_id"] for row in rows))
    return tuple(
        BulkShare(
            person=people.name(row["person_id"]),
            answers=row["answers"],
            bulk=row["bulk"],
            percent=row["bulk"] * 100 // row["answers"],
        )
        for row in rows
    )
