"""What a group of pushes stands on while it is applied, and what it leaves to be written.

No logic but a writer's own counting; `group.py` fills it, `storage.py` reads and writes it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from backend.directory.actors import Actor
from backend.sync.doors import Known, Refusal, Stale, Switchboard, scope_at
from backend.sync.instants import SET_BACK_MS
from backend.sync.log import LogRow
from backend.sync.merge import Record
from backend.sync.quota import Crowd
from backend.sync.received import Received
from backend.sync.spans import Spans, add_counter, opens_gap
from shared_schemas.primitives import Capture
from shared_schemas.problems import Problem
from shared_schemas.sync import Outcome, TimeVerdict


class Submission(Struct, kw_only=True):
    """One push as it waits for its group: who, with which clocks, and the texts as received.

    `floor_ms` is when the writer was bound: nothing of it can be older. `counted` is false for
    what has no counter to keep, such as one act of the office. `decision` names the operation by
    which a person let a held text in. `carried` came with somebody else or in a file: nobody
    vouches for when it left. `set_back` says that its clock was proved to be set back when it was
    first judged.
    """

    organization: str
    actor: Actor
    device: str
    writer: str
    sent: Capture
    received: list[Received]
    received_ms: int
    floor_ms: int
    trusted: Mapping[str, bool]
    by_server: bool = False
    counted: bool = True
    retried: bool = False
    carried: bool = False
    set_back: bool = False
    decision: str = ""


class Progress(Struct, kw_only=True):
    """How far a writer has come; kept so that a lost answer heals and gaps are seen."""

    contiguous: int = 0
    beyond: Spans = field(default_factory=list)
    last_stamp: int = 0
    last_counter: int = 0
    last_wall_ms: int = 0
    last_page: str = ""
    """The page of the latest operation, and there: wall minus monotonic clock, set back by."""

    def note(self, counter: int) -> None:
        """Remember that this counter has come; close the gap behind it if it was the last one."""
        if counter > self.contiguous:
            add_counter(self.beyond, counter)
        if self.beyond and self.beyond[0][0] == self.contiguous + 1:
            self.contiguous = self.beyond.pop(0)[1]

    def opens_gap(self, counter: int) -> bool:
        """Whether this counter would leave another gap before it or behind it."""
        return counter > self.contiguous + 1 and opens_gap(self.beyond, counter)

    def stepped_back(self, counter: int, captured: Capture) -> bool:
        """Whether the phone's clock went back since the writer's latest operation; remember this.

        Within one page wall minus monotonic clock only grows, by sleep: a decrease is proof, also
        where the wall clock itself went on. One that arrives after its successors proves nothing.

        Source: sync design, section 7; SPEC TI10, TI11.
        """
        if counter <= self.last_counter:
            return False
        gauge = captured.wall_ms - captured.mono_ms
        back = self.last_counter > 0 and captured.wall_ms < self.last_wall_ms - SET_BACK_MS
        page, _, clocks = self.last_page.rpartition("|")
        if page and page == captured.session:
            last_gauge, last_back = (int(one) for one in clocks.split(" "))
            back = back or gauge < last_gauge - SET_BACK_MS or captured.back_ms > last_back
        self.last_counter, self.last_wall_ms = counter, captured.wall_ms
        self.last_page = f"{captured.session}|{gauge} {captured.back_ms}"
        return back


class Kept(Struct, frozen=True):
    """What the log or the held desk already has under an operation's id.

    `held` says that it waits: neither applied nor decided.
    """

    sha256: str
    outcome: str
    held: bool


class HeldRow(Struct, frozen=True, kw_only=True):
    """An operation to be held: the text as it came, its problem, what it waits for, its site."""

    submission: Submission
    received: Received
    refusal: Refusal
    outcome: Outcome
    site: str = ""
    state: str = "waiting"


class OnDesk(Struct, kw_only=True):
    """One held row while a group decides on it; what was decided is written back into it.

    `original` is the text as a push of its own author, `unfit` why it cannot be applied, and
    `verdict` the time of its capture.
    """

    id: str
    operation: str
    sha256: str
    person: str
    site: str
    state: str
    problem: Problem
    outcome: str
    waits_for: str
    original: Submission
    unfit: Problem | None = None
    verdict: TimeVerdict | None = None
    changed: bool = False
    closed: bool = False


class Use(Struct, frozen=True, kw_only=True):
    """An operation put a photo into a record."""

    operation: str
    sha256: str
    record: str
    record_kind: str
    site: str
    person: str


class Placed(Struct, frozen=True, kw_only=True):
    """A record with the site it belongs to, and its part of the checksum as it was read.

    `closed` says that it is not yet for everybody at that site.
    """

    record: Record
    site: str
    sum: int = 0
    closed: bool = False

    @property
    def scope(self) -> str:
        """Name the scope in which it lies by its own site."""
        return scope_at(self.site, closed=self.closed)


History = Sequence[Mapping[str, Any]]
"""A record's lines of the log, in its order."""


class Redaction(Struct, frozen=True, kw_only=True):
    """What is left of an operation's text, and the photos that it no longer names."""

    operation: str
    content: str
    record: str
    person: str
    photos: tuple[str, ...]


class Group(Struct, kw_only=True):
    """Everything read under the lock, and everything that is to be written.

    `records` holds the folds as they stand now, `before` as they stood when first touched, and
    `read` the rows as they were found;
    `waiting` are the operations that were held when the group was read. `desk` are the held rows
    that are decided on, by their id; `applications` what a decision would apply, by the decision's.
    `histories` are the log of those records in which something is redacted, by their id; `crowd` is
    how much of each person already waits.
    """

    organization: str
    position: int
    board: Switchboard
    records: dict[str, Placed]
    known: dict[str, Known]
    kept: dict[str, Kept]
    progress: dict[str, Progress]
    read: Mapping[str, Placed] = field(default_factory=dict)
    waiting: frozenset[str] = frozenset()
    desk: dict[str, OnDesk] = field(default_factory=dict)
    applications: dict[str, Submission] = field(default_factory=dict)
    decide_within_ms: int = 0
    crowd: Crowd = field(default_factory=Crowd)
    histories: dict[str, History] = field(default_factory=dict)
    redactions: list[Redaction] = field(default_factory=list)
    before: dict[str, Record | None] = field(default_factory=dict)
    log: list[LogRow] = field(default_factory=list)
    held: list[HeldRow] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    stale: set[Stale] = field(default_factory=set)
    brought: set[str] = field(default_factory=set)
    uncounted: set[str] = field(default_factory=set)
