"""What the office page is shown: boards, findings, scorecards with their reasons, desks.

These are answers only; the office writes with the same operations as the phone. Names stand beside
ids, so that no page has to look a person or a place up.
"""

from typing import Any, Literal

from msgspec import Struct

from shared_schemas.devices import DeviceAlarm, DeviceHealth
from shared_schemas.primitives import Bilingual, Id, LocalDate, Milliseconds, Sha256, ShortText
from shared_schemas.scoring import Band, Instant, Scorecard

Verdict = Literal["due", "early", "late", "make_up", "missed", "not_asked", "undecidable", "within"]
"""未到时限, 早检, 超时, 补检, 漏检, 当日不检, 待判定, 按时: a window judged on the intervals of its
check's beginning and finish."""

CheckFlag = Literal[
    "assessed_missing",
    "bulk_forbidden",
    "disputed",
    "estimated",
    "photo_missing",
    "returned",
    "scan_missing",
    "second_missing",
    "value_missing",
    "value_outside",
]
"""被检方未确认, 不应一键正常, 有争议, 估抄, 缺照片, 已退回, 缺扫码, 未达人数, 缺读数, 超出范围.

What is amiss with a check; shown, never a reason to refuse it.
"""

OfficeDeed = Literal["confirm", "verify", "judge"]
"""What the person at the desk may do with a finding right now."""


class Named(Struct, frozen=True, kw_only=True):
    """An id with the name that people read."""

    id: str
    name: Bilingual


class SiteNamed(Struct, frozen=True, kw_only=True):
    """A site with its name and IANA time zone; its times are read in that zone."""

    id: Id
    name: Bilingual
    zone: ShortText


class PlaceSeen(Struct, frozen=True, kw_only=True):
    """Where and in which check something was found: plan, checkpoint with its code, area."""

    task: Id
    plan: Id
    title: Bilingual
    use: str
    checkpoint: Bilingual
    checkpoint_code: str
    area: Bilingual
    on: LocalDate


class SiteToday(Struct, frozen=True, kw_only=True):
    """How one site's rounds stand on one of its calendar dates.

    `planned` is the sum of finished, in_progress, overdue and to_come. `early`, `late`, `make_up`
    and `undecidable` are among the finished. `overdue` windows have closed without a finish.
    """

    site: Id
    name: Bilingual
    zone: ShortText
    on: LocalDate
    planned: int
    finished: int
    in_progress: int
    overdue: int
    to_come: int
    late: int
    undecidable: int
    early: int = 0
    make_up: int = 0


class DayRounds(Struct, frozen=True, kw_only=True):
    """How one calendar date's checks ended, all sites together; the rest has not come due.

    `within` counts the early ones, too.
    """

    on: LocalDate
    planned: int
    within: int
    late: int
    undecidable: int
    missed: int
    make_up: int = 0


class TaskSeen(Struct, frozen=True, kw_only=True):
    """One due check with its window and the verdict on its time.

    `due_on` is the date on whose board it stands: its own, or for a window of several days the date
    on which it closes.

    `judged` says that a person decided the verdict, `set_back` that the phone's clock was set back
    before the finish. `assignee` is whom it was handed to; `stand_in` says that it was done by
    somebody else than those whom the plan or the transfer names, which is shown and blames nobody.
    `covert` says that the assessed do not know of it yet.

    Units: milliseconds UTC; `started` and `finished` are the intervals in which it was really
    begun and finished.
    """

    task: Id
    plan: Id
    title: Bilingual
    use: str
    site: SiteNamed
    checkpoint: Bilingual
    on: LocalDate
    due_on: LocalDate
    opens_ms: Milliseconds
    closes_ms: Milliseconds
    state: str
    verdict: Verdict
    answered: int
    failed: int
    person: Named | None = None
    finished: Instant | None = None
    judged: bool = False
    set_back: bool = False
    started: Instant | None = None
    assignee: Named | None = None
    stand_in: bool = False
    covert: bool = False
    flags: tuple[CheckFlag, ...] = ()
    approval: str = ""


class BulkShare(Struct, frozen=True, kw_only=True):
    """How many of one person's answers of a day were given with one tap for all the rest.

    Units: `percent` of that person's answers, rounded down.
    """

    person: Named
    answers: int
    bulk: int
    percent: int


class TimeDoubt(Struct, frozen=True, kw_only=True):
    """A finished check whose time needs a person, or got one, with what a judgement carries back.

    `reason` are the words of whoever judged it.
    """

    line: TaskSeen
    operation: ShortText
    position: int
    stamp: int
    reason: str = ""


