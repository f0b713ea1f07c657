"""What the office page asks for; it only reads: writing goes through sync like everybody's."""

from collections.abc import AsyncIterator

from litestar import Request, Router, get
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from backend.directory.actors import Actor
from backend.directory.sessions import require_actor, require_session
from backend.office.board import load_today
from backend.office.conflicts import load_conflicts
from backend.office.daily_report import load_daily_report
from backend.office.doubts import load_time_doubts
from backend.office.findings import FindingFilter, Waiting, load_finding_list
from backend.office.held import PAGE, load_held
from backend.office.live import revisions
from backend.office.operations import load_operation
from backend.office.phones import load_devices_seen
from backend.office.samples import load_samples
from backend.office.scope import (
    load_revision,
    require_date,
    require_instant,
    require_month,
    require_word,
)
from backend.office.scorecards import current_month, load_month, load_scorecard
from backend.office.tasks import load_task
from shared_schemas.conflict_desk import ConflictList
from shared_schemas.held_desk import HeldList
from shared_schemas.office import (
    DailyReport,
    DeviceList,
    FindingList,
    OperationSeen,
    ScorecardList,
    ScorecardOpened,
    TaskOpened,
    TimeDoubts,
    Today,
)
from shared_schemas.problems import ProblemError
from shared_schemas.sample_desk import SampleList

MOST_FINDINGS = 500
_UNCACHED = {"cache-control": "no-store", "x-accel-buffering": "no"}


@get("/today")
async def read_today(
    actor: NamedDependency[Actor], state: State, on: FromQuery[str | None] = None
) -> Today:
    """Show the board of one date, by default today's.

    Raises: not_allowed, request_invalid.
    """
    date = require_date(on) if on else None
    async with state.database.snapshot() as connection:
        return await load_today(connection, actor, on=date, now_ms=state.clock.now_ms())


@get("/scorecards")
async def read_scorecards(
    actor: NamedDependency[Actor], state: State, month: FromQuery[str | None] = None
) -> ScorecardList:
    """Show the scorecards of one month, by default this month's.

    Raises: not_allowed, request_invalid.
    """
    chosen = require_month(month) if month else None
    async with state.database.snapshot() as connection:
        first, last = chosen or await current_month(connection, actor, state.clock.now_ms())
        return await load_month(connection, actor, first=first, last=last)


@get("/scorecards/{card:str}")
async def read_scorecard(
    actor: NamedDependency[Actor], state: State, card: FromPath[str]
) -> ScorecardOpened:
    """Show one scorecard down to the last reason.

    Raises: not_allowed, not_found.
    """
    async with state.database.snapshot() as connection:
        return await load_scorecard(connection, actor, require_word(card))


@get("/operations/{operation:str}")
async def read_operation(
    actor: NamedDependency[Actor], state: State, operation: FromPath[str]
) -> OperationSeen:
    """Show one operation as evidence.

    Raises: not_allowed, not_found.
    """
    async with state.database.snapshot() as connection:
        return await load_operation(connection, actor, require_word(operation))


@get("/tasks/{task:str}")
async def read_task(actor: NamedDependency[Actor], state: State, task: FromPath[str]) -> TaskOpened:
    """Show one check with every answer.

    Raises: not_allowed, not_found.
    """
    async with state.database.snapshot() as connection:
        return await load_task(connection, actor, require_word(task), now_ms=state.clock.now_ms())


@get("/samples")
async def read_samples(actor: NamedDependency[Actor], state: State) -> SampleList:
    """Show the samples: announced, due, drawn.

    Raises: not_allowed.
    """
    async with state.database.snapshot() as connection:
        return await load_samples(connection, actor, now_ms=state.clock.now_ms())


@get("/daily-report")
async def read_daily_report(
    actor: NamedDependency[Actor],
    state: State,
    *,
    site: FromQuery[str],
    on: FromQuery[str | None] = None,
) -> DailyReport:
    """Show what one day of a site came to, by default today.

    Raises: not_allowed, not_found, request_invalid.
    """
    date = require_date(on) if on else None
    async with state.database.snapshot() as connection:
        return await load_daily_report(
            connection, actor, require_word(site), on=date, now_ms=state.clock.now_ms()
        )


