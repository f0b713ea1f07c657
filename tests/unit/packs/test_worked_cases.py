"""The worked cases of every pack come out as written, and a wrong one would be noticed."""

import msgspec
import pytest

from backend.packs.loader import load_pack, shipped_packs
from backend.scoring import cases
from backend.scoring.cases import run_case, score_case

CASES = [
    pytest.param(
        pack.find_scheme(sheet.content.scheme, sheet.content.version), case, id=case.name_en
    )
    for pack in map(load_pack, shipped_packs())
    for sheet in pack.case_sheets
    for case in sheet.content.cases
]


@pytest.mark.parametrize(("scheme", "case"), CASES)
def test_worked_case_comes_out_as_written(scheme, case):
    assert run_case(scheme, case) == ()


@pytest.mark.parametrize(("scheme", "case"), CASES)
def test_worked_case_with_another_score_is_noticed(scheme, case):
    wrong = msgspec.structs.replace(case.result, score="12.34")
    assert run_case(scheme, msgspec.structs.replace(case, result=wrong))


@pytest.mark.parametrize(
    "name",
    [
        "Eleven failures in one item cost ten points",
        "95.5 is below the 96 band",
        "A month with no facts has no score",
        "Captured on the last day, synced in the next month: counts where captured",
        "A self-check's failure costs nothing",
        "Confirmed by the floor management department it costs one point",
        "Another mall's failures do not touch this one",
    ],
)
def test_the_cases_that_were_asked_for_are_there(name):
    assert name in {case.values[1].name_en for case in CASES}


def test_every_band_of_s07_is_met_at_its_edge_and_just_below():
    scores = {case.values[1].result.score for case in CASES}
    assert {"96.00", "95.00", "91.00", "90.00", "81.00", "80.00", "70.00", "69.00"} <= scores


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("grade", "良好"),
        ("passed", "否"),
        ("deductions", 7),
        ("beyond_floor", 7),
        ("edge_facts", 7),
    ],
)
def test_each_written_result_is_compared(field, value):
    scheme, case = CASES[0].values
    wrong = msgspec.structs.replace(case.result, **{field: value})
    (difference,) = run_case(scheme, msgspec.structs.replace(case, result=wrong))
    assert str(value) in difference


def test_points_of_an_indicator_are_compared():
    scheme, case = next(one.values for one in CASES if one.values[1].result.indicators)
    line = msgspec.structs.replace(case.result.indicators[0], points=3)
    wrong = msgspec.structs.replace(case.result, indicators=(line,))
    assert "not 3" in run_case(scheme, msgspec.structs.replace(case, result=wrong))[0]


def test_a_case_with_doubtful_time_names_it():
    scheme, case = next(one.values for one in CASES if one.values[1].result.edge_facts)
    assert score_case(scheme, case).edge_facts


def test_a_tree_that_does_not_sum_would_be_noticed(monkeypatch):
    scheme, case = CASES[0].values
    card = score_case(scheme, case)
    crooked = msgspec.structs.replace(card.reasons, children=card.reasons.children * 2)
    wrong = msgspec.structs.replace(card, reasons=crooked)
    monkeypatch.setattr(cases, "score_case", lambda *_: wrong)
    assert run_case(scheme, case) == ("物业公司服务质量评分: lines sum to 200, not 100.00",)
