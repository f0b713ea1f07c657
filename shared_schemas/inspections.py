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
    Sha256,
    ShortText,
    VersionNumber,
)

Answer = Literal["fail", "not_applicable", "pass"]
"""What was found on one item: 不合格/异常, 不适用, 合格/正常."""

ANSWER_ORDER: tuple[Answer, ...] = ("fail", "pass", "not_applicable")
"""Worst first: a fail stands over a pass, a pass over not applicable."""

PlanUse = Literal["self_check", "assessment"]
"""自查 costs no point until an assessor confirms; 考核检查 does."""

Cadence = Literal["daily", "weekly", "monthly", "quarterly", "half_yearly", "annual", "ad_hoc"]


LocalHour = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z")]
"""An hour of the site's day, 00:00 to 23:59."""

ItemId = Annotated[str, Meta(pattern=r"^[^\u0000-\u001f\u007f/]+\Z", max_length=200)]
"""What names a line of a checklist; a field of the record is called by it."""


class ChecklistItem(Struct, frozen=True, kw_only=True):
    """One line of a checklist.

    `indicator` names the score item it counts for, `source` the rule it comes from.
    """

    id: ItemId
    text: Bilingual
    standard: Bilingual | None = None
    indicator: ShortText = ""
    photo_on_fail: bool = True
    severity: Literal["minor", "general", "serious"] = "minor"
    source: ShortText = ""
    not_in_source: bool = False


class Checklist(Struct, frozen=True, kw_only=True):
    """One version of a checklist; an answer names the version it was given on."""

    code: ShortText
    version: VersionNumber
    title: Bilingual
    words: Literal["assessment", "patrol"]
    items: tuple[ChecklistItem, ...]
    source: ShortText = ""


class Plan(Struct, frozen=True, kw_only=True):
    """The intention to check something again and again.

    `checkpoint` is where, `department` who answers for it, `role` who may carry it out,
    `opens` and `closes` the local hours of the window as HH:MM (closes before opens: next day).
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


class Window(Struct, frozen=True, kw_only=True):
    """One due occurrence of a plan, made by the server, with the id that its task will have.

    Units: `opens_ms`, `closes_ms` in milliseconds UTC; `on` is the site's calendar date.
    """

    task: Id
    on: LocalDate
    ordinal: Annotated[int, Meta(ge=1, le=2**31 - 1)]
    opens_ms: Milliseconds
    closes_ms: Milliseconds


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
    longer asks for and nobody began is `cancelled`.
    """

    plan: Annotated[Id, latest()]
    month: Annotated[str, Meta(pattern=r"^\d{4}-(0[1-9]|1[0-2])\Z"), latest()]
    windows: Annotated[tuple[Window, ...], latest()]
    cancelled: Annotated[tuple[Window, ...], latest()] = ()


class TaskStarted(Struct, frozen=True, kw_only=True, tag_field="kind", tag="task_started"):
    """Someone began a check; record `task`, whose id the plan's window carries."""

    checklist: Annotated[Id, first()]
    started_at: Annotated[Milliseconds, first()]


class ItemAnswered(Struct, frozen=True, kw_only=True, tag_field="kind", tag="item_answered"):
    """One item was found pass, fail or not applicable; record `task`."""

    item: ShortText
    checklist: Id
    answer: Annotated[Answer, worst(ANSWER_ORDER, key="item")]


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


TASK_LIFECYCLE = Lifecycle(
    initial="due",
    moves=(
        Move(name="task_started", origins=("due",), target="in_progress"),
        Move(name="task_finished", origins=("due", "in_progress"), target="finished", rank=1),
    ),
)
