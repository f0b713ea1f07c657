"""Photos in and out: taken when they are what was declared, shown to whoever may see the record."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any, Literal

from litestar import Request, Response, Router, get, put
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, QueryParameter

from backend.directory.actors import Actor, kinds_in_scope
from backend.directory.sessions import require_actor
from backend.evidence.keeping import keep_photo
from backend.evidence.photos import file_name, shrink
from backend.evidence.store import THUMB, EvidenceStore, key_of
from backend.kernel.bodies import read_body
from backend.kernel.clock import instant
from backend.kernel.log import log
from backend.kernel.security import EVIDENCE_POLICY
from shared_schemas.problems import ProblemError
from shared_schemas.sync import EvidenceReceipt

Asked = Request[Any, Any, Any]
_HASH = re.compile(r"[0-9a-f]{64}")

_SHRINKING = ThreadPoolExecutor(max_workers=2, thread_name_prefix="shrink")
"""A photo of the largest kind fills 160 MB while it is shrunk: two at a time, whoever asks."""

_SHOWN_SQL = """
SELECT DISTINCT e.media_type, coalesce(r.site_id, u.site_id) AS scope, u.record_kind,
    EXISTS (SELECT 1 FROM scope_members m
             WHERE m.organization_id = u.organization_id AND m.scope = 'person/' || $3
               AND m.record_id = u.record_id AND m.present) AS own
FROM evidence e
JOIN evidence_uses u ON u.organization_id = e.organization_id AND u.sha256 = e.sha256
LEFT JOIN records r ON r.organization_id = u.organization_id AND r.id = u.record_id
JOIN evidence_uploads s ON s.organization_id = u.organization_id AND s.sha256 = u.sha256
    AND s.person_id = u.person_id
WHERE e.organization_id = $1 AND e.sha256 = $2
"""


@put("/evidence/{sha256:str}", status_code=200, request_max_body_size=None)
async def put_evidence(
    request: Asked, actor: NamedDependency[Actor], sha256: FromPath[str]
) -> EvidenceReceipt:
    """Keep a photo that comes in one piece, as phones of wire version 1 send it."""
    state = request.app.state
    if not _HASH.fullmatch(sha256):
        raise ProblemError("request_invalid", field="sha256")
    content = await read_body(request, state.settings.upload_limit)
    await keep_photo(
        state.database, state.evidence_store, actor.organization, actor.person, sha256, content,
        instant(state.clock.now_ms()),
    )  # fmt: skip
    log.debug("evidence_kept", id=sha256, size=len(content), device=actor.device)
    return EvidenceReceipt(sha256=sha256, size=len(content))


@get("/evidence/{sha256:str}", opt={"packed": True})
async def get_evidence(
    request: Asked,
    actor: NamedDependency[Actor],
    sha256: FromPath[str],
    size: Annotated[Literal["full", "thumb"], QueryParameter()] = "full",
) -> Response[bytes]:
    """Show a photo to whoever may see a record that names it; to all others there is none."""
    state = request.app.state
    media_type = await _shown_media_type(request, actor, sha256)
    tag = f'"{sha256}{size}"'
    headers = {
        "etag": tag,
        "cache-control": "private, max-age=31536000, immutable",
        "content-security-policy": EVIDENCE_POLICY,
        "content-disposition": f'inline; filename="{file_name(sha256, media_type)}"',
    }
    if request.headers.get("if-none-match") == tag:
        return Response(b"", status_code=304, headers=headers)
    store: EvidenceStore = state.evidence_store
    key = key_of(actor.organization, sha256)
    small = await _find_thumb(store, key) if size == "thumb" else None
    if small is not None:
        return Response(small, media_type="image/jpeg", headers=headers)
    content = await store.find(key)
    if content is None:
        log.error("evidence_lost", id=sha256, organization=actor.organization)
        raise ProblemError("not_found")
    return Response(content, media_type=media_type, headers=headers)


async def _shown_media_type(request: Asked, actor: Actor, sha256: str) -> str:
    """Give the photo's kind if a record that this person may see names it.

    A record gives the right only where the one who put the photo into it really sent its bytes;
    naming someone else's hash shows nothing.

    Raises: not_found.
    Source: sync design, section 6 (evidence).
    """
    if not _HASH.fullmatch(sha256):
        raise ProblemError("not_found")
    uses = await request.app.state.database.rows(
        _SHOWN_SQL, actor.organization, sha256, actor.person
    )
    for use in uses:
        if use["own"] or use["record_kind"] in kinds_in_scope(actor, use["scope"]):
            media_type: str = use["media_type"]
            return media_type
    raise ProblemError("not_found")


async def _find_thumb(store: EvidenceStore, key: str) -> bytes | None:
    """Give the small copy beside the photo, making it the first time it is asked for."""
    small = await store.find(key + THUMB)
    if small is not None:
        return small
    content = await store.find(key)
    if content is None:
        return None
    made = await asyncio.get_running_loop().run_in_executor(_SHRINKING, shrink, content)
    if made is not None:
        await store.put_lightly(key + THUMB, made)
    return made


evidence_router = Router(
    "/api",
    route_handlers=[put_evidence, get_evidence],
    dependencies={"actor": Provide(require_actor)},
)
"""Needs `app.state`: database, settings, clock, evidence_store."""
