"""Each check lies in exactly one heap of the board."""

import pytest

from backend.office.verdicts import standing
from shared_schemas.office import Verdict


@pytest.mark.parametrize(
    ("state", "verdict", "heap"),
    [
        ("finished", "late", "finished"),
        ("finished", "make_up", "finished"),
        ("in_progress", "due", "in_progress"),
        ("in_progress", "missed", "overdue"),
        ("due", "missed", "overdue"),
        ("due", "due", "to_come"),
    ],
)
def test_each_check_lies_in_one_heap(state: str, verdict: Verdict, heap: str) -> None:
    assert standing(state=state, verdict=verdict) == heap
