"""Rules SH: what a scheme must be before anybody is judged by it."""

from decimal import Decimal

import msgspec
import pytest

from backend.packs.loader import load_pack, shipped_packs
from backend.scoring.schemes import check_scheme
from tests.unit.scoring.builders import BANDS, a_scheme, a_source, an_indicator


def flaws(scheme):
    return {(flaw.rule, flaw.path) for flaw in check_scheme(scheme)}


def with_measure(**changes):
    indicator = an_indicator()
    measure = msgspec.structs.replace(indicator.measure, **changes)
    return a_scheme(a_source(indicators=[msgspec.structs.replace(indicator, measure=measure)]))


def bands(*points):
    return tuple(
        msgspec.structs.replace(BANDS[n], from_points=Decimal(point))
        for n, point in enumerate(points)
    )


def test_a_sound_scheme_has_no_flaw():
    assert check_scheme(a_scheme()) == ()


@pytest.mark.parametrize("folder", shipped_packs(), ids=lambda folder: folder.name)
def test_every_shipped_scheme_has_no_flaw(folder):
    for scheme in load_pack(folder).schemes:
        assert check_scheme(scheme) == ()


def test_SH1_weights_sum_to_one_hundred():
    thirds = [a_source(str(n), "33.33", [an_indicator(str(n))]) for n in range(3)]
    assert flaws(a_scheme(*thirds)) == {("SH1", ("sources",))}


def test_SH1_no_weight_is_negative():
    two = (a_source("a", "-10", [an_indicator("a")]), a_source("b", "110", [an_indicator("b")]))
    assert flaws(a_scheme(*two)) == {("SH1", ("sources", 0, "weight_percent"))}


def test_SH2_no_code_stands_twice():
    two = (a_source("a", "50"), a_source("a", "50"))
    assert flaws(a_scheme(*two)) == {
        ("SH2", ("sources", 1, "code")),
        ("SH2", ("sources", 1, "indicators", 0, "code")),
    }
    twin_bands = (BANDS[0], msgspec.structs.replace(BANDS[-1], code="excellent"))
    assert flaws(a_scheme(bands=twin_bands, pass_points=Decimal(96))) == {
        ("SH2", ("bands", 1, "code"))
    }


def test_SH3_every_source_has_an_indicator():
    empty = msgspec.structs.replace(a_source(), indicators=())
    assert flaws(a_scheme(empty)) == {("SH3", ("sources", 0, "indicators"))}


def test_SH3_every_indicator_has_points_to_lose():
    scheme = a_scheme(a_source(indicators=[an_indicator(maximum="0")]))
    assert ("SH3", ("sources", 0, "indicators", 0, "maximum_points")) in flaws(scheme)


def test_SH4_measure_is_known():
    path = ("sources", 0, "indicators", 0, "measure", "measure_kind")
    assert flaws(with_measure(measure_kind="rank")) == {("SH4", path)}


@pytest.mark.parametrize("counts", [("item_checked",), ("weather",)])
def test_SH4_only_failures_are_counted(counts):
    path = ("sources", 0, "indicators", 0, "measure", "counts", 0)
    assert flaws(with_measure(counts=counts)) == {("SH4", path)}


def test_SH4_something_is_counted():
    path = ("sources", 0, "indicators", 0, "measure", "counts")
    assert flaws(with_measure(counts=())) == {("SH4", path)}


@pytest.mark.parametrize("each", ["0", "-1"])
def test_SH5_a_failure_costs_something(each):
    path = ("sources", 0, "indicators", 0, "measure", "points_each")
    assert flaws(with_measure(points_each=Decimal(each))) == {("SH5", path)}


@pytest.mark.parametrize("floor", ["-1", "10"])
def test_SH5_the_floor_lies_below_the_maximum(floor):
    path = ("sources", 0, "indicators", 0, "measure", "floor_points")
    assert flaws(with_measure(floor_points=Decimal(floor))) == {("SH5", path)}


@pytest.mark.parametrize(
    ("points", "place"),
    [
        ((96, 91, 81, 70, 60), 4),  # a gap at the bottom
        ((96, 96, 81, 70, 0), 1),  # never reached
        ((96, 81, 91, 70, 0), 2),  # in disorder
        ((101, 91, 81, 70, 0), 0),  # beyond any score
    ],
)
def test_SH6_bands_leave_no_gap_and_are_all_reached(points, place):
    assert flaws(a_scheme(bands=bands(*points))) == {("SH6", ("bands", place, "from_points"))}


def test_SH6_there_is_a_band():
    assert ("SH6", ("bands",)) in flaws(a_scheme(bands=()))


def test_SH7_pass_mark_is_where_a_band_starts():
    assert flaws(a_scheme(pass_points=Decimal(75))) == {("SH7", ("pass_points",))}


@pytest.mark.parametrize("day", [0, 29])
def test_SH8_publication_day_is_in_every_month(day):
    assert flaws(a_scheme(publish_by_day=day)) == {("SH8", ("publish_by_day",))}


def test_SH8_versions_count_from_one():
    assert flaws(a_scheme(version=0)) == {("SH8", ("version",))}


def test_SH9_subject_can_be_told_apart():
    assert flaws(a_scheme(subject="organization")) == set()
    assert flaws(a_scheme(subject="person")) == {("SH9", ("subject",))}


def test_every_flaw_says_what_to_do():
    broken = a_scheme(publish_by_day=0, version=0, subject="window", bands=(), sources=())
    for flaw in check_scheme(broken):
        assert flaw.found
        assert flaw.expected
        assert flaw.remedy
