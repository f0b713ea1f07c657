"""Operations that the server itself or someone in the office writes, through the same one door."""

from typing import Any

from backend.directory.actors import Actor, RoleAt
from backend.kernel.canonical import canonical
from backend.kernel.identity import derived_id
from backend.sync.doors import SYSTEM_PERSON, SYSTEM_ROLE
from backend.sync.received import receive
from backend.sync.state import Submission
from shared_schemas.operations import ANY_RECORD, KINDS, Kind
from shared_schemas.primitives import Bilingual, Capture


def system_actor(organization: str) -> Actor:
    """Give the author of what the server itself writes."""
    return Actor(
        organization=organization,
        person=SYSTEM_PERSON,
        device="",
        session="",
        name=Bilingual(zh="系统", en="System"),
        roles=(RoleAt(SYSTEM_ROLE, ""),),
        sites=(),
    )


def server_submission(
    organization: str, record: str, body: dict[str, Any], now_ms: int, *, copy: str = ""
) -> Submission:
    """Give an operation of the server's own; the same one made twice is one.

    `copy` tells apart two that say the same of the same record.
    """
    writer = derived_id("server", organization, record, canonical(body), copy)
    return _single(system_actor(organization), writer, record, body, now_ms, by_server=True)


def office_submission(
    actor: Actor,
    request: str,
    record: str,
    body: dict[str, Any],
    now_ms: int,
    *,
    based_on: int,
    saw_stamp: int,
    record_kind: str = "",
) -> Submission:
    """Give what someone in the office did; the same request sent again is the same act.

    `record_kind` is asked for only where the operation may be made on any kind of record.
    """
    kind = str(body.get("kind", ""))
    writer = derived_id("office", actor.organization, actor.person, request, record, kind)
    return _single(
        actor,
        writer,
        record,
        body,
        now_ms,
        based_on=based_on,
        saw_stamp=saw_stamp,
        record_kind=record_kind,
    )


def _record_kind(kind: Kind | None, told: str) -> str:
    if kind is None:
        return ""
    return told if kind.record_kind == ANY_RECORD else kind.record_kind


def _single(
    actor: Actor,
    writer: str,
    record: str,
    body: dict[str, Any],
    now_ms: int,
    *,
    by_server: bool = False,
    based_on: int = 0,
    saw_stamp: int = 0,
    record_kind: str = "",
) -> Submission:
    clocks = Capture(wall_ms=now_ms, mono_ms=0, origin_ms=now_ms, session="server")
    kind = KINDS.get(str(body.get("kind")))
    text = canonical(
        {
            "based_on": based_on,
            "body": body,
            "captured": clocks,
            "counter": 1,
            "evidence": [],
            "id": f"{writer}:1",
            "record": record,
            "record_kind": _record_kind(kind, record_kind),
            "saw_stamp": saw_stamp,
            "schema": 1,
            "writer": writer,
        }
    )
    return Submission(
        organization=actor.organization,
        actor=actor,
        device=actor.device,
        writer=writer,
        sent=clocks,
        received=[receive(text.encode(), writer, by_server=by_server)],
        received_ms=now_ms,
        floor_ms=now_ms,
        trusted={},
        by_server=by_server,
        counted=False,
    )
