"""Which scorecards are stale, and bringing them up to date: live within a second of a push.

What is stale lies in a table, written in the push's own transaction, so nothing is forgotten when
a process dies; any process may take a line, and takes it alone.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Any

import msgspec
import structlog
from msgspec import Struct

from backend.kernel.canonical import canonical
from backend.kernel.clock import Clock
from backend.kernel.database import UNAVAILABLE, Database, Row, write_rows
from backend.kernel.identity import derived_id
from backend.scoring.engine import score
from backend.scoring.handlers import SCORECARDS, STALE, stale_rows
from backend.scoring.periods import Edges, Period, local_day
from shared_schemas.scoring import Fact, Scheme, Scorecard

FactsOf = Callable[[Any, str, str, int, int], Awaitable[list[Fact]]]

LAST_PERIOD_MS = 31 * 24 * 3600 * 1000
AT_ONCE = 200
LOOK_AGAIN_S = 2.0
SETTLE_S = 0.25
"""From a commit to its round: a storm of pushes makes one card, not many."""

REST_TO_WORK = 10
"""While pushes come, a round that took long is followed by a rest so many times as long: they go
first, and what they bring makes the cards old again at once."""

LONGEST_REST_S = 60.0
LULL_S = 1.0
"""When nothing was committed for so long, the rest is over: nobody is in the way."""

TURN = 0x50F7
"""The lock under which one process at a time makes cards: an older one never replaces a newer."""

_LOG = structlog.get_logger("scoring")


class Published(Struct, frozen=True):
    """A version of a scheme with where and from when it is in force."""

    scheme: Scheme
    from_on: date
    sites: frozenset[str]


class Due(Struct, frozen=True):
    """One card to be made: a scheme at a site over a period; hashable, so each is made once."""

    code: str
    version: int
    site: str
    zone: str
    period: Period


Schemes = dict[str, list[Published]]
"""Keyed by code; the greatest version first."""


class Recompute:
    """The task that keeps live scorecards true; `wake` it after a commit."""

    def __init__(self, database: Database, clock: Clock, facts: Sequence[FactsOf]) -> None:
        """Prepare; nothing runs before `start`."""
        self._database = database
        self._clock = clock
        self._facts = facts
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin watching for stale cards."""
        self._task = asyncio.create_task(self._watch())

    def wake(self) -> None:
        """Look now: something was committed."""
        self._woken.set()

    async def close(self) -> None:
        """Stop watching."""
        # Once is not enough: a cancellation that meets the end of a wait is swallowed by it.
        while self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=0.2)

    async def _watch(self) -> None:
        while True:
            began_at, worked = time.monotonic(), False
            try:
                worked = await self.bring_up_to_date()
            except UNAVAILABLE:
                _LOG.error("database_unavailable")
            except Exception as error:  # noqa: BLE001  one broken card must not stop the others
                _LOG.error("recompute_failed", error=repr(error), exc_info=True)
            done_at = time.monotonic()
            rest = min(REST_TO_WORK * (done_at - began_at), LONGEST_REST_S)
            if not worked:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._woken.wait(), LOOK_AGAIN_S)
                self._woken.clear()
            await asyncio.sleep(SETTLE_S)
            await self._rest(done_at + rest)

    async def _rest(self, until: float) -> None:
        """Let pushes go first until then, or until there are none."""
        while (left := until - time.monotonic()) > 0:
            self._woken.clear()
            try:
                await asyncio.wait_for(self._woken.wait(), min(left, LULL_S))
            except TimeoutError:
                return
            await asyncio.sleep(min(left, SETTLE_S))

    async def bring_up_to_date(self) -> bool:
        """Recompute what is stale, a bounded number at once; say whether anything was."""
        organizations = await self._database.rows(
            "SELECT DISTINCT organization_id FROM stale_periods ORDER BY organization_id"
        )
        worked = False
        for row in organizations:
            worked = await self._bring_one(row["organization_id"]) or worked
        return worked

    async def _bring_one(self, organization: str) -> bool:
        """Bring one organisation's cards up to date; trouble in it stops no other."""
        lines: list[Any] = []
        try:
            async with self._database.transaction() as connection:
                await connection.execute("SELECT pg_advisory_xact_lock($1)", TURN)
                lines = await connection.fetch(_LINES_SQL, organization, AT_ONCE)
                if lines:
                    failed = await self._refresh(connection, organization, lines)
                    await _settle(connection, organization, lines, failed)
        except UNAVAILABLE:
            raise
        except Exception as error:  # noqa: BLE001  one organisation must not stop the others
            _LOG.error(
                "recompute_failed", organization=organization, error=repr(error), exc_info=True
            )
            async with self._database.transaction() as connection:
                await _settle(connection, organization, lines, {line["id"] for line in lines})
        return bool(lines)

    async def _refresh(self, connection: Any, organization: str, lines: Sequence[Any]) -> set[str]:
        """Make the cards that are due; give the ids of the lines of which one could not be made."""
        schemes = await read_schemes(connection, organization)
        zones = await read_zones(connection, organization)
        position = max(line["position"] for line in lines)
        failed: set[str] = set()
        wanted = find_due(schemes, zones, lines)
        wanted |= await _at_the_edge(connection, organization, schemes, wanted)
        for due, asked_by in wanted.items():
            [scheme] = [
                one.scheme for one in schemes[due.code] if one.scheme.version == due.version
            ]
            try:
                async with connection.transaction():
                    card = await self._card(connection, organization, scheme, due, position)
                    await write_rows(connection, SCORECARDS, [card])
            except UNAVAILABLE:
                raise
            except Exception as error:  # noqa: BLE001  one broken card must not stop the others
                failed |= asked_by
                at = {"organization": organization, "scheme": due.code, "site": due.site}
                start = due.period.start_on.isoformat()
                _LOG.error("card_failed", **at, period=start, error=repr(error), exc_info=True)
        await connection.execute(
            "SELECT pg_notify('roundsman_revision', $1)", f"{organization}:{position}"
        )
        return failed

    async def _card(
        self, connection: Any, organization: str, scheme: Scheme, due: Due, position: int
    ) -> Row:
        edges = due.period.edges(due.zone)
        facts = await read_facts(connection, organization, self._facts, due.site, edges)
        now_ms = self._clock.now_ms()

        def make() -> Row:
            card = score(scheme, due.site, due.period, facts, due.zone)
            return _row(organization, card, position, now_ms)

        # Thousands of facts take a tenth of a second, in which everybody would stand still.
        return await asyncio.to_thread(make)


