"""The desk of rounds: receipts, labels, who may what; and bad input that loses nothing."""

import asyncio
from typing import Any

import pytest

from backend.kernel.identity import content_hash, derived_id
from shared_schemas.problems import CODES
from tests.world.cast import (
    ATRIUM,
    CLEO,
    EAST_SQUARE,
    GARDEN_GATE,
    HARBOUR_MALL,
    HOUR,
    LAO_ZHOU,
    MALLORY,
    NORTH_GARDEN,
    NOW,
    SOL,
)
from tests.world.fixtures import World
from tests.world.office import Office
from tests.world.patrols import (
    NIGHT_ROUTE,
    TODAY,
    finish,
    hang_up,
    labels,
    lay_out,
    receipt_of,
    round_on,
    scan,
    start,
)
from tests.world.phone import Phone
from tests.world.sealing import Sealer


async def _enter(office: Office, receipt: str, request: str = "1") -> tuple[int, dict[str, Any]]:
    asked = {"request": derived_id(request), "receipt": receipt}
    reply = await office.browser.post("/api/office/receipts", json=asked)
    return reply.status_code, reply.json()


async def _walked(world: World) -> tuple[Office, Phone, Sealer]:
    office = await world.office()
    await lay_out(world, office)
    label = (await hang_up(office))[ATRIUM][0]["text"]
    zhou = await world.phone(LAO_ZHOU)
    sealer = await Sealer.of(zhou)
    start(zhou, round_on())
    scan(zhou, round_on(), ATRIUM, label)
    finish(zhou, round_on())
    return office, zhou, sealer


async def test_receipt_of_a_round_that_never_came_is_kept_and_matches_when_it_comes(
    world: World,
) -> None:
    office, zhou, sealer = await _walked(world)
    receipt = receipt_of(zhou, sealer.key, round_on())
    status, said = await _enter(office, receipt)
    assert (status, said["verdict"], said["kept"]) == (200, "not_arrived", True)
    assert said["person"]["name"]["zh"] == "老周"
    assert (said["content"]["scanned"], said["content"]["missed"]) == (1, [2])
    line = (await office.get(f"rounds/{round_on()}"))["line"]
    assert (line["receipts"], line["state"], line["scanned"]) == (1, "due", 0)
    await zhou.sync()
    seen = await office.get(f"rounds/{round_on()}")
    assert [one["verdict"] for one in seen["receipts"]] == ["matches"]
    assert seen["receipts"][0]["entered"]["name"]["zh"] == "林晓"
    status, said = await _enter(office, receipt, "2")
    assert (status, said["verdict"]) == (200, "matches")
    assert len((await office.get(f"rounds/{round_on()}"))["receipts"]) == 1, "one, entered twice"


async def test_receipt_says_how_many_scans_differ_and_the_same_request_is_one_act(
    world: World,
) -> None:
    office, zhou, sealer = await _walked(world)
    receipt = receipt_of(zhou, sealer.key, round_on(), marks="abcdef" * 2)
    await zhou.sync()
    for _ in range(2):
        status, said = await _enter(office, receipt)
        assert (status, said["verdict"], said["differing"]) == (200, "differs", 3)
    [row] = await world.rows("SELECT receipts FROM rounds")
    assert row["receipts"] == 1


async def test_receipt_that_its_phone_did_not_sign_is_not_kept(world: World) -> None:
    office, zhou, sealer = await _walked(world)
    sol = await world.phone(SOL)
    other = await Sealer.of(sol)
    for receipt in (
        receipt_of(zhou, other.key, round_on()),
        receipt_of(zhou, None, round_on()),
        receipt_of(zhou, sealer.key, round_on(), writer="f" * 32),
    ):
        status, said = await _enter(office, receipt)
        assert (status, said["verdict"], said["kept"]) == (200, "signature_wrong", False)
        assert said["problem"]["code"] == "signature_wrong"
    # By the general door it is held: nobody reads a round out of it.
    act = await office.act(
        round_on(), "receipt_entered", route=NIGHT_ROUTE,
        receipt=receipt_of(zhou, other.key, round_on()),
    )  # fmt: skip
    assert (act["status"], act["problem"]["code"]) == ("held", "signature_wrong")
    act = await office.act(round_on(), "receipt_entered", route=NIGHT_ROUTE, receipt="RR1.x.y")
    assert (act["status"], act["problem"]["code"]) == ("held", "receipt_unreadable")
    assert await world.rows("SELECT 1 FROM rounds") == []


