"""Letting organisations and people in: for the command line and for the samples.

Everything here writes rows of who and where; nothing here is reached from a request.
"""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from backend.directory.actors import RoleAt
from backend.directory.passwords import DEFAULT_COST, hash_now, one_time_password
from backend.directory.rights import ROLES
from backend.directory.sign_in import normal_user_name
from backend.kernel.database import Database
from backend.kernel.identity import derived_id, random_id
from shared_schemas.primitives import Bilingual
from shared_schemas.problems import ProblemError

FIRST_ROLES = ("project_manager", "quality_manager")
"""What the first manager holds in the whole organisation: enough to set up everything else."""

_LONGEST_USER_NAME = 64


class NewPerson(Struct, frozen=True, kw_only=True):
    """A person to be let in; an empty password makes a one-time one.

    `id` empty makes a random one. Whoever is given a one-time password must change it. A
    `password_hash` spares the slow hashing where many samples share one password.
    """

    user_name: str
    name: Bilingual
    roles: tuple[RoleAt, ...]
    password: str = ""
    contractor: str | None = None
    id: str = ""
    department: str | None = None
    post: str | None = None
    password_hash: str = ""


class Enrolled(Struct, frozen=True, kw_only=True):
    """What came of letting someone in; the password is told once and stored nowhere."""

    organization: str
    person: str
    password: str


async def create_organization(
    database: Database,
    *,
    code: str,
    name: Bilingual,
    manager: str,
    manager_name: Bilingual | None = None,
    organization: str = "",
    scrypt_cost: int = DEFAULT_COST,
) -> Enrolled:
    """Make an organisation with its first manager, who signs in with a one-time password.

    Raises: conflict when the code is taken; request_invalid for an empty code or user name.
    """
    wanted = code.strip().lower()
    if not wanted:
        raise ProblemError("request_invalid", field="code")
    own = organization or random_id()
    first = NewPerson(
        user_name=manager,
        name=manager_name or Bilingual(zh="管理员", en="Manager"),
        roles=tuple(RoleAt(role, "") for role in FIRST_ROLES),
    )
    async with database.transaction() as connection:
        made = await connection.fetchval(
            "INSERT INTO organizations (id, code, name_zh, name_en) VALUES ($1, $2, $3, $4) "
            "ON CONFLICT DO NOTHING RETURNING id",
            own, wanted, name.zh, name.en,
        )  # fmt: skip
        if made is None:
            raise ProblemError("conflict", field="code")
        return await add_person(connection, own, first, scrypt_cost=scrypt_cost)


async def add_site(
    connection: Any,
    organization: str,
    *,
    site: str,
    code: str,
    name: Bilingual,
    zone: str = "Asia/Shanghai",
) -> None:
    """Make a site known before its places are published; doing it again changes its names."""
    await connection.execute(
        "INSERT INTO sites (organization_id, id, code, name_zh, name_en, zone) "
        "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (organization_id, id) DO UPDATE "
        "SET code = excluded.code, name_zh = excluded.name_zh, name_en = excluded.name_en, "
        "zone = excluded.zone",
        organization, site, code, name.zh, name.en, zone,
    )  # fmt: skip


async def add_department(
    connection: Any, organization: str, *, department: str, site: str, name: Bilingual
) -> None:
    """Make a department of a site known, or of the whole organisation with an empty site."""
    await connection.execute(
        "INSERT INTO departments (organization_id, id, site_id, name_zh, name_en) "
        "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (organization_id, id) DO UPDATE "
        "SET name_zh = excluded.name_zh, name_en = excluded.name_en",
        organization, department, site, name.zh, name.en,
    )  # fmt: skip


async def add_post(
    connection: Any,
    organization: str,
    *,
    post: str,
    site: str,
    name: Bilingual,
    department: str | None = None,
) -> None:
    """Make a post of a site known, such as the east gate."""
    await connection.execute(
        "INSERT INTO posts (organization_id, id, site_id, department_id, name_zh, name_en) "
        "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (organization_id, id) DO UPDATE "
        "SET name_zh = excluded.name_zh, name_en = excluded.name_en",
        organization, post, site, department, name.zh, name.en,
    )  # fmt: skip


