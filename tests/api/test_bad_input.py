"""Whatever a broken or hostile phone sends: a problem with its next step, and the queue moves on."""

import itertools
import json
from typing import Any

import httpx
import pytest

from backend.kernel.canonical import canonical
from backend.kernel.identity import content_hash
from shared_schemas.problems import CODES
from tests.world.cast import (
    ANA,
    BEN,
    DAILY_CHECK,
    DAILY_LIST,
    DAY,
    ELSEWHERE,
    HARBOUR_MALL,
    MALLORY,
    NOW,
)
from tests.world.fixtures import World
from tests.world.office import Office
from tests.world.phone import Phone

HUGE = 10**30


def _is_problem(reply: httpx.Response, status: int, code: str) -> None:
    said = reply.json()
    assert (reply.status_code, said["code"]) == (status, code), reply.text
    assert reply.headers["content-type"].startswith("application/problem+json")
    assert said["code"] in CODES
    for field in ("title_zh", "title_en", "next_zh", "next_en", "detail"):
        assert said[field]


async def _good(phone: Phone) -> str:
    """Write one operation that nothing is wrong with."""
    task = phone.tasks(DAILY_CHECK)["2026-11-17"]
    return phone.answer(task, "greening", "pass", plan=DAILY_CHECK).text.decode()


def _changed(text: str, **changes: Any) -> dict[str, Any]:
    return {**json.loads(text), **changes}


# Requests that are refused as a whole; the phone keeps everything.

BODIES = [
    (b"", 400, "json_malformed"),
    (b"{", 400, "json_malformed"),
    (b"\xff\xfe", 400, "json_malformed"),
    (b"[]", 400, "request_invalid"),
    (b"null", 400, "request_invalid"),
    (b"{}", 400, "request_invalid"),
    (b'{"writer":"x","operations":[],"sent":{}}', 400, "request_invalid"),
    (b'{"writer":' + b"[" * 200_000, 400, "request_invalid"),
    (b'{"extra":' + b"[" * 200_000, 400, "json_malformed"),
    (b'{"operations":[' + b"[" * 200_000, 400, "json_malformed"),
    (b'{"operations":[' + b'"' * 200_001, 400, "json_malformed"),
    (b" " * 20_000_000, 413, "too_large"),
]


async def test_PU8_push_that_is_no_push_is_refused_with_a_problem(world: World) -> None:
    ana = await world.phone(ANA)
    for body, status, code in BODIES:
        _is_problem(await ana.browser.post("/api/sync/push", content=body), status, code)
    assert await world.rows("SELECT 1 FROM held_operations") == []
    assert (await ana.send((await _good(ana)).encode())).status_code == 200


async def test_PU8_push_of_a_newer_wire_or_of_too_many_is_refused(world: World) -> None:
    ana = await world.phone(ANA)
    sent = ana.capture()
    for body, status, code in (
        ({"wire": 99, "operations": []}, 409, "wire_too_new"),
        ({"wire": 1, "operations": [{}] * 1001}, 413, "too_large"),
        ({"wire": HUGE, "operations": []}, 409, "wire_too_new"),
        ({"wire": 0, "operations": []}, 426, "wire_too_old"),
        ({"wire": -HUGE, "operations": []}, 426, "wire_too_old"),
    ):
        asked = {"writer": ana.writer, "sent": sent, **body}
        reply = await ana.browser.post("/api/sync/push", content=json.dumps(asked))
        _is_problem(reply, status, code)


async def test_PU8_clocks_that_are_no_numbers_are_refused(world: World) -> None:
    ana = await world.phone(ANA)
    text = await _good(ana)
    for value in (1.5, "soon", None):
        sent = {**ana.capture(), "wall_ms": value}
        asked = {"writer": ana.writer, "sent": sent, "operations": [json.loads(text)]}
        reply = await ana.browser.post("/api/sync/push", content=json.dumps(asked))
        _is_problem(reply, 400, "request_invalid")