async def test_receipt_of_a_phone_without_a_key_is_kept_and_proves_nothing(world: World) -> None:
    office = await world.office()
    await lay_out(world, office)
    zhou = await world.phone(LAO_ZHOU)
    start(zhou, round_on())
    await zhou.sync()
    status, said = await _enter(office, receipt_of(zhou, None, round_on()))
    assert (status, said["verdict"], said["kept"]) == (200, "unsigned", True)
    seen = await office.get(f"rounds/{round_on()}")
    assert [one["verdict"] for one in seen["receipts"]] == ["unsigned"]


async def test_what_is_held_of_a_round_has_arrived(world: World) -> None:
    office, zhou, sealer = await _walked(world)
    receipt = receipt_of(zhou, sealer.key, round_on())
    # The beginning is missing, so that the scan is held; the receipt does not blame the guard.
    await zhou.push(zhou.outbox[:1])
    scan(zhou, "a" * 32, ATRIUM, "x")
    await zhou.push(zhou.outbox[1:3])
    status, said = await _enter(office, receipt)
    assert (status, said["verdict"]) == (200, "matches")


@pytest.mark.parametrize(
    "receipt", ["", "hello", "RR1.e30.", "RR1." + "A" * 3_000 + ".", "👷" * 1_000, "\x00", "\u202e"]
)
async def test_what_is_no_receipt_has_a_clear_problem(world: World, receipt: str) -> None:
    status, said = await _enter(await world.office(), receipt)
    assert (status, said["code"]) == (422, "receipt_unreadable")
    assert said["next_zh"]


async def test_receipt_of_a_route_that_is_not_there_or_too_long_has_a_clear_problem(
    world: World,
) -> None:
    office, zhou, sealer = await _walked(world)
    strange = receipt_of(zhou, sealer.key, round_on(), route="c" * 32)
    status, said = await _enter(office, strange)
    assert (status, said["code"]) == (409, "round_unknown")
    status, said = await _enter(office, "x" * 10_000)
    assert (status, said["code"]) == (400, "request_invalid")
    # One whose id does not follow from what it says is kept nowhere.
    status, said = await _enter(office, receipt_of(zhou, sealer.key, round_on(), ordinal=2), "9")
    assert (status, said["kept"], said["problem"]["code"]) == (200, False, "receipt_unreadable")


async def test_the_same_order_of_labels_sent_twice_makes_no_second_label(world: World) -> None:
    office = await world.office()
    asked = {"request": derived_id("r"), "site": HARBOUR_MALL, "checkpoints": [ATRIUM, ATRIUM]}
    replies = await asyncio.gather(
        *(office.browser.post("/api/office/tags", json=asked) for _ in range(3))
    )
    assert {reply.status_code for reply in replies} == {200}
    assert len((await labels(office))[ATRIUM]) == 1
    nfc = {**asked, "request": derived_id("s"), "form": "nfc"}
    await office.browser.post("/api/office/tags", json=nfc)
    found = (await labels(office))[ATRIUM]
    assert [(one["form"], one["revoked_ms"]) for one in found] == [("nfc", 0), ("qr", 0)]


