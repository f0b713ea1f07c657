"""Checklists, plans, tasks and answers: what a check is made of and what happened in one."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from shared_schemas.policies import (
    Lifecycle,
    Move,
    append,
    first,
    latest,
    union,
    worst,
)
from shared_schemas.primitives import (
    Bilingual,
    Id,
    LocalDate,
    LongText,
    Milliseconds,
    NoId,
    NoSha256,
    Sha256,
    ShortText,
    VersionNumber,
)
from shared_schemas.timetable import (
    Cadence,
    DayOrdinal,
    DayVariant,
    LocalHour,
    MonthDay,
    Weekday,
    Window,
)

Answer = Literal["fail", "not_applicable", "pass", "unanswered"]
"""What was found on one item: 不合格/异常, 不适用, 合格/正常; `unanswered` takes it back."""

ANSWER_ORDER: tuple[Answer, ...] = ("fail", "pass", "not_applicable", "unanswered")
"""Worst first: a fail stands over a pass, a pass over not applicable, any over no answer."""

NO_ANSWER: Answer = "unanswered"
"""Whoever takes an answer back has said nothing on the item."""

PlanUse = Literal["self_check", "assessment"]
"""自查 costs no point until an assessor confirms; 考核检查 does."""

PlanMode = Literal[
    "internal_audit",
    "joint",
    "mutual",
    "night_post",
    "routine",
    "special",
    "telephone",
    "video",
]
"""How a check is made: 内审, 联检, 互查, 夜间查岗, 例行, 专项, 电话, 录像.