async def read_facts(
    connection: Any, organization: str, readers: Sequence[FactsOf], site: str, edges: Edges
) -> list[Fact]:
    """Ask every slice what happened at a site between two instants."""
    facts: list[Fact] = []
    for read in readers:
        facts += await read(connection, organization, site, edges.opens_ms, edges.closes_ms)
    return facts


_LINES_SQL = """
SELECT * FROM stale_periods WHERE organization_id = $1
 ORDER BY position LIMIT $2 FOR UPDATE SKIP LOCKED
"""


async def _settle(
    connection: Any, organization: str, lines: Sequence[Any], failed: set[str]
) -> None:
    """Take lines off the list; those whose cards failed wait apart, so that the others move."""
    await connection.execute(
        "INSERT INTO parked_periods SELECT * FROM stale_periods"
        " WHERE organization_id = $1 AND id = ANY($2) ON CONFLICT DO NOTHING",
        organization,
        sorted(failed),
    )
    await connection.execute(
        "DELETE FROM stale_periods WHERE organization_id = $1 AND id = ANY($2)",
        organization,
        [line["id"] for line in lines],
    )


async def mark_all_stale(database: Database, organization: str, now_ms: int) -> None:
    """Ask for every site's cards of now and a month ago to be made anew, at each round.

    The month before is still open to late facts, so it is never left to chance.

    What was parked because its card could not be made is tried again too.

    Units: milliseconds UTC.
    """
    async with database.transaction() as connection:
        await connection.execute(
            "WITH again AS (DELETE FROM parked_periods WHERE organization_id = $1 RETURNING *)"
            " INSERT INTO stale_periods SELECT * FROM again ON CONFLICT DO NOTHING",
            organization,
        )
        for at_ms in (now_ms - LAST_PERIOD_MS, now_ms):
            for projection, row in stale_rows(organization, "", at_ms, 0):
                assert projection is STALE  # noqa: S101  ours to keep
                await write_rows(connection, projection, [row])