async def test_TI2_clocks_of_any_size_refuse_nothing(world: World) -> None:
    ana = await world.phone(ANA)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    for field, value in itertools.product(
        ("wall_ms", "mono_ms", "origin_ms"), (HUGE, -HUGE, 2**63)
    ):
        texts = [
            ana.answer(task, "greening", "pass", plan=DAILY_CHECK).text,
            ana.record("0" * 32, "remark_added", remark="无此任务").text,
        ]
        operations = [json.loads(text) for text in texts]
        operations[0]["captured"][field] = value
        sent = {**ana.capture(), field: value}
        asked = {"writer": ana.writer, "sent": sent, "operations": operations}
        reply = await ana.browser.post("/api/sync/push", content=json.dumps(asked))
        assert reply.status_code == 200, reply.text
        taken, held = reply.json()["outcomes"]
        assert (taken["status"], held["status"]) == ("accepted", "held"), (field, value)
        assert NOW <= taken["time"]["best_ms"] <= world.clock.now_ms()
        assert taken["stamp"] <= (world.clock.now_ms() + 1) * 1000


# Writers that are not one's own.


async def test_PU1_writer_of_somebody_else_or_of_nobody_is_refused(world: World) -> None:
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    mallory = await _foreigner(world)
    text = (await _good(ben)).encode()
    _is_problem(await _push_as(ana, ben.writer, text), 403, "writer_not_yours")
    _is_problem(await _push_as(ana, "0" * 32, text), 403, "writer_unknown")
    _is_problem(await _push_as(mallory, ben.writer, text), 403, "writer_unknown")
    assert await world.rows("SELECT 1 FROM operations WHERE writer_id = $1", ben.writer) == []


async def _push_as(phone: Phone, writer: str, text: bytes) -> httpx.Response:
    own, phone.writer = phone.writer, writer
    try:
        return await phone.send(text)
    finally:
        phone.writer = own


async def _foreigner(world: World) -> Phone:
    phone = await world.phone(MALLORY)
    assert phone.records
    return phone


async def test_PU1_bug07_person_and_organisation_in_the_body_change_nothing(world: World) -> None:
    ana = await world.phone(ANA)
    plain = _changed(
        await _good(ana),
        person=BEN.id,
        person_id=BEN.id,
        author=BEN.id,
        organization=ELSEWHERE,
        organization_id=ELSEWHERE,
        role="general_manager",
    )
    plain["body"] |= {"person": BEN.id, "organization": ELSEWHERE, "role": "general_manager"}
    reply = await ana.send(canonical(plain).encode())
    assert reply.json()["outcomes"][0]["status"] == "accepted"
    [row] = await world.rows("SELECT * FROM operations WHERE writer_id = $1", ana.writer)
    assert (row["person_id"], row["role"]) == (ANA.id, "quality_inspector")
    assert row["organization_id"] == ANA.organization
    assert json.loads(row["content"]) == plain


# Operations that are held, each between two good ones.


