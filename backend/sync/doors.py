"""What a slice must offer so that sync can apply its operations without knowing it.

The switchboard fills these tables; sync never imports a slice.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol

from msgspec import Struct

from backend.directory.actors import CLOSED, Actor
from backend.kernel.database import Projection, Row
from backend.sync.merge import Record, Stamped
from shared_schemas.held import OVERRULED
from shared_schemas.primitives import EvidenceRef
from shared_schemas.problems import Problem
from shared_schemas.sync import TimeVerdict

SYSTEM_PERSON = "0" * 32
"""The author of what a flow or the server itself writes."""

SYSTEM_ROLE = "system"

Known = Mapping[str, Any]
"""What a door's reader loaded for a batch; its shape is the slice's own business."""

Writes = list[tuple[Projection, Row]]


class Situation(Struct, frozen=True, kw_only=True):
    """One operation about to be applied: to which record, by whom, with what is known.

    `site` is the record's site, or empty when there is no record yet; `body` is the decoded body.
    `overruled` says that a person has decided to apply it: only what the structure cannot carry is
    refused then. `others` are the records at hand as they stand now, by id. `arrived_ms` is when it
    came to the server, for what had to be known by then.

    Units: milliseconds UTC.
    """

    organization: str
    record: Record | None
    site: str
    operation: Stamped
    body: Any
    actor: Actor | None
    evidence: tuple[EvidenceRef, ...]
    known: Known
    overruled: bool = False
    arrived_ms: int = 0
    others: Mapping[str, Record] = {}


class Refusal(Struct, frozen=True, kw_only=True):
    """Why an operation is held, and the id whose arrival may let it pass (empty: none).

    `judge` is the right that whoever overrules it must hold, where another than the one it names.
    """

    problem: Problem
    waits_for: str = ""
    judge: str = ""


def unless_overruled(situation: Situation, refusal: Refusal) -> Refusal | None:
    """Give a refusal, or nothing where it is one of judgement and a person has judged otherwise.

    Source: sync design, section 5; SPEC HE7.
    """
    may_pass = situation.overruled and refusal.problem.code in OVERRULED
    return None if may_pass else refusal


class Member(Struct, frozen=True, kw_only=True):
    """A record enters a scope, or leaves it, other than by its own site and kind.

    `scope` is `own_scope(person)`; `record` need not be the one that was just folded.
    """

    scope: str
    record: str
    present: bool


def own_scope(person: str) -> str:
    """Name the scope of what only this very person may hold; it travels to a phone as `own`."""
    return f"person/{person}"


def scope_at(site: str, *, closed: bool) -> str:
    """Name the scope of a record at a site; a closed one is another scope than the open one.

    >>> scope_at("a1", closed=True), scope_at("a1", closed=False)
    ('~a1', 'a1')
    """
    return f"{CLOSED}{site}" if closed else site


def closes_nothing(_record: str, _folded: Record | None, _known: Known) -> bool:
    """Whoever may hold the kind at the site may hold the record."""
    return False


def members_none(_before: Record | None, _after: Record) -> Sequence[Member]:
    """Nobody holds it but who may hold its kind at its site."""
    return ()


def bars_nobody(_situation: Situation) -> Problem | None:
    """Whoever holds the right may decide between people who differ."""
    return None


class Door(Struct, frozen=True, kw_only=True):
    """One kind of record as its slice handles it; `check`, `rows` and `members` are pure.

    `read` loads what the others need, once for a whole group; what it lists as `records` is read,
    too, for flows that could not name it. `site` says where a new record
    belongs. `rows` gives the slice's own rows for the fields that changed. `brings` lists ids that
    held operations may have waited for.

    `members` is asked once for each record that a group changed, with the record as it stood when
    the group began (None when it was not there) and as it stands now. It lists who gets the record
    beside those who may hold its kind at its site: entering sends it to that person's phones as
    `own` although its kind is not theirs to hold, leaving drops it there. Say again what still
    holds, or say nothing: both change nothing. Source: sync design, section 4; SPEC SC4.

    `bars` says why somebody may not decide between people who differ on such a record, or take a
    decision back, although they hold the right to decide: what only the slice can know. Pure.

    `closed` says, from the record as it stands and what `read` loaded, whether it is not yet for
    everybody there who may see its kind: a covert check before its release. A closed record is held
    by its members and by whoever may see what is covert. With `members_of_closed` only such a
    record is asked for members: the open ones reach everybody there is. Pure. Source: decisions
    G25; SPEC SC12.
    """

    read: Callable[[Any, str, Sequence[Stamped]], Awaitable[Known]]
    check: Callable[[Situation], Refusal | None]
    site: Callable[[Situation], str]
    rows: Callable[[str, str, Record, frozenset[str], Known], Writes]
    brings: Callable[[Stamped], Sequence[str]]
    members: Callable[[Record | None, Record], Sequence[Member]] = members_none
    bars: Callable[[Situation], Problem | None] = bars_nobody
    closed: Callable[[str, Record | None, Known], bool] = closes_nothing
    members_of_closed: bool = False


class Consequence(Struct, frozen=True, kw_only=True):
    """An operation that a flow says must follow; the server writes and appends it."""

    kind: str
    record: str
    record_kind: str
    body: dict[str, Any]


class Flow(Protocol):
    """When this is recorded, that follows: pure, in the same transaction, `caused_by` its cause."""

    name: str
    subscribes: frozenset[str]

    def touches(self, operation: Stamped) -> Sequence[str]:
        """List the records that must be at hand before the flow is asked."""
        ...

    def follow(
        self,
        operation: Stamped,
        verdict: TimeVerdict,
        before: Record | None,
        after: Record,
        records: Mapping[str, Record],
        known: Known,
    ) -> Sequence[Consequence]:
        """Say what follows; an empty list when nothing does."""
        ...


class Stale(Struct, frozen=True):
    """A site and an instant whose scorecards an operation may have changed."""

    site: str
    at_ms: int


class Switchboard(Struct, frozen=True, kw_only=True):
    """The tables that plug rooms together: record kind to door, operation kind to flows.

    `scored` says at which instants an operation may change a score, in milliseconds UTC.
    """

    doors: Mapping[str, Door]
    flows: Mapping[str, tuple[Flow, ...]]
    scored: Mapping[str, Callable[[Stamped, TimeVerdict, Record], Sequence[int]]]
    stale_rows: Callable[[str, str, int, int], Writes]


async def read_nothing(
    _connection: Any, _organization: str, _operations: Sequence[Stamped]
) -> Known:
    """Load nothing: the door needs only the record."""
    return {}


def brings_nothing(_operation: Stamped) -> Sequence[str]:
    """No held operation waits for this."""
    return ()
