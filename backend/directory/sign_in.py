"""Signing in and out: tries are counted, a token is handed out, only its hash is kept."""

import hashlib
import ipaddress
import secrets
from datetime import timedelta
from typing import Any

from msgspec import Struct

from backend.directory.actors import Actor
from backend.directory.passwords import hash_password, verify_password
from backend.kernel.clock import Clock, instant, milliseconds
from backend.kernel.database import Database
from backend.kernel.identity import derived_id, random_id
from backend.settings import Settings
from shared_schemas.problems import ProblemError
from shared_schemas.session import DeviceIntroduction, PasswordChange, SignIn

TRIES_WINDOW = timedelta(minutes=15)
"""Failed tries older than this no longer count."""

ADDRESS_FACTOR = 5
"""A whole site often shares one address, so an address may fail this many times more often."""

ORGANIZATIONS_TRIED = 5
"""Without an organisation's code at most so many of those that know the user name are tried."""

_TRIES_LOCK = 4_815_001
"""The number of the lock under which tries are counted; no other lock of ours has it."""


class SignedIn(Struct, frozen=True, kw_only=True):
    """A fresh session: the token for the cookie, never stored, and when it ends."""

    token: str
    token_hash: str
    expires_ms: int


class _Known(Struct, frozen=True, kw_only=True):
    """An account that the user name fits."""

    organization: str
    person: str
    password_hash: str


