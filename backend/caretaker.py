"""What the server does by itself: make tasks 31 days ahead, and start each day's cards."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any, Protocol

import msgspec
import structlog

from backend.domains.inspections.agenda import due_agendas
from backend.domains.patrols.agenda import due_round_agendas
from backend.evidence.uploads import Uploads
from backend.kernel.clock import Clock, instant
from backend.kernel.database import UNAVAILABLE, Database
from backend.scoring.recompute import Recompute, mark_all_stale
from backend.sync import held
from backend.sync.committer import Committer
from backend.sync.server_writer import server_submission
from backend.timing.agenda import DueAgenda
from shared_schemas.operations import KINDS

EVERY_S = 600.0
KINDS_KNOWN = frozenset(f"kind:{name}" for name in KINDS)
"""What a newer phone's operations waited for, once this server knows their kind."""

A_KIND = "kind:"


class AgendaSource(Protocol):
    """A slice that says which of its agendas are due: the checks', the rounds'."""

    def __call__(
        self,
        database: Database,
        organization: str,
        now_ms: int,
        *,
        back: timedelta = ...,
        secret: str = ...,
    ) -> Awaitable[list[DueAgenda]]:
        """List the agendas that are missing for the coming 31 days, or no longer right."""
        ...


AGENDAS: tuple[AgendaSource, ...] = (due_agendas, due_round_agendas)
"""Whoever plans ahead."""

_LOG = structlog.get_logger("caretaker")


class Caretaker:
    """The task that looks after plans and days; every process runs one, twice done is once."""

    def __init__(
        self,
        database: Database,
        committer: Committer,
        recompute: Recompute,
        clock: Clock,
        *,
        uploads: Uploads | None = None,
        also: Sequence[Callable[[str], Awaitable[None]]] = (),
        secret: str = "",
        agendas: Sequence[AgendaSource] = AGENDAS,
    ) -> None:
        """Prepare; nothing runs before `start`. `also` is asked for each organisation, too.

        `secret` is the server's: from it come the hours of checks that nobody may foresee.
        """
        self._database = database
        self._committer = committer
        self._recompute = recompute
        self._clock = clock
        self._uploads = uploads
        self._also = also
        self._secret = secret
        self._agendas = agendas
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look after things."""
        self._task = asyncio.create_task(self._watch())

    async def close(self) -> None:
        """Stop looking after things."""
        # Once is not enough: a cancellation that meets the end of a wait is swallowed by it.
        while self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=0.2)

    async def look_after(self, organization: str, *, back: timedelta = timedelta(0)) -> int:
        """Make the agendas that are due and ask for today's cards; say how many were made."""
        now_ms = self._clock.now_ms()
        made = 0
        for source in self._agendas:
            due = await source(self._database, organization, now_ms, back=back, secret=self._secret)
            await self._plan_all(organization, due, now_ms)
            made += len(due)
        await mark_all_stale(self._database, organization, now_ms)
        self._recompute.wake()
        return made

    async def _plan_all(self, organization: str, due: Sequence[DueAgenda], now_ms: int) -> None:
        for one in due:
            try:
                await self._plan(organization, one, now_ms)
            except UNAVAILABLE:
                raise
            except Exception as error:  # noqa: BLE001  one agenda must not stop the others
                at = {"organization": organization, "of": one.of, "record": one.record}
                _LOG.error("agenda_failed", **at, error=repr(error), exc_info=True)

    async def _plan(self, organization: str, due: DueAgenda, now_ms: int) -> None:
        """Write one agenda: two processes that find it due write one operation, not two.

        What is held is tried once more a day; the first try's answer would stand for ever.
        """
        body: dict[str, Any] = msgspec.to_builtins(due.agenda)
        code = ""
        for copy in (str(due.based_on), f"{due.based_on} {instant(now_ms):%Y-%m-%d}"):
            submission = server_submission(organization, due.record, body, due.at_ms, copy=copy)
            submission.received_ms = now_ms
            [outcome] = await self._committer.push(submission)
            if outcome.status != "held":
                return
            code = outcome.problem.code if outcome.problem else ""
        at = {"organization": organization, "of": due.of, "record": due.record}
        _LOG.error("agenda_held", **at, problem=code)

    async def retry_waiting(self, organization: str) -> None:
        """Try what is held once more: what it waited for may have come while a server died.

        Source: SPEC HE3.
        """
        waited = await held.waited_for(self._database, organization)
        hopeful = {one for one in waited if one in KINDS_KNOWN or not one.startswith(A_KIND)}
        await self._committer.retry(organization, hopeful)

    async def _watch(self) -> None:
        while True:
            try:
                await self.round()
            except UNAVAILABLE:
                _LOG.error("database_unavailable")
            except Exception as error:  # noqa: BLE001  look again later, whatever it was
                _LOG.error("caretaker_failed", error=repr(error), exc_info=True)
            await asyncio.sleep(EVERY_S)

    async def round(self) -> None:
        """Look after every organisation; trouble in one is logged and stops no other."""
        if self._uploads is not None:
            try:
                await self._uploads.clear_abandoned()
            except UNAVAILABLE:
                raise
            except Exception as error:  # noqa: BLE001  a bucket's trouble must not stop the plans
                _LOG.error("uploads_not_cleared", error=repr(error), exc_info=True)
        looks: tuple[Callable[[str], Awaitable[object]], ...] = (
            self.look_after,
            self.retry_waiting,
            *self._also,
        )
        for row in await self._database.rows("SELECT id FROM organizations ORDER BY id"):
            for look in looks:
                try:
                    await look(row["id"])
                except UNAVAILABLE:
                    raise
                except Exception as error:  # noqa: BLE001  one organisation must not stop the others
                    _LOG.error(
                        "caretaker_failed",
                        organization=row["id"],
                        error=repr(error),
                        exc_info=True,
                    )