class DoubtCount(Struct, frozen=True, kw_only=True):
    """How often one person's checks could not be timed, and how often after a set-back."""

    person: Named
    undecidable: int
    set_back: int


class TimeDoubts(Struct, frozen=True, kw_only=True):
    """The checks of the last 31 days whose time is in doubt, open ones first, and whose."""

    revision: int
    now_ms: Milliseconds
    people: tuple[DoubtCount, ...]
    doubts: tuple[TimeDoubt, ...]


class FindingSeen(Struct, frozen=True, kw_only=True):
    """A nonconformity as the office meets it, with what the reader may do about it.

    `position` and `stamp` are those of the record shown; a deed on it carries them back, so that
    the merge knows what its author had before them. `early` was put right before its handling was
    approved.
    """

    nonconformity: Id
    title: Bilingual
    indicator: ShortText
    item: ShortText
    site: SiteNamed
    place: PlaceSeen | None
    found_ms: Milliseconds
    person: Named
    photos: tuple[Sha256, ...]
    note: str
    state: str
    use: str
    severity: str
    contested: bool
    answer_operation: str
    confirmed_by: Named | None
    confirmed_operation: str
    corrected_by: Named | None
    corrected_ms: Milliseconds | None
    correction: str
    correction_photos: tuple[Sha256, ...]
    verified_by: Named | None
    deeds: tuple[OfficeDeed, ...]
    position: int
    stamp: int
    workflow: str = ""
    approved_by: Named | None = None
    assignee: Named | None = None
    early: bool = False
    photos_lacking: tuple[Sha256, ...] = ()
    """Of all photos here, those still on the phone of whoever took them."""


class FindingList(Struct, frozen=True, kw_only=True):
    """Findings, newest first; `more` says that older ones exist."""

    revision: int
    findings: tuple[FindingSeen, ...]
    more: bool


class DeviceSeen(Struct, frozen=True, kw_only=True):
    """A phone or browser with whoever signed in on it last.

    `health` is what the phone last said about itself, null where it never did; `alarms` the reasons
    why somebody should look after it. `scope_alarms` counts how often what it held was found to be
    other than ours, and was sent anew.

    Units: `silent_ms` since the last contact.
    """

    device: Id
    label: str
    person: Named
    first_seen_ms: Milliseconds
    last_contact_ms: Milliseconds
    silent_ms: int
    revoked: bool
    silent: bool
    writers: int
    operations: int
    missing: int
    alarms: tuple[DeviceAlarm, ...] = ()
    health: DeviceHealth | None = None
    scope_alarms: int = 0


class DeviceList(Struct, frozen=True, kw_only=True):
    """Devices, the longest silent first."""

    revision: int
    devices: tuple[DeviceSeen, ...]


class ScoreLoss(Struct, frozen=True, kw_only=True):
    """An indicator that lost points, with its path in the reason tree.

    Units: `points` lost, a positive decimal in points of the whole score.
    """

    path: str
    code: str
    name: Bilingual
    points: str
    count: int


class ScorecardSeen(Struct, frozen=True, kw_only=True):
    """A scorecard in one line, with the score of the period before for comparison.

    `losses` are the indicators that lost points, the heaviest first.
    """

    id: Id
    site: SiteNamed
    scheme: ShortText
    scheme_version: int
    title: Bilingual
    period_from: LocalDate
    period_to: LocalDate
    state: str
    measured: bool
    score: str
    maximum: str
    grade: Band | None
    passed: bool | None
    previous_score: str | None
    previous_grade: Bilingual | None
    losses: tuple[ScoreLoss, ...]
    computed_ms: Milliseconds


class ScorecardList(Struct, frozen=True, kw_only=True):
    """The scorecards that touch one calendar month, by site."""

    revision: int
    month: str
    scorecards: tuple[ScorecardSeen, ...]


class ScorecardOpened(Struct, frozen=True, kw_only=True):
    """A whole scorecard: its reason tree, and the names of everyone and everywhere in it.

    `codes` gives the scheme's code of an indicator by its path in the tree ("0.3": fourth child of
    the first source); `people` is keyed by person id, `places` by the record that a fact names.
    """

    revision: int
    line: ScorecardSeen
    card: Scorecard
    bands: tuple[Band, ...]
    assessed: Bilingual
    publish_by_on: LocalDate | None
    codes: dict[str, str]
    people: dict[str, Bilingual]
    places: dict[str, PlaceSeen]


class ConfirmationSeen(Struct, frozen=True, kw_only=True):
    """What somebody beside the checker said of a check, in the words of the record."""

    task: Id
    side: str
    name: str
    how: str
    stance: str
    words: str


