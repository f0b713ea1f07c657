"""What is odd about a scan: the same in any order, and never said where a guard may be honest."""

import random
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domains.patrols.distances import PER_DEGREE, Spot, metres_between, read_spot
from backend.domains.patrols.oddities import (
    Ground,
    KnownTag,
    Sight,
    find_oddities,
    gather_readings,
)
from backend.domains.patrols.rules import REPRINTED
from shared_schemas.patrols import RoundHours, Route, RouteStop
from shared_schemas.primitives import Bilingual
from shared_schemas.scoring import Instant

C1, C2, C3 = "1" * 32, "2" * 32, "3" * 32
HOUR_MS = 3_600_000
OPENS = 10 * HOUR_MS
CLOSES = 12 * HOUR_MS
GATE = Spot(312304000, 1214737000)
TAGS = {
    code: KnownTag(code=code, checkpoint=at, serial=1, signature=code)
    for code, at in (("AAAAAA", C1), ("BBBBBB", C2), ("CCCCCC", C3))
}
CODE_OF = {tag.checkpoint: code for code, tag in TAGS.items()}


def a_route(**changes: Any) -> Route:
    told: dict[str, Any] = {
        "code": "r",
        "title": Bilingual(zh="巡更"),
        "site": "0" * 32,
        "stops": (
            RouteStop(checkpoint=C1),
            RouteStop(checkpoint=C2, walk_s=120),
            RouteStop(checkpoint=C3, walk_s=60, opens_s=600, closes_s=3_600),
        ),
        "rounds": (RoundHours(opens="10:00", closes="12:00"),),
        "roles": ("patrol_guard",),
        **changes,
    }
    return Route(**told)


def a_ground(**changes: Any) -> Ground:
    told: dict[str, Any] = {
        "route": a_route(),
        "opens_ms": OPENS,
        "closes_ms": CLOSES,
        "tags": TAGS,
        "spots": {C1: GATE},
        **changes,
    }
    return Ground(**told)


def span(earliest_ms: int, latest_ms: int | None = None, time_class: Any = "A") -> Instant:
    last = earliest_ms if latest_ms is None else latest_ms
    return Instant(
        best_ms=(earliest_ms + last) // 2,
        earliest_ms=earliest_ms,
        latest_ms=last,
        time_class=time_class,
    )


def a_scan(counter: int, checkpoint: str, time: Instant, **changes: Any) -> Sight:
    code = changes.pop("code", CODE_OF.get(checkpoint, ""))
    told: dict[str, Any] = {
        "operation": f"w:{counter}",
        "writer": "w",
        "counter": counter,
        "round": "r",
        "checkpoint": checkpoint,
        "how": "camera",
        "time": time,
        "stamp_ms": time.best_ms,
        "code": code,
        "serial": 1,
        "signature": code,
        **changes,
    }
    return Sight(**told)


def kinds(*scans: Sight, **changes: Any) -> list[set[str]]:
    """Give the kinds of oddity of each scan, in the order given."""
    found = find_oddities(scans, a_ground(**changes))
    return [{one.oddity for one in found[scan.operation]} for scan in scans]


def test_an_honest_round_has_nothing_odd() -> None:
    scans = [
        a_scan(1, C1, span(OPENS), spot=GATE, accuracy_m=10),
        a_scan(2, C2, span(OPENS + 120_000)),
        a_scan(3, C3, span(OPENS + 700_000)),
    ]
    assert kinds(*scans) == [set(), set(), set()]


@pytest.mark.parametrize(
    ("kind", "scan"),
    [
        ("typed", a_scan(1, C1, span(OPENS), how="typed", serial=0, signature="")),
        ("unknown_text", a_scan(1, C1, span(OPENS), code="", serial=0, signature="")),
        ("unknown_text", a_scan(1, C1, span(OPENS), code="ZZZZZZ")),
        ("forged", a_scan(1, C1, span(OPENS), signature="another")),
        ("forged", a_scan(1, C1, span(OPENS), serial=2)),
        ("other_checkpoint", a_scan(1, C1, span(OPENS), code="BBBBBB", signature="BBBBBB")),
        ("off_route", a_scan(1, "9" * 32, span(OPENS), code="AAAAAA")),
        ("weak_clock", a_scan(1, C1, span(OPENS, OPENS, "C"))),
        ("outside_window", a_scan(1, C3, span(OPENS + 599_000))),
        ("outside_window", a_scan(1, C3, span(OPENS + 3_601_000))),
        ("outside_window", a_scan(1, C1, span(CLOSES + 1))),
        ("far_away", a_scan(1, C1, span(OPENS), spot=Spot(312404000, 1214737000), accuracy_m=40)),
    ],
)
def test_each_oddity_is_named(kind: str, scan: Sight) -> None:
    assert kind in kinds(scan)[0]


