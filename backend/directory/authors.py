"""Reading a person as someone who may act: the same words for a session and for work held back."""

from typing import Any

from backend.directory.actors import Actor, RoleAt
from backend.kernel.database import Database
from shared_schemas.primitives import Bilingual

STANDING_SQL = """
p.name_zh, p.name_en, p.must_change_password,
ARRAY(SELECT m.role || ' ' || m.site_id FROM memberships m
      WHERE m.organization_id = p.organization_id AND m.person_id = p.id
      ORDER BY m.role, m.site_id) AS roles,
ARRAY(SELECT DISTINCT m.department_id FROM memberships m
      WHERE m.organization_id = p.organization_id AND m.person_id = p.id
      AND m.department_id <> '' ORDER BY m.department_id) AS departments,
ARRAY(SELECT t.id FROM sites t
      WHERE t.organization_id = p.organization_id AND EXISTS (
          SELECT 1 FROM memberships m
          WHERE m.organization_id = p.organization_id AND m.person_id = p.id
          AND m.site_id IN ('', t.id))
      ORDER BY t.id) AS sites
"""
"""The columns that `actor_of` reads, of a row of people called p."""

_AUTHORS_SQL = f"""
SELECT p.organization_id, p.id AS person_id, '' AS device_id, '' AS id, {STANDING_SQL}
FROM people p WHERE p.organization_id = $1 AND p.id = ANY($2::text[])
"""  # noqa: S608  our own words


def actor_of(row: Any) -> Actor:
    """Give the person of a row that holds the standing, the ids and the session's id."""
    return Actor(
        organization=row["organization_id"],
        person=row["person_id"],
        device=row["device_id"],
        session=row["id"],
        name=Bilingual(zh=row["name_zh"], en=row["name_en"]),
        roles=tuple(RoleAt(*pair.split(" ", 1)) for pair in row["roles"]),
        sites=tuple(row["sites"]),
        must_change_password=row["must_change_password"],
        departments=tuple(row["departments"]),
    )


_STANDING_SQL = f"""
SELECT p.organization_id, p.id AS person_id, '' AS device_id, '' AS id, p.active, {STANDING_SQL}
FROM people p WHERE p.organization_id = $1 AND p.id = $2
"""  # noqa: S608  as above


async def load_standing(database: Database, organization: str, person: str) -> Actor:
    """Give a person who recorded something, with the rights held now: none when shut out since.

    What they recorded is still theirs; without a right it is held, and someone decides.
    """
    row = await database.row(_STANDING_SQL, organization, person)
    if row is not None and row["active"]:
        return actor_of(row)
    return Actor(
        organization=organization,
        person=person,
        device="",
        session="",
        name=Bilingual(zh=row["name_zh"], en=row["name_en"]) if row else Bilingual(zh=""),
        roles=(),
        sites=(),
    )


async def load_authors(
    database: Database, organization: str, people: list[str]
) -> dict[str, Actor]:
    """Give people with the rights they hold now, by id; whoever was shut out is left out."""
    rows = await database.rows(f"{_AUTHORS_SQL} AND p.active", organization, people)
    return {row["person_id"]: actor_of(row) for row in rows}


async def load_everybody(connection: Any, organization: str, people: list[str]) -> dict[str, Actor]:
    """Give people by id, also who was shut out since: what they recorded stays theirs."""
    rows = await connection.fetch(_AUTHORS_SQL, organization, people)
    return {row["person_id"]: actor_of(row) for row in rows}
