"""What the office is told of shifts, handovers and removals, and of equipment's care."""

from typing import Literal

from msgspec import Struct

from shared_schemas.office import Named, SiteNamed
from shared_schemas.primitives import (
    Bilingual,
    Id,
    LocalDate,
    LongText,
    Milliseconds,
    Sha256,
    ShortText,
)
from shared_schemas.scoring import Instant
from shared_schemas.shifts import Counted, Roster

ShiftStanding = Literal["disputed", "made", "missing", "running", "taken", "to_come", "unplanned"]
"""有异议, 待接班确认, 未交接, 在班, 已交接, 未开始, 计划外."""


class MatterSeen(Struct, frozen=True, kw_only=True):
    """One matter that a shift left open, and what was said when it was done."""

    words: LongText
    settled: bool
    settled_words: LongText = ""


class HandoverSeen(Struct, frozen=True, kw_only=True):
    """A handover as it stands: who left, who took over, what was counted and left open.

    `left` and `taken` are the intervals in which it truly happened.
    """

    id: Id
    left_by: Named
    left: Instant | None
    on_duty: tuple[Named, ...]
    counted: tuple[Counted, ...]
    matters: tuple[MatterSeen, ...]
    instructions: LongText
    taken_by: Named | None = None
    taken: Instant | None = None
    how: str = ""
    stance: str = ""
    words: LongText = ""
    signature: str = ""
    photos: tuple[Sha256, ...] = ()


class ShiftSeen(Struct, frozen=True, kw_only=True):
    """One place on the roster: when, who, who stood in, and how its handover stands.

    `opens_ms` and `closes_ms` are 0 where the roster knows no such shift.

    Units: milliseconds UTC.
    """

    slot: str
    on: LocalDate
    shift: ShortText
    title: Bilingual
    opens_ms: Milliseconds
    closes_ms: Milliseconds
    post: Named
    person: Named | None
    substitute: Named | None
    standing: ShiftStanding
    handover: HandoverSeen | None = None


class OpenMatterSeen(Struct, frozen=True, kw_only=True):
    """A matter that the latest handover of a post leaves open."""

    handover: Id
    post: Named
    on: LocalDate
    words: LongText


class ShiftsOfDay(Struct, frozen=True, kw_only=True):
    """The shifts of one date at a site, with those of the night before that end on it.

    `roster` is the month's roster as published, `record` its id; `people` may be put on it.
    """

    revision: int
    now_ms: Milliseconds
    site: SiteNamed
    on: LocalDate
    record: Id
    roster: Roster | None
    posts: tuple[Named, ...]
    people: tuple[Named, ...]
    shifts: tuple[ShiftSeen, ...]
    missing: int
    disputed: int
    open_matters: tuple[OpenMatterSeen, ...]
    may_publish: bool
    may_substitute: bool


class RemovalSeen(Struct, frozen=True, kw_only=True):
    """One load that left a site.

    Units: `removed_ms` in milliseconds UTC, as the person said.
    """

    id: Id
    on: LocalDate
    waste: str
    quantity: str
    unit: ShortText
    hauler: ShortText
    vehicle: ShortText
    words: LongText
    person: Named
    removed_ms: Milliseconds
    recorded: Instant | None
    operation: str
    photos: tuple[Sha256, ...]
    photos_lacking: tuple[Sha256, ...] = ()


class RemovalSum(Struct, frozen=True, kw_only=True):
    """How often and how much of one kind left in a month, each unit by itself; exact decimals."""

    waste: str
    unit: ShortText
    times: int
    quantity: str


class RemovalsOfMonth(Struct, frozen=True, kw_only=True):
    """A site's removals of one month, the latest first, with the counts of each kind.

    `more` says that the list was cut; the counts are of all.
    """

    revision: int
    site: SiteNamed
    month: str
    removals: tuple[RemovalSeen, ...]
    sums: tuple[RemovalSum, ...]
    more: bool = False


CareStanding = Literal["done", "due", "late", "none", "overdue", "to_come"]
"""已保养, 进行中, 有迟做, 无计划, 有漏做, 未到."""


class MonthOfCare(Struct, frozen=True, kw_only=True):
    """One month of a thing's care: how many times it was due and done, the worst of them told.

    `task` is the latest of that month's that matters most, empty where there is none.
    """

    month: str
    standing: CareStanding
    planned: int
    done: int
    task: str = ""


class PartSeen(Struct, frozen=True, kw_only=True):
    """A part or material that one piece of care took."""

    on: LocalDate
    task: Id
    name: ShortText
    quantity: str
    unit: ShortText


class ReadingSeen(Struct, frozen=True, kw_only=True):
    """The last reading of one item, and whether it was an estimate."""

    on: LocalDate
    task: Id
    text: Bilingual
    value: str
    unit: ShortText
    estimated: bool = False


class EquipmentSeen(Struct, frozen=True, kw_only=True):
    """One line of the register with its care in a year; `plans` counts what it has coming back."""

    id: Id
    number: ShortText
    name: Bilingual
    equipment_kind: ShortText
    area: Bilingual
    in_use_since: LocalDate | None
    plans: int
    months: tuple[MonthOfCare, ...]
    parts: tuple[PartSeen, ...]
    readings: tuple[ReadingSeen, ...]


class EquipmentYear(Struct, frozen=True, kw_only=True):
    """A site's register of equipment with the care of one year."""

    revision: int
    now_ms: Milliseconds
    site: SiteNamed
    year: int
    equipment: tuple[EquipmentSeen, ...]
