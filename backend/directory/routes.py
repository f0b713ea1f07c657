"""The routes of signing in, of one's devices and of a phone's writers."""

from typing import Any

from litestar import Request, Response, Router, delete, get, post, put
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody

from backend.directory.actors import Actor
from backend.directory.colleagues import load_colleagues
from backend.directory.device_reports import keep_report
from backend.directory.devices import list_devices, revoke_device
from backend.directory.rights import ROLES
from backend.directory.sessions import (
    LiveSession,
    cookie_name,
    find_session,
    renew_session,
    require_actor,
    session_cookie,
)
from backend.directory.sign_in import (
    change_password,
    end_session,
    end_session_of_token,
    sign_in,
)
from backend.directory.writers import bind_writer
from backend.kernel.anchors import sign_anchor
from backend.kernel.log import log
from backend.kernel.sealing import public_half, seal_key, tag_key
from backend.kernel.security import require_same_origin
from shared_schemas.devices import DeviceReport
from shared_schemas.primitives import Bilingual
from shared_schemas.problems import ProblemError
from shared_schemas.session import (
    DeviceRegister,
    OrganizationView,
    PasswordChange,
    RoleHeld,
    SessionReply,
    SignedInPerson,
    SignIn,
    SiteView,
)
from shared_schemas.sync import WriterBinding, WriterBound, WriterState

Asked = Request[Any, Any, Any]
BEFORE_PASSWORD_CHANGE = {"before_password_change": True}


@post("/session", status_code=200, opt={"public": True})
async def post_session(request: Asked, data: JSONBody[SignIn]) -> Response[SessionReply]:
    """Sign in on this phone or browser; whoever was signed in on it before is signed out."""
    state = request.app.state
    require_same_origin(request.headers, state.settings.public_url)
    address = request.client.host if request.client else ""
    opened = await sign_in(state.database, state.settings, state.clock, asked=data, address=address)
    before = request.cookies.get(cookie_name(state.settings))
    if before:
        await end_session_of_token(state.database, state.clock, before)
    live = await find_session(state.database, state.clock, opened.token_hash)
    if live is None:
        raise ProblemError("sign_in_failed")
    log.info("signed_in", organization=live.actor.organization, device=live.actor.device)
    return Response(
        await _reply(request, live), cookies=[session_cookie(state.settings, opened.token)]
    )


@get("/session", opt=BEFORE_PASSWORD_CHANGE)
async def get_session(request: Asked) -> Response[SessionReply]:
    """Tell a page who is signed in, and let the session run its full time again."""
    state = request.app.state
    live: LiveSession = request.scope["auth"]
    renewed = await renew_session(state.database, state.settings, state.clock, live)
    token = request.cookies[cookie_name(state.settings)]
    return Response(await _reply(request, renewed), cookies=[session_cookie(state.settings, token)])


@delete("/session", opt=BEFORE_PASSWORD_CHANGE)
async def delete_session(request: Asked, actor: NamedDependency[Actor]) -> Response[None]:
    """Sign out; what lies on the phone stays there."""
    state = request.app.state
    await end_session(state.database, state.clock, actor.organization, actor.session)
    return Response(None, status_code=204, cookies=[session_cookie(state.settings, "")])


@post("/session/password", status_code=204, opt=BEFORE_PASSWORD_CHANGE)
async def post_password(
    request: Asked, actor: NamedDependency[Actor], data: JSONBody[PasswordChange]
) -> None:
    """Change one's own password; every other session of this person ends."""
    state = request.app.state
    await change_password(
        state.database,
        state.settings,
        state.clock,
        actor=actor,
        change=data,
    )


@get("/devices")
async def get_devices(request: Asked, actor: NamedDependency[Actor]) -> DeviceRegister:
    """List one's own devices; whoever answers for devices sees all of the organisation."""
    state = request.app.state
    return await list_devices(state.database, state.clock, actor)


@delete("/devices/{device:str}", status_code=204)
async def delete_device(
    request: Asked, actor: NamedDependency[Actor], device: FromPath[str]
) -> None:
    """Shut out a device that was lost or handed on."""
    state = request.app.state
    await revoke_device(state.database, state.clock, actor, device)


@put("/devices/report", status_code=204)
async def put_device_report(
    request: Asked, actor: NamedDependency[Actor], data: JSONBody[DeviceReport]
) -> None:
    """Keep what the phone says about itself: what waits on it, and how safely."""
    state = request.app.state
    await keep_report(state.database, state.clock, actor, data)


@post("/writers", status_code=200)
async def post_writer(
    request: Asked, actor: NamedDependency[Actor], data: JSONBody[WriterBinding]
) -> WriterBound:
    """Bind a phone database to the person who is signed in, for good."""
    state = request.app.state
    await bind_writer(state.database, state.clock, actor, data)
    received = WriterState(writer=data.writer, contiguous=0)
    if "writer_progress" in state:
        received = await state.writer_progress(actor.organization, data.writer)
    return WriterBound(
        writer=data.writer,
        contiguous=received.contiguous,
        beyond=received.beyond,
        anchor=_anchor(request, actor),
    )


def _anchor(request: Asked, actor: Actor) -> Any:
    state = request.app.state
    return sign_anchor(state.secret, actor.organization, actor.device, state.clock.now_ms())


async def _reply(request: Asked, live: LiveSession) -> SessionReply:
    actor = live.actor
    rows = await request.app.state.database.rows(
        "SELECT id, code, name_zh, name_en, '' AS zone, true AS own FROM organizations "
        "WHERE id = $1 UNION ALL SELECT id, code, name_zh, name_en, zone, false FROM sites "
        "WHERE organization_id = $1 AND id = ANY($2::text[]) ORDER BY own DESC, name_zh, id",
        actor.organization, list(actor.sites),
    )  # fmt: skip
    own, sites = rows[0], rows[1:]
    return SessionReply(
        person=SignedInPerson(
            id=actor.person,
            name=actor.name,
            roles=tuple(
                RoleHeld(role=at.role, name=ROLES[at.role].name, site=at.site or None)
                for at in actor.roles
                if at.role in ROLES
            ),
        ),
        organization=OrganizationView(id=own["id"], code=own["code"], name=_name(own)),
        sites=tuple(
            SiteView(
                id=row["id"], name=_name(row), zone=row["zone"], rights=actor.rights(row["id"])
            )
            for row in sites
        ),
        rights=actor.rights(),
        csrf=live.csrf,
        expires_ms=live.expires_ms,
        anchor=_anchor(request, actor),
        must_change_password=actor.must_change_password,
        seal_key=public_half(seal_key(request.app.state.secret, actor.organization)),
        tag_key=public_half(tag_key(request.app.state.secret, actor.organization)),
        colleagues=await load_colleagues(request.app.state.database, actor),
    )


def _name(row: Any) -> Bilingual:
    return Bilingual(zh=row["name_zh"], en=row["name_en"])


directory_router = Router(
    "/api",
    route_handlers=[
        post_session,
        get_session,
        delete_session,
        post_password,
        get_devices,
        delete_device,
        put_device_report,
        post_writer,
    ],
    dependencies={"actor": Provide(require_actor)},
)
"""Needs `app.state`: database, settings, clock, secret; `writer_progress` gives what sync has of a
writer, as (organization, writer) to WriterState."""
