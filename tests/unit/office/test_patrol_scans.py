"""A board of many rounds is judged label by label: its cost grows with its scans, not their square."""

from typing import Any

import msgspec
import pytest

from backend.domains.patrols import oddities
from backend.domains.patrols.distances import PER_DEGREE
from backend.office.patrol_scans import JudgedScan, load_judged

ROUND_COUNT = 120
LABELS = ("AAAAAA", "BBBBBB", "CCCCCC")
PLACES = ("1" * 32, "2" * 32, "3" * 32)
EVERY_MS = 120_000
HERE, FAR = 312304000, 312304000 + 900_000  # ten kilometres north
ROUTE = {
    "code": "r",
    "title": {"zh": "巡更"},
    "site": "0" * 32,
    "stops": [{"checkpoint": one} for one in PLACES],
    "rounds": [{"opens": "00:00", "closes": "23:00"}],
    "roles": [],
}


class Rows:
    """Answers as the database would: own scans, labels, and scans of the labels anywhere."""

    def __init__(self, scans: list[dict[str, Any]]) -> None:
        self.scans = scans

    async def fetch(self, sql: str, *_values: Any) -> list[dict[str, Any]]:
        return [] if "FROM tags" in sql else self.scans


def _scan(number: int, place: int, latitude: int) -> dict[str, Any]:
    at_ms = number * EVERY_MS + place * 1_000
    whole, rest = divmod(latitude, PER_DEGREE)
    return {
        "id": f"w{number}:{place}",
        "writer_id": f"w{number}",
        "counter": place,
        "round_id": f"r{number}",
        "checkpoint_id": PLACES[place],
        "how": "camera",
        "best_ms": at_ms,
        "earliest_ms": at_ms,
        "latest_ms": at_ms,
        "time_class": "A",
        "stamp_ms": at_ms,
        "tag_code": LABELS[place],
        "tag_serial": 1,
        "signature": "",
        "latitude": f"{whole}.{rest:07d}",
        "longitude": "121.4737000",
        "accuracy_m": 10,
        "person_id": "p",
        "said": "",
    }


async def _judged(monkeypatch: pytest.MonkeyPatch, far: int) -> tuple[list[JudgedScan], int]:
    """Judge all rounds, the scans of one of them far away; also how often two scans were held."""
    held = 0
    really = oddities._metres_too_many

    def counted(*asked: Any) -> int:
        nonlocal held
        held += 1
        return really(*asked)

    monkeypatch.setattr(oddities, "_metres_too_many", counted)
    scans = [
        _scan(number, place, FAR if number == far else HERE)
        for number in range(ROUND_COUNT)
        for place in range(len(LABELS))
    ]
    content = msgspec.json.encode(ROUTE).decode()
    rounds = [
        {"id": f"r{number}", "site_id": "s", "content": content, "opens_ms": 0, "closes_ms": 0}
        for number in range(ROUND_COUNT)
    ]
    judged = await load_judged(Rows(scans), "o", rounds, {})
    return [one for row in rounds for one in judged[row["id"]]], held


async def test_honest_scans_of_one_label_by_many_phones_are_not_held_against_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    judged, held = await _judged(monkeypatch, far=-1)
    assert len(judged) == ROUND_COUNT * len(LABELS)
    assert held <= len(judged)
    assert {odd.oddity for one in judged for odd in one.oddities} == {"unknown_text"}


async def test_copy_far_away_is_found_by_looking_only_at_what_was_read_around_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    judged, held = await _judged(monkeypatch, far=60)
    copied = {
        one.sight.operation: odd.other
        for one in judged
        for odd in one.oddities
        if odd.oddity == "copied"
    }
    # Ten kilometres take eleven minutes: the five rounds on either side, and the far one itself.
    near = range(55, 66)
    assert copied == {
        f"w{number}:{place}": f"w{55 if number == 60 else 60}:{place}"
        for number in near
        for place in range(len(LABELS))
    }
    assert held <= 12 * len(judged), "the rounds of eleven minutes, not those of the day"