@get("/times")
async def read_time_doubts(actor: NamedDependency[Actor], state: State) -> TimeDoubts:
    """Show the checks whose time is in doubt, and whose they are.

    Raises: not_allowed.
    """
    async with state.database.snapshot() as connection:
        return await load_time_doubts(connection, actor, now_ms=state.clock.now_ms())


@get("/findings")
async def read_findings(
    actor: NamedDependency[Actor],
    state: State,
    *,
    site: FromQuery[str] = "",
    standing: FromQuery[str] = "",
    use: FromQuery[str] = "",
    waiting: FromQuery[Waiting] = "",
    nonconformity: FromQuery[str] = "",
    before_ms: FromQuery[int | None] = None,
    limit: FromQuery[int] = 100,
) -> FindingList:
    """Show findings, newest first.

    Raises: not_allowed, request_invalid.
    """
    if not 1 <= limit <= MOST_FINDINGS:
        raise ProblemError("request_invalid", field="limit", limit=MOST_FINDINGS)
    wanted = FindingFilter(
        site=require_word(site),
        state=require_word(standing),
        use=require_word(use),
        waiting=waiting,
        nonconformity=require_word(nonconformity),
        before_ms=require_instant(before_ms),
        limit=limit,
    )
    async with state.database.snapshot() as connection:
        return await load_finding_list(connection, actor, wanted)


@get("/held")
async def read_held(
    actor: NamedDependency[Actor],
    state: State,
    *,
    after: FromQuery[str] = "",
    limit: FromQuery[int] = PAGE,
) -> HeldList:
    """Show what could not be applied yet, page by page, and what was decided on such.

    Raises: not_allowed, request_invalid.
    """
    if not 1 <= limit <= PAGE:
        raise ProblemError("request_invalid", field="limit", limit=PAGE)
    now_ms = state.clock.now_ms()
    async with state.database.snapshot() as connection:
        return await load_held(connection, actor, now_ms=now_ms, after=after, limit=limit)


@get("/conflicts")
async def read_conflicts(actor: NamedDependency[Actor], state: State) -> ConflictList:
    """Show where people found different things, and what each choice would do to the score.

    Raises: not_allowed.
    """
    async with state.database.snapshot() as connection:
        return await load_conflicts(connection, actor, state.facts)


@get("/devices")
async def read_devices(actor: NamedDependency[Actor], state: State) -> DeviceList:
    """Show the phones, the longest silent first.

    Raises: not_allowed.
    """
    async with state.database.snapshot() as connection:
        return await load_devices_seen(connection, actor, now_ms=state.clock.now_ms())


@get("/events", opt={"packed": True})
async def read_events(
    actor: NamedDependency[Actor], state: State, request: Request[Actor, object, State]
) -> Stream:
    """Tell an open page each time something changed.

    Raises: not_allowed.
    """
    actor.require("see_office")

    async def revision() -> int:
        async with state.database.pool.acquire() as connection:
            return await load_revision(connection, actor.organization)

    async def still_allowed() -> bool:
        try:
            live = await require_session(request)
        except ProblemError:
            return False
        return live.actor.may("see_office")

    stream: AsyncIterator[bytes] = revisions(
        state.live, actor.organization, revision, still_allowed
    )
    return Stream(stream, media_type="text/event-stream", headers=_UNCACHED)


office_routes = [
    Router(
        path="/api/office",
        dependencies={"actor": Provide(require_actor)},
        route_handlers=[
            read_today,
            read_daily_report,
            read_samples,
            read_time_doubts,
            read_scorecards,
            read_scorecard,
            read_operation,
            read_task,
            read_findings,
            read_held,
            read_conflicts,
            read_devices,
            read_events,
        ],
    )
]
"""For the application; it finds `database`, `clock`, `settings` and `live` in the app's state."""
