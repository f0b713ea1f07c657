"""Group commit: one task per process gathers waiting pushes and writes each group at once.

The organisation's head row is locked first; only then is anything read. Answers are given only
after the commit. When the database refuses a group, each push is tried alone, then each operation;
what still fails is held, never lost.

     waiting ──▶ lock head ──▶ read ──▶ apply (group.py) ──▶ write ──▶ commit ──▶ answer
                    ▲                                            │ refused
                    └────────── one push, then one operation ◀───┘
"""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Sequence
from typing import Any

import asyncpg
import msgspec
import structlog

from backend.kernel.clock import Clock
from backend.kernel.database import UNAVAILABLE, Database
from backend.sync import held, log, storage
from backend.sync.deciding import apply_push
from backend.sync.doors import Switchboard
from backend.sync.state import Group, Submission
from backend.sync.turns import Turns, Waiting
from shared_schemas.problems import ProblemError, problem
from shared_schemas.sync import Outcome

AT_A_BREATH = 20
"""Operations applied without letting the other requests of this process on: about 2 ms."""

HOUR_MS = 3_600_000

_LOG = structlog.get_logger("sync")


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
        running_ms: Callable[[], int] | None = None,
    ) -> None:
        """Prepare; `committed` is called after each commit that changed something.

        Units: `held_hours` are the hours in which a person is to decide on what is held,
        `running_ms` gives the milliseconds of a clock that only runs forward.
        """
        self._running_ms = running_ms or _running_ms
        self._decide_within_ms = held_hours * HOUR_MS
        self._committed = committed
        self._database = database
        self._board = board
        self._clock = clock
        self._queues: dict[str, Turns] = {}
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
                await self._commit(organization, queue.take(self._running_ms()))
        finally:
            del self._tasks[organization]

    async def _commit(self, organization: str, waiting: list[Waiting]) -> None:
        try:
            answers = await self._try(organization, [one.submission for one in waiting])
        except UNAVAILABLE as error:
            _LOG.error("database_unavailable", error=type(error).__name__)
            for one in waiting:
                one.fail(ProblemError("database_unavailable"))
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
                self._queues[organization].settle(one, outcomes)

    async def _alone(self, organization: str, one: Waiting) -> None:
        """Try one push by itself, then each of its operations; hold what still fails."""
        outcomes: list[Outcome] = []
        try:
            for received in one.submission.received:
                single = msgspec.structs.replace(one.submission, received=[received])
                outcomes += await self._try_or_hold(organization, single)
        except UNAVAILABLE:
            one.fail(ProblemError("database_unavailable"))
        except Exception as error:  # noqa: BLE001  even holding failed: the phone keeps it
            _LOG.error("could_not_hold", error=repr(error))
            one.fail(ProblemError("server_failed"))
        else:
            self._queues[organization].settle(one, outcomes)

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
            outcomes = [await _apply(group, submission) for submission in submissions]
            missing = await storage.write_group(connection, group, self._clock.now_ms())
        if group.log:
            self._committed()
        if group.brought:
            self._soon(self.retry(organization, frozenset(group.brought)))
        return [[_with_missing(outcome, missing) for outcome in each] for each in outcomes]

    async def retry(self, organization: str, brought: Collection[str]) -> None:
        """Try again what was held and waited for any of these, a portion at a time.

        Source: sync design, section 5; SPEC HE3.
        """
        if not brought:
            return
        async for portion in held.resubmissions(self._database, organization, brought):
            if self._closing:
                return
            answers = [self._enqueue(submission) for submission in portion]
            # What went wrong with one was logged where it did; it waits on the desk as before.
            await asyncio.gather(*answers, return_exceptions=True)

    def _soon(self, work: Coroutine[Any, Any, None]) -> None:
        """Do this beside the answers, which must not wait for it."""
        task = asyncio.create_task(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    def _enqueue(self, submission: Submission) -> asyncio.Future[list[Outcome]]:
        answer: asyncio.Future[list[Outcome]] = asyncio.get_running_loop().create_future()
        queue = self._queues.setdefault(submission.organization, Turns())
        queue.add(Waiting(submission=submission, answer=answer), self._running_ms())
        if submission.organization not in self._tasks:
            task = asyncio.create_task(self._drain(submission.organization))
            self._tasks[submission.organization] = task
        return answer


def _running_ms() -> int:
    """Give the milliseconds of a clock that only runs forward."""
    return int(asyncio.get_running_loop().time() * 1_000)


async def _apply(group: Group, submission: Submission) -> list[Outcome]:
    """Apply one push, and let others speak and be heard in between; only the database is locked."""
    received, outcomes = submission.received, list[Outcome]()
    for at in range(0, len(received), AT_A_BREATH):
        if at:
            await asyncio.sleep(0)
        breath = msgspec.structs.replace(submission, received=received[at : at + AT_A_BREATH])
        outcomes += apply_push(group, breath)
    return outcomes


def _with_missing(outcome: Outcome, missing: dict[str, tuple[str, ...]]) -> Outcome:
    absent = missing.get(outcome.id)
    return msgspec.structs.replace(outcome, missing=absent) if absent else outcome
