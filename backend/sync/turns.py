"""Whose turn it is: small pushes and heaps take turns, and beside small ones heaps go in pieces.

Pure but for the answers, which wait here with what they answer. The order between pushes is free,
and so is cutting them: either gives the same records (SPEC ME1, PU5).
"""

import asyncio
from collections import deque

import msgspec
from msgspec import Struct

from backend.sync.received import Received
from backend.sync.state import Submission
from shared_schemas.sync import Outcome

GROUP_LIMIT = 200
"""Operations in one group: enough to share a commit, few enough that nobody waits long behind it.

Measured with fifty phones that bring two weeks of work each: at 2,000 whoever sends one answer
meanwhile waits 200 times as long as on a quiet server.
"""

PIECE = 50
"""Operations of heaps in one group while small pushes come: each of these waits behind one.

Measured beside the same fifty phones, with 100 instead: the wait is half as long again or twice
as long, and the heap is gone up to a quarter sooner.
"""

SMALL = 10
"""Pushes of so few operations are a person who waits: they go before the heaps."""

LULL_MS = 500
"""So long after the last small push heaps go in full groups again. Units: milliseconds."""


class Waiting(Struct, kw_only=True):
    """A push, or what is left of one, with the answer that its phone waits for.

    `before` are the outcomes of the pieces that have been committed, `rest` what goes later.
    """

    submission: Submission
    answer: "asyncio.Future[list[Outcome]]"
    before: tuple[Outcome, ...] = ()
    rest: tuple[Received, ...] = ()

    @property
    def is_heap(self) -> bool:
        """Whether this is somebody's backlog rather than a person who waits."""
        return len(self.submission.received) + len(self.before) > SMALL

    def fail(self, error: Exception) -> None:
        """Tell the phone that nothing is certain: it keeps everything and sends it again."""
        if not self.answer.done():
            self.answer.set_exception(error)


class Turns:
    """The pushes of one organisation that wait to be written, and which of them go next."""

    def __init__(self) -> None:
        """Begin with nobody waiting."""
        self._small: deque[Waiting] = deque()
        self._heaps: deque[Waiting] = deque()
        self._small_came_ms: int | None = None
        self._heaps_turn = False

    def __bool__(self) -> bool:
        """Whether anybody waits."""
        return bool(self._small or self._heaps)

    def add(self, waiting: Waiting, now_ms: int) -> None:
        """Let a push wait for its turn. Units: milliseconds of a clock that never goes back."""
        if waiting.is_heap:
            self._heaps.append(waiting)
        else:
            self._small.append(waiting)
            self._small_came_ms = now_ms

    def take(self, now_ms: int) -> list[Waiting]:
        """Take the next group: all small pushes that fit, or heaps; while both wait, in turns.

        So a small one waits behind one piece of a heap at most, and no heap waits for ever.

        Units: milliseconds of the clock that `add` was told.
        """
        goes = self._heaps if self._heaps and (self._heaps_turn or not self._small) else self._small
        self._heaps_turn = goes is self._small
        came_ms = self._small_came_ms
        beside_small = came_ms is not None and now_ms - came_ms < LULL_MS
        limit = PIECE if goes is self._heaps and beside_small else GROUP_LIMIT
        first = _cut(goes.popleft(), PIECE) if beside_small else goes.popleft()
        taken, count = [first], len(first.submission.received)
        while goes and not first.rest:
            count += len(goes[0].submission.received)
            if count > limit:
                break
            taken.append(goes.popleft())
        return taken

    def settle(self, waiting: Waiting, outcomes: list[Outcome]) -> None:
        """Give the answer to what was committed; of a piece, let the rest go on as the oldest."""
        told = (*waiting.before, *outcomes)
        if waiting.rest:
            rest = msgspec.structs.replace(waiting.submission, received=list(waiting.rest))
            self._heaps.appendleft(Waiting(submission=rest, answer=waiting.answer, before=told))
        elif not waiting.answer.done():
            waiting.answer.set_result(list(told))


def _cut(waiting: Waiting, most: int) -> Waiting:
    """Give the first part of a push that is larger than that, in the order of its counters."""
    received = waiting.submission.received
    if len(received) <= most:
        return waiting
    piece = msgspec.structs.replace(waiting.submission, received=received[:most])
    return msgspec.structs.replace(waiting, submission=piece, rest=tuple(received[most:]))