def test_a_span_that_touches_the_window_is_not_outside_it() -> None:
    assert kinds(a_scan(1, C3, span(OPENS + 500_000, OPENS + 600_000))) == [set()]
    assert kinds(a_scan(1, C1, span(CLOSES, CLOSES + HOUR_MS))) == [set()]
    assert kinds(a_scan(1, C1, span(1)), opens_ms=0, closes_ms=0) == [set()], "nobody planned it"


def test_a_position_within_its_own_inaccuracy_is_not_far() -> None:
    off = Spot(312304000 + 18_000, 1214737000)
    assert metres_between(GATE, off) == 200
    assert kinds(a_scan(1, C1, span(OPENS), spot=off, accuracy_m=50)) == [set()]
    assert kinds(a_scan(1, C1, span(OPENS), spot=off, accuracy_m=49)) == [{"far_away"}]


def test_a_label_counts_until_it_was_surely_revoked() -> None:
    lost = {"AAAAAA": msgspec.structs.replace(TAGS["AAAAAA"], revoked_ms=OPENS + 10)}
    again = {"AAAAAA": msgspec.structs.replace(lost["AAAAAA"], revoked_because=REPRINTED)}
    across = a_scan(1, C1, span(OPENS, OPENS + 100))
    after = a_scan(1, C1, span(OPENS + 11))
    assert kinds(across, tags=lost) == [set()]
    assert kinds(after, tags=lost) == [{"revoked"}]
    assert kinds(after, tags=again) == [{"replaced"}]


def test_order_is_asked_of_ordered_routes_only_and_only_where_it_is_sure() -> None:
    early, late = a_scan(1, C2, span(OPENS)), a_scan(2, C1, span(OPENS + HOUR_MS))
    assert kinds(early, late) == [set(), set()]
    ordered = a_route(ordered=True)
    assert kinds(early, late, route=ordered) == [set(), {"wrong_order"}]
    # Two phones whose spans touch: nobody can say who was first.
    other = a_scan(1, C1, span(OPENS, OPENS + 1), writer="v", operation="v:1")
    assert kinds(early, other, route=ordered) == [set(), set()]
    # One writer's own order is known whatever the clock says.
    clocked = a_scan(2, C1, span(OPENS, OPENS + 1), stamp_ms=0)
    assert kinds(early, clocked, route=ordered)[1] >= {"wrong_order"}
    # Reached in order first, and once more later: nothing is odd.
    assert kinds(a_scan(1, C1, span(OPENS)), a_scan(2, C2, span(OPENS + 120_000)),
                 a_scan(3, C1, span(OPENS + HOUR_MS)), route=ordered) == [set()] * 3  # fmt: skip


def test_a_label_on_two_phones_where_nobody_can_be_both_was_copied() -> None:
    far = Spot(312304000 + 900_000, 1214737000)  # ten kilometres
    here = a_scan(1, C1, span(OPENS), spot=GATE, accuracy_m=10)
    there = a_scan(1, C1, span(OPENS + 60_000), writer="v", operation="v:1", round="q", spot=far)
    found = find_oddities([here], a_ground(elsewhere=gather_readings([there])))["w:1"]
    assert [(one.oddity, one.other) for one in found] == [("copied", "v:1")]
    # With an hour between, somebody may have carried it; on one phone it was one person.
    later = msgspec.structs.replace(there, time=span(OPENS + HOUR_MS))
    assert find_oddities([here], a_ground(elsewhere=gather_readings([later])))["w:1"] == ()
    own = msgspec.structs.replace(there, writer="w", operation="w:2", counter=2)
    assert find_oddities([here], a_ground(elsewhere=gather_readings([own])))["w:1"] == ()


