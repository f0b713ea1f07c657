"""What the rules name is asked for: each row's items stand in a checklist of its pack, with its row.

Source: rule catalogue, section 3; `backend/packs/ROWS.md`.
"""

import pytest

from backend.packs.loader import PACKS_FOLDER, load_pack

NAMED = {
    ("S09", "mall", "green_plant_self_check"): "枯枝黄叶 积尘 花盆 浇水 摆放",
    ("S15", "company", "supervision"): "规范性 环境 流程 态度 效果 五步",
    ("S16", "hotel", "mod_spot_check"): (
        "仪容仪表 礼节礼貌 清洁卫生 设备设施 用工分配 劳动纪律 标准操作流程 宾客满意度"
    ),
    ("S17", "hotel", "catering_check"): "不合格菜品 食品卫生 宾客意见 后台 逐日考核",
    ("S21", "power", "hall_check"): "厅容厅貌 全年无休 挂牌 态度",
    ("S21", "power", "hotline_check"): "铃响 正确 姓名 闭环 24 抢修工器具 便民",
    ("S22", "bank", "civil_service"): (
        "劳动纪律 礼仪规范 班前准备 服务环境 服务态度 星级柜员牌 服务规范"
    ),
    ("S25", "credit_union", "service_norms"): (
        "职业道德 语言规范 服务态度 服务行为 职业形象 服务技能 服务效率 服务纪律 环境 投诉 禁语"
    ),
    ("S44", "water", "meter_reading"): "水表读数 清掏 井盖 明白卡",
    ("S46", "water", "well_inspection"): "井盖齐全 更换 漏水 阀门",
    ("S48", "water", "site_rules"): "挂牌 警示 围挡 土方 入户 回填 工具",
    ("S51", "gas", "service_norms"): "职业道德 诚信 行为规范 听障 维修点 走访 安全宣传 首问",
    ("S53", "company", "service_norms"): "出勤 文明礼貌 业务纪律 交接班 三不准 致歉",
    ("S56", "hospital", "nine_elements"): (
        "就诊流程 夜间门诊 预约 绿色通道 沟通 知情同意 质量管理 投诉 满意度"
    ),
    ("S57", "canteen", "gates"): "第一关 上墙制度 培训 责任书 设施",
    ("S58", "hotel", "hundred_rules"): (
        "热情 周到 耐心 细致 快捷 准确 安全 大方 100 − 1 ≤ 0 个性化 节奏 态度第一"
    ),
    ("S75", "taxi", "vehicle_and_driver"): (
        "着装 三级甲等 各 5 句 拒载 绕道 不打表 经营区域 转借 违法 五个"
    ),
    ("S76", "shop", "shop_day"): "门面 证照 陈列 礼貌用语 争吵 投诉 举报电话 保健食品",
    ("S77", "tcm", "flow"): "接诊 诊断 方案 知情同意 病历 病案 隐私 技术",
    ("S78", "elderly_home", "care"): "人员 饮食 洗浴 卫生 医疗护理 康复 文化娱乐",
}
"""Keyed by row, pack and checklist: words that its items must say."""


@pytest.mark.parametrize(
    ("row", "pack", "code", "words"),
    [pytest.param(*at, words, id=f"{at[0]}-{at[2]}") for at, words in NAMED.items()],
)
def test_checklist_carries_what_its_row_names(row: str, pack: str, code: str, words: str) -> None:
    checklist = load_pack(PACKS_FOLDER / pack).find_checklist(code)
    assert checklist is not None
    said = "\n".join(item.text.zh for item in checklist.items)
    assert [word for word in words.split() if word not in said] == []
    assert any(item.source.startswith(row) for item in checklist.items)


@pytest.mark.parametrize(("row", "pack"), sorted({(at[0], at[1]) for at in NAMED}))
def test_row_has_a_plan_that_uses_it(row: str, pack: str) -> None:
    loaded = load_pack(PACKS_FOLDER / pack)
    lists = {at[2] for at in NAMED if at[:2] == (row, pack)}
    assert lists <= {plan.checklist for plan in loaded.plans}
    assert any(source.startswith(row) for source in loaded.head.sources)
