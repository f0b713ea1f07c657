"""What the office reads of the held desk: each operation in words, and what may be done with it."""

from typing import Any, Literal

from msgspec import Struct

from shared_schemas.held import FieldForm, HeldChoice, HeldStanding
from shared_schemas.office import Named, PlaceSeen, SiteNamed
from shared_schemas.primitives import Bilingual, Id, Milliseconds, Sha256, ShortText
from shared_schemas.problems import Problem
from shared_schemas.scoring import Instant


class HeldField(Struct, frozen=True, kw_only=True):
    """One field of an operation as it is filled in by hand; `most` limits its length or number."""

    name: str
    form: FieldForm
    choices: tuple[str, ...] = ()
    needed: bool = True
    most: int | None = None


class HeldItem(Struct, frozen=True, kw_only=True):
    """One line of the checklist that a check is made on."""

    item: str
    text: Bilingual


class HeldPhoto(Struct, frozen=True, kw_only=True):
    """A photo that a held operation declares, and whether its bytes have arrived."""

    sha256: Sha256
    arrived: bool


class HeldDecision(Struct, frozen=True, kw_only=True):
    """Who decided what on a held operation, why and when.

    Units: milliseconds UTC.
    """

    operation: str
    choice: HeldChoice
    person: Named
    reason: str
    at_ms: Milliseconds


class HeldSeen(Struct, frozen=True, kw_only=True):
    """An operation that could not be applied yet, whole, with its problem and next step.

    `recorded` is the interval in which it was truly recorded, as wide as what is known of it;
    `never` why it cannot be applied as it is; `result` the operation that a decision led to;
    `clashes_with` the operation that stands under its number; `position` and `stamp` those of the
    record of its decisions.

    Units: `received_ms`, `phone_ms`, `decide_by_ms` milliseconds UTC.
    """

    id: str
    operation: str
    writer: str
    counter: int
    person: Named
    device: Named
    site: SiteNamed | None
    record: str
    kind: str
    problem: Problem
    text: str
    sha256: str
    received_ms: Milliseconds
    phone_ms: int | None
    waits_for: str
    state: HeldStanding
    place: PlaceSeen | None
    item: str
    item_text: Bilingual | None
    words: Literal["assessment", "patrol"]
    body: dict[str, Any] | None
    photos: tuple[HeldPhoto, ...]
    recorded: Instant
    decide_by_ms: Milliseconds
    overdue: bool
    choices: tuple[HeldChoice, ...]
    never: Bilingual | None
    decisions: tuple[HeldDecision, ...]
    result: str
    clashes_with: str
    position: int
    stamp: int


class HeldChecklist(Struct, frozen=True, kw_only=True):
    """The checklist of a check, so that an answer can be given its right item by hand."""

    checklist: Id
    title: Bilingual
    items: tuple[HeldItem, ...]


class HeldFull(Struct, frozen=True, kw_only=True):
    """A person of whom so much waits that nothing further is taken in: it stays on the phone.

    `count` operations wait and `bundles` lie unopened, against the limit that is reached.

    Units: `size` bytes of the waiting texts.
    """

    person: Named
    count: int
    bundles: int
    size: int
    problem: Problem


class HeldList(Struct, frozen=True, kw_only=True):
    """What waits for the office or for what it builds on, oldest first, and what was decided.

    `forms` says by kind how an operation is filled in by hand, `checklists` by check which items it
    has. `waiting_count` and `overdue_count` count all that wait, shown or not; `more` is where the
    next page begins, empty on the last one; `full` are people of whom no more is taken in.
    """

    revision: int
    held: tuple[HeldSeen, ...]
    decided: tuple[HeldSeen, ...]
    forms: dict[ShortText, tuple[HeldField, ...]]
    checklists: dict[str, HeldChecklist]
    waiting_count: int = 0
    overdue_count: int = 0
    more: str = ""
    full: tuple[HeldFull, ...] = ()