def _spoil(text: str, writer: str) -> dict[str, tuple[bytes, str]]:
    """Give every way in which one operation can be wrong: its text and the code it is held with."""
    body = json.loads(text)["body"]
    other = {"kind": "item_answered", "item": "greening", "checklist": DAILY_LIST, "answer": "no"}

    def made(**changes: Any) -> bytes:
        return json.dumps(_changed(text, **changes)).encode()

    return {
        "a number": (b"42", "operation_malformed"),
        "a list": (b"[1,2]", "operation_malformed"),
        "nothing": (b"null", "operation_malformed"),
        "an empty object": (b"{}", "operation_malformed"),
        "unknown kind": (made(body={"kind": "door_sealed", "door": 4}), "kind_unknown"),
        "kind is a number": (made(body={"kind": 4}), "kind_unknown"),
        "no kind": (made(body={}), "kind_unknown"),
        "body is a list": (made(body=[body]), "kind_unknown"),
        "kind of the system": (
            made(
                body={"kind": "nonconformity_withdrawn", "reason": "x"}, record_kind="nonconformity"
            ),
            "kind_reserved",
        ),
        "wrong record kind": (made(record_kind="plan"), "record_kind_wrong"),
        "made-up record kind": (made(record_kind="door"), "record_kind_wrong"),
        "unknown answer": (made(body=other), "operation_malformed"),
        "unknown item": (made(body={**body, "item": "moon"}), "item_unknown"),
        "unknown checklist": (made(body={**body, "checklist": "0" * 32}), "checklist_unknown"),
        "unknown task": (made(record="0" * 32), "task_unknown"),
        "record id with a zero": (made(record="\x00" * 32), "operation_malformed"),
        "id of another writer": (made(id="0" * 32 + ":2"), "operation_malformed"),
        "another writer": (made(writer="0" * 32), "operation_malformed"),
        "other counter in the id": (made(id=f"{writer}:77"), "operation_malformed"),
        "counter 0": (made(counter=0, id=f"{writer}:0"), "operation_malformed"),
        "counter below 0": (made(counter=-5, id=f"{writer}:-5"), "operation_malformed"),
        "huge counter": (made(counter=HUGE, id=f"{writer}:{HUGE}"), "operation_malformed"),
        "counter true": (made(counter=True), "operation_malformed"),
        "counter as text": (made(counter="2"), "operation_malformed"),
        "wall clock as text": (_clocks(text, wall_ms="noon"), "operation_malformed"),
        "no clocks": (made(captured=None), "operation_malformed"),
        "huge evidence list": (
            made(evidence=[{"sha256": "x", "size": 1}] * 500),
            "operation_malformed",
        ),
        "wrong hash of a photo": (
            made(evidence=[{"sha256": "zz", "size": 1}]),
            "operation_malformed",
        ),
        "photo not declared": (
            made(body={"kind": "evidence_added", "item": "greening", "photo": "0" * 64}),
            "evidence_undeclared",
        ),
        "lone surrogate": (
            made(body={"kind": "item_noted", "item": "greening", "note": "a\ud800b"}),
            "operation_malformed",
        ),
        "lone surrogate in a name": (_clocks(text, zone="\udfff"), "operation_malformed"),
        "bytes that are no text": (
            made(body={"kind": "item_noted", "item": "greening", "note": "@"}).replace(
                b"@", b"\xff"
            ),
            "operation_malformed",
        ),
        "nested too deep": (
            made(extra="@").replace(b'"@"', b"[" * 5_000 + b"]" * 5_000),
            "operation_malformed",
        ),
        "body nested too deep": (
            made(body={"kind": "item_noted", "item": "greening", "note": "@"}).replace(
                b'"@"', b"[" * 5_000 + b"]" * 5_000
            ),
            "operation_malformed",
        ),
        "not even JSON": (text.encode().replace(b'"pass"', b"pass"), "operation_malformed"),
        "note too long": (
            made(body={"kind": "item_noted", "item": "greening", "note": "x" * 4001}),
            "operation_malformed",
        ),
    }


def _clocks(text: str, **changes: Any) -> bytes:
    plain = json.loads(text)
    return json.dumps({**plain, "captured": {**plain["captured"], **changes}}).encode()


async def test_HE2_spoiled_operation_is_held_whole_and_lets_the_others_by(world: World) -> None:
    ana, office = await world.phone(ANA), await world.office()
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    names = sorted(_spoil(await _good(ana), ana.writer))
    for how in names:
        before = ana.answer(task, "cleaning", "pass", plan=DAILY_CHECK)
        spoiled, code = _spoil(await _good(ana), ana.writer)[how]
        after = ana.answer(task, "exterior", "pass", plan=DAILY_CHECK)
        texts, wrong = b",".join((before.text, spoiled, after.text)), dict[str, Any]()
        for status in ("accepted", "duplicate"):
            reply = await ana.send(texts)
            assert reply.status_code == 200, (how, reply.text)
            one, wrong, two = reply.json()["outcomes"]
            assert {one["status"], two["status"]} == {status}, how
            assert (wrong["status"], wrong["problem"]["code"]) == ("held", code), (how, wrong)
            assert wrong["problem"]["next_zh"]
            assert wrong["problem"]["next_en"]
        held = (await office.get("held"))["held"]
        [kept] = [line for line in held if line["sha256"] == wrong["sha256"]]
        assert kept["text"] == spoiled.decode("utf-8", "backslashreplace"), how
        assert kept["problem"]["code"] == code
        assert content_hash(spoiled) == wrong["sha256"]
    assert len((await office.get("held"))["held"]) == len(names)
    last = ana.record(task, "remark_added", remark="又好了")
    assert [outcome["status"] for outcome in await ana.push([last])] == ["accepted"]


