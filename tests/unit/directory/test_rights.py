"""Who may do and see what: the table of roles, and how it is asked."""

import pytest

from backend.directory.actors import Actor, RoleAt, visible_kinds
from backend.directory.rights import (
    APPROVALS,
    RECORD_RIGHTS,
    RIGHTS,
    ROLES,
    Right,
)
from shared_schemas.nonconformities import SEVERITY_ROLES
from shared_schemas.operations import RECORD_KINDS
from shared_schemas.primitives import Bilingual
from shared_schemas.problems import ProblemError

HERE, THERE, ELSEWHERE = "1" * 32, "2" * 32, "3" * 32


def person(*roles: RoleAt, sites: tuple[str, ...] = (HERE, THERE)) -> Actor:
    """Give someone with those roles in an organisation of two sites."""
    return Actor(
        organization="a" * 32,
        person="b" * 32,
        device="c" * 32,
        session="d" * 32,
        name=Bilingual(zh="老周"),
        roles=roles,
        sites=sites,
    )


def test_every_role_of_the_field_has_its_chinese_name() -> None:
    assert {role.name.zh for role in ROLES.values()} == {
        "秩序维护员",
        "保洁/绿化员",
        "维修工",
        "班长/领班",
        "部门负责人",
        "项目经理",
        "品质检查员",
        "品质专员",
        "客服/调度员",
        "品质部经理",
        "管理者代表",
        "总经理",
        "内审员",
        "仓管员",
        "外包单位负责人",
        "外包单位人员",
        "业委会委员",
        "第三方评估员",
    }


def test_roles_speak_in_the_order_that_the_merge_of_severity_knows() -> None:
    assert tuple(ROLES)[: len(SEVERITY_ROLES)] == SEVERITY_ROLES


def test_every_right_is_held_by_someone() -> None:
    assert set().union(*(role.rights for role in ROLES.values())) == set(RIGHTS)


def test_who_judges_severity_is_who_the_merge_listens_to() -> None:
    may = {code for code, role in ROLES.items() if "judge_severity" in role.rights}
    assert set(SEVERITY_ROLES) <= may


def test_every_kind_of_record_says_who_may_see_it() -> None:
    assert set(RECORD_RIGHTS) == set(RECORD_KINDS)


def test_every_approval_names_two_different_roles() -> None:
    for approval in APPROVALS.values():
        assert {approval.role, approval.deputy} <= set(ROLES)
        assert approval.role != approval.deputy


@pytest.mark.parametrize("right", ["confirm_finding", "see_scorecards", "publish_rules"])
def test_whoever_is_assessed_neither_confirms_nor_sees_the_live_score(right: Right) -> None:
    assessed = ("patrol_guard", "cleaner", "repairer", "contractor_head", "contractor_staff")
    assert not any(right in ROLES[code].rights for code in assessed)


def test_role_at_one_site_gives_nothing_at_another() -> None:
    guard = person(RoleAt("patrol_guard", HERE), sites=(HERE,))
    assert guard.may("answer_items", HERE)
    assert not guard.may("answer_items", THERE)
    assert guard.may("answer_items")
    assert not guard.may_everywhere("answer_items")
    assert guard.sites_with("answer_items") == (HERE,)
    assert guard.leading_role(THERE) == ""
    with pytest.raises(ProblemError) as refused:
        guard.require("publish_rules", HERE)
    assert refused.value.problem.code == "not_allowed"
    with pytest.raises(ProblemError):
        guard.require_everywhere("answer_items")


def test_role_of_the_whole_organisation_holds_at_its_sites_only() -> None:
    clerk = person(RoleAt("quality_clerk", ""))
    assert clerk.may("see_office", THERE)
    assert not clerk.may("see_office", ELSEWHERE)
    assert clerk.may_everywhere("see_office")
    clerk.require("see_office", HERE)
    clerk.require_everywhere("see_office")


def test_person_of_two_roles_speaks_in_the_leading_one() -> None:
    both = person(RoleAt("patrol_guard", HERE), RoleAt("team_leader", ""), sites=(HERE, THERE))
    assert both.leading_role(HERE) == "team_leader"
    assert both.roles_at(HERE) == ("team_leader", "patrol_guard")
    assert both.roles_at(THERE) == ("team_leader",)


def test_role_that_nobody_knows_gives_nothing() -> None:
    stranger = person(RoleAt("emperor", ""))
    assert stranger.rights() == ()
    assert stranger.leading_role(HERE) == ""
    assert not stranger.may_everywhere("see_office")


@pytest.mark.parametrize(
    ("role", "kinds"),
    [
        ("patrol_guard", set(RECORD_KINDS) - {"sample", "daily_report", "scheme", "held"}),
        ("quality_inspector", set(RECORD_KINDS) - {"held"}),
        (
            "third_party_assessor",
            {"places", "checklist", "plan", "agenda", "task", "memory", "day_variant"}
            | {"route", "round_agenda", "round", "tag", "removal"},
        ),
        ("committee_member", set()),
    ],
)
def test_role_decides_which_kinds_of_record_a_phone_gets(role: str, kinds: set[str]) -> None:
    actor = person(RoleAt(role, HERE), sites=(HERE,))
    assert set(visible_kinds(actor, HERE)) == kinds
    assert set(visible_kinds(actor, "")) == kinds
    assert visible_kinds(actor, THERE) == ()
