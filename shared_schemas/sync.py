"""The messages of push and pull, and the wire version with its history."""

from typing import Literal

import msgspec
from msgspec import Struct

from shared_schemas.primitives import Capture, Id, Milliseconds, Sha256
from shared_schemas.problems import Problem

WIRE_VERSION = 2
"""History, newest last: version, date, fingerprint of what travels, what changed. The house test of
the fingerprint fails when a shape changes without a new line.

1  2026-11-20  f0f2da1f1fcefa9b  first: push, pull, writers, receipts.
2  2026-11-20  4ca72c783f25c9ba  scopes with checksums and drops, decisions, uploads in parts.
"""

OLDEST_SERVED = 1
"""The oldest phone that this server still understands, because no older one exists."""

WIRE_HISTORY: tuple[tuple[int, str], ...] = ((1, "2026-11-20"), (2, "2026-11-20"))
"""Each version with the date it came, as in the lines above; a house test keeps them alike. A
version is served while it is one of the last three, and for 180 days after the next one came."""

PHOTO_LIMIT = 4_000_000
"""The largest photo that is taken. Units: bytes. A phone's camera gives less once it is shrunk."""

Status = Literal["accepted", "merged", "duplicate", "held", "set_aside", "deferred"]
"""`set_aside`: a person in the office decided, with a reason, that this changes nothing. A phone of
version 1 is told `held` instead. `deferred`: not taken in and not kept, for too much of its person
waits already; the phone keeps it and sends it again. A phone of version 1 is told nothing of it."""


class ServerAnchor(Struct, frozen=True, kw_only=True):
    """The server's word on the time, signed so that a phone can carry it back."""

    server_ms: Milliseconds
    token: str


class PushRequest(Struct, kw_only=True):
    """A bounded batch of one writer's operations, in the order of their counters.

    Each operation is kept as the exact text that the phone wrote. `sent` are the phone's clocks at
    the moment of sending: they bound the time of everything in the batch.
    """

    writer: Id
    sent: Capture
    operations: list[msgspec.Raw]
    wire: int = WIRE_VERSION


class TimeVerdict(Struct, frozen=True, kw_only=True):
    """What the server knows about when an operation was recorded.

    Units: milliseconds UTC; `clock_off_ms` is how far the phone's clock stood from ours, when that
    is known and worth saying.
    """

    best_ms: Milliseconds
    earliest_ms: Milliseconds
    latest_ms: Milliseconds
    time_class: Literal["A", "B", "C"]
    clock_off_ms: int | None = None
    set_back: bool = False


class Outcome(Struct, frozen=True, kw_only=True):
    """The server's answer to one operation, given only after the commit.

    `sha256` is the hash of the very text received: the phone forgets nothing before it reads its
    own hash here. `met` lists the operations of others that this one had not seen. `missing` are
    the declared photos that have not arrived. What is held carries the id of its held row, and by
    when a person is to decide on it.
    """

    id: str
    status: Status
    sha256: Sha256
    position: int = 0
    stamp: int = 0
    met: tuple[str, ...] = ()
    time: TimeVerdict | None = None
    problem: Problem | None = None
    missing: tuple[Sha256, ...] = ()
    held: str = ""
    decide_by_ms: int = 0


class PushReply(Struct, frozen=True, kw_only=True):
    """One outcome per operation, in the order received, and a fresh time anchor.

    `receipt` is the word by which a phone knows this from a captive portal's page.
    """

    outcomes: tuple[Outcome, ...]
    anchor: ServerAnchor
    receipt: Literal["roundsman"] = "roundsman"
    wire: int = WIRE_VERSION


class WriterState(Struct, frozen=True, kw_only=True):
    """What the server has of one writer: everything up to `contiguous`, and `beyond` it."""

    writer: Id
    contiguous: int
    beyond: tuple[int, ...] = ()


class PulledRecord(Struct, frozen=True, kw_only=True):
    """One record as stored: place in the log, site ("" for all), text, never re-encoded.

    `scope` is empty for the scope of that site, `own` for what only this very person may hold.
    """

    position: int
    site: str
    record: msgspec.Raw
    scope: str = ""


class Drop(Struct, frozen=True, kw_only=True):
    """A record that left what this phone may hold; unsent work on it stays."""

    record: Id


class DroppedScope(Struct, frozen=True, kw_only=True):
    """Kinds of record of a site ("" for all sites) that this phone may hold no more.

    With the site `own`, all that was held as the person's own; then no kinds are named.
    """

    site: str
    kinds: tuple[str, ...]


class ScopeState(Struct, frozen=True, kw_only=True):
    """What the server counts in one scope of the phone, at the position of the reply's cursor.

    `scope` is a site's id, empty for what belongs to all sites, `own` for the person's own. `sum`
    are 16 hexadecimal characters: the sum, modulo 2^64, of the first 64 bits of each record's
    SHA-256 over id, position and stored text.

    Source: sync design, section 4; SPEC SC.
    """

    scope: str
    sum: str
    count: int


class PullReply(Struct, frozen=True, kw_only=True):
    """What changed since the cursor; the phone applies it whole or not at all.

    `full` says that everything held before from the server is to be replaced; `more` that another
    page follows at once; `whole` that this page and those that follow are to be applied together.
    `dropped` are applied before `records`. `scopes` are told when the phone has caught up. `total`
    is how many records a refill has in all, told with its first page, 0 where nobody knows.
    """

    cursor: str
    full: bool
    more: bool
    records: tuple[PulledRecord, ...]
    drops: tuple[Drop, ...]
    writers: tuple[WriterState, ...]
    anchor: ServerAnchor
    dropped: tuple[DroppedScope, ...] = ()
    scopes: tuple[ScopeState, ...] = ()
    whole: bool = False
    total: int = 0
    receipt: Literal["roundsman"] = "roundsman"
    wire: int = WIRE_VERSION


class WriterBinding(Struct, frozen=True, kw_only=True):
    """A phone database asks to be bound to the person who is signed in.

    `public_key` is the raw P-256 public key in base64url, made on the phone; it may be empty where
    the browser has no key store.
    """

    writer: Id
    public_key: str = ""


class WriterBound(Struct, frozen=True, kw_only=True):
    """The writer is bound; counting starts above what the server already has of it."""

    writer: Id
    contiguous: int
    beyond: tuple[int, ...]
    anchor: ServerAnchor


class EvidenceReceipt(Struct, frozen=True, kw_only=True):
    """The bytes with this hash are stored for good."""

    sha256: Sha256
    size: int
    receipt: Literal["roundsman"] = "roundsman"