def find_due(schemes: Schemes, zones: dict[str, str], lines: Sequence[Any]) -> dict[Due, set[str]]:
    """Give the cards that lines ask for, each with the ids of its lines.

    A line names `id`, `site_id` and the instant `at_ms`, as a row of what is stale does.
    """
    due: dict[Due, set[str]] = {}
    for line in lines:
        for code, versions in schemes.items():
            at_sites = frozenset[str]().union(*(one.sites for one in versions))
            for site in sorted(at_sites & zones.keys()):
                if line["site_id"] not in ("", site):
                    continue
                day = local_day(line["at_ms"], zones[site])
                found = _in_force(versions, day)
                if found is None or site not in found[0].sites:
                    continue
                published, period = found
                one = Due(code, published.scheme.version, site, zones[site], period)
                due.setdefault(one, set()).add(line["id"])
    return due


async def _at_the_edge(
    connection: Any, organization: str, schemes: Schemes, wanted: dict[Due, set[str]]
) -> dict[Due, set[str]]:
    """Give the neighbouring cards that name a fact across their edge; such a fact may be gone now.

    Few cards have one, so looking at all of a site's is cheaper than knowing which it was.
    """
    zones = {due.site: due.zone for due in wanted}
    found = await connection.fetch(
        "SELECT scheme_code, site_id, period_from FROM scorecards"
        " WHERE organization_id = $1 AND site_id = ANY($2) AND edged",
        organization,
        sorted(zones),
    )
    due: dict[Due, set[str]] = {}
    for row in found:
        chosen = _in_force(
            schemes.get(row["scheme_code"], []), date.fromisoformat(row["period_from"])
        )
        if chosen is None or row["site_id"] not in chosen[0].sites:
            continue
        version, site = chosen[0].scheme.version, row["site_id"]
        one = Due(row["scheme_code"], version, site, zones[site], chosen[1])
        due[one] = wanted.get(one, set())
    return due


def _in_force(versions: Sequence[Published], day: date) -> tuple[Published, Period] | None:
    """Choose the greatest version that was in force when its period of that day began.

    A version whose day lies inside a period waits for the next one: nobody is judged half a month
    by one rule and half by another.
    """
    for published in versions:
        period = Period.of(published.scheme.period, day)
        if published.from_on <= period.start_on:
            return published, period
    return None


async def read_schemes(connection: Any, organization: str) -> Schemes:
    """Read all versions; one that cannot be read is logged and the others count."""
    found = await connection.fetch(
        "SELECT DISTINCT ON (code, version) id, code, content, sites FROM schemes"
        " WHERE organization_id = $1 ORDER BY code, version DESC, id",
        organization,
    )
    schemes: Schemes = {}
    for row in found:
        try:
            scheme = msgspec.json.decode(row["content"], type=Scheme)
            sites = frozenset(msgspec.json.decode(row["sites"], type=list[str]))
            published = Published(scheme, date.fromisoformat(scheme.from_on), sites)
        except ValueError as error:
            at = {"organization": organization, "scheme": row["id"]}
            _LOG.error("scheme_unreadable", **at, error=repr(error))
        else:
            schemes.setdefault(row["code"], []).append(published)
    return schemes


async def read_zones(connection: Any, organization: str) -> dict[str, str]:
    """Read the time zone of every site, by site id."""
    found = await connection.fetch(
        "SELECT id, zone FROM sites WHERE organization_id = $1", organization
    )
    return {row["id"]: row["zone"] for row in found}


def scorecard_of(scheme: str, site: str, period_from: str) -> str:
    """Give the id of a scorecard."""
    return derived_id("scorecard", scheme, site, period_from)


def _row(organization: str, card: Scorecard, position: int, now_ms: int) -> Row:
    return {
        "organization_id": organization,
        "id": scorecard_of(card.scheme, card.subject, card.period_from),
        "scheme_code": card.scheme,
        "scheme_version": card.scheme_version,
        "site_id": card.subject,
        "period_from": card.period_from,
        "period_to": card.period_to,
        "state": "live",
        "measured": card.measured,
        "edged": bool(card.edge_facts),
        "score": str(card.score) if card.score is not None else "",
        "grade": card.grade.code if card.grade else "",
        "content": canonical(card),
        "position": position,
        "computed_ms": now_ms,
    }