async def add_contractor(
    connection: Any, organization: str, *, contractor: str, name: Bilingual
) -> None:
    """Make a contractor known as a party inside the organisation."""
    await connection.execute(
        "INSERT INTO contractors (organization_id, id, name_zh, name_en) "
        "VALUES ($1, $2, $3, $4) ON CONFLICT (organization_id, id) DO UPDATE "
        "SET name_zh = excluded.name_zh, name_en = excluded.name_en",
        organization, contractor, name.zh, name.en,
    )  # fmt: skip


async def add_person(
    connection: Any, organization: str, new: NewPerson, *, scrypt_cost: int = DEFAULT_COST
) -> Enrolled:
    """Let a person in with the roles given, inside the caller's transaction.

    Raises: conflict when the user name is taken; request_invalid for an empty or long one, or a
    role that does not exist.
    """
    user_name = normal_user_name(new.user_name)
    if not user_name or len(user_name) > _LONGEST_USER_NAME:
        raise ProblemError("request_invalid", field="user_name")
    person = new.id or random_id()
    password = new.password or one_time_password()
    made = await connection.fetchval(
        "INSERT INTO people (organization_id, id, user_name, name_zh, name_en, password_hash, "
        "must_change_password, contractor_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "
        "ON CONFLICT DO NOTHING RETURNING id",
        organization, person, user_name, new.name.zh, new.name.en,
        new.password_hash or hash_now(password, scrypt_cost), not new.password, new.contractor,
    )  # fmt: skip
    if made is None:
        raise ProblemError("conflict", field="user_name")
    await grant_roles(
        connection, organization, person, new.roles, department=new.department, post=new.post
    )
    return Enrolled(organization=organization, person=person, password=password)


async def grant_roles(
    connection: Any,
    organization: str,
    person: str,
    roles: Sequence[RoleAt],
    *,
    department: str | None = None,
    post: str | None = None,
) -> None:
    """Give a person roles; those already held stay as they are.

    Raises: request_invalid for a role that does not exist.
    """
    for at in roles:
        if at.role not in ROLES:
            raise ProblemError("request_invalid", field="role")
        await connection.execute(
            "INSERT INTO memberships (organization_id, id, person_id, role, site_id, "
            "department_id, post_id) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
            organization, derived_id("membership", organization, person, at.role, at.site),
            person, at.role, at.site, department, post,
        )  # fmt: skip


async def reset_password(
    database: Database, organization: str, user_name: str, *, scrypt_cost: int = DEFAULT_COST
) -> Enrolled:
    """Give a person a new one-time password and end every session they have.

    Raises: not_found.
    """
    password = one_time_password()
    async with database.transaction() as connection:
        person = await connection.fetchval(
            "UPDATE people SET password_hash = $3, must_change_password = true "
            "WHERE organization_id = $1 AND user_name = $2 RETURNING id",
            organization, normal_user_name(user_name), hash_now(password, scrypt_cost),
        )  # fmt: skip
        if person is None:
            raise ProblemError("not_found")
        await _end_sessions(connection, organization, person)
    return Enrolled(organization=organization, person=person, password=password)


async def disable_person(database: Database, organization: str, person: str) -> None:
    """Shut a person out: every session ends now; what they recorded stays theirs.

    Raises: not_found.
    """
    async with database.transaction() as connection:
        found = await connection.fetchval(
            "UPDATE people SET active = false, disabled_at = now() "
            "WHERE organization_id = $1 AND id = $2 RETURNING id",
            organization, person,
        )  # fmt: skip
        if found is None:
            raise ProblemError("not_found")
        await _end_sessions(connection, organization, person)


async def _end_sessions(connection: Any, organization: str, person: str) -> None:
    await connection.execute(
        "UPDATE sessions SET ended_at = now() "
        "WHERE organization_id = $1 AND person_id = $2 AND ended_at IS NULL",
        organization, person,
    )  # fmt: skip