def test_two_serials_of_one_place_in_one_round_are_said_on_both() -> None:
    tags = {**TAGS, "DDDDDD": KnownTag(code="DDDDDD", checkpoint=C1, serial=2, signature="D")}
    second = a_scan(2, C1, span(OPENS + 1), code="DDDDDD", serial=2, signature="D")
    assert kinds(a_scan(1, C1, span(OPENS)), second, tags=tags) == [{"copied"}, {"copied"}]


def test_two_guards_who_share_a_round_are_not_too_fast_for_each_other() -> None:
    one, two = a_scan(1, C1, span(OPENS)), a_scan(2, C2, span(OPENS + 1_000))
    assert kinds(one, two) == [set(), {"too_fast"}]
    assert kinds(one, msgspec.structs.replace(two, writer="v")) == [set(), set()]


TIMES = st.integers(OPENS - HOUR_MS, CLOSES + HOUR_MS)
WIDTHS = st.integers(0, HOUR_MS)


@st.composite
def rounds(draw: st.DrawFn) -> list[Sight]:
    scans = []
    for counter in range(1, draw(st.integers(1, 7))):
        earliest = draw(TIMES)
        writer = draw(st.sampled_from("vw"))
        time = span(earliest, earliest + draw(WIDTHS), draw(st.sampled_from("ABC")))
        place = draw(st.sampled_from((None, GATE, Spot(313304000, 1214737000))))
        scans.append(
            a_scan(
                counter,
                draw(st.sampled_from((C1, C2, C3))),
                time,
                code=draw(st.sampled_from(("", "ZZZZZZ", *TAGS))),
                serial=draw(st.integers(0, 2)),
                operation=f"{writer}:{counter}",
                writer=writer,
                spot=place,
                accuracy_m=draw(st.integers(0, 500)),
            )
        )
    return scans


@given(rounds(), st.booleans(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_no_oddity(
    scans: list[Sight], ordered: bool, dice: random.Random
) -> None:
    ground = a_ground(route=a_route(ordered=ordered))
    shuffled = [*scans]
    dice.shuffle(shuffled)
    assert find_oddities(shuffled, ground) == find_oddities(scans, ground)


@given(TIMES, st.integers(0, 600_000), WIDTHS, WIDTHS, WIDTHS, WIDTHS)
def test_too_fast_is_never_said_of_somebody_who_took_the_time(
    at_ms: int, way_ms: int, before: int, after: int, early: int, late: int
) -> None:
    """Whatever the spans, as long as the true times lie in them."""
    one = a_scan(1, C1, span(max(0, at_ms - before), at_ms + after))
    true_ms = at_ms + 120_000 + way_ms
    two = a_scan(2, C2, span(true_ms - early, true_ms + late))
    assert not [kind for found in kinds(one, two) for kind in found if kind == "too_fast"]


@given(TIMES, st.integers(0, 119_999), st.integers(0, 60_000), st.integers(0, 60_000))
def test_a_more_precise_time_takes_no_doubt_away_that_was_none(
    at_ms: int, way_ms: int, before: int, after: int
) -> None:
    """What is said of wide spans is said of any spans inside them, and of the exact times."""
    wide = (
        a_scan(1, C1, span(at_ms - before, at_ms)),
        a_scan(2, C2, span(at_ms + way_ms, at_ms + way_ms + after)),
    )
    exact = (a_scan(1, C1, span(at_ms)), a_scan(2, C2, span(at_ms + way_ms)))
    fast = [any("too_fast" in one for one in kinds(*pair)) for pair in (wide, exact)]
    assert fast[1], "the exact times are surely too near each other"
    assert fast[0] == (way_ms + before + after < 120_000)


@given(st.integers(-89, 89), st.integers(-179, 179), st.integers(0, 400))
def test_distance_is_the_same_both_ways_and_right_along_a_meridian(
    latitude: int, longitude: int, metres: int
) -> None:
    one = read_spot(str(latitude), str(longitude))
    assert one is not None
    other = Spot(one.latitude + metres * PER_DEGREE // 111_320, one.longitude + 7)
    assert metres_between(one, other) == metres_between(other, one)
    assert abs(metres_between(one, other) - metres) <= 1
    assert metres_between(one, one) == 0


def test_east_and_west_of_the_date_line_lie_near_each_other() -> None:
    east, west = read_spot("0", "179.9999"), read_spot("0", "-179.9999")
    assert east is not None
    assert west is not None
    assert metres_between(east, west) == 22
    assert read_spot("999", "0") is None
    assert read_spot("", "") is None
