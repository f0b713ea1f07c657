"""One shift leaves, the next comes: whoever writes it first offline, there is one handover of it."""

from typing import Any

import msgspec
import pytest

from backend.directory.actors import RoleAt
from backend.domains.shifts.rules import handover_of, roster_of, slot_of
from backend.kernel.identity import content_hash, derived_id
from backend.sync.server_writer import server_submission
from tests.world.cast import HARBOUR, HARBOUR_MALL, LAO_ZHOU, NORTH_GARDEN, SOL, WEI
from tests.world.checkers import check_cursor
from tests.world.fixtures import World
from tests.world.phone import Phone
from tests.world.rights import grant

GATE = derived_id("post", "east gate")
TODAY = "2026-11-17"
HANDOVER = handover_of(HARBOUR_MALL, GATE, TODAY, "day")
ROSTER = roster_of(HARBOUR_MALL, "2026-11")
HEAD = RoleAt("department_head", HARBOUR_MALL)
SIGNATURE = b"\xff\xd8\xff a signature"
WRITTEN: dict[str, Any] = {
    "on_duty": [LAO_ZHOU.id],
    "counted": [{"name": "对讲机", "expected": 4, "found": 3, "words": "一台送修"}],
    "open_matters": ["二号门闭门器待修", "三层漏水继续观察"],
    "instructions": "夜间注意东广场",
}
LEAVING: dict[str, Any] = {
    "site": HARBOUR_MALL,
    "post": GATE,
    "on": TODAY,
    "shift": "day",
    "left_by": LAO_ZHOU.id,
    "handover": WRITTEN,
}


async def _publish(world: World, record: str, kind: str, **parts: Any) -> None:
    world.clock.advance(60_000)
    now_ms = world.clock.now_ms()
    submission = server_submission(HARBOUR, record, {"kind": kind, **parts}, now_ms, copy="more")
    [outcome] = await world.server.app.state.committer.push(submission)
    assert outcome.status in ("accepted", "merged"), outcome


@pytest.fixture
async def gate(world: World) -> World:
    """The mall has a post, the east gate."""
    [row] = await world.rows("SELECT content FROM records WHERE id = $1", HARBOUR_MALL)
    places = msgspec.json.decode(row["content"])["fields"]["places"]["value"]
    places = {**places, "posts": [{"id": GATE, "name": {"zh": "东门岗", "en": "East gate"}}]}
    await _publish(world, HARBOUR_MALL, "places_published", places=places)
    return world


def _roster(**changes: Any) -> dict[str, Any]:
    hours = {"day": ("08:00", "20:00"), "night": ("20:00", "08:00")}
    return {
        "site": HARBOUR_MALL,
        "month": "2026-11",
        "shifts": [
            {"code": code, "title": {"zh": code}, "opens": opens, "closes": closes}
            for code, (opens, closes) in hours.items()
        ],
        "duties": [
            {"on": TODAY, "shift": "day", "post": GATE, "person": LAO_ZHOU.id},
            {"on": TODAY, "shift": "night", "post": GATE, "person": SOL.id},
        ],
        **changes,
    }


def _leave(phone: Phone, **changes: Any) -> None:
    body = {**LEAVING, "left_at": phone.clock.wall_ms(), **changes}
    phone.record(HANDOVER, "handover_made", **body)


def _take(phone: Phone, photos: tuple[bytes, ...] = (), **taking: Any) -> None:
    taken = {"how": "own_phone", "stance": "agreed", "person": phone.person.id, **taking}
    now_ms = phone.clock.wall_ms()
    phone.record(HANDOVER, "handover_taken", photos, taking=taken, taken_at=now_ms)


def _codes(phone: Phone) -> list[str]:
    return [
        one.outcome["problem"]["code"] if one.outcome["problem"] else one.outcome["status"]
        for one in phone.outbox
        if one.outcome
    ]


async def test_a_shift_is_handed_over_offline_on_two_phones_and_stands_once(gate: World) -> None:
    zhou, sol, wei = [await gate.phone(one) for one in (LAO_ZHOU, SOL, WEI)]
    _leave(zhou)
    _leave(wei, left_by=WEI.id, handover={**WRITTEN, "instructions": "无"})
    _take(sol, stance="disputed", words="对讲机只有两台")
    # The one who takes over has a signal first; the handover itself comes later.
    [early] = await sol.push()
    assert (early["status"], early["problem"]["code"]) == ("held", "record_unknown")
    await zhou.sync()
    await wei.sync()
    await gate.nothing_waits()
    [row] = await gate.rows("SELECT * FROM handovers")
    assert (row["state"], row["taken_by"], row["disputed"]) == ("taken", SOL.id, True)
    assert row["open_count"] == 2
    sol.record(HANDOVER, "matter_settled", matter="0", settled_words="已换新")
    await sol.sync()
    [row] = await gate.rows("SELECT * FROM handovers")
    assert row["open_count"] == 1
    await zhou.pull()
    await check_cursor(gate.server.database, zhou)