async def test_PU2_phone_knows_its_own_spoiled_operation_by_its_number(world: World) -> None:
    """Otherwise it would wait for an answer to it for ever."""
    ana = await world.phone(ANA)
    for how in (
        "lone surrogate",
        "bytes that are no text",
        "nested too deep",
        "body nested too deep",
        "unknown kind",
        "unknown answer",
        "huge evidence list",
    ):
        good = await _good(ana)
        spoiled, _ = _spoil(good, ana.writer)[how]
        [outcome] = (await ana.send(spoiled)).json()["outcomes"]
        assert outcome["id"] == ana.outbox[-1].id, how
    await ana.pull()
    assert (ana.contiguous, ana.beyond) == (len(ana.outbox), set())


async def test_what_nobody_reads_spoils_nothing(world: World) -> None:
    """Unknown fields are skipped and kept in the text; the office still shows the operation."""
    ana, office = await world.phone(ANA), await world.office()
    for extra in (b"1" + b"0" * 400, b'"\\u0000"', b'{"a":1,"a":2}', b"[" * 300 + b"]" * 300):
        good = (await _good(ana)).encode()
        text = good.replace(b'{"based_on"', b'{"added":' + extra + b',"based_on"', 1)
        [outcome] = (await ana.send(text)).json()["outcomes"]
        assert outcome["status"] == "accepted", (extra[:9], outcome)
        seen = await office.browser.get(f"/api/office/operations/{outcome['id']}")
        assert seen.status_code == 200, (extra[:9], seen.text)
    await office.get("today")


async def test_sign_zero_in_a_note_is_kept_as_it_came(world: World) -> None:
    ana, office = await world.phone(ANA), await world.office()
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    ana.answer(task, "cleaning", "fail", plan=DAILY_CHECK)
    ana.record(task, "item_noted", item="cleaning", note="一\x00二")
    ana.record(task, "remark_added", remark="\x00")
    await ana.sync()
    assert [one.outcome["status"] for one in ana.outbox] == ["accepted"] * 3
    assert ana.view(task)["fields"]["note/cleaning"]["value"] == "一\x00二"
    [row] = await world.rows("SELECT content FROM operations WHERE id = $1", ana.outbox[1].id)
    assert row["content"].encode() == ana.outbox[1].text
    await office.get("today")
    await office.get(f"tasks/{task}")
    await office.get("findings")


async def test_HE5_record_of_another_kind_is_not_touched(world: World) -> None:
    """An id names one record for good: no operation may speak of it as of another kind."""
    ana, office = await world.phone(ANA), await world.office()
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    ana.answer(task, "cleaning", "pass", plan=DAILY_CHECK)
    await ana.sync()
    for record in (task, DAILY_CHECK, HARBOUR_MALL, DAILY_LIST):
        before = await world.rows("SELECT content FROM records WHERE id = $1", record)
        outcome = await office.act(
            record, "nonconformity_confirmed", confirmed_at=world.clock.now_ms()
        )
        assert (outcome["status"], outcome["problem"]["code"]) == ("held", "record_kind_wrong")
        assert await world.rows("SELECT content FROM records WHERE id = $1", record) == before


async def test_PU6_same_id_with_other_content_keeps_both(world: World) -> None:
    ana = await world.phone(ANA)
    first = (await _good(ana)).encode()
    second = first.replace(b'"pass"', b'"fail"')
    for _ in range(2):
        reply = await ana.send(b",".join((first, second)))
        one, other = reply.json()["outcomes"]
        assert one["status"] in ("accepted", "duplicate")
        assert (other["status"], other["problem"]["code"]) == ("held", "identity_clash")
    office = await world.office()
    [held] = (await office.get("held"))["held"]
    assert held["text"].encode() == second
    [row] = await world.rows("SELECT content FROM operations WHERE writer_id = $1", ana.writer)
    assert row["content"].encode() == first
    await ana.pull()
    assert ana.contiguous == 1


