"""Whoever waits with one answer goes before the heaps, and no heap waits for ever."""

import asyncio
from collections import deque

from backend.sync.committer import GROUP_LIMIT, _take, _Waiting
from backend.sync.received import Received
from backend.sync.server_writer import system_actor
from backend.sync.state import Submission
from shared_schemas.primitives import Capture

CLOCKS = Capture(wall_ms=0, mono_ms=0, origin_ms=0, session="s")


def _queue(*sizes: int) -> deque[_Waiting]:
    loop = asyncio.new_event_loop()
    try:
        return deque(
            _Waiting(
                submission=Submission(
                    organization="o",
                    actor=system_actor("o"),
                    device="",
                    writer=f"{place}",
                    sent=CLOCKS,
                    received=[Received(id="", counter=0, sha256="", text=b"")] * size,
                    received_ms=0,
                    floor_ms=0,
                    trusted={},
                ),
                answer=loop.create_future(),
            )
            for place, size in enumerate(sizes)
        )
    finally:
        loop.close()


def _sizes(queue: deque[_Waiting]) -> list[int]:
    return [len(one.submission.received) for one in _take(queue)]


def test_oldest_goes_first_then_the_small_ones_then_as_many_heaps_as_fit() -> None:
    queue = _queue(100, 100, 100, 1, 2)
    assert _sizes(queue) == [100, 1, 2]
    assert _sizes(queue) == [100, 100]
    assert not queue


def test_a_heap_that_fills_a_group_by_itself_keeps_nobody_small_out() -> None:
    assert _sizes(_queue(GROUP_LIMIT, GROUP_LIMIT, 1, 1)) == [GROUP_LIMIT, 1, 1]


def test_a_push_larger_than_any_group_goes_alone() -> None:
    queue = _queue(5 * GROUP_LIMIT, 1)
    assert _sizes(queue) == [5 * GROUP_LIMIT]
    assert _sizes(queue) == [1]


def test_endless_small_ones_never_keep_the_oldest_heap_waiting() -> None:
    queue = _queue(1, 100, *[1] * 1_000)
    first = _sizes(queue)
    assert 100 not in first
    assert _sizes(queue)[0] == 100