`joint` asks the assessed to confirm on the spot, `mutual` bars whoever belongs to the plan's own
department.
"""

Disclosure = Literal["open", "when_begun", "when_finished", "when_released"]
"""From when the assessed may know of a check: at once, 突击, 查岗, 暗查."""

ItemInput = Literal["check", "choice", "grade", "meter", "number", "photo", "scan", "text"]
"""What is asked on an item: a verdict alone, or one with a value, a photo or a scanned tag."""

ChecklistDomain = Literal[
    "assessment",
    "cleaning",
    "equipment",
    "fire",
    "greening",
    "lift",
    "other",
    "patrol",
    "post",
    "service",
]
"""What a checklist is about; in four of them nothing may ever be passed in bulk."""

NEVER_IN_BULK: frozenset[ChecklistDomain] = frozenset({"assessment", "fire", "lift", "post"})
"""Where every item must be looked at by itself."""

Percent = Annotated[int, Meta(ge=1, le=100)]

Seed = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\Z")]
"""Made known before anybody can know what it will draw."""

Decimals = Annotated[str, Meta(pattern=r"^-?[0-9]{1,12}(\.[0-9]{1,6})?\Z")]
"""A number as it is read off a gauge, kept as text so that no digit is lost."""

ItemId = Annotated[str, Meta(pattern=r"^[^\u0000-\u001f\u007f/]+\Z", max_length=200)]
"""What names a line of a checklist; a field of the record is called by it."""


class ItemOption(Struct, frozen=True, kw_only=True):
    """One grade or choice of an item, and what choosing it means for the verdict."""

    code: ItemId
    text: Bilingual
    answer: Literal["fail", "not_applicable", "pass"] = "pass"


class ChecklistItem(Struct, frozen=True, kw_only=True):
    """One line of a checklist.

    `indicator` names the score item it counts for, `source` the rule it comes from. `options` are
    for a grade or a choice, `unit`, `low` and `high` for a number or a meter: outside of them the
    phone warns, and a person judges. `group` is the heading it stands under, along which a large
    check is split among several people.
    """

    id: ItemId
    text: Bilingual
    standard: Bilingual | None = None
    indicator: ShortText = ""
    photo_on_fail: bool = True
    severity: Literal["minor", "general", "serious"] = "minor"
    source: ShortText = ""
    not_in_source: bool = False
    input: ItemInput = "check"
    options: tuple[ItemOption, ...] = ()
    unit: ShortText = ""
    low: Decimals | None = None
    high: Decimals | None = None
    photo_required: bool = False
    scan_required: bool = False
    group: Bilingual | None = None


class Checklist(Struct, frozen=True, kw_only=True):
    """One version of a checklist; an answer names the version it was given on.

    `bulk` lets the rest be passed at once (一键全部正常), never in `NEVER_IN_BULK` nor where a plan
    uses it for an assessment.
    """

    code: ShortText
    version: VersionNumber
    title: Bilingual
    words: Literal["assessment", "patrol"]
    items: tuple[ChecklistItem, ...]
    source: ShortText = ""
    domain: ChecklistDomain = "other"
    bulk: bool = False


class Plan(Struct, frozen=True, kw_only=True):
    """The intention to check something again and again.

    `checkpoint` is where, `department` who answers for it, `roles` who may carry it out,
    `opens` and `closes` the local hours of the window as HH:MM (closes before opens: next day).

    `every_days`, `weekdays`, `month_days` and `dates` belong to the cadences of those names (a
    month day beyond the month's end is its last day). With `random_min` the window is that many
    minutes long and lies at random between the hours. `people` is how many must take part;
    `checkers` names those who carry it out, where not everybody of the roles does. `variants` are
    the kinds of day on which it is to be done (none: every day). `workflow` names the pack's way
    of handling what is found. `equipment` makes it the care of one thing in the register.
    """

    code: ShortText
    title: Bilingual
    site: Id
    checkpoint: Id
    checklist: Id
    cadence: Cadence
    use: PlanUse
    opens: LocalHour
    closes: LocalHour
    roles: tuple[ShortText, ...]
    department: Id | None = None
    from_on: LocalDate = "2000-01-01"
    active: bool = True
    every_days: Annotated[int, Meta(ge=0, le=366)] = 0
    weekdays: tuple[Weekday, ...] = ()
    month_days: tuple[MonthDay, ...] = ()
    dates: tuple[LocalDate, ...] = ()
    mode: PlanMode = "routine"
    disclosure: Disclosure = "open"
    random_min: Annotated[int, Meta(ge=0, le=1440)] = 0
    people: Annotated[int, Meta(ge=1, le=9)] = 1
    checkers: tuple[Id, ...] = ()
    variants: tuple[DayVariant, ...] = ()
    workflow: ShortText = ""
    equipment: Id | None = None


class ChecklistPublished(
    Struct, frozen=True, kw_only=True, tag_field="kind", tag="checklist_published"
):
    """A version of a checklist was made known; record `checklist`, one per version."""

    checklist: Annotated[Checklist, latest()]


class PlanPublished(Struct, frozen=True, kw_only=True, tag_field="kind", tag="plan_published"):
    """A plan was made known or changed; record `plan`."""

    plan: Annotated[Plan, latest()]


class AgendaPlanned(Struct, frozen=True, kw_only=True, tag_field="kind", tag="agenda_planned"):
    """The windows of a plan in one calendar month were made; record `agenda`.

    Windows once given keep their ids, and those that have opened their times. What the plan no
    longer asks for and nobody began is `cancelled`. `closed` says that the assessed must not know
    of them, `checkers` who holds them nevertheless.
    """

    plan: Annotated[Id, latest()]
    month: Annotated[str, Meta(pattern=r"^\d{4}-(0[1-9]|1[0-2])\Z"), latest()]
    windows: Annotated[tuple[Window, ...], latest()]
    cancelled: Annotated[tuple[Window, ...], latest()] = ()
    closed: Annotated[bool, latest()] = False
    checkers: Annotated[tuple[Id, ...], latest()] = ()


class TaskStarted(Struct, frozen=True, kw_only=True, tag_field="kind", tag="task_started"):
    """Someone began a check; record `task`, whose id the plan's window carries.

    `plan`, `on` and `ordinal` are said where the phone had no window for it: the id is the one
    that the server would give, so both meet in one record.
    """

    checklist: Annotated[Id, first()]
    started_at: Annotated[Milliseconds, first()]
    plan: Annotated[Id | None, first()] = None
    on: Annotated[LocalDate | None, first()] = None
    ordinal: Annotated[DayOrdinal | None, first()] = None


class ItemAnswered(Struct, frozen=True, kw_only=True, tag_field="kind", tag="item_answered"):
    """One item was found pass, fail or not applicable; record `task`.

    `value` is what was read, chosen or typed, `estimated` that a meter could not be read, `tag`
    the scanned tag of an item that asks for one, `bulk` that it was passed together with the rest.
    A phone that says one of them once says it each time.
    """

    item: ShortText
    checklist: Id
    answer: Annotated[Answer, worst(ANSWER_ORDER, key="item", none=NO_ANSWER)]
    value: Annotated[ShortText | None, latest(key="item", quiet=True)] = None
    estimated: Annotated[bool | None, latest(key="item", quiet=True)] = None
    bulk: Annotated[bool | None, latest(key="item", quiet=True)] = None
    tag: Annotated[ShortText | None, latest(key="item", quiet=True)] = None


class ItemNoted(Struct, frozen=True, kw_only=True, tag_field="kind", tag="item_noted"):
    """Words were put beside an item; record `task`."""

    item: ShortText
    note: Annotated[LongText, latest(key="item")]


class EvidenceAdded(Struct, frozen=True, kw_only=True, tag_field="kind", tag="evidence_added"):
    """A photo was taken of an item; record `task`."""

    item: ShortText
    photo: Annotated[Sha256, union(field="evidence", key="item")]


class EvidenceWithdrawn(
    Struct, frozen=True, kw_only=True, tag_field="kind", tag="evidence_withdrawn"
):
    """A photo was taken out by its author before review; the bytes stay; record `task`."""

    item: ShortText
    photo: Annotated[Sha256, union(field="evidence", key="item", remove=True)]


class RemarkAdded(Struct, frozen=True, kw_only=True, tag_field="kind", tag="remark_added"):
    """Someone added a remark on the whole check; record `task`."""

    remark: Annotated[LongText, append()]


class TaskFinished(Struct, frozen=True, kw_only=True, tag_field="kind", tag="task_finished"):
    """The check was declared finished; record `task`."""

    finished_at: Annotated[Milliseconds, first()]


Timeliness = Literal["late", "within"]
"""超时, 按时: what a person decided where the clocks alone cannot tell."""


class TimelinessJudged(
    Struct, frozen=True, kw_only=True, tag_field="kind", tag="timeliness_judged"
):
    """A person decided whether a check of doubtful time was finished in time; record `task`.

    Source: sync design, section 7 (one after a set-back goes to a person).
    """

    timeliness: Annotated[Timeliness, latest()]
    timeliness_reason: Annotated[str, Meta(min_length=1, max_length=2000), latest()]


class TaskTransferred(Struct, frozen=True, kw_only=True, tag_field="kind", tag="task_transferred"):
    """A check was handed to another person; what was answered before stays; record `task`."""

    assignee: Annotated[Id, latest()]
    transfer_reason: Annotated[ShortText, latest()] = ""


class GroupTaken(Struct, frozen=True, kw_only=True, tag_field="kind", tag="group_taken"):
    """A person took one heading of a large check, so that the others take another; record `task`.

    `group` is the Chinese name of the heading.
    """

    group: ShortText
    taken_by: Annotated[Id, latest(key="group")]


class Confirmation(Struct, frozen=True, kw_only=True):
    """Whoever stood beside the checker says that it was so, or that it was not.

    `side` is the second inspector's or the assessed's, `person` known by a PIN or sign-in (empty:
    a guest by name alone), `signature` the drawn one, `how` the way of confirming.
    """

    side: Literal["assessed", "second_inspector"]
    name: ShortText
    how: Literal["own_phone", "pin", "signature", "typed"]
    stance: Literal["agreed", "disputed"]
    person: NoId = ""
    words: LongText = ""
    signature: NoSha256 = ""


class TaskConfirmed(Struct, frozen=True, kw_only=True, tag_field="kind", tag="task_confirmed"):
    """Both sides confirmed on the spot what was found; record `task`.

    Source: rule S16 (joint confirmation), S22 (two or more inspectors).
    """

    confirmation: Annotated[Confirmation, append()]


class Dispute(Struct, frozen=True, kw_only=True):
    """The assessed does not agree with what was found on an item."""

    name: ShortText
    words: LongText = ""


class ItemDisputed(Struct, frozen=True, kw_only=True, tag_field="kind", tag="item_disputed"):
    """A finding was disputed on the spot; it costs nothing before the office decides.

    Source: decisions G19; record `task`.
    """

    item: ShortText
    dispute: Annotated[Dispute, latest(key="item")]


class DisputeDecided(Struct, frozen=True, kw_only=True, tag_field="kind", tag="dispute_decided"):
    """The office said whether a disputed finding stands; record `task`. Source: decisions G19."""

    item: ShortText
    finding_stands: Annotated[bool, latest(key="item")]
    dispute_reason: Annotated[LongText, latest(key="item")]


class TaskApproved(Struct, frozen=True, kw_only=True, tag_field="kind", tag="task_approved"):
    """Whoever the workflow names approved what a check found, or sent it back; record `task`.

    Source: rule S13 (weekly by the department head, quarterly by the director).
    """

    approval: Annotated[Literal["approved", "returned"], latest()]
    approval_words: Annotated[LongText, latest()] = ""


class CheckReleased(Struct, frozen=True, kw_only=True, tag_field="kind", tag="check_released"):
    """The office let the assessed know of a covert check; record `task`. Source: decisions G25."""

    released_at: Annotated[Milliseconds, first()]


class PartUsed(Struct, frozen=True, kw_only=True):
    """Material that the care of a thing took."""

    name: ShortText
    quantity: Decimals
    unit: ShortText = ""


class PartRecorded(Struct, frozen=True, kw_only=True, tag_field="kind", tag="part_recorded"):
    """A part or material was used (保养用料); record `task`."""

    part: Annotated[PartUsed, append()]


class Remembered(Struct, frozen=True, kw_only=True):
    """What was last found on one item at a place, for whoever comes there next."""

    item: ShortText
    answer: Answer
    value: ShortText = ""
    estimated: bool = False
    note: ShortText = ""
    photo: NoSha256 = ""


class Estimates(Struct, frozen=True, kw_only=True):
    """How many readings of a meter in a row were estimates (估抄)."""

    item: ShortText
    in_a_row: Annotated[int, Meta(ge=0, le=1000)]


class ResultsRemembered(
    Struct, frozen=True, kw_only=True, tag_field="kind", tag="results_remembered"
):
    """A finished check left what it found for the next one of its plan; record `memory`.

    Made by a flow; the latest by capture stands. `estimates` counts, by item, how many readings in
    a row were estimates.
    """

    plan: Annotated[Id, first()]
    task: Annotated[Id, latest()]
    finished_at: Annotated[Milliseconds, latest()]
    finished_by: Annotated[Id, latest()]
    results: Annotated[tuple[Remembered, ...], latest()]
    estimates: Annotated[tuple[Estimates, ...], latest()] = ()


class VariantSwitched(Struct, frozen=True, kw_only=True, tag_field="kind", tag="variant_switched"):
    """The foreman said what kind of day it is; record `day_variant`, one per site and date.

    Source: rule S08 (plans by holiday, customer flow and weather).
    """

    site: Annotated[Id, first()]
    on: Annotated[LocalDate, first()]
    variant: Annotated[DayVariant, latest()]


class SampleAnnounced(Struct, frozen=True, kw_only=True, tag_field="kind", tag="sample_announced"):
    """What will be sampled, how much of it and with which seed, before it is known what there is.

    `rate_percent` of the population, rounded up, is drawn once `closes_on` has passed. `again_of`
    names the sample of which this is a re-sample. Record `sample`.

    Source: decisions G15 (5 %, 100 %, a re-sample of the sample).
    """

    site: Annotated[Id, first()]
    title: Annotated[Bilingual, first()]
    population: Annotated[
        Literal["closed_on_spot", "finished_checks", "meter_readings", "sample"], first()
    ]
    rate_percent: Annotated[Percent, first()]
    seed: Annotated[Seed, first()]
    from_on: Annotated[LocalDate, first()]
    closes_on: Annotated[LocalDate, first()]
    again_of: Annotated[NoId, first()] = ""


class SampleDrawn(Struct, frozen=True, kw_only=True, tag_field="kind", tag="sample_drawn"):
    """The sample was drawn from the whole population by its seed; record `sample`."""

    whole: Annotated[tuple[Id, ...], first()]
    drawn: Annotated[tuple[Id, ...], first()]


class DailyReportIssued(
    Struct, frozen=True, kw_only=True, tag_field="kind", tag="daily_report_issued"
):
    """The day's quality report of a site was issued (质检日报); record `daily_report`.

    Source: rule S16 (the same day).
    """

    site: Annotated[Id, first()]
    on: Annotated[LocalDate, first()]
    issued_at: Annotated[Milliseconds, first()]
    words: Annotated[LongText, latest()] = ""


TASK_LIFECYCLE = Lifecycle(
    initial="due",
    moves=(
        Move(name="task_started", origins=("due",), target="in_progress"),
        Move(name="task_finished", origins=("due", "in_progress"), target="finished", rank=1),
    ),
)
