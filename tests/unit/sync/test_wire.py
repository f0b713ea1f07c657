"""How long an old phone is understood: three versions, or 180 days after the next one came."""

from datetime import UTC, datetime

import pytest

from backend.sync.wire import oldest_served, require_served
from shared_schemas.problems import ProblemError
from shared_schemas.sync import WIRE_VERSION

HISTORY = (
    (1, "2026-01-01"),
    (2, "2026-02-01"),
    (3, "2026-03-01"),
    (4, "2026-04-01"),
    (5, "2026-10-01"),
)


def on(date: str) -> int:
    return int(datetime.fromisoformat(date).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("date", "oldest"),
    [
        # Five versions within a year: the first is understood for 180 days after the second came.
        ("2026-04-02", 1),
        ("2026-07-30", 1),
        ("2026-07-31", 2),
        # The last three stay, however old they are.
        ("2026-10-02", 3),
        ("2030-01-01", 3),
    ],
)
def test_PH1_old_phone_is_served_for_180_days_and_the_last_three_for_ever(
    date: str, oldest: int
) -> None:
    known = HISTORY if date >= "2026-10-01" else HISTORY[:4]
    assert oldest_served(on(date), known, floor=1) == oldest


def test_phone_older_than_the_first_release_is_never_served() -> None:
    assert oldest_served(on("2026-04-02"), HISTORY[:4], floor=2) == 2


def test_phone_that_is_not_served_is_told_what_to_do() -> None:
    require_served(WIRE_VERSION, on("2026-11-21"))
    with pytest.raises(ProblemError) as old:
        require_served(0, on("2026-11-21"))
    assert old.value.problem.code == "wire_too_old"
    assert old.value.problem.status == 426
    assert "导出" in old.value.problem.next_zh
    with pytest.raises(ProblemError) as new:
        require_served(WIRE_VERSION + 1, on("2026-11-21"))
    assert new.value.problem.code == "wire_too_new"
