"""Group commit: one task per process gathers waiting pushes and writes each group at once.

The organisation's head row is locked first; only then is anything read. Answers are given only
after the commit. When the database refuses a group, each push is tried alone, then each operation;
what still fails is held, never lost.

     waiting ──▶ lock head ──▶ read ──▶ apply (group.py) ──▶ write ──▶ commit ──▶ answer
                    ▲                                            │ refused
                    └────────── one push, then one operation ◀───┘
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Collection, Coroutine, Sequence
from typing import Any

import asyncpg
import msgspec
import structlog
from msgspec import Struct

from backend.kernel.clock import Clock
from backend.kernel.database import UNAVAILABLE, Database
from backend.sync import held, log, storage
from backend.sync.deciding import apply_push
from backend.sync.doors import Switchboard
from backend.sync.state import Submission
from shared_schemas.problems import ProblemError, problem
from shared_schemas.sync import Outcome

GROUP_LIMIT = 200
"""Operations in one group: enough to share a commit, few enough that nobody waits long behind it.

Measured with fifty phones that bring two weeks of work each: at 2,000 whoever sends one answer
meanwhile waits 200 times as long as on a quiet server, at 200 less than 20 times.
"""

SMALL = 10
"""Pushes of so few operations are a person who waits: they go before the heaps."""

HOUR_MS = 3_600_000

_LOG = structlog.get_logger("sync")


class _Waiting(Struct, kw_only=True):
    submission: Submission
    answer: asyncio.Future[list[Outcome]]


class Committer:
    """The one writer of a process; several processes meet at the organisation's head row."""

    def __init__(
        self,
        database: Database,
        board: Switchboard,
        clock: Clock,
        *,
        committed: Callable[[], None] = lambda: None,
        held_hours: int = held.HELD_HOURS_MS // HOUR_MS,
    ) -> None:
        """Prepare; `committed` is called after each commit that changed something.

        Units: `held_hours` are the hours in which a person is to decide on what is held.
        """
        self._decide_within_ms = held_hours * HOUR_MS
        self._committed = committed
        self._database = database
        self._board = board
        self._clock = clock
        self._queues: dict[str, deque[_Waiting]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._beside: set[asyncio.Task[None]] = set()
        self._closing = False

    async def push(self, submission: Submission) -> list[Outcome]:
        """Store one push and give its outcomes, after they are committed.

        Raises: database_unavailable when PostgreSQL is away; the phone keeps everything.
        """
        if self._closing:
            code = "database_unavailable"
            raise ProblemError(code)
        return await self._enqueue(submission)

    async def close(self) -> None:
        """Finish what is waiting, then stop."""
        self._closing = True
        tasks = [*self._tasks.values(), *self._beside]
        if tasks:
            await asyncio.wait(tasks, timeout=10)

    async def _drain(self, organization: str) -> None:
        queue = self._queues[organization]
        try:
            while queue:
                await self._commit(organization, _take(queue))
        finally:
            del self._tasks[organization]

    async def _commit(self, organization: str, waiting: list[_Waiting]) -> None:
        try:
            answers = await self._try(organization, [one.submission for one in waiting])
        except UNAVAILABLE as error:
            _LOG.error("database_unavailable", error=type(error).__name__)
            _fail(waiting, ProblemError("database_unavailable"))
        except asyncpg.PostgresError as error:
            _LOG.error("group_refused", error=type(error).__name__, pushes=len(waiting))
            for one in waiting:
                await self._alone(organization, one)
        except Exception as error:  # noqa: BLE001  a fault of ours must reach every waiting phone
            _LOG.error("group_failed", error=repr(error), exc_info=True)
            if len(waiting) == 1:
                await self._alone(organization, waiting[0])
            else:
                for one in waiting:
                    await self._alone(organization, one)
        else:
            for one, outcomes in zip(waiting, answers, strict=True):
                if not one.answer.done():
                    one.answer.set_result(outcomes)

    async def _alone(self, organization: str, one: _Waiting) -> None:
        """Try one push by itself, then each of its operations; hold what still fails."""
        outcomes: list[Outcome] = []
        try:
            for received in one.submission.received:
                single = msgspec.structs.replace(one.submission, received=[received])
                outcomes += await self._try_or_hold(organization, single)
        except UNAVAILABLE:
            _fail([one], ProblemError("database_unavailable"))
        except Exception as error:  # noqa: BLE001  even holding failed: the phone keeps it
            _LOG.error("could_not_hold", error=repr(error))
            _fail([one], ProblemError("server_failed"))
        else:
            if not one.answer.done():
                one.answer.set_result(outcomes)

    async def _try_or_hold(self, organization: str, single: Submission) -> list[Outcome]:
        try:
            return (await self._try(organization, [single]))[0]
        except UNAVAILABLE:
            raise
        except Exception as error:  # noqa: BLE001  whatever it was, the operation is held with it
            received = single.received[0]
            _LOG.error("operation_refused", operation=received.id, error=type(error).__name__)
            wrong = msgspec.structs.replace(
                received,
                envelope=None,
                problem=problem("could_not_store", error=type(error).__name__),
            )
            held = msgspec.structs.replace(single, received=[wrong])
            return (await self._try(organization, [held]))[0]

    async def _try(
        self, organization: str, submissions: Sequence[Submission]
    ) -> list[list[Outcome]]:
        lock = log.lock_head(organization)
        async with self._database.transaction_behind(lock) as connection:
            group = await storage.read_group(connection, organization, submissions, self._board)
            group.decide_within_ms = self._decide_within_ms
            outcomes = [apply_push(group, submission) for submission in submissions]
            missing = await storage.write_group(connection, group, self._clock.now_ms())
        if group.log:
            self._committed()
        if group.brought:
            self._soon(self.retry(organization, frozenset(group.brought)))
        return [[_with_missing(outcome, missing) for outcome in each] for each in outcomes]

    async def retry(self, organization: str, brought: Collection[str]) -> None:
        """Try again what was held and waited for any of these; nobody waits for the answer.

        Source: sync design, section 5; SPEC HE3.
        """
        if not brought or self._closing:
            return
        for submission in await held.resubmissions(self._database, organization, brought):
            answer = self._enqueue(submission)
            answer.add_done_callback(_heard)

    def _soon(self, work: Coroutine[Any, Any, None]) -> None:
        """Do this beside the answers, which must not wait for it."""
        task = asyncio.create_task(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    def _enqueue(self, submission: Submission) -> asyncio.Future[list[Outcome]]:
        answer: asyncio.Future[list[Outcome]] = asyncio.get_running_loop().create_future()
        queue = self._queues.setdefault(submission.organization, deque())
        queue.append(_Waiting(submission=submission, answer=answer))
        if submission.organization not in self._tasks:
            task = asyncio.create_task(self._drain(submission.organization))
            self._tasks[submission.organization] = task
        return answer


def _take(queue: deque[_Waiting]) -> list[_Waiting]:
    """Take the next group: whoever has waited longest, then the small ones, then by age.

    The order between pushes is free: any order of them gives the same records.
    """
    oldest, *others = queue
    # Sorting is stable: those of one kind keep their order.
    others.sort(key=_is_heap)
    taken, count = [oldest], len(oldest.submission.received)
    for one in others:
        count += len(one.submission.received)
        # The oldest may fill a group by itself: whoever waits with a few goes along with it.
        if count > (GROUP_LIMIT if _is_heap(one) else 2 * GROUP_LIMIT):
            break
        taken.append(one)
    chosen = {id(one) for one in taken}
    rest = [one for one in queue if id(one) not in chosen]
    queue.clear()
    queue.extend(rest)
    return taken


def _is_heap(one: _Waiting) -> bool:
    return len(one.submission.received) > SMALL


def _fail(waiting: Sequence[_Waiting], error: Exception) -> None:
    for one in waiting:
        if not one.answer.done():
            one.answer.set_exception(error)


def _heard(answer: asyncio.Future[list[Outcome]]) -> None:
    with contextlib.suppress(Exception):
        answer.result()


def _with_missing(outcome: Outcome, missing: dict[str, tuple[str, ...]]) -> Outcome:
    absent = missing.get(outcome.id)
    return msgspec.structs.replace(outcome, missing=absent) if absent else outcome
