"""Reading what comes: nothing is thrown away, whatever it is."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.kernel.canonical import canonical
from backend.kernel.identity import content_hash
from backend.sync.received import COUNTER_LIMIT, cut_apart, receive

WRITER = "a" * 32
CLOCKS = {"wall_ms": 1, "mono_ms": 1, "origin_ms": 0, "session": "s", "zone": "", "anchor": None}


def _operation(**changes: Any) -> dict[str, Any]:
    plain = {
        "based_on": 0,
        "body": {"kind": "remark_added", "remark": "好"},
        "captured": CLOCKS,
        "counter": 7,
        "evidence": [],
        "id": f"{WRITER}:7",
        "record": "b" * 32,
        "record_kind": "task",
        "saw_stamp": 0,
        "schema": 1,
        "writer": WRITER,
    }
    return {**plain, **changes}


def test_PU2_well_made_operation_is_read_under_its_writers_number() -> None:
    text = canonical(_operation(added_by_a_newer_app={"x": [1]})).encode()
    received = receive(text, WRITER)
    assert (received.id, received.counter, received.kind) == (f"{WRITER}:7", 7, "remark_added")
    assert received.problem is None
    assert received.text == text
    assert received.sha256 == content_hash(text)
    assert received.plain == {"kind": "remark_added", "remark": "好"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"writer": "c" * 32}, "operation_malformed"),
        ({"id": f"{WRITER}:8"}, "operation_malformed"),
        ({"counter": 0, "id": f"{WRITER}:0"}, "operation_malformed"),
        ({"counter": COUNTER_LIMIT, "id": f"{WRITER}:{COUNTER_LIMIT}"}, "operation_malformed"),
        ({"record": "short"}, "operation_malformed"),
        ({"body": {"kind": "moon_seen"}}, "kind_unknown"),
        ({"body": {"kind": ["remark_added"]}}, "kind_unknown"),
        ({"body": "remark_added"}, "kind_unknown"),
        ({"body": {"kind": "agenda_planned"}, "record_kind": "agenda"}, "kind_reserved"),
        ({"record_kind": "plan"}, "record_kind_wrong"),
        ({"body": {"kind": "remark_added"}}, "operation_malformed"),
        ({"body": {"kind": "remark_added", "remark": 5}}, "operation_malformed"),
    ],
)
def test_HE1_what_is_not_well_made_keeps_its_text_with_a_problem(
    changes: dict[str, Any], code: str
) -> None:
    text = canonical(_operation(**changes)).encode()
    received = receive(text, WRITER)
    assert received.problem is not None
    assert received.problem.code == code
    assert received.envelope is None
    assert received.text == text


def test_HE1_kind_of_the_system_passes_from_the_server_alone() -> None:
    body = {"kind": "agenda_planned", "plan": "c" * 32, "month": "2026-11", "windows": []}
    text = canonical(_operation(body=body, record_kind="agenda")).encode()
    assert receive(text, WRITER, by_server=True).problem is None


@given(st.binary(max_size=200))
def test_HE1_any_bytes_at_all_are_received(text: bytes) -> None:
    received = receive(text, WRITER)
    assert received.text == text
    assert received.problem is not None


@given(st.dictionaries(st.sampled_from(sorted(_operation())), st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
), max_size=3))  # fmt: skip
def test_HE1_any_values_in_any_fields_are_received(changes: dict[str, Any]) -> None:
    text = json.dumps({**_operation(), **changes}).encode()
    received = receive(text, WRITER)
    assert received.text == text
    assert 0 <= received.counter < COUNTER_LIMIT
    assert received.id in ("", f"{WRITER}:{received.counter}")


def test_PU2_counter_that_is_true_is_no_number() -> None:
    received = receive(canonical(_operation(counter=True)).encode(), WRITER)
    assert (received.id, received.counter) == ("", 0)


@pytest.mark.parametrize(
    ("body", "pieces"),
    [
        (b'{"operations":[{"a":"]},"},7],"writer":"w"}', [b'{"a":"]},"}', b"7"]),
        (b'{"operations":[],"writer":"w"}', []),
        (
            b'{"writer":"w", "operations" : [ {"x":[1,{"y":2}]} , "\\"," ] }',
            [b'{"x":[1,{"y":2}]}', b'"\\","'],
        ),
        (b'{"sent":{"operations":[1]},"operations":[2]}', [b"2"]),
        (
            b'{"operations":[{"n":"a\\ud800b"},{"m":"\xff"}]}',
            [b'{"n":"a\\ud800b"}', b'{"m":"\xff"}'],
        ),
    ],
)
def test_HE2_operations_are_taken_out_of_a_spoiled_push(body: bytes, pieces: list[bytes]) -> None:
    parts = cut_apart(body)
    assert parts is not None
    assert parts[1] == pieces


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"operations":7}', b'{"operations":[{', b'{"a":{"operations":[1]}}']
)
def test_HE2_what_has_no_operations_is_not_cut(body: bytes) -> None:
    assert cut_apart(body) is None


@given(
    st.lists(
        st.dictionaries(st.text(max_size=6), st.text(max_size=6) | st.integers(), max_size=3),
        max_size=5,
    )
)
def test_HE2_cutting_gives_back_the_very_texts(operations: list[dict[str, Any]]) -> None:
    texts = [canonical(one).encode() for one in operations]
    body = b'{"operations":[%b],"sent":{"a":[1,2]},"writer":"w"}' % b",".join(texts)
    assert cut_apart(body) == (b'{"operations":[],"sent":{"a":[1,2]},"writer":"w"}', texts)


@pytest.mark.parametrize("end", [b"", b"\\"])
def test_HE2_a_quote_that_is_never_closed_costs_one_look_and_not_one_from_each_sign(
    end: bytes,
) -> None:
    """Two megabytes of escaped quotes would otherwise hold the server for hours."""
    body = b'{"operations":["' + b'\\"' * 1_000_000 + end
    assert cut_apart(body) is None
