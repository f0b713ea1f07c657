"""The door for bytes in parts: tus 1.0.0, its core and creation, also with the first bytes.

The address of an upload is its hash, and whose it is comes from the session: a phone that forgot
everything asks under the hash of what it holds and goes on where the line was cut.

Source: tus resumable upload protocol 1.0.0, core, creation, creation-with-upload.
"""

import base64
import binascii
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import msgspec
from litestar import MediaType, Request, Response, Router, head, patch, post
from litestar.di import NamedDependency, Provide
from litestar.exceptions import HTTPException
from litestar.params import FromPath

from backend.directory.actors import Actor
from backend.directory.sessions import require_actor
from backend.evidence.keeping import keep_photo
from backend.evidence.photos import SOUNDS
from backend.evidence.uploads import SEALED, Upload, Uploads
from backend.kernel.answers import answer
from backend.kernel.bodies import read_body
from backend.kernel.clock import instant
from shared_schemas.problems import ProblemError
from shared_schemas.sync import EvidenceReceipt

Asked = Request[Any, Any, Any]
SealedReceived = Callable[[Actor, bytes], Awaitable[bytes]]
"""`app.state.sealed_received`: takes a sealed bundle whole and gives the JSON to answer with.

It may be called again with the same bundle, when a process died before its answer was noted.
"""

VERSION = "1.0.0"
BYTES_IN_PARTS = "application/offset+octet-stream"
PHOTOS = ("image/jpeg", "image/png", "image/webp", *SOUNDS)
_HASH = re.compile(r"[0-9a-f]{64}")
_NUMBER = re.compile(r"[0-9]{1,12}")
_LATE_DRAIN = 1_000_000
_FIRST_FAILURE_OF_OURS = 500


@post("/uploads", status_code=201, request_max_body_size=None)
async def begin_upload(request: Asked, actor: NamedDependency[Actor]) -> Response[bytes]:
    """Begin an upload, or find the one begun before; the first bytes may come along.

    Raises: request_invalid, too_large, media_type_unsupported, hash_mismatch, conflict,
    upload_version_unknown.
    """
    _require_version(request)
    size = _number(request, "upload-length")
    sha256, media_type = _declared(request)
    settings = request.app.state.settings
    limit = settings.sealed_limit if media_type == SEALED else settings.upload_limit
    if not 0 < size <= limit:
        await _drain(request)
        raise ProblemError("too_large", limit=limit)
    uploads = _uploads(request)
    upload = await uploads.begin(actor, sha256, media_type, size)
    if request.headers.get("content-type") == BYTES_IN_PARTS and upload.received == 0:
        upload = await uploads.take(actor, upload, request.stream())
    else:
        await _drain(request)
    return await _answer(request, actor, upload, status=201)


@head("/uploads/{sha256:str}")
async def read_upload(
    request: Asked, actor: NamedDependency[Actor], sha256: FromPath[str]
) -> Response[None]:
    """Say how far an upload has come.

    Raises: not_found, upload_version_unknown.
    """
    _require_version(request)
    upload = await _uploads(request).find(actor, sha256)
    return Response(None, headers={**_told(upload), "upload-length": str(upload.size)})


@patch("/uploads/{sha256:str}", status_code=200, request_max_body_size=None)
async def continue_upload(
    request: Asked, actor: NamedDependency[Actor], sha256: FromPath[str]
) -> Response[bytes]:
    """Take the bytes that follow; the one that brings the last of them gets the receipt.

    No bytes at the very end ask for the receipt again.

    Raises: not_found, request_invalid, too_large, upload_offset_wrong, hash_mismatch,
    media_type_unsupported, upload_version_unknown.
    """
    _require_version(request)
    if request.headers.get("content-type") != BYTES_IN_PARTS:
        raise ProblemError("request_invalid", field="content-type")
    offset = _number(request, "upload-offset")
    uploads = _uploads(request)
    upload = await uploads.find(actor, sha256)
    if offset != upload.received:
        await _drain(request)
        raise ProblemError("upload_offset_wrong", offset=upload.received)
    if (request.content_length or 0) > upload.size - offset:
        await _drain(request)
        raise ProblemError("too_large", limit=upload.size - offset)
    if upload.reply is None:
        upload = await uploads.take(actor, upload, request.stream())
    return await _answer(request, actor, upload, status=204)