async def test_labels_are_made_by_who_may_for_checkpoints_of_that_site(world: World) -> None:
    office = await world.office()
    asked = {
        "request": derived_id("r"),
        "site": HARBOUR_MALL,
        "checkpoints": [ATRIUM, GARDEN_GATE, "f" * 32],
    }
    said = (await office.browser.post("/api/office/tags", json=asked)).json()
    assert len(said["tags"]) == 1
    assert {one["code"] for one in said["refused"].values()} == {"rules_broken"}
    sol = await world.phone(SOL)
    reply = await sol.browser.post("/api/office/tags", json=asked)
    assert (reply.status_code, reply.json()["code"]) == (403, "not_allowed")
    stranger = await world.office(MALLORY)
    reply = await stranger.browser.post("/api/office/tags", json=asked)
    assert (reply.status_code, reply.json()["code"]) == (403, "not_allowed")
    wrongs: tuple[dict[str, Any], ...] = (
        {"checkpoints": []},
        {"checkpoints": ["x"]},
        {"site": 1},
        {"form": "rfid"},
    )
    for wrong in wrongs:
        reply = await office.browser.post("/api/office/tags", json={**asked, **wrong})
        assert (reply.status_code, reply.json()["code"]) == (400, "request_invalid"), wrong


async def test_rounds_are_shown_to_who_sees_the_office_of_that_site_and_no_other(
    world: World,
) -> None:
    office = await world.office()
    await lay_out(world, office)
    assert len((await office.get("patrols"))["rounds"]) == 2
    cleo = await world.office(CLEO)
    for path in ("patrols", "tags", f"rounds/{round_on()}"):
        reply = await cleo.browser.get(f"/api/office/{path}")
        assert (reply.status_code, reply.json()["code"]) == (403, "not_allowed")
    stranger = await world.office(MALLORY)
    reply = await stranger.browser.get(f"/api/office/rounds/{round_on()}")
    assert (reply.status_code, reply.json()["code"]) == (404, "not_found")
    assert (await stranger.get("patrols"))["rounds"] == []
    reply = await office.browser.get("/api/office/patrols", params={"on": "2026-02-30"})
    assert (reply.status_code, reply.json()["code"]) == (400, "request_invalid")
    assert (await office.get("tags", site=NORTH_GARDEN))["places"][0]["labels"] == []


PLACE = {"latitude": "31.2304", "longitude": "121.4737", "accuracy_m": 20}
BAD: tuple[tuple[str, dict[str, Any], str], ...] = (
    # kind, body, what becomes of it
    ("round_noted", {"checkpoint": ATRIUM, "note": "长" * 10_000}, "operation_malformed"),
    ("round_noted", {"checkpoint": ATRIUM, "note": "👷‍♀️\u202eمرحبا\x00'; --"}, ""),
    ("checkpoint_missed", {"checkpoint": ATRIUM, "missed_because": "\u202e倒着写"}, ""),
    ("checkpoint_missed", {"checkpoint": "not an id", "missed_because": ""}, "operation_malformed"),
    ("checkpoint_scanned", {"checkpoint": ATRIUM, "scan": {}}, "operation_malformed"),
    ("checkpoint_scanned", {"checkpoint": ATRIUM, "scan": {
        "text": "x" * 401, "how": "camera", "scanned_at": 1}}, "operation_malformed"),
    ("checkpoint_scanned", {"checkpoint": ATRIUM, "scan": {
        "text": "x" * 400, "how": "nfc", "scanned_at": 2**53 - 1}}, ""),
    ("checkpoint_scanned", {"checkpoint": "f" * 32, "scan": {
        "text": "\x00", "how": "typed", "scanned_at": 0, "position": PLACE}}, ""),
    ("checkpoint_scanned", {"checkpoint": ATRIUM, "scan": {
        "text": "t", "how": "typed", "scanned_at": 0,
        "position": {**PLACE, "latitude": "999.0"}}}, ""),
    ("checkpoint_scanned", {"checkpoint": ATRIUM, "scan": {
        "text": "t", "how": "typed", "scanned_at": 0,
        "position": {**PLACE, "accuracy_m": -1}}}, "operation_malformed"),
    ("round_evidenced", {"checkpoint": ATRIUM, "photo": "a" * 64}, "evidence_undeclared"),
    ("round_transferred", {"assignee": "Zhou"}, "operation_malformed"),
    ("round_finished", {"finished_at": 2**53}, "operation_malformed"),
    ("round_finished", {"finished_at": 2**53 - 1}, ""),
    ("round_started", {"route": NIGHT_ROUTE, "started_at": 1, "on": "2099-12-31",
                       "ordinal": 1}, "round_unknown"),
    ("round_started", {"route": NIGHT_ROUTE, "started_at": 1, "ordinal": 100},
     "operation_malformed"),
    ("rounds_planned", {"route": NIGHT_ROUTE, "month": "2026-11", "windows": []}, "kind_reserved"),
)  # fmt: skip