def token_hash(token: str) -> str:
    """Give what is stored of a session's token; the token itself has 256 random bits."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def normal_user_name(user_name: str) -> str:
    """Give a user name as it is stored: no spaces, hyphens or capitals.

    >>> normal_user_name(" 138-0000 0001 ")
    '13800000001'
    """
    return "".join(user_name.split()).replace("-", "").lower()


def network_of(address: str) -> str:
    """Give the address as it is counted: IPv6 by its /64, for one house has as many as it likes.

    >>> network_of("2001:db8::1")
    '2001:db8::/64'
    """
    try:
        read = ipaddress.ip_address(address)
    except ValueError:
        return address
    if read.version == 6:  # noqa: PLR2004  the version's own number
        return str(ipaddress.ip_network((read, 64), strict=False))
    return str(read)


async def sign_in(
    database: Database, settings: Settings, clock: Clock, *, asked: SignIn, address: str
) -> SignedIn:
    """Open a session for the person whose user name and password these are.

    Raises: too_many_requests, sign_in_failed.
    """
    user_name = normal_user_name(asked.user_name)
    # The user name alone: giving or leaving out the organisation's code earns no further tries.
    account = _account("", user_name)
    await _count_try(database, settings, clock, account, network_of(address))
    known = await _known_accounts(database, asked.organization.strip().lower(), user_name)
    fitting = await _fitting(known, asked.password, settings)
    if not fitting:
        raise ProblemError("sign_in_failed")
    if len(fitting) > 1:
        raise ProblemError("sign_in_failed", field="organization")
    await database.run("DELETE FROM sign_in_tries WHERE account = $1", account)
    return await _open_session(database, settings, clock, fitting[0], asked.device)


async def end_session(database: Database, clock: Clock, organization: str, session: str) -> None:
    """End one session; its token opens nothing from now on."""
    await database.run(
        "UPDATE sessions SET ended_at = $3 "
        "WHERE organization_id = $1 AND id = $2 AND ended_at IS NULL",
        organization, session, instant(clock.now_ms()),
    )  # fmt: skip


async def end_session_of_token(database: Database, clock: Clock, token: str) -> None:
    """End the session that a browser still carries when someone signs in anew on it."""
    await database.run(
        "UPDATE sessions SET ended_at = $2 WHERE token_hash = $1 AND ended_at IS NULL",
        token_hash(token), instant(clock.now_ms()),
    )  # fmt: skip


async def change_password(
    database: Database, settings: Settings, clock: Clock, *, actor: Actor, change: PasswordChange
) -> None:
    """Set a new password and end the person's other sessions.

    Wrong old passwords count as tries, or an open phone would let anyone guess.

    Raises: too_many_requests, sign_in_failed, request_invalid.
    """
    account = _account(actor.organization, actor.person)
    await _count_try(database, settings, clock, account, "")
    row = await database.row(
        "SELECT password_hash, user_name FROM people WHERE organization_id = $1 AND id = $2",
        actor.organization, actor.person,
    )  # fmt: skip
    stored = row["password_hash"] if row else None
    if not await verify_password(change.old, stored, settings.scrypt_cost):
        raise ProblemError("sign_in_failed", field="old")
    if row is None or change.new in (change.old, row["user_name"]):
        raise ProblemError("request_invalid", field="new")
    hashed = await hash_password(change.new, settings.scrypt_cost)
    async with database.transaction() as connection:
        await connection.execute(
            "UPDATE people SET password_hash = $3, must_change_password = false "
            "WHERE organization_id = $1 AND id = $2",
            actor.organization, actor.person, hashed,
        )  # fmt: skip
        await connection.execute(
            "UPDATE sessions SET ended_at = $4 WHERE organization_id = $1 AND person_id = $2 "
            "AND id <> $3 AND ended_at IS NULL",
            actor.organization, actor.person, actor.session, instant(clock.now_ms()),
        )  # fmt: skip
        await connection.execute("DELETE FROM sign_in_tries WHERE account = $1", account)


def _account(organization: str, user_name: str) -> str:
    return derived_id("account", organization, user_name)


async def _count_try(
    database: Database, settings: Settings, clock: Clock, account: str, address: str
) -> None:
    """Note a try before the password is looked at, so that tries at the same time all count.

    A try that is turned away does not count, or the one who guesses could shut out the owner for
    as long as they like.
    """
    now = instant(clock.now_ms())
    since = now - TRIES_WINDOW
    async with database.transaction() as connection:
        # One at a time in all processes: a look and a note between others' looks would miscount.
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _TRIES_LOCK)
        await connection.execute("DELETE FROM sign_in_tries WHERE at <= $1", since)
        counted = await connection.fetchrow(
            "SELECT count(*) FILTER (WHERE account = $1) AS of_account, "
            "count(*) FILTER (WHERE address = $2 AND $2 <> '') AS of_address, "
            "min(at) AS first_at FROM sign_in_tries WHERE account = $1 OR address = $2",
            account, address,
        )  # fmt: skip
        limit = settings.sign_in_tries
        if counted["of_account"] >= limit or counted["of_address"] >= limit * ADDRESS_FACTOR:
            wait = (counted["first_at"] + TRIES_WINDOW - now).total_seconds()
            raise ProblemError("too_many_requests", retry_after_s=max(1, int(wait)))
        await connection.execute(
            "INSERT INTO sign_in_tries (id, account, address, at) VALUES ($1, $2, $3, $4)",
            random_id(), account, address, now,
        )  # fmt: skip


async def _known_accounts(database: Database, code: str, user_name: str) -> list[_Known]:
    rows = await database.rows(
        "SELECT p.organization_id, p.id, p.password_hash FROM people p "
        "JOIN organizations o ON o.id = p.organization_id "
        "WHERE p.user_name = $1 AND p.active AND ($2 = '' OR o.code = $2) "
        "ORDER BY o.created_at, o.id LIMIT $3",
        user_name, code, ORGANIZATIONS_TRIED,
    )  # fmt: skip
    return [
        _Known(
            organization=row["organization_id"],
            person=row["id"],
            password_hash=row["password_hash"],
        )
        for row in rows
    ]


async def _fitting(known: list[_Known], password: str, settings: Settings) -> list[_Known]:
    if not known:
        await verify_password(password, None, settings.scrypt_cost)
        return []
    return [
        one
        for one in known
        if await verify_password(password, one.password_hash, settings.scrypt_cost)
    ]


async def _open_session(
    database: Database, settings: Settings, clock: Clock, known: _Known, device: DeviceIntroduction
) -> SignedIn:
    """Write the device and the session; the right password lets a revoked device in again."""
    token = secrets.token_urlsafe(32)
    hashed = token_hash(token)
    now = instant(clock.now_ms())
    expires = now + timedelta(days=settings.session_days)
    async with database.transaction() as connection:
        await _meet_device(connection, known, device, now)
        await connection.execute(
            "INSERT INTO sessions (organization_id, id, token_hash, person_id, device_id, csrf, "
            "created_at, last_seen_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)",
            known.organization, random_id(), hashed, known.person, device.id,
            secrets.token_urlsafe(32), now, expires,
        )  # fmt: skip
    return SignedIn(token=token, token_hash=hashed, expires_ms=milliseconds(expires))


async def _meet_device(
    connection: Any, known: _Known, device: DeviceIntroduction, now: Any
) -> None:
    # Sessions that were open when the device was revoked stay ended: only this sign-in counts.
    await connection.execute(
        "UPDATE sessions SET ended_at = $3 FROM devices d "
        "WHERE d.organization_id = $1 AND d.id = $2 AND d.revoked_at IS NOT NULL "
        "AND sessions.organization_id = $1 AND sessions.device_id = $2 "
        "AND sessions.ended_at IS NULL",
        known.organization, device.id, now,
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO devices (organization_id, id, label, person_id, first_seen, last_contact, "
        "app_version) VALUES ($1, $2, $3, $4, $5, $5, $6) "
        "ON CONFLICT (organization_id, id) DO UPDATE SET label = excluded.label, "
        "person_id = excluded.person_id, last_contact = excluded.last_contact, "
        "app_version = excluded.app_version, revoked_at = NULL",
        known.organization, device.id, device.label, known.person, now, device.app_version,
    )  # fmt: skip
