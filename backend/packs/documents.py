"""What the files of a pack hold: its head, plan templates and worked cases.

Checklists and schemes have the shapes that also travel; only what never leaves the server is
defined here.
"""

from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta, Struct

from shared_schemas.inspections import Disclosure, PlanMode, PlanUse
from shared_schemas.primitives import Bilingual, LocalDate, ShortText
from shared_schemas.timetable import Cadence, DayVariant, MonthDay, Weekday

RoleCode = Literal[
    "patrol_guard",
    "cleaner",
    "repairer",
    "team_leader",
    "department_head",
    "project_manager",
    "quality_inspector",
    "quality_clerk",
    "dispatcher",
    "quality_manager",
    "management_representative",
    "general_manager",
    "internal_auditor",
    "storekeeper",
    "contractor_head",
    "contractor_staff",
    "committee_member",
    "third_party_assessor",
]
"""The roles that a pack may name; the directory gives them to people."""

PlaceKind = Literal[
    "site", "building", "entrance", "garage", "plant_room", "trading_area", "exterior", "guard_post"
]
"""The kind of checkpoint at which a plan is carried out; an organisation names the very one."""

Hour = Annotated[
    str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="an hour such as 09:30")
]
Minute = Annotated[
    str,
    Meta(pattern=r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}$", description="a time such as 2026-06-30 23:50"),
]
PeriodName = Annotated[
    str,
    Meta(
        pattern=r"^\d{4}(-(0[1-9]|1[0-2]|Q[1-4]|H[12]))?$",
        description="a period such as 2026-06, 2026-Q2, 2026-H1 or 2026",
    ),
]
SourceName = Annotated[
    str,
    Meta(
        pattern=r"^[SCG]\d{2}\b",
        max_length=200,
        description="a source that starts with a row of the rules, such as S07",
    ),
]


class Waiting(Struct, frozen=True, kw_only=True):
    """A part of a source rule that this pack does not carry yet, said openly."""

    row: SourceName
    what: Bilingual


class PackHead(Struct, frozen=True, kw_only=True):
    """Which trade a pack serves and which rules it rests on; the file `pack.yaml`."""

    code: ShortText
    title: Bilingual
    trades: tuple[Bilingual, ...]
    sources: tuple[SourceName, ...]
    from_on: LocalDate
    waiting: tuple[Waiting, ...] = ()


class PlanTemplate(Struct, frozen=True, kw_only=True):
    """A plan as the trade usually has it; an organisation gives it a site and checkpoints.

    Closes before opens means the next day. `maintenance` names the kind of equipment whose yearly
    care it is; an organisation makes one plan of it for each such thing in the register.

    Units: `opens` and `closes` are local hours as HH:MM.
    """

    code: ShortText
    title: Bilingual
    checklist: ShortText
    cadence: Cadence
    use: PlanUse
    opens: Hour
    closes: Hour
    roles: tuple[RoleCode, ...]
    place_kind: PlaceKind
    source: SourceName | Literal[""] = ""
    not_in_source: bool = False
    every_days: int = 0
    weekdays: tuple[Weekday, ...] = ()
    month_days: tuple[MonthDay, ...] = ()
    mode: PlanMode = "routine"
    disclosure: Disclosure = "open"
    random_min: int = 0
    people: int = 1
    variants: tuple[DayVariant, ...] = ()
    workflow: ShortText = ""
    maintenance: ShortText = ""


class PlanSheet(Struct, frozen=True, kw_only=True):
    """All plan templates of a pack; the file `plans.yaml`."""

    plans: tuple[PlanTemplate, ...]


CaseEvent = Literal["检查合格", "检查不合格", "自查合格", "自查不合格", "确认自查不合格"]

_EVENT_KEYS = {
    "event": "何事",
    "indicator": "指标",
    "captured": "时间",
    "received": "上传",
    "doubt_min": "误差分钟",
    "times": "次数",
    "site": "项目",
}
_RESULT_KEYS = {
    "score": "得分",
    "grade": "等级",
    "passed": "合格",
    "indicators": "各项",
    "deductions": "扣分行",
    "beyond_floor": "扣完行",
    "edge_facts": "压线",
}
_CASE_KEYS = {
    "name": "名称",
    "name_en": "英文",
    "why": "理由",
    "site": "项目",
    "period": "考核期",
    "zone": "时区",
    "points_each": "每次扣分",
    "events": "记录",
    "result": "结果",
}


class CaseFact(Struct, frozen=True, kw_only=True, rename=_EVENT_KEYS):
    """What happened, so many times, each in a check of its own and a minute after the last.

    `indicator` is the Chinese name of one indicator or 全部 for each of them; `received` is said
    for the reader, since it must not matter.

    Units: `captured` and `received` in local time; `doubt_min` to either side, in minutes.
    """

    event: CaseEvent
    indicator: ShortText
    captured: Minute
    received: Minute | None = None
    doubt_min: int = 0
    times: Annotated[int, Meta(ge=1, le=1000)] = 1
    site: ShortText = ""


class CaseIndicator(Struct, frozen=True, kw_only=True, rename={"name": "指标", "points": "得分"}):
    """What one indicator must come to."""

    name: ShortText
    points: Decimal


class CaseResult(Struct, frozen=True, kw_only=True, rename=_RESULT_KEYS):
    """What a case must come to; only what is written is compared.

    `score` is text with two decimals or 未考核; `deductions` and `beyond_floor` count lines of the
    reason tree, `edge_facts` the events whose time lies across the period's edge.
    """

    score: Annotated[
        str,
        Meta(pattern=r"^(\d{1,3}\.\d{2}|未考核)$", description="a score such as 99.00, or 未考核"),
    ]
    grade: ShortText | None = None
    passed: Literal["是", "否"] | None = None
    indicators: tuple[CaseIndicator, ...] = ()
    deductions: int | None = None
    beyond_floor: int | None = None
    edge_facts: int | None = None


class WorkedCase(Struct, frozen=True, kw_only=True, rename=_CASE_KEYS):
    """One example that a person of the trade can read, check by hand and sign.

    `points_each` scores the case with another cost per failure, to show what bands do with halves.
    """

    name: ShortText
    name_en: ShortText
    why: ShortText
    period: PeriodName
    events: tuple[CaseFact, ...]
    result: CaseResult
    site: ShortText = "港湾商场"
    zone: ShortText = "Asia/Shanghai"
    points_each: Decimal | None = None


class CaseSheet(
    Struct,
    frozen=True,
    kw_only=True,
    rename={"scheme": "方案", "version": "版本", "cases": "案例"},
):
    """The worked cases of one scheme version; the files in `cases/`."""

    scheme: ShortText
    version: int
    cases: tuple[WorkedCase, ...]