async def _answer(request: Asked, actor: Actor, upload: Upload, *, status: int) -> Response[bytes]:
    """Say how far it has come; with all of the bytes, what came of them."""
    reply = upload.reply
    if reply is None and upload.complete:
        reply = await _finish(request, actor, upload)
        status = 201 if status == 201 else 200  # noqa: PLR2004  a new thing, or an answer with a body
    elif reply is not None and status != 201:  # noqa: PLR2004  as above
        status = 200
    headers = {**_told(upload), "location": f"/api/uploads/{upload.sha256}"}
    if reply is None:
        return Response(b"", status_code=status, headers=headers, media_type=MediaType.TEXT)
    return Response(reply, status_code=status, headers=headers, media_type="application/json")


async def _finish(request: Asked, actor: Actor, upload: Upload) -> bytes:
    """Judge the whole and keep it; what is refused for its bytes leaves no parts behind."""
    state, uploads = request.app.state, _uploads(request)
    content = await uploads.content(actor, upload)
    try:
        if upload.media_type == SEALED:
            reply = await state.sealed_received(actor, content)
        else:
            await keep_photo(
                state.database, state.evidence_store, actor.organization, actor.person,
                upload.sha256, content, instant(state.clock.now_ms()),
            )  # fmt: skip
            receipt = EvidenceReceipt(sha256=upload.sha256, size=upload.size)
            reply = msgspec.json.encode(receipt)
    except ProblemError as refused:
        if refused.problem.status < _FIRST_FAILURE_OF_OURS:
            await uploads.forget(actor, upload.sha256)
        raise
    await uploads.settle(actor, upload, reply)
    return bytes(reply)


def _uploads(request: Asked) -> Uploads:
    state = request.app.state
    return Uploads(state.database, state.evidence_store, state.clock)


def _told(upload: Upload) -> dict[str, str]:
    return {
        "tus-resumable": VERSION,
        "upload-offset": str(upload.received),
        "cache-control": "no-store",
    }


def _require_version(request: Asked) -> None:
    if request.headers.get("tus-resumable") != VERSION:
        raise ProblemError("upload_version_unknown", version=VERSION)


def _number(request: Asked, name: str) -> int:
    text = request.headers.get(name, "")
    if not _NUMBER.fullmatch(text):
        raise ProblemError("request_invalid", field=name)
    return int(text)


def _declared(request: Asked) -> tuple[str, str]:
    """Read hash and kind out of the header; only photos and sealed bundles come this way.

    Raises: request_invalid, media_type_unsupported.
    """
    told: dict[str, str] = {}
    for pair in request.headers.get("upload-metadata", "").split(","):
        name, _, value = pair.strip().partition(" ")
        try:
            told[name] = base64.b64decode(value, validate=True).decode("ascii")
        except (binascii.Error, UnicodeError):
            raise ProblemError("request_invalid", field="upload-metadata") from None
    sha256, media_type = told.get("sha256", ""), told.get("filetype", "")
    if not _HASH.fullmatch(sha256):
        raise ProblemError("request_invalid", field="upload-metadata")
    takes_sealed = "sealed_received" in request.app.state
    if media_type not in PHOTOS and not (media_type == SEALED and takes_sealed):
        raise ProblemError("media_type_unsupported")
    return sha256, media_type


async def _drain(request: Asked) -> None:
    """Read what comes along, so that the phone meets an answer and not a broken connection."""
    with suppress(ProblemError, HTTPException):
        await read_body(request, _LATE_DRAIN)


def _answer_problem(request: Asked, error: Exception) -> Response[bytes]:
    """Answer a problem as everywhere, with what tus wants said."""
    answered = answer(request, error)
    answered.headers["tus-resumable"] = VERSION
    if isinstance(error, ProblemError):
        details = error.problem.details
        if "offset" in details:
            answered.headers["upload-offset"] = str(details["offset"])
        if error.problem.code == "upload_version_unknown":
            answered.headers["tus-version"] = VERSION
    return answered


tus_router = Router(
    "/api",
    route_handlers=[begin_upload, read_upload, continue_upload],
    dependencies={"actor": Provide(require_actor)},
    exception_handlers={Exception: _answer_problem},
)
"""Needs `app.state`: database, settings, clock, evidence_store; `sealed_received` for bundles."""
