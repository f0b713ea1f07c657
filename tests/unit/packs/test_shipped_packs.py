"""The packs that come with the product: sound, bilingual, and true to their rules."""

from typing import get_args

import pytest

from backend.directory.rights import ROLES
from backend.packs.check import check_pack
from backend.packs.documents import RoleCode
from backend.packs.loader import PACKS_FOLDER, load_pack, shipped_packs
from backend.scoring.cases import run_case
from backend.scoring.schemes import check_scheme
from shared_schemas.inspections import NEVER_IN_BULK

MALL = load_pack(PACKS_FOLDER / "mall")
RESIDENTIAL = load_pack(PACKS_FOLDER / "residential")
BANK, HOTEL, POWER, WATER = (
    load_pack(PACKS_FOLDER / one) for one in ("bank", "hotel", "power", "water")
)


def test_fifteen_trades_are_shipped():
    assert [folder.name for folder in shipped_packs()] == [
        "bank",
        "canteen",
        "company",
        "credit_union",
        "elderly_home",
        "gas",
        "hospital",
        "hotel",
        "mall",
        "power",
        "residential",
        "shop",
        "taxi",
        "tcm",
        "water",
    ]


def test_a_property_company_starts_with_the_words_of_its_trade():
    """Named by the customer, and marked as not from the rules."""
    words = {item.text.zh: item for checklist in RESIDENTIAL.checklists for item in checklist.items}
    for named in (
        "消防通道",
        "灭火器压力",
        "消火栓箱",
        "应急照明",
        "单元门禁",
        "五方对讲",
        "水泵房",
        "配电房",
        "井盖",
        "高空悬挂物",
        "占用消防车道",
    ):
        assert words[named].not_in_source, named


def test_nothing_is_passed_in_bulk_where_every_item_must_be_looked_at():
    for folder in shipped_packs():
        pack = load_pack(folder)
        assessed = {plan.checklist for plan in pack.plans if plan.use == "assessment"}
        for checklist in pack.checklists:
            if checklist.bulk:
                assert checklist.domain not in NEVER_IN_BULK, checklist.code
                assert checklist.code not in assessed, checklist.code


def test_s08_cleaning_has_plans_for_heavy_traffic_rain_and_holidays():
    variants = {plan.code: plan.variants for plan in MALL.plans if plan.variants}
    assert variants == {"cleaning_rush": ("rush", "holiday"), "cleaning_rain": ("rain",)}
    rush = MALL.find_checklist("cleaning_rush")
    assert [item.id for item in rush.items] == [
        "frequency",
        "staffing",
        "key_areas",
        "key_measures",
    ]
    day, night = (MALL.find_checklist(f"cleaning_{one}_self_check") for one in ("day", "night"))
    assert "6 人" in day.items[0].text.zh
    assert "2 人" in night.items[0].text.zh


def test_s13_each_step_of_the_ladder_has_its_way_of_handling():
    ways = {one.code: one for one in RESIDENTIAL.workflows}
    of_plan = {plan.code: plan.workflow for plan in RESIDENTIAL.plans}
    assert ways[of_plan["daily_check"]].close_on_spot
    weekly, quarterly = ways[of_plan["weekly_check"]], ways[of_plan["quarterly_check"]]
    assert (weekly.approver, weekly.verifier) == ("department_head", "team_leader")
    assert (quarterly.approver, quarterly.verifier) == ("project_manager", "quality_inspector")
    assert of_plan["ad_hoc_check"] == of_plan["quarterly_check"]
    assert not weekly.close_on_spot


def test_s13_night_post_check_has_a_sheet_and_an_hour_nobody_knows():
    plan = next(one for one in RESIDENTIAL.plans if one.code == "night_post_check")
    assert (plan.mode, plan.disclosure, plan.random_min) == ("night_post", "when_finished", 60)
    assert RESIDENTIAL.find_checklist(plan.checklist).domain == "post"


def test_annual_check_has_twelve_headings_of_ten_items():
    items = RESIDENTIAL.find_checklist("annual_check").items
    headings = [item.group.zh for item in items]
    assert len(items) == 120
    assert {headings.count(one) for one in headings} == {10}


def test_s44_reading_a_meter_is_a_meter_item_with_its_rule():
    [reading] = [one for one in WATER.find_checklist("meter_reading").items if one.input == "meter"]
    assert "连续最多两次" in reading.standard.zh


def test_s22_bank_is_checked_by_two_openly_covertly_and_by_video():
    ways = {(plan.mode, plan.disclosure, plan.people) for plan in BANK.plans}
    assert ways == {
        ("routine", "open", 2),
        ("routine", "when_released", 2),
        ("video", "open", 2),
    }
    assert len(BANK.find_checklist("civil_service").items) == 7


def test_s16_hotel_is_looked_at_daily_by_slots_and_monthly_together():
    ways = {plan.code: (plan.cadence, plan.mode) for plan in HOTEL.plans}
    assert ways["mod_spot_check"] == ("daily", "routine")
    assert ways["joint_check"] == ("monthly", "joint")
    assert len(HOTEL.find_checklist("mod_spot_check").items) == 8


def test_s21_hotline_is_tested_by_telephone_and_halls_mutually_and_covertly():
    ways = {plan.code: (plan.mode, plan.disclosure) for plan in POWER.plans}
    assert ways["hotline_call"] == ("telephone", "open")
    assert ways["hall_mutual"] == ("mutual", "open")
    assert ways["hall_covert"] == ("routine", "when_released")
    rings = POWER.find_checklist("hotline_check").items[0]
    assert (rings.input, rings.low, rings.high) == ("number", "0", "4")


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
    assert {one.row for one in MALL.head.waiting} == {"S07", "S09"}
    assert {one.row for one in RESIDENTIAL.head.waiting} == {"S01"}


def test_s08_figures_are_those_of_the_rule():
    staffing = [
        item.text.zh
        for code in ("cleaning_day_self_check", "cleaning_night_self_check")
        for item in MALL.find_checklist(code).items
        if item.id == "staffing"
    ]
    assert "6 人" in staffing[0]
    assert "2 人" in staffing[1]