async def test_on_one_phone_the_one_who_comes_signs_and_is_never_the_one_who_leaves(
    gate: World,
) -> None:
    zhou = await gate.phone(LAO_ZHOU)
    signed = {"how": "signature", "signature": content_hash(SIGNATURE)}
    _leave(zhou)
    _take(zhou, person=LAO_ZHOU.id, **signed)
    _take(zhou, person=SOL.id)
    _take(zhou, person=SOL.id, **signed)
    _take(zhou, (SIGNATURE,), person=SOL.id, **signed)
    await zhou.sync()
    assert _codes(zhou) == [
        "accepted",
        "own_cause",
        "rules_broken",
        "evidence_undeclared",
        "accepted",
    ]


async def test_a_roster_is_published_by_who_may_and_somebody_stands_in(gate: World) -> None:
    await grant(gate, WEI, HEAD)
    head, sol = await gate.office(WEI), await gate.phone(SOL)
    outcome = await head.act(ROSTER, "roster_published", roster=_roster())
    assert outcome["status"] == "accepted", outcome
    await sol.pull()
    slot = slot_of(TODAY, "night", GATE)
    sol.record(ROSTER, "substitute_named", slot=slot, substitute=WEI.id)
    sol.record(ROSTER, "substitute_named", slot=slot_of(TODAY, "late", GATE), substitute=WEI.id)
    await sol.sync()
    assert _codes(sol) == ["accepted", "rules_broken"]
    [row] = await gate.rows("SELECT * FROM rosters")
    assert msgspec.json.decode(row["substitutes"]) == {slot: WEI.id}
    zhou = await gate.phone(LAO_ZHOU)
    zhou.record(ROSTER, "substitute_named", slot=slot, substitute=LAO_ZHOU.id)
    zhou.record(ROSTER, "roster_published", roster=_roster())
    await zhou.push()
    assert _codes(zhou) == ["not_allowed", "not_allowed"]


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"month": "2026-12"}, "record"),
        ({"site": NORTH_GARDEN}, "record"),
        ({"shifts": []}, "duties.0.shift"),
        ({"duties": [{"on": "2026-12-01", "shift": "day", "post": GATE, "person": SOL.id}]}, "on"),
        ({"duties": [{"on": "2026-11-31", "shift": "day", "post": GATE, "person": SOL.id}]}, "on"),
        ({"duties": [{"on": TODAY, "shift": "day", "post": SOL.id, "person": SOL.id}]}, "post"),
        ({"duties": [{"on": TODAY, "shift": "day", "post": GATE, "person": GATE}]}, "person"),
        ({"duties": [*_roster()["duties"], *_roster()["duties"]]}, "duties"),
    ],
)
async def test_a_roster_with_a_flaw_is_held_and_says_where(
    gate: World, changes: dict[str, Any], what: str
) -> None:
    await grant(gate, WEI, HEAD)
    await grant(gate, WEI, RoleAt("department_head", NORTH_GARDEN))
    head = await gate.office(WEI)
    outcome = await head.act(ROSTER, "roster_published", roster=_roster(**changes))
    assert (outcome["status"], outcome["problem"]["code"]) == ("held", "rules_broken")
    assert outcome["problem"]["details"]["what"].endswith(what)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"on": "2026-11-18"}, "record"),
        ({"on": "2026-02-30"}, "on"),
        ({"post": SOL.id}, "record"),
        ({"left_by": GATE}, "left_by"),
        ({"handover": {**WRITTEN, "on_duty": [GATE]}}, "left_by"),
    ],
)
async def test_a_handover_with_a_flaw_is_held_and_says_where(
    gate: World, changes: dict[str, Any], what: str
) -> None:
    zhou = await gate.phone(LAO_ZHOU)
    _leave(zhou, **changes)
    [outcome] = await zhou.push()
    assert outcome["status"] == "held"
    assert outcome["problem"]["details"]["what"] == what


async def test_words_of_any_kind_are_kept_as_words(gate: World) -> None:
    zhou = await gate.phone(LAO_ZHOU)
    odd = ["<script>alert(1)</script>", "😀\u202eabc", "\u0000", "长" * 4000]
    _leave(zhou, handover={**WRITTEN, "open_matters": odd})
    _leave(zhou, handover={**WRITTEN, "instructions": "长" * 10_000})
    first, second = await zhou.push()
    assert first["status"] == "accepted"
    assert (second["status"], second["problem"]["code"]) == ("held", "operation_malformed")
    [row] = await gate.rows("SELECT content FROM records WHERE id = $1", HANDOVER)
    kept = msgspec.json.decode(row["content"])["fields"]["handover"]["value"]
    assert kept["open_matters"] == odd
