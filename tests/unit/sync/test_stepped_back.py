"""A backward step between a writer's operations proves that the phone's clock was set back."""

from backend.sync.instants import SET_BACK_MS
from backend.sync.state import Progress

NOON = 1_795_000_000_000


def test_TI10_a_backward_step_between_operations_is_seen_and_later_ones_are_measured_from_it():
    progress = Progress()
    assert not progress.stepped_back(1, NOON)
    assert not progress.stepped_back(2, NOON - SET_BACK_MS)
    assert progress.stepped_back(3, NOON - 7_200_000)
    assert not progress.stepped_back(4, NOON - 7_100_000)


def test_TI10_an_operation_that_arrives_after_its_successors_proves_nothing():
    progress = Progress()
    assert not progress.stepped_back(5, NOON)
    assert not progress.stepped_back(4, NOON - 3_600_000)
    assert not progress.stepped_back(6, NOON + 1)
