"""Whoever waits with one answer waits behind one piece of a heap at most, and no heap for ever."""

import asyncio
from collections.abc import Iterator

import pytest

from backend.sync.received import Received
from backend.sync.server_writer import system_actor
from backend.sync.state import Submission
from backend.sync.turns import GROUP_LIMIT, LULL_MS, PIECE, Turns, Waiting
from shared_schemas.primitives import Capture
from shared_schemas.sync import Outcome

CLOCKS = Capture(wall_ms=0, mono_ms=0, origin_ms=0, session="s")
AT_MS = 100_000


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


def _push(loop: asyncio.AbstractEventLoop, size: int) -> Waiting:
    received = [
        Received(id=f"{size}:{counter}", counter=counter, sha256="", text=b"")
        for counter in range(1, size + 1)
    ]
    return Waiting(
        submission=Submission(
            organization="o",
            actor=system_actor("o"),
            device="",
            writer=f"{size}",
            sent=CLOCKS,
            received=received,
            received_ms=0,
            floor_ms=0,
            trusted={},
        ),
        answer=loop.create_future(),
    )


def _turns(loop: asyncio.AbstractEventLoop, *sizes: int) -> Turns:
    turns = Turns()
    for size in sizes:
        turns.add(_push(loop, size), AT_MS)
    return turns


def _go(turns: Turns, now_ms: int = AT_MS) -> list[int]:
    """Let the next group be committed; the sizes of what was in it."""
    taken = turns.take(now_ms)
    for one in taken:
        turns.settle(
            one,
            [Outcome(id=each.id, status="accepted", sha256="") for each in one.submission.received],
        )
    return [len(one.submission.received) for one in taken]


def test_small_ones_go_first_and_then_take_turns_with_the_heaps(
    loop: asyncio.AbstractEventLoop,
) -> None:
    turns = _turns(loop, 40, 1, 2)
    assert _go(turns) == [1, 2]
    turns.add(_push(loop, 3), AT_MS)
    assert _go(turns) == [40]
    assert _go(turns) == [3]
    assert not turns


def test_heaps_alone_go_as_many_together_as_fit_and_the_largest_goes_whole(
    loop: asyncio.AbstractEventLoop,
) -> None:
    turns = _turns(loop, 100, 100, 100, 5 * GROUP_LIMIT)
    assert [_go(turns), _go(turns), _go(turns)] == [[100, 100], [100], [5 * GROUP_LIMIT]]
    assert not turns


def test_heap_goes_in_pieces_beside_small_ones_and_whole_again_after_a_lull(
    loop: asyncio.AbstractEventLoop,
) -> None:
    turns = _turns(loop, 1, 4 * PIECE)
    assert _go(turns) == [1]
    assert _go(turns) == [PIECE]
    assert _go(turns, AT_MS + LULL_MS // 2) == [PIECE]
    assert _go(turns, AT_MS + LULL_MS) == [2 * PIECE]
    assert not turns


def test_push_in_pieces_is_answered_once_with_all_its_outcomes_in_order(
    loop: asyncio.AbstractEventLoop,
) -> None:
    turns, heap = _turns(loop, 1), _push(loop, 2 * PIECE + 5)
    turns.add(heap, AT_MS)
    sizes = []
    while turns:
        assert not heap.answer.done()
        sizes.append(_go(turns))
    assert sizes == [[1], [PIECE], [PIECE], [5]]
    assert [one.id for one in heap.answer.result()] == [one.id for one in heap.submission.received]


def test_rest_of_a_push_whose_piece_failed_goes_no_further(loop: asyncio.AbstractEventLoop) -> None:
    turns, heap = _turns(loop, 1), _push(loop, 2 * PIECE)
    turns.add(heap, AT_MS)
    _go(turns)
    [piece] = turns.take(AT_MS)
    piece.fail(OSError())
    assert isinstance(heap.answer.exception(), OSError)
    assert not turns


def test_endless_small_ones_never_keep_a_heap_waiting(loop: asyncio.AbstractEventLoop) -> None:
    turns = _turns(loop, *[1] * (2 * GROUP_LIMIT), 2 * PIECE)
    groups = []
    for _ in range(4):
        turns.add(_push(loop, 1), AT_MS)
        groups.append(_go(turns))
    assert groups == [[1] * GROUP_LIMIT, [PIECE], [1] * GROUP_LIMIT, [PIECE]]
