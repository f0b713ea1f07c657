"""The identity vectors on the Python twin; the phone's twin runs the same file."""

import json
from pathlib import Path
from typing import Any

import pytest

from backend.kernel.identity import derived_id

FOLDER = Path(__file__).parents[2] / "shared_schemas" / "vectors" / "identity"
CASES: list[dict[str, Any]] = [
    case
    for path in sorted(FOLDER.glob("*.json"))
    for case in json.loads(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_vector_gives_the_same_id_on_both_sides(case: dict[str, Any]) -> None:
    assert derived_id(*case["parts"]) == case["id"]


def test_vectors_know_numbers_and_letters_beyond_ascii() -> None:
    parts = [part for case in CASES for part in case["parts"]]
    assert any(isinstance(part, int) for part in parts)
    assert any(isinstance(part, str) and not part.isascii() for part in parts)
