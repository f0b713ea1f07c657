"""What a slice must offer so that sync can apply its operations without knowing it.

The switchboard fills these tables; sync never imports a slice.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol

from msgspec import Struct

from backend.directory.actors import Actor
from backend.kernel.database import Projection, Row
from backend.sync.merge import Record, Stamped
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
    """

    organization: str
    record: Record | None
    site: str
    operation: Stamped
    body: Any
    actor: Actor | None
    evidence: tuple[EvidenceRef, ...]
    known: Known


class Refusal(Struct, frozen=True, kw_only=True):
    """Why an operation is held, and the id whose arrival may let it pass (empty: none)."""

    problem: Problem
    waits_for: str = ""


class Door(Struct, frozen=True, kw_only=True):
    """One kind of record as its slice handles it; `check` and `rows` are pure.

    `read` loads what the others need, once for a whole group. `site` says where a new record
    belongs. `rows` gives the slice's own rows for the fields that changed. `brings` lists ids that
    held operations may have waited for.
    """

    read: Callable[[Any, str, Sequence[Stamped]], Awaitable[Known]]
    check: Callable[[Situation], Refusal | None]
    site: Callable[[Situation], str]
    rows: Callable[[str, str, Record, frozenset[str], Known], Writes]
    brings: Callable[[Stamped], Sequence[str]]


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