async def test_bad_input_of_a_round_is_kept_with_a_clear_problem_and_stops_nothing(
    world: World,
) -> None:
    office = await world.office()
    await lay_out(world, office)
    zhou = await world.phone(LAO_ZHOU)
    start(zhou, round_on())
    entries = [zhou.record(round_on(), kind, **body) for kind, body, _ in BAD]
    # A round of a day far ahead, by a phone whose clock stands there, is kept and said.
    ahead = start(zhou, round_on("2099-12-31", 1), on="2099-12-31", ordinal=1)
    await zhou.sync()
    for entry, (kind, _, code) in zip(entries, BAD, strict=True):
        assert entry.outcome is not None
        told = (entry.outcome["problem"] or {"code": ""})["code"]
        assert told == code, (kind, entry.outcome)
        assert (entry.outcome["status"] == "held") == bool(code)
        assert not code or code in CODES
    assert ahead.outcome is not None
    assert ahead.outcome["status"] == "accepted"
    kept = await world.rows(
        "SELECT sha256 FROM operations UNION SELECT sha256 FROM held_operations"
    )
    assert {content_hash(one.text) for one in zhou.outbox} <= {row["sha256"] for row in kept}
    world.clock.advance(HOUR)
    seen = await office.get(f"rounds/{round_on()}")
    assert seen["line"]["state"] == "finished"
    assert [one["checkpoint"] for one in seen["stops"]] == [ATRIUM, EAST_SQUARE, "f" * 32]
    assert "not" not in str(seen["stops"][0]["note"])
    listed = (await office.get("patrols", on=TODAY))["rounds"]
    assert {one["id"] for one in listed} >= {round_on(), round_on("2099-12-31", 1)}
    # Nothing of it stops the next plan.
    world.clock.advance(48 * HOUR)
    await lay_out(world, office, ordered=True)
    assert (await office.get("patrols", on="2026-12-18"))["rounds"] != []


async def test_bad_labels_are_held_and_revoke_nothing(world: World) -> None:
    office = await world.office()
    good = (await hang_up(office))[ATRIUM][0]
    tag = {"code": "8KQ2M9XD", "checkpoint": ATRIUM, "site": HARBOUR_MALL, "serial": 2}
    for body, code in (
        ({"tag": {**tag, "code": "OIL"}}, "operation_malformed"),
        ({"tag": {**tag, "code": good["code"]}}, "rules_broken"),
        ({"tag": {**tag, "serial": 1}}, "rules_broken"),
        ({"tag": {**tag, "serial": 2**40}}, "operation_malformed"),
        ({"tag": {**tag, "checkpoint": GARDEN_GATE}}, "rules_broken"),
        ({"tag": {**tag, "signature": "长" * 10_000}}, "operation_malformed"),
    ):
        said = await office.act(derived_id(str(body)), "tag_issued", **body)
        assert (said["status"], said["problem"]["code"]) == ("held", code), body
    said = await office.act("e" * 32, "tag_revoked", revoked_at=NOW, revoked_because="遗失")
    assert (said["status"], said["problem"]["code"]) == ("held", "record_unknown")
    zhou = await world.phone(LAO_ZHOU)
    zhou.record(good["tag"], "tag_revoked", revoked_at=NOW, revoked_because="恶意")
    [outcome] = await zhou.push()
    assert outcome["problem"]["code"] == "not_allowed"
    [label] = (await labels(office))[ATRIUM]
    assert label["revoked_ms"] == 0
