"""What lies beyond a gap is kept as runs, and says the same as a list of every number would."""

from hypothesis import given
from hypothesis import strategies as st

from backend.sync.spans import MOST_TOLD, count_counters, latest_counters, read_spans, write_spans
from backend.sync.state import Progress

COUNTERS = st.lists(st.integers(1, 30), max_size=40)


@given(COUNTERS)
def test_PU7_runs_hold_exactly_the_numbers_that_came(counters: list[int]) -> None:
    progress, came = Progress(), set[int]()
    for counter in counters:
        joins = counter <= progress.contiguous + 1 or came & {counter - 1, counter, counter + 1}
        assert progress.opens_gap(counter) is not bool(joins)
        progress.note(counter)
        came.add(counter)
        beyond = sorted(one for one in came if one > progress.contiguous)
        assert set(range(1, progress.contiguous + 1)) | set(beyond) == came
        assert progress.contiguous + 1 not in came
        assert latest_counters(progress.beyond) == tuple(beyond)
        assert count_counters(progress.beyond) == len(beyond)
        assert read_spans(write_spans(progress.beyond)) == progress.beyond


def test_PU7_one_lost_number_costs_as_little_after_years_as_on_the_first_day() -> None:
    progress = Progress()
    for counter in range(2, 100_000):
        progress.note(counter)
    assert write_spans(progress.beyond) == "[[2,99999]]"
    told = latest_counters(progress.beyond)
    assert (len(told), told[-1]) == (MOST_TOLD, 99_999)


def test_runs_are_read_as_the_first_release_stored_them() -> None:
    assert read_spans("[6,7,9]") == [(6, 7), (9, 9)]
