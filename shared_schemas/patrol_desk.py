"""What the office asks about rounds, tags and receipts, and what it is told."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from shared_schemas.office import Named, SiteNamed
from shared_schemas.patrols import TagCode
from shared_schemas.primitives import (
    Bilingual,
    Id,
    LocalDate,
    LongText,
    Milliseconds,
)
from shared_schemas.problems import Problem
from shared_schemas.scoring import Instant
from shared_schemas.timetable import DayOrdinal

Count = Annotated[int, Meta(ge=0, le=10_000)]
Place = Annotated[int, Meta(ge=1, le=10_000)]


class ReceiptContent(Struct, frozen=True, kw_only=True):
    """What the receipt of a round says, as it stands in the code on the guard's phone.

    `missed` are places in the route, from 1. `marks` are six characters of each scan's hash.

    Units: milliseconds as the phone had them. Source: `backend/domains/patrols/RECEIPT.md`.
    """

    round: Id
    route: Id
    on: LocalDate
    ordinal: DayOrdinal
    writer: Id
    last: Annotated[int, Meta(ge=1, le=2**53 - 1)]
    started_ms: Milliseconds
    finished_ms: Milliseconds
    scanned: Count
    expected: Count
    missed: tuple[Place, ...]
    marks: Annotated[str, Meta(pattern=r"^([0-9a-f]{6})*\Z", max_length=3000)]
    digest: Annotated[str, Meta(pattern=r"^[0-9a-f]{16}\Z")]


ReceiptVerdict = Literal["differs", "matches", "not_arrived", "signature_wrong", "unsigned"]
"""How a receipt stands beside what has arrived. Source: `backend/domains/patrols/RECEIPT.md`."""

OddityKind = Literal[
    "copied",
    "far_away",
    "forged",
    "off_route",
    "other_checkpoint",
    "outside_window",
    "replaced",
    "revoked",
    "too_fast",
    "typed",
    "unknown_text",
    "weak_clock",
    "wrong_order",
]
"""What can be strange about a scan; shown, never a reason to refuse it."""


class Oddity(Struct, frozen=True, kw_only=True, order=True):
    """One thing that is strange about a scan.

    `other` is the operation of the scan that it is strange beside. `by` says how much: seconds
    that are missing for the way, or outside the window; metres too far.
    """

    oddity: OddityKind
    by: int = 0
    other: str = ""


RoundVerdict = Literal[
    "early",
    "late",
    "make_up",
    "missed",
    "open",
    "undecidable",
    "unfinished",
    "unplanned",
    "within",
]
"""提前, 超时, 补巡, 漏巡, 未到时限, 无法判定, 未完成, 计划外, 按时: judged on capture time."""


class ScanSeen(Struct, frozen=True, kw_only=True):
    """One scan as the office sees it: who, when as a span, how, and what is odd.

    `far_m` is how far from the checkpoint the phone believed to be, where both places are known.
    """

    operation: str
    person: Named
    recorded: Instant
    how: Literal["camera", "nfc", "typed"]
    said: str
    code: str
    serial: int
    oddities: tuple[Oddity, ...] = ()
    far_m: int | None = None


class StopSeen(Struct, frozen=True, kw_only=True):
    """One stop of a round: where, its own window, what was scanned, why it was missed.

    `place` counts from 1; 0 is a checkpoint that the route does not name. `standing` is `open`
    while the round may still reach it.

    Units: milliseconds UTC.
    """

    place: int
    checkpoint: Id
    name: Bilingual
    code: str
    area: Bilingual
    standing: Literal["missed", "open", "reached"]
    opens_ms: int = 0
    closes_ms: int = 0
    scans: tuple[ScanSeen, ...] = ()
    missed_because: str = ""
    note: str = ""
    photos: tuple[str, ...] = ()


class RoundSeen(Struct, frozen=True, kw_only=True):
    """One round on the office's list: its window, who, how far, and how it stands.

    `oddities` count each kind over the whole round. `missed` are stops that nobody reached, known
    once the round is over; `excused` those of them with a reason. `opens_ms` and `closes_ms` are 0
    for a round that no route planned.

    Units: milliseconds UTC.
    """

    id: Id
    route: Id
    title: Bilingual
    site: SiteNamed
    on: LocalDate
    ordinal: int
    opens_ms: int
    closes_ms: int
    state: str
    verdict: RoundVerdict
    person: Named | None
    started: Instant | None
    finished: Instant | None
    scanned: int
    expected: int
    missed: int
    excused: int
    oddities: dict[OddityKind, int]
    receipts: int = 0


class PatrolsToday(Struct, frozen=True, kw_only=True):
    """The rounds of one date, all sites that the person sees together, by route and hour."""

    on: LocalDate
    revision: int
    now_ms: int
    rounds: tuple[RoundSeen, ...]


class ReceiptSeen(Struct, frozen=True, kw_only=True):
    """A receipt that was entered for a round, and how it stands beside what has arrived.

    `differing` are scans that are here and not on the receipt, or on it and not here.
    """

    verdict: ReceiptVerdict
    content: ReceiptContent
    person: Named
    entered: Named
    differing: int = 0


class RoundOpened(Struct, frozen=True, kw_only=True):
    """One round with all its stops and receipts."""

    revision: int
    line: RoundSeen
    ordered: bool
    stops: tuple[StopSeen, ...]
    receipts: tuple[ReceiptSeen, ...] = ()
    photos_lacking: tuple[str, ...] = ()


class ReceiptEntry(Struct, kw_only=True):
    """What somebody scanned or pasted off a guard's phone; `request` makes a retry the same act."""

    request: Id
    receipt: LongText


class ReceiptAnswer(Struct, frozen=True, kw_only=True):
    """What the office is told of a receipt; `kept` says that it stands in the round's record."""

    verdict: ReceiptVerdict
    content: ReceiptContent
    person: Named | None
    title: Bilingual
    kept: bool
    differing: int = 0
    problem: Problem | None = None


class LabelSeen(Struct, frozen=True, kw_only=True):
    """One label as it was issued: its code, serial, text for the drawing, and whether it counts.

    Units: milliseconds UTC, 0 while it counts.
    """

    tag: Id
    code: TagCode
    serial: int
    form: Literal["nfc", "qr"]
    text: str
    issued: Instant | None
    revoked_ms: int = 0
    revoked_because: str = ""


class LabelPlace(Struct, frozen=True, kw_only=True):
    """A checkpoint with all its labels, the newest first."""

    checkpoint: Id
    name: Bilingual
    code: str
    area: Bilingual
    site: SiteNamed
    labels: tuple[LabelSeen, ...] = ()


class LabelList(Struct, frozen=True, kw_only=True):
    """The checkpoints of the sites that the person sees, with their labels."""

    revision: int
    places: tuple[LabelPlace, ...]


class LabelOrder(Struct, kw_only=True):
    """Ask for new labels: the older ones of the same form at these checkpoints are revoked."""

    request: Id
    site: Id
    checkpoints: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=200)]
    form: Literal["nfc", "qr"] = "qr"


class LabelsIssued(Struct, frozen=True, kw_only=True):
    """What was issued, by tag; `refused` names checkpoints that got no label, with the problem."""

    tags: tuple[Id, ...]
    refused: dict[str, Problem] = {}