SameDay = Literal["late", "undecidable", "within"]
"""Whether a report was issued on its own day: 次日才发, 无法判定, 当日发出."""


class ReportIssued(Struct, frozen=True, kw_only=True):
    """Who issued a day's report and when; `same_day` is judged on the whole interval."""

    person: Named
    operation: str
    recorded: Instant
    words: str
    same_day: SameDay


class DailyReport(Struct, frozen=True, kw_only=True):
    """What one day of a site came to (质检日报): its checks, findings and confirmations.

    `report` is the id of the record by which it is issued. Source: rule S16 (the same day).
    """

    revision: int
    now_ms: Milliseconds
    report: Id
    site: SiteNamed
    on: LocalDate
    counts: SiteToday
    checks: tuple[TaskSeen, ...]
    findings: tuple[FindingSeen, ...]
    confirmations: tuple[ConfirmationSeen, ...]
    bulk: tuple[BulkShare, ...]
    issued: ReportIssued | None
    may_issue: bool


class Today(Struct, frozen=True, kw_only=True):
    """The board: what needs a person now, today's rounds, findings, phones, the month's score."""

    on: LocalDate
    revision: int
    now_ms: Milliseconds
    sites: tuple[SiteToday, ...]
    days: tuple[DayRounds, ...]
    late_tasks: tuple[TaskSeen, ...]
    findings: tuple[FindingSeen, ...]
    silent_phones: tuple[DeviceSeen, ...]
    scorecards: tuple[ScorecardSeen, ...]
    held_count: int
    conflict_count: int
    to_confirm_count: int
    to_verify_count: int
    phone_alarm_count: int = 0
    held_overdue_count: int = 0
    flagged_tasks: tuple[TaskSeen, ...] = ()
    bulk: tuple[BulkShare, ...] = ()
    missing_handover_count: int = 0


class OperationSeen(Struct, frozen=True, kw_only=True):
    """The last step of every reason: who recorded what, where, on which device and when.

    `recorded` is the interval in which it truly happened, `phone_ms` what the phone's own clock
    said, `received_ms` when it reached us. `photos` are those it declares, else those of its item.
    """

    id: str
    kind: str
    record: Id
    record_kind: str
    site: SiteNamed | None
    place: PlaceSeen | None
    item: ShortText
    item_text: Bilingual | None
    person: Named
    role: str
    role_name: Bilingual
    device: Named
    writer: str
    counter: int
    position: int
    recorded: Instant
    phone_ms: int | None
    phone_zone: str
    received_ms: Milliseconds
    caused_by: str
    sha256: Sha256
    body: dict[str, Any]
    photos: tuple[Sha256, ...]
    status: str
    met: tuple[str, ...]
    photos_lacking: tuple[Sha256, ...] = ()
    """Of `photos`, those still on the phone of whoever took them."""


class GivenAnswer(Struct, frozen=True, kw_only=True):
    """What one person found on one item; `stands` says whether it is the one that counts.

    `set_back`: the phone's clock was proved to have been set back before it was recorded.
    """

    operation: str
    person: Named
    role: str
    role_name: Bilingual
    answer: str
    note: str
    photos: tuple[Sha256, ...]
    recorded: Instant | None
    stands: bool
    set_back: bool = False


class AnswerSeen(Struct, frozen=True, kw_only=True):
    """One item of a check with the answer that stands and, where people differ, everyone's.

    `dispute` is `disputed`, `stands` or `fallen`, empty where nobody disputed it; `dispute_by` who
    did, as named on the spot.
    """

    item: ShortText
    text: Bilingual
    indicator: ShortText
    answer: str
    contested: bool
    note: str
    photos: tuple[Sha256, ...]
    given: tuple[GivenAnswer, ...]
    value: str = ""
    unit: str = ""
    estimated: bool = False
    bulk: bool = False
    tag: str = ""
    dispute: str = ""
    dispute_by: str = ""
    dispute_words: str = ""


class ApprovalSeen(Struct, frozen=True, kw_only=True):
    """Who let a check's findings be handled, or sent the check back, and with which words."""

    approval: str
    person: Named
    words: str


class TaskOpened(Struct, frozen=True, kw_only=True):
    """One check as a whole: its window, its verdict and every answer."""

    revision: int
    line: TaskSeen
    place: PlaceSeen
    checklist: Bilingual
    checklist_version: int
    words: str
    answers: tuple[AnswerSeen, ...]
    remarks: tuple[str, ...]
    confirmations: tuple[ConfirmationSeen, ...] = ()
    approval: ApprovalSeen | None = None
    photos_lacking: tuple[Sha256, ...] = ()
    """Of all answers' photos, those still on the phone of whoever took them."""
