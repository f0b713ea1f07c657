"""A backward step between a writer's operations proves that the phone's clock was set back."""

from backend.sync.instants import SET_BACK_MS
from backend.sync.state import Progress
from shared_schemas.primitives import Capture

NOON = 1_795_000_000_000
HOUR = 3_600_000


def _at(wall_ms: int, *, page: str | None = None, mono_ms: int = 0, back_ms: int = 0) -> Capture:
    session = f"page of {wall_ms}" if page is None else page
    return Capture(wall_ms=wall_ms, mono_ms=mono_ms, origin_ms=0, session=session, back_ms=back_ms)


def test_TI10_a_backward_step_between_operations_is_seen_and_later_ones_are_measured_from_it():
    progress = Progress()
    assert not progress.stepped_back(1, _at(NOON))
    assert not progress.stepped_back(2, _at(NOON - SET_BACK_MS))
    assert progress.stepped_back(3, _at(NOON - 2 * HOUR))
    assert not progress.stepped_back(4, _at(NOON - 2 * HOUR + 1))


def test_TI10_an_operation_that_arrives_after_its_successors_proves_nothing():
    progress = Progress()
    assert not progress.stepped_back(5, _at(NOON))
    assert not progress.stepped_back(4, _at(NOON - HOUR))
    assert not progress.stepped_back(6, _at(NOON + 1))


def test_TI11_a_clock_set_back_by_less_than_the_time_that_passed_is_seen_within_one_page():
    """Four hours later the clock was set back by three: it still shows a later time."""
    progress = Progress()
    assert not progress.stepped_back(1, _at(NOON, page="a", mono_ms=0))
    assert progress.stepped_back(2, _at(NOON + HOUR, page="a", mono_ms=4 * HOUR))
    assert not progress.stepped_back(3, _at(NOON + 2 * HOUR, page="a", mono_ms=5 * HOUR))


def test_TI11_sleep_and_a_clock_set_forward_are_no_set_back():
    progress = Progress()
    assert not progress.stepped_back(1, _at(NOON, page="a", mono_ms=0))
    assert not progress.stepped_back(2, _at(NOON + HOUR, page="a", mono_ms=60_000))
    assert not progress.stepped_back(3, _at(NOON + 9 * HOUR, page="a", mono_ms=120_000))


def test_TI11_what_was_set_back_and_put_right_again_is_told_by_the_page():
    progress = Progress()
    assert not progress.stepped_back(1, _at(NOON, page="a"))
    assert progress.stepped_back(2, _at(NOON + 1, page="a", mono_ms=1, back_ms=HOUR))
    assert not progress.stepped_back(3, _at(NOON + 2, page="a", mono_ms=2, back_ms=HOUR))


def test_TI11_nothing_is_concluded_from_one_page_about_another():
    progress = Progress()
    assert not progress.stepped_back(1, _at(NOON, page="a", mono_ms=0, back_ms=5_000))
    assert not progress.stepped_back(2, _at(NOON + HOUR, page="b", mono_ms=9 * HOUR))


def test_TI11_a_page_whose_name_is_anything_at_all_is_read_back():
    for page in ("a|b", "", "|", "1 2|3 4", "页"):
        progress = Progress()
        progress.stepped_back(1, _at(NOON, page=page, mono_ms=0))
        assert progress.stepped_back(2, _at(NOON, page=page, mono_ms=HOUR)) == bool(page)
