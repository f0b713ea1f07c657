"""The routes of sync: push, pull, and the office's own acts through the same door."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import QueryParameter
from msgspec import Struct

from backend.directory.actors import Actor
from backend.kernel.anchors import sign_anchor, verify_anchor
from backend.kernel.bodies import read_body
from backend.kernel.packing import packed_json
from backend.sync.committer import Committer
from backend.sync.cursor import MOST_CHARACTERS
from backend.sync.group import anchor_key
from backend.sync.pull import PAGE, PullQuestion, pull
from backend.sync.received import cut_apart, receive
from backend.sync.server_writer import office_submission
from backend.sync.state import Submission
from backend.sync.wire import require_served, told_to
from shared_schemas.primitives import Anchor, Id
from shared_schemas.problems import ProblemError
from shared_schemas.sync import Outcome, PushReply, PushRequest, ServerAnchor

_REQUEST = msgspec.json.Decoder(PushRequest)
_REPLY = msgspec.json.Encoder()
PACKED = {"packed": True}
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
BATCH_LIMIT = 1_000
"""Operations in one push; a phone sends far fewer."""


class OfficeAct(Struct, kw_only=True):
    """Something done in the office: `request` makes a retry the same act.

    `record_kind` is told where the operation may be made on any kind of record.
    """

    request: Id
    record: Id
    body: dict[str, Any]
    based_on: int = 0
    saw_stamp: int = 0
    record_kind: str = ""


@post("/api/sync/push", status_code=200, request_max_body_size=None, opt=PACKED)
async def push_operations(request: Request[Actor, Any, Any]) -> Response[bytes]:
    """Take in what a phone recorded; the answer comes only after the commit.

    Raises: json_malformed, request_invalid, writer_unknown, writer_not_yours, wire_too_new,
    wire_too_old, too_large, database_unavailable.
    """
    state = request.app.state
    asked = _read(await read_body(request, state.settings.push_limit))
    actor: Actor = request.user
    now_ms = state.clock.now_ms()
    require_served(asked.wire, now_ms)
    floor_ms = await state.bindings.require(actor, asked.writer)
    submission = Submission(
        organization=actor.organization,
        actor=actor,
        device=actor.device,
        writer=asked.writer,
        sent=asked.sent,
        received=[receive(bytes(raw), asked.writer) for raw in asked.operations],
        received_ms=now_ms,
        floor_ms=floor_ms,
        trusted={},
    )
    submission.trusted = _trusted(state.secret, submission)
    committer: Committer = state.committer
    outcomes = told_to(asked.wire, await committer.push(submission))
    return await _answer(request, outcomes, _anchor(state, actor))


@get("/api/sync/pull", status_code=200, opt=PACKED)
async def pull_records(
    request: Request[Actor, Any, Any],
    cursor: Annotated[str, QueryParameter(name="cursor", max_length=MOST_CHARACTERS)] = "",
    writers: Annotated[str, QueryParameter(name="writers", max_length=2000)] = "",
    limit: Annotated[int, QueryParameter(name="limit", ge=1, le=5000)] = PAGE,
    wire: Annotated[int, QueryParameter(name="wire", ge=1)] = 1,
    again: Annotated[str | None, QueryParameter(name="again", max_length=64)] = None,
) -> Response[bytes]:
    """Give what changed since the phone's cursor, in one snapshot.

    Raises: scope_not_yours, wire_too_new, wire_too_old.
    """
    state = request.app.state
    require_served(wire, state.clock.now_ms())
    question = PullQuestion(
        cursor=cursor,
        writers=[one for one in writers.split(",") if one],
        limit=limit,
        wire=wire,
        again=again,
    )
    reply = await pull(state.database, request.user, question, _anchor(state, request.user))
    return await packed_json(request, reply)


@post("/api/office/operations", status_code=200, request_max_body_size=None, opt=PACKED)
async def record_office_act(request: Request[Actor, Any, Any]) -> Response[bytes]:
    """Record what someone in the office did, as an operation like any other.

    Raises: json_malformed, request_invalid, not_allowed.
    """
    actor: Actor = request.user
    actor.require("see_office")
    try:
        body = await read_body(request, request.app.state.settings.push_limit)
        act = msgspec.json.decode(body, type=OfficeAct)
    except msgspec.ValidationError as error:
        raise ProblemError("request_invalid", what=str(error)[:200]) from None
    except _UNREADABLE:
        raise ProblemError("json_malformed") from None
    state = request.app.state
    submission = office_submission(
        actor,
        act.request,
        act.record,
        act.body,
        state.clock.now_ms(),
        based_on=act.based_on,
        saw_stamp=act.saw_stamp,
        record_kind=act.record_kind,
    )
    outcomes = await state.committer.push(submission)
    return await _answer(request, outcomes, _anchor(state, actor))


def _read(body: bytes) -> PushRequest:
    try:
        asked = _decode(body)
    except msgspec.ValidationError as error:
        raise ProblemError("request_invalid", what=str(error)[:200]) from None
    except _UNREADABLE:
        raise ProblemError("json_malformed") from None
    if len(asked.operations) > BATCH_LIMIT:
        raise ProblemError("too_large", limit=BATCH_LIMIT)
    return asked


def _decode(body: bytes) -> PushRequest:
    """Read a push; where an operation spoils the whole text, the others are still taken out."""
    try:
        return _REQUEST.decode(body)
    except msgspec.ValidationError:
        raise
    except _UNREADABLE:
        parts = cut_apart(body)
        if parts is None:
            raise
        rest, pieces = parts
        asked = _REQUEST.decode(rest)
        asked.operations = [msgspec.Raw(piece) for piece in pieces]
        return asked


def _trusted(secret: str, submission: Submission) -> dict[str, bool]:
    anchors: dict[str, Anchor] = {}
    for received in submission.received:
        if received.envelope is not None and received.envelope.captured.anchor is not None:
            anchor = received.envelope.captured.anchor
            anchors[anchor_key(anchor)] = anchor
    return {
        key: verify_anchor(secret, submission.organization, None, anchor)
        for key, anchor in anchors.items()
    }


def _anchor(state: Any, actor: Actor) -> ServerAnchor:
    return sign_anchor(state.secret, actor.organization, actor.device, state.clock.now_ms())


async def _answer(
    request: Request[Actor, Any, Any], outcomes: list[Outcome], anchor: ServerAnchor
) -> Response[bytes]:
    reply = PushReply(outcomes=tuple(outcomes), anchor=anchor)
    return await packed_json(request, _REPLY.encode(reply))


sync_routes = [push_operations, pull_records, record_office_act]
