"""A round is judged on when it was walked; where nobody can tell, nobody is blamed."""

import pytest

from backend.domains.patrols.verdicts import judge_round
from shared_schemas.scoring import Instant


def _at(earliest_ms: int, latest_ms: int | None = None) -> Instant:
    last = earliest_ms if latest_ms is None else latest_ms
    return Instant(best_ms=last, earliest_ms=earliest_ms, latest_ms=last, time_class="A")


@pytest.mark.parametrize(
    ("verdict", "started", "finished", "now_ms"),
    [
        ("open", None, None, 200),
        ("missed", None, None, 201),
        ("unfinished", _at(150), None, 201),
        ("missed", _at(201), None, 300),
        ("early", _at(50), _at(99), 300),
        ("within", _at(99), _at(100), 300),
        ("within", _at(150), _at(200), 900),
        ("undecidable", _at(150), _at(200, 201), 900),
        ("late", _at(150), _at(201, 250), 900),
        ("late", _at(199, 201), _at(202), 900),
        ("late", None, _at(202), 900),
        ("make_up", _at(201), _at(202), 900),
    ],
)
def test_a_round_stands_beside_its_window(
    verdict: str, started: Instant | None, finished: Instant | None, now_ms: int
) -> None:
    told = judge_round(
        opens_ms=100, closes_ms=200, started=started, finished=finished, now_ms=now_ms
    )
    assert told == verdict


def test_what_nobody_planned_has_no_verdict() -> None:
    told = judge_round(opens_ms=0, closes_ms=0, started=_at(1), finished=_at(2), now_ms=9)
    assert told == "unplanned"
