"""Whom somebody works with, by name: a phone hands work to people, also without a signal."""

from typing import Any

from backend.directory.actors import Actor
from shared_schemas.primitives import Bilingual
from shared_schemas.session import SiteColleague

MOST = 1_000
"""More people at one's sites than a phone could show; the office has them all."""

_SQL = f"""
    SELECT p.id, p.name_zh, p.name_en,
           CASE WHEN bool_or(m.site_id = '') THEN $2::text[]
                ELSE array_agg(DISTINCT m.site_id) END AS sites
    FROM people p
    JOIN memberships m ON m.organization_id = $1 AND m.person_id = p.id
     AND (m.site_id = '' OR m.site_id = ANY($2::text[]))
    WHERE p.organization_id = $1 AND p.active AND p.id <> $3
      AND coalesce(p.contractor_id, '') = ANY(ARRAY[
            (SELECT coalesce(contractor_id, '') FROM people
              WHERE organization_id = $1 AND id = $3),
            CASE WHEN EXISTS (SELECT 1 FROM people WHERE organization_id = $1 AND id = $3
                               AND contractor_id IS NULL)
                 THEN coalesce(p.contractor_id, '') END])
    GROUP BY p.id, p.name_zh, p.name_en
    ORDER BY p.name_zh, p.id LIMIT {MOST}
"""  # noqa: S608  a number of our own


async def load_colleagues(database: Any, actor: Actor) -> tuple[SiteColleague, ...]:
    """Read the people at the sites where this person takes part in the work.

    A contractor's people know each other and nobody else; who only looks on knows nobody.

    Source: decisions "Who finds, who pays" (a contractor sees only its own).
    """
    sites = actor.sites_with("see_tasks")
    if not sites:
        return ()
    rows = await database.rows(_SQL, actor.organization, list(sites), actor.person)
    return tuple(
        SiteColleague(
            id=row["id"],
            name=Bilingual(zh=row["name_zh"], en=row["name_en"]),
            sites=tuple(sorted(row["sites"])),
        )
        for row in rows
    )
