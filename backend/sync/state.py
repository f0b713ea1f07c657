"""What a group of pushes stands on while it is applied, and what it leaves to be written.

No logic but a writer's own counting; `group.py` fills it, `storage.py` reads and writes it.
"""

from collections.abc import Mapping

from msgspec import Struct, field

from backend.directory.actors import Actor
from backend.sync.doors import Known, Refusal, Stale, Switchboard
from backend.sync.instants import SET_BACK_MS
from backend.sync.log import LogRow
from backend.sync.merge import Record
from backend.sync.received import Received
from shared_schemas.primitives import Capture
from shared_schemas.sync import Outcome


class Submission(Struct, kw_only=True):
    """One push as it waits for its group: who, with which clocks, and the texts as received.

    `floor_ms` is when the writer was bound: nothing of it can be older. `counted` is false for
    what has no counter to keep, such as one act of the office.
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


class Progress(Struct, kw_only=True):
    """How far a writer has come; kept so that a lost answer heals and gaps are seen."""

    contiguous: int = 0
    beyond: set[int] = field(default_factory=set)
    last_stamp: int = 0
    last_counter: int = 0
    last_wall_ms: int = 0

    def note(self, counter: int) -> None:
        """Remember that this counter has come; close the gap behind it if it was the last one."""
        if counter > self.contiguous:
            self.beyond.add(counter)
        while self.contiguous + 1 in self.beyond:
            self.contiguous += 1
            self.beyond.discard(self.contiguous)

    def stepped_back(self, counter: int, wall_ms: int) -> bool:
        """Whether the phone's clock went back since the writer's latest operation; remember this.

        One that arrives after its successors proves nothing.
        """
        if counter <= self.last_counter:
            return False
        back = self.last_counter > 0 and wall_ms < self.last_wall_ms - SET_BACK_MS
        self.last_counter, self.last_wall_ms = counter, wall_ms
        return back


class Kept(Struct, frozen=True):
    """What the log or the held desk already has under an operation's id."""

    sha256: str
    outcome: str
    held: bool


class HeldRow(Struct, frozen=True, kw_only=True):
    """An operation to be held: the text as it came, its problem, what it waits for."""

    submission: Submission
    received: Received
    refusal: Refusal
    outcome: Outcome


class Use(Struct, frozen=True, kw_only=True):
    """An operation put a photo into a record."""

    operation: str
    sha256: str
    record: str
    record_kind: str
    site: str
    person: str


class Placed(Struct, frozen=True, kw_only=True):
    """A record with the site it belongs to."""

    record: Record
    site: str


class Group(Struct, kw_only=True):
    """Everything read under the lock, and everything that is to be written.

    `records` holds the folds as they stand now, `before` as they stood when first touched;
    `waiting` are the operations that were held when the group was read.
    """

    organization: str
    position: int
    board: Switchboard
    records: dict[str, Placed]
    known: dict[str, Known]
    kept: dict[str, Kept]
    progress: dict[str, Progress]
    waiting: frozenset[str] = frozenset()
    before: dict[str, Record | None] = field(default_factory=dict)
    log: list[LogRow] = field(default_factory=list)
    held: list[HeldRow] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    stale: set[Stale] = field(default_factory=set)
    brought: set[str] = field(default_factory=set)
    uncounted: set[str] = field(default_factory=set)
