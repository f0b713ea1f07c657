"""Roles and what each may do, as data; who may see which kind of record.

Rights are given to roles, roles to people at a site. No code asks for a role by name to decide
what someone may do; it asks for a right.
"""

from typing import Literal, get_args

from msgspec import Struct

from shared_schemas.primitives import Bilingual

Right = Literal[
    "answer_items",
    "approve_check",
    "assign_work",
    "confirm_finding",
    "correct",
    "decide_conflicts",
    "decide_held",
    "draw_samples",
    "hand_over",
    "issue_tags",
    "judge_severity",
    "manage_people",
    "publish_places",
    "publish_rosters",
    "publish_rules",
    "redact",
    "register_removals",
    "release_covert",
    "report_finding",
    "revoke_devices",
    "see_covert",
    "see_devices",
    "see_findings",
    "see_held",
    "see_office",
    "see_scorecards",
    "see_samples",
    "see_shifts",
    "see_tasks",
    "switch_variant",
    "verify_correction",
    "walk_rounds",
]

RIGHTS: tuple[Right, ...] = get_args(Right)


class Role(Struct, frozen=True, kw_only=True):
    """A role in the field's own words, with its rights."""

    code: str
    name: Bilingual
    rights: frozenset[Right]


_FIELD: tuple[Right, ...] = (
    "answer_items",
    "correct",
    "hand_over",
    "register_removals",
    "report_finding",
    "see_findings",
    "see_shifts",
    "see_tasks",
    "walk_rounds",
)
_LEADER: tuple[Right, ...] = (
    *_FIELD,
    "assign_work",
    "judge_severity",
    "switch_variant",
    "verify_correction",
)
_READER: tuple[Right, ...] = (
    "see_findings",
    "see_office",
    "see_samples",
    "see_scorecards",
    "see_shifts",
    "see_tasks",
)
_ASSESSOR: tuple[Right, ...] = (
    *_READER,
    "answer_items",
    "assign_work",
    "confirm_finding",
    "judge_severity",
    "report_finding",
    "verify_correction",
    "walk_rounds",
)
_SETTER: tuple[Right, ...] = (
    "decide_conflicts",
    "decide_held",
    "issue_tags",
    "publish_places",
    "publish_rosters",
    "revoke_devices",
    "see_devices",
    "see_held",
)


def _role(code: str, zh: str, en: str, *rights: Right) -> Role:
    return Role(code=code, name=Bilingual(zh=zh, en=en), rights=frozenset(rights))


_ALL = (
    _role(
        "management_representative",
        "管理者代表",
        "Management representative",
        *_READER,
        "approve_check",
        "judge_severity",
        "see_covert",
        "see_devices",
        "see_held",
        "verify_correction",
    ),
    _role(
        "quality_manager",
        "品质部经理",
        "Quality manager",
        *_ASSESSOR,
        *_SETTER,
        "approve_check",
        "draw_samples",
        "manage_people",
        "publish_rules",
        "redact",
        "release_covert",
        "see_covert",
        "switch_variant",
    ),
    _role(
        "quality_clerk",
        "品质专员",
        "Quality clerk",
        *_ASSESSOR,
        *_SETTER,
        "draw_samples",
        "publish_rules",
        "release_covert",
        "see_covert",
    ),
    _role("quality_inspector", "品质检查员", "Quality inspector", *_ASSESSOR),
    _role(
        "project_manager",
        "项目经理",
        "Project manager",
        *_LEADER,
        *_READER,
        *_SETTER,
        "approve_check",
        "manage_people",
        "redact",
    ),
    _role(
        "department_head",
        "部门负责人",
        "Department head",
        *_LEADER,
        *_READER,
        "approve_check",
        "publish_rosters",
    ),
    _role("team_leader", "班长/领班", "Team leader", *_LEADER),
    _role("general_manager", "总经理", "General manager", *_READER, "see_devices", "see_held"),
    _role("internal_auditor", "内审员", "Internal auditor", *_READER, "answer_items", "see_held"),
    _role("dispatcher", "客服/调度员", "Dispatcher", "see_findings", "see_office", "see_tasks"),
    _role("storekeeper", "仓管员", "Storekeeper", *_FIELD),
    _role("repairer", "维修工", "Repairer", *_FIELD),
    _role("cleaner", "保洁/绿化员", "Cleaner or gardener", *_FIELD),
    _role("patrol_guard", "秩序维护员", "Patrol guard", *_FIELD),
    _role(
        "third_party_assessor", "第三方评估员", "Third-party assessor", "answer_items", "see_tasks"
    ),
    _role("contractor_head", "外包单位负责人", "Contractor's head", *_LEADER),
    _role("contractor_staff", "外包单位人员", "Contractor's staff", *_FIELD),
    _role("committee_member", "业委会委员", "Owners' committee member"),
)

ROLES: dict[str, Role] = {role.code: role for role in _ALL}
"""Keyed by code. Where a person holds several at one site, the first in this order speaks: whose
word on severity weighs more stands before, in the order that the merge knows.

The inspectors of a mall's floor management department (现场管理部检查员) hold `quality_inspector`.
Source: rule catalogue, section 1; rule S07; `SEVERITY_ROLES` in the nonconformities schema.
"""

RECORD_RIGHTS: dict[str, tuple[Right, ...]] = {
    "places": ("see_tasks", "see_office"),
    "checklist": ("see_tasks", "see_office"),
    "plan": ("see_tasks", "see_office"),
    "agenda": ("see_tasks", "see_office"),
    "task": ("see_tasks", "see_office"),
    "memory": ("see_tasks",),
    "day_variant": ("see_tasks", "see_office"),
    "sample": ("see_samples",),
    "daily_report": ("see_office",),
    "nonconformity": ("see_findings",),
    "route": ("see_tasks", "see_office"),
    "round_agenda": ("see_tasks", "see_office"),
    "round": ("see_tasks", "see_office"),
    "tag": ("see_tasks", "see_office"),
    "roster": ("see_shifts",),
    "handover": ("see_shifts",),
    "removal": ("see_tasks", "see_office"),
    "scheme": ("see_scorecards",),
    "held": ("see_held",),
}
"""Keyed by record kind: any one of these rights, held at the record's site, lets a person have it.

A kind that is not here is seen by nobody.
"""


class Approval(Struct, frozen=True, kw_only=True):
    """Who approves a step, and who does when that person is away."""

    role: str
    deputy: str
    source: str


APPROVALS: dict[str, Approval] = {
    "correction_form": Approval(
        role="department_head", deputy="project_manager", source="S13, weekly check"
    ),
    "quarterly_form": Approval(
        role="project_manager", deputy="quality_manager", source="S13, quarterly check"
    ),
    "preventive_action": Approval(
        role="management_representative", deputy="quality_manager", source="S13, 001-04"
    ),
    "score_results": Approval(
        role="general_manager", deputy="management_representative", source="S12, 004-19"
    ),
}
"""Keyed by step. Each names a role with a deputy, never a person."""
