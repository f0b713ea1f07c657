"""The checksum vectors on the Python twin; the phone's twin runs the same file."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.sync.checksum import shown, stored, sum_of, value_of

FOLDER = Path(__file__).parents[2] / "shared_schemas" / "vectors" / "checksum"
Case = dict[str, Any]
CASES: list[Case] = [
    case
    for path in sorted(FOLDER.glob("*.json"))
    for case in json.loads(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_SC6_vector_gives_the_same_sum_in_every_order(case: Case) -> None:
    """Each record has the value that stands beside it, as text and as bytes."""
    values = []
    for record in case["records"]:
        value = value_of(record["id"], record["position"], record["text"])
        assert value == value_of(record["id"], record["position"], record["text"].encode())
        assert shown(value) == record["value"]
        values.append(value)
    assert shown(sum_of(values)) == shown(sum_of(reversed(values))) == case["sum"]
    assert len(values) == case["count"]


def test_SC6_vectors_go_beyond_64_bits_and_beyond_ascii() -> None:
    assert any(sum(int(one["value"], 16) for one in case["records"]) >= 2**64 for case in CASES)
    assert any(not one["text"].isascii() for case in CASES for one in case["records"])


VALUES = st.lists(st.integers(0, 2**64 - 1), max_size=20)


@given(VALUES, VALUES)
def test_SC6_sum_moves_by_differences_whatever_was_there(
    before: list[int], after: list[int]
) -> None:
    """What the column holds, signed and never folded, shows the same sum as counting anew."""
    column = sum(map(stored, before))
    moved = column + sum(map(stored, after)) - sum(map(stored, before))
    assert shown(moved) == shown(sum_of(after))
    assert all(-(2**63) <= stored(value) < 2**63 for value in after)
    assert shown(column) == shown(sum_of(before))
