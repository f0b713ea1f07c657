"""The packs that come with the product: sound, bilingual, and true to their rules."""

from typing import get_args

import pytest

from backend.directory.rights import ROLES
from backend.packs.check import check_pack
from backend.packs.documents import RoleCode
from backend.packs.loader import PACKS_FOLDER, load_pack, shipped_packs
from backend.scoring.cases import run_case
from backend.scoring.schemes import check_scheme

MALL = load_pack(PACKS_FOLDER / "mall")
RESIDENTIAL = load_pack(PACKS_FOLDER / "residential")


def test_mall_and_residential_are_shipped():
    assert [folder.name for folder in shipped_packs()] == ["mall", "residential"]


@pytest.mark.parametrize("folder", shipped_packs(), ids=lambda folder: folder.name)
def test_every_shipped_pack_has_no_problem(folder):
    assert check_pack(folder, check_scheme=check_scheme, run_case=run_case) == ()


def test_packs_may_name_exactly_the_roles_of_the_directory():
    assert set(get_args(RoleCode)) == set(ROLES)


def test_s07_is_ten_items_of_ten_points_with_its_bands():
    scheme = MALL.find_scheme("s07", 1)
    (source,) = scheme.sources
    assert [line.name.zh for line in source.indicators] == [
        "清洁卫生",
        "环境绿化",
        "服务态度",
        "维修及时率",
        "维修质量",
        "空调供应",
        "节能管理",
        "外围管理",
        "专柜调整配合",
        "劳动纪律",
    ]
    assert {line.maximum_points for line in source.indicators} == {10}
    assert {line.measure.points_each for line in source.indicators} == {1}
    assert [(band.name.zh, band.from_points) for band in scheme.bands] == [
        ("优秀", 96),
        ("优良", 91),
        ("良好", 81),
        ("合格", 70),
        ("不合格", 0),
    ]
    assert (scheme.pass_points, scheme.publish_by_day) == (70, 10)
    assert scheme.assessor_roles == ("quality_inspector",)


def test_the_daily_check_has_one_item_for_each_indicator_of_s07():
    indicators = [line.code for line in MALL.find_scheme("s07", 1).sources[0].indicators]
    items = MALL.find_checklist("floor_management_daily").items
    assert [item.indicator for item in items] == indicators
    assert len(items) == 10


def test_only_the_floor_management_department_assesses_the_mall():
    assessments = [plan for plan in MALL.plans if plan.use == "assessment"]
    assert [plan.roles for plan in assessments] == [("quality_inspector",)]


def test_the_ladder_of_s13_is_there():
    ladder = {plan.code: (plan.cadence, plan.use) for plan in RESIDENTIAL.plans}
    assert ladder["daily_check"] == ("daily", "self_check")
    assert ladder["weekly_check"] == ("weekly", "self_check")
    assert ladder["quarterly_check"] == ("quarterly", "assessment")
    assert ladder["ad_hoc_check"] == ("ad_hoc", "assessment")
    assert "night_post_check" in ladder


def test_what_a_pack_does_not_carry_yet_is_said():
    assert {one.row for one in MALL.head.waiting} == {"S07", "S08", "S09"}
    assert {one.row for one in RESIDENTIAL.head.waiting} == {"S01", "S13"}


def test_s08_figures_are_those_of_the_rule():
    staffing = [
        item.text.zh
        for code in ("cleaning_day_self_check", "cleaning_night_self_check")
        for item in MALL.find_checklist(code).items
        if item.id == "staffing"
    ]
    assert "6 人" in staffing[0]
    assert "2 人" in staffing[1]
