"""Who is asking: every request but the public ones is met here, before its handler is.

A route is closed unless it says `opt={"public": True}`; so a new one cannot be left open by
forgetting something.
"""

import hmac
from datetime import timedelta
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send
from msgspec import Struct

from backend.directory.actors import Actor
from backend.directory.authors import STANDING_SQL, actor_of
from backend.directory.sign_in import token_hash
from backend.kernel.clock import Clock, instant, milliseconds
from backend.kernel.database import Database
from backend.kernel.security import require_same_origin
from backend.settings import Settings
from shared_schemas.problems import ProblemError

SECURE_COOKIE = "__Host-roundsman"
PLAIN_COOKIE = "roundsman"
CSRF_HEADER = "x-roundsman-csrf"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

CONTACT_NOTED_EVERY = timedelta(minutes=1)
"""A device's last contact is written no more often than this."""

_SESSION_SQL = f"""
SELECT s.token_hash AS key, s.id, s.organization_id, s.person_id, s.device_id, s.csrf,
       s.expires_at, d.last_contact,
       {STANDING_SQL}
FROM sessions s
JOIN people p ON p.organization_id = s.organization_id AND p.id = s.person_id
JOIN devices d ON d.organization_id = s.organization_id AND d.id = s.device_id
WHERE s.token_hash = ANY($1::text[]) AND s.ended_at IS NULL AND p.active AND d.revoked_at IS NULL
"""  # noqa: S608  our own words

_SHUT_OUT_SQL = """
SELECT p.active
FROM sessions s
JOIN people p ON p.organization_id = s.organization_id AND p.id = s.person_id
JOIN devices d ON d.organization_id = s.organization_id AND d.id = s.device_id
WHERE s.token_hash = $1 AND (NOT p.active OR d.revoked_at IS NOT NULL)
"""

_CONTACT_SQL = """
WITH seen AS (
    UPDATE sessions SET last_seen_at = $4 WHERE organization_id = $1 AND id = $2
)
UPDATE devices SET last_contact = $4 WHERE organization_id = $1 AND id = $3 AND last_contact < $4
"""


class LiveSession(Struct, frozen=True, kw_only=True):
    """A session that holds, with its person and the value that every write must carry."""

    actor: Actor
    csrf: str
    expires_ms: int


class SessionGate(ASGIMiddleware):
    """Lets in who has proved who they are; the handlers find the person in `request.user`."""

    scopes = (ScopeType.HTTP,)
    exclude_opt_key = "public"

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Find the session, check a write's security value, then go on.

        Raises: sign_in_needed, shut_out, csrf_failed, password_change_needed.
        """
        connection: ASGIConnection[Any, Any, Any, Any] = ASGIConnection(scope)
        live = await require_session(connection)
        if str(scope.get("method")) not in SAFE_METHODS:
            require_csrf(connection, live)
        opt = scope["route_handler"].opt
        if live.actor.must_change_password and not opt.get("before_password_change"):
            raise ProblemError("password_change_needed")
        scope["user"] = live.actor
        scope["auth"] = live
        await next_app(scope, receive, send)


async def require_actor(request: Request[Any, Any, Any]) -> Actor:
    """Give the person who is asking; for handlers as `Provide(require_actor)`.

    Raises: sign_in_needed.
    """
    actor = request.scope.get("user")
    if not isinstance(actor, Actor):
        raise ProblemError("sign_in_needed")
    return actor


async def require_session(connection: ASGIConnection[Any, Any, Any, Any]) -> LiveSession:
    """Find the session that the cookie opens.

    Raises: sign_in_needed when it ended or ran out; shut_out with its person or device.
    """
    state = connection.app.state
    token = connection.cookies.get(cookie_name(state.settings))
    if not token:
        raise ProblemError("sign_in_needed")
    hashed = token_hash(token)
    live = await find_session(state.database, state.clock, hashed)
    if live is None:
        await _refuse_shut_out(state.database, hashed)
        raise ProblemError("sign_in_needed")
    return live


async def _refuse_shut_out(database: Database, hashed: str) -> None:
    """Tell a phone that its person or it itself was shut out, so that it forgets who may open it.

    Raises: shut_out.
    """
    row = await database.row(_SHUT_OUT_SQL, hashed)
    if row is not None:
        raise ProblemError("shut_out", who="device" if row["active"] else "person")


async def find_session(database: Database, clock: Clock, hashed: str) -> LiveSession | None:
    """Give the session with that token's hash if it holds now, and note the device's contact."""
    now = instant(clock.now_ms())
    row = await database.row_of(_SESSION_SQL, hashed)
    if row is None or row["expires_at"] <= now:
        return None
    if now - row["last_contact"] > CONTACT_NOTED_EVERY:
        await database.run(_CONTACT_SQL, row["organization_id"], row["id"], row["device_id"], now)
    return LiveSession(
        actor=actor_of(row), csrf=row["csrf"], expires_ms=milliseconds(row["expires_at"])
    )


async def renew_session(
    database: Database, settings: Settings, clock: Clock, live: LiveSession
) -> LiveSession:
    """Let a session run its full time again, counted from now; it never ends earlier for it."""
    now = instant(clock.now_ms())
    expires = now + timedelta(days=settings.session_days)
    await database.run(
        "UPDATE sessions SET expires_at = greatest(expires_at, $3), last_seen_at = $4 "
        "WHERE organization_id = $1 AND id = $2 AND ended_at IS NULL",
        live.actor.organization, live.actor.session, expires, now,
    )  # fmt: skip
    return LiveSession(
        actor=live.actor, csrf=live.csrf, expires_ms=max(live.expires_ms, milliseconds(expires))
    )


def require_csrf(connection: ASGIConnection[Any, Any, Any, Any], live: LiveSession) -> None:
    """Go on only if this write comes from our own page.

    Raises: csrf_failed.
    """
    require_same_origin(connection.headers, connection.app.state.settings.public_url)
    given = connection.headers.get(CSRF_HEADER, "")
    if not hmac.compare_digest(given.encode("utf-8", "surrogatepass"), live.csrf.encode()):
        raise ProblemError("csrf_failed")


def cookie_name(settings: Settings) -> str:
    """Name the cookie: browsers hold the __Host- one to HTTPS and to this very host."""
    return SECURE_COOKIE if settings.secure_cookies else PLAIN_COOKIE


def session_cookie(settings: Settings, token: str) -> Cookie:
    """Make the cookie that carries a token; an empty token takes the cookie away."""
    return Cookie(
        key=cookie_name(settings),
        value=token,
        path="/",
        secure=settings.secure_cookies,
        httponly=True,
        samesite="strict",
        max_age=settings.session_days * 24 * 3600 if token else 0,
    )
