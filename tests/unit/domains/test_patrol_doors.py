"""Whatever a phone says of routes, rounds and labels: rows, or a clear problem; never a fall."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.domains.patrols.handlers import DOORS
from backend.domains.patrols.queries import (
    DueRound,
    KnownLabel,
    RoundBackground,
    RouteGround,
)
from backend.domains.patrols.rules import round_of
from backend.sync.doors import Refusal, Situation
from backend.sync.merge import Record, Stamped, fold
from backend.sync.received import Received, receive
from shared_schemas.operations import KINDS
from shared_schemas.patrols import RoundHours, Route, RouteStop
from shared_schemas.primitives import Bilingual
from shared_schemas.problems import CODES
from tests.world.shapes import bodies_of, spoiled

ORGANIZATION, SITE, ROUTE, C1 = "0" * 32, "1" * 32, "2" * 32, "3" * 32
WRITER, PLANNED = "4" * 32, "5" * 32
BEGUN = round_of(ORGANIZATION, ROUTE, "2026-11-20", 1)
KINDS_HERE = sorted(name for name, kind in KINDS.items() if kind.record_kind in DOORS)

A_ROUTE = Route(
    code="r",
    title=Bilingual(zh="巡更"),
    site=SITE,
    stops=(RouteStop(checkpoint=C1),),
    rounds=(RoundHours(opens="08:00", closes="09:00"),),
    roles=(),
)
KNOWN: dict[str, Any] = {
    "rounds": RoundBackground(
        windows={PLANNED: DueRound(route=ROUTE, on="2026-11-20", ordinal=2)},
        routes={ROUTE: A_ROUTE},
        keys={WRITER: ""},
    ),
    "ground": RouteGround(
        sites=frozenset({SITE}), checkpoint_sites={C1: SITE}, sites_with_places=frozenset({SITE})
    ),
    "labels": (KnownLabel(id="f" * 32, code="7KQ2M9XD", checkpoint=C1, serial=1),),
    "route_sites": {ROUTE: SITE},
}


def _received(kind: str, record: str, body: Any, counter: int = 1) -> Received:
    text = {
        "id": f"{WRITER}:{counter}",
        "writer": WRITER,
        "counter": counter,
        "record": record,
        "record_kind": KINDS[kind].record_kind,
        "based_on": 0,
        "saw_stamp": 0,
        "captured": {"wall_ms": 1, "mono_ms": 1, "origin_ms": 0, "session": "s"},
        "body": body,
    }
    return receive(json.dumps(text).encode(), WRITER, by_server=True)


def _situation(received: Received, record: Record | None) -> Situation:
    assert received.envelope is not None
    assert received.plain is not None
    operation = Stamped(
        id=received.id,
        kind=received.kind,
        record=received.envelope.record,
        record_kind=received.envelope.record_kind,
        person="p",
        role="patrol_guard",
        stamp=1_000 * received.counter,
        saw=0,
        position=received.counter,
        body=received.plain,
    )
    return Situation(
        organization=ORGANIZATION,
        record=record,
        site=SITE if record else "",
        operation=operation,
        body=received.body,
        actor=None,
        evidence=(),
        known=KNOWN,
    )


def _put(record: Record | None, received: Received) -> tuple[Record | None, Refusal | None]:
    """Do what the committer does with one operation: check, fold, write rows."""
    situation = _situation(received, record)
    operation = situation.operation
    door = DOORS[operation.record_kind]
    site = situation.site or door.site(situation)
    refusal = door.check(situation)
    if refusal is not None:
        return record, refusal
    after = fold(record, operation)
    before = record["fields"] if record else {}
    changed = frozenset(
        name for name, state in after["fields"].items() if before.get(name) is not state
    )
    for projection, row in door.rows(ORGANIZATION, site, after, changed, KNOWN):
        assert set(row) == set(projection.columns), projection.table
        for name, value in row.items():
            kind = {"text": str, "bigint": int, "boolean": bool}[projection.columns[name]]
            assert isinstance(value, kind), (projection.table, name, value)
            assert not isinstance(value, str) or "\x00" not in value
            assert not isinstance(value, int) or abs(value) < 2**63
    assert list(door.brings(operation)) is not None
    return after, None


def _is_clear(refusal: Refusal) -> None:
    assert refusal.problem.code in CODES
    assert refusal.problem.next_zh
    assert refusal.problem.next_en


@pytest.mark.parametrize("kind", KINDS_HERE)
@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_every_operation_of_the_slice_gives_rows_or_a_clear_problem(
    kind: str, data: st.DataObject
) -> None:
    record_id = data.draw(st.sampled_from((BEGUN, PLANNED, "a" * 32)))
    record: Record | None = None
    if KINDS[kind].record_kind == "round" and data.draw(st.booleans()):
        begin = {"kind": "round_started", "route": ROUTE, "started_at": 1}
        named = {} if record_id == PLANNED else {"on": "2026-11-20", "ordinal": 1}
        record, _ = _put(None, _received("round_started", record_id, {**begin, **named}))
    body = data.draw(bodies_of(KINDS[kind].body))
    if data.draw(st.booleans()) and "route" in body and isinstance(body["route"], str):
        body["route"] = ROUTE
    received = _received(kind, record_id, body, counter=2)
    assert received.problem is None, (received.problem, body)
    _, refusal = _put(record, received)
    if refusal is not None:
        _is_clear(refusal)


@pytest.mark.parametrize("kind", KINDS_HERE)
@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_spoiled_operation_keeps_its_text_and_has_a_clear_problem_or_is_harmless(
    kind: str, data: st.DataObject
) -> None:
    body = data.draw(spoiled(bodies_of(KINDS[kind].body)))
    received = _received(kind, PLANNED, body)
    assert received.text
    if received.problem is not None:
        _is_clear(Refusal(problem=received.problem))
        return
    _, refusal = _put(None, received)
    if refusal is not None:
        _is_clear(refusal)


def _route(**changes: Any) -> dict[str, Any]:
    body: dict[str, Any] = msgspec.to_builtins(A_ROUTE)
    return {"kind": "route_published", "route": {**body, **changes}}


STOP = {"checkpoint": C1, "walk_s": 0, "opens_s": 0, "closes_s": 0}


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("stops", _route(stops=[])),
        ("rounds", _route(rounds=[])),
        ("checkpoint twice", _route(stops=[STOP, STOP])),
        ("closes_s", _route(stops=[{**STOP, "opens_s": 60, "closes_s": 30}])),
        ("from_on", _route(from_on="2026-02-30")),
        ("dates", _route(cadence="dates", dates=["2026-02-30"])),
        ("every_days", _route(cadence="every_n_days")),
        ("site", _route(site="9" * 32)),
        ("checkpoint", _route(stops=[{**STOP, "checkpoint": "9" * 32}])),
    ],
)
def test_a_route_that_does_not_work_is_refused_by_the_part_that_does_not(
    what: str, body: dict[str, Any]
) -> None:
    _, refusal = _put(None, _received("route_published", ROUTE, body))
    assert refusal is not None
    assert (refusal.problem.code, refusal.problem.details) == ("rules_broken", {"what": what})
    assert _put(None, _received("route_published", ROUTE, _route()))[1] is None


@pytest.mark.parametrize(
    ("what", "changes"),
    [
        ("site", {"site": "9" * 32}),
        ("checkpoint", {"checkpoint": "9" * 32}),
        ("code", {"code": "7KQ2M9XD", "serial": 2}),
        ("serial", {"serial": 1}),
    ],
)
def test_a_label_that_could_be_taken_for_another_is_refused(
    what: str, changes: dict[str, Any]
) -> None:
    tag = {"code": "8KQ2M9XD", "checkpoint": C1, "site": SITE, "serial": 2, **changes}
    _, refusal = _put(None, _received("tag_issued", "e" * 32, {"kind": "tag_issued", "tag": tag}))
    assert refusal is not None
    assert (refusal.problem.code, refusal.problem.details) == ("rules_broken", {"what": what})


def test_a_label_that_nobody_issued_cannot_be_revoked() -> None:
    body = {"kind": "tag_revoked", "revoked_at": 1, "revoked_because": "遗失"}
    _, refusal = _put(None, _received("tag_revoked", "e" * 32, body))
    assert refusal is not None
    assert (refusal.problem.code, refusal.waits_for) == ("record_unknown", "e" * 32)


def test_a_photo_that_is_not_declared_is_refused() -> None:
    body = {"kind": "round_evidenced", "checkpoint": C1, "photo": "a" * 64}
    _, refusal = _put(None, _received("round_evidenced", PLANNED, body))
    assert refusal is not None
    assert refusal.problem.code == "evidence_undeclared"