async def test_PU7_gap_blocks_nothing_and_closes_when_the_missing_ones_come(world: World) -> None:
    ana = await world.phone(ANA)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    for item in ("cleaning", "greening", "exterior", "energy_saving", "labour_discipline"):
        ana.answer(task, item, "pass", plan=DAILY_CHECK)
    for counters, contiguous, beyond in (
        ((5, 3), 0, {3, 5}),
        ((1,), 1, {3, 5}),
        ((2,), 3, {5}),
        ((4,), 5, set()),
    ):
        outcomes = await ana.push([ana.outbox[counter - 1] for counter in counters])
        assert {outcome["status"] for outcome in outcomes} == {"accepted"}
        await ana.pull()
        assert (ana.contiguous, ana.beyond) == (contiguous, beyond)


@pytest.mark.parametrize("years", [-56, 4])
async def test_TI2_bug05_trap17_clock_of_1970_or_2030_is_accepted_bounded_and_said(
    world: World, years: int
) -> None:
    ana = await world.phone(ANA, offset_ms=years * 365 * DAY)
    ben = await world.phone(BEN)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    world.clock.advance(60_000)
    ana.record(task, "item_noted", item="cleaning", note="安娜先写")
    world.clock.advance(60_000)
    ben.record(task, "item_noted", item="cleaning", note="贝宁后写")
    world.clock.advance(60_000)
    await ben.sync()
    await ana.sync()
    outcome = ana.outbox[0].outcome
    assert outcome["status"] == "merged"
    assert outcome["problem"]["code"] == "clock_bounded"
    assert outcome["time"]["clock_off_ms"] == years * 365 * DAY
    assert outcome["time"]["earliest_ms"] <= outcome["time"]["best_ms"] <= world.clock.now_ms()
    assert world.clock.now_ms() - 121_000 <= outcome["time"]["best_ms"]
    await ben.pull()
    assert ben.view(task)["fields"]["note/cleaning"]["value"] == "贝宁后写"


async def test_photo_with_another_hash_is_refused_and_may_come_again(world: World) -> None:
    ana = await world.phone(ANA)
    photo = b"\xff\xd8\xff" + b"photo"
    reply = await ana.browser.put("/api/evidence/" + "0" * 64, content=photo)
    _is_problem(reply, 422, "hash_mismatch")
    assert await world.rows("SELECT 1 FROM evidence") == []


# The office's own door.

ACTS = [
    (b"{", 400, "json_malformed"),
    (b"\xff", 400, "json_malformed"),
    (b"{}", 400, "request_invalid"),
    (b'{"request":"%b","record":"%b","body":[]}' % (b"0" * 32, b"0" * 32), 400, "request_invalid"),
    (b'{"request":"x","record":"%b","body":{}}' % (b"0" * 32), 400, "request_invalid"),
    (
        b'{"request":"%b","record":"%b","body":{"kind":"\xff"}}' % (b"0" * 32, b"0" * 32),
        400,
        "json_malformed",
    ),
    (b'{"a":' + b"[" * 200_000, 400, "json_malformed"),
    (b" " * 20_000_000, 413, "too_large"),
]


async def test_act_of_the_office_that_is_none_is_refused(world: World) -> None:
    office = await world.office()
    for body, status, code in ACTS:
        reply = await office.browser.post("/api/office/operations", content=body)
        _is_problem(reply, status, code)


async def test_act_of_the_office_with_any_value_is_answered(world: World) -> None:
    office = await world.office()
    values: tuple[Any, ...] = (HUGE, "\x00", 1e300, [[]], "x" * 10_000)
    for number, value in enumerate(values):
        await _act_with(office, value, number)


async def _act_with(office: Office, value: Any, number: int) -> None:
    for kind in ("nonconformity_confirmed", "item_answered", "plan_published", "no_kind", value):
        asked = {
            "request": f"{number:032}",
            "record": "2" * 32,
            "body": {"kind": kind, "confirmed_at": value, "item": value, "plan": value},
            "based_on": value,
        }
        reply = await office.browser.post("/api/office/operations", content=json.dumps(asked))
        assert reply.status_code in (200, 400), reply.text
        if reply.status_code == 200:
            assert reply.json()["outcomes"][0]["status"] == "held"
