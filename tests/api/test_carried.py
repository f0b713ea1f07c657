"""What somebody carries for somebody else: applied as its author's, or kept whole; never read."""

import gzip
import io
import json
from base64 import b64encode
from typing import Any

from PIL import Image

from backend.kernel.canonical import canonical
from backend.kernel.identity import content_hash
from backend.kernel.sealing import pack, public_half, seal
from backend.sync.carried import PART_LIMIT
from tests.world.cast import ANA, BEN, DAILY_CHECK, DAILY_LIST, DAY, HOUR, LAO_ZHOU, MALLORY
from tests.world.fixtures import World
from tests.world.held import LATER, decide, plan_later
from tests.world.phone import Phone
from tests.world.sealing import PATH, Sealer, carry

BUNDLES = "SELECT * FROM carried_bundles ORDER BY received_ms, id"
HELD = "SELECT * FROM held_operations WHERE state = 'waiting'"


def _photo(colour: str = "red") -> bytes:
    paper = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(paper, "JPEG")
    return paper.getvalue()


def _record(phone: Phone, item: str = "cleaning", answer: str = "pass") -> Any:
    task = phone.tasks(DAILY_CHECK)["2026-11-17"]
    return phone.answer(task, item, answer, plan=DAILY_CHECK)


async def test_SE2_what_is_carried_is_applied_as_its_authors_own(world: World) -> None:
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    sealer = await Sealer.of(ana)
    entry = _record(ana, answer="fail")
    said = await carry(ben.browser, sealer.bundle([entry]))
    assert (said["status"], said["photos"]) == ("opened", [])
    [outcome] = said["outcomes"]
    assert (outcome["id"], outcome["sha256"]) == (entry.id, entry.sha256)
    assert outcome["status"] == "accepted"
    [row] = await world.rows("SELECT * FROM operations WHERE id = $1", entry.id)
    assert (row["person_id"], row["device_id"]) == (ANA.id, ana.device)
    assert row["content"].encode() == entry.text
    [bundle] = await world.rows(BUNDLES)
    assert (bundle["carrier_id"], bundle["author_id"]) == (BEN.id, ANA.id)
    assert (bundle["device_id"], bundle["content"]) == (ben.device, None)
    assert json.loads(bundle["operations"]) == [entry.id]


async def test_SE5_carrier_is_told_ids_and_hashes_and_nothing_of_the_content(world: World) -> None:
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    office = await world.office()
    sealer = await Sealer.of(ana)
    noted = ana.record("0" * 32, "remark_added", remark="机密 secret words")
    bundle = sealer.bundle([noted, _record(ana)])
    said = await carry(ben.browser, bundle)
    assert [one["status"] for one in said["outcomes"]] == ["held", "accepted"]
    told = canonical(said)
    assert "机密" not in told
    assert "remark" not in told
    assert [one.get("problem") for one in said["outcomes"]] == [None, None]
    known = {"id", "status", "sha256", "missing", "problem"}
    assert all(set(one) <= known for one in said["outcomes"])
    # Those who see what is held are told why, and so is the author.
    for browser in (office.browser, ana.browser):
        again = await carry(browser, bundle)
        assert again["outcomes"][0]["problem"]["code"] == "task_unknown"


async def test_SE6_carried_twice_or_pushed_as_well_has_one_effect(world: World) -> None:
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    sealer = await Sealer.of(ana)
    entry = _record(ana)
    first, second = sealer.bundle([entry]), sealer.bundle([entry])
    assert content_hash(first) != content_hash(second), "each bundle has a key of its own"
    told = [(await carry(ben.browser, one))["outcomes"][0] for one in (first, first, second)]
    assert [one["status"] for one in told] == ["accepted", "duplicate", "duplicate"]
    [pushed] = await ana.push([entry])
    assert (pushed["status"], pushed["sha256"]) == ("duplicate", entry.sha256)
    assert len(await world.rows("SELECT 1 FROM operations WHERE id = $1", entry.id)) == 1
    assert await world.rows(HELD) == []


async def test_SE6_same_id_with_other_content_is_a_clash_and_both_are_kept(world: World) -> None:
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    sealer = await Sealer.of(ana)
    entry = _record(ana)
    await carry(ben.browser, sealer.bundle([entry]))
    other = json.loads(entry.text)
    other["body"]["answer"] = "fail"
    entry.text = canonical(other).encode()
    said = await carry(ana.browser, sealer.bundle([entry]))
    assert said["outcomes"][0]["status"] == "held"
    assert said["outcomes"][0]["problem"]["code"] == "identity_clash"
    [held] = await world.rows(HELD)
    assert held["content"].encode() == entry.text
    assert len(await world.rows("SELECT 1 FROM operations WHERE id = $1", entry.id)) == 1


async def test_SE4_forged_signature_executes_nothing_and_is_kept_whole(world: World) -> None:
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    office = await world.office()
    sealer, forger = await Sealer.of(ana), await Sealer.of(ben)
    entry = _record(ana)
    forger.phone, forger.organization = ana, sealer.organization
    forged = forger.bundle([entry])
    said = await carry(ben.browser, forged)
    assert (said["status"], said["problem"]["code"]) == ("held", "signature_wrong")
    assert said.get("outcomes", []) == []
    assert await world.rows("SELECT 1 FROM operations WHERE id = $1", entry.id) == []
    [bundle] = await world.rows(BUNDLES)
    assert (bundle["state"], bundle["content"]) == ("held", forged)
    [row] = (await office.get("held"))["held"]
    assert row["problem"]["code"] == "signature_wrong"
    assert row["person"]["id"] == BEN.id
    assert entry.id in row["text"], "the office can read what somebody claimed"
    # The true one passes all the same, and the forged one stays where it is.
    assert (await carry(ben.browser, sealer.bundle([entry])))["status"] == "opened"
    assert len(await world.rows(HELD)) == 1


async def test_SE4_bundle_of_another_organisation_is_not_opened(world: World) -> None:
    ana, mallory = await world.phone(ANA), await world.phone(MALLORY)
    sealer = await Sealer.of(ana)
    entry = _record(ana)
    elsewhere = await Sealer.of(mallory)
    elsewhere.phone, elsewhere.key = ana, sealer.key
    for bundle in (
        sealer.bundle([entry]),
        elsewhere.bundle([entry], organization=sealer.organization),
        sealer.plain([entry]),
    ):
        said = await carry(mallory.browser, bundle)
        assert (said["status"], said["problem"]["code"]) == ("held", "seal_elsewhere")
    told = await world.rows("SELECT * FROM held_operations WHERE state = 'waiting'")
    assert len(told) == 3
    assert all(entry.id not in row["content"] for row in told), "not a word of it is shown"
    assert await world.rows("SELECT 1 FROM operations WHERE id = $1", entry.id) == []
    # And her own writer's name within her own organisation gives her no other author.
    wrong = elsewhere.bundle([entry])
    assert (await carry(mallory.browser, wrong))["problem"]["code"] == "writer_unknown"


async def test_SE4_cut_changed_or_senseless_bytes_are_kept_and_do_nothing(world: World) -> None:
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    sealer = await Sealer.of(ana)
    bundle = sealer.bundle([_record(ana)])
    changed = bytearray(bundle)
    changed[-1] ^= 1
    header = sealer.header("operations", [b"x"], parts=[{"sha256": "0" * 64, "size": -1}])
    bombs = [
        bundle[: len(bundle) // 2],
        bundle[:40],
        bytes(changed),
        bundle[:5] + bundle[5:13] + b"\x04" + b"\xff" * 64 + bundle[78:],
        b"",
        b"\x00" * 1000,
        b"RDSL\x02" + bundle[5:],
        b"{",
        b'{"plain":' + b"[" * 100_000,
        b'{"plain":{"header":"{}","operations":["\\u0000"]}}',
        b"<svg onload=alert(1)>",
        gzip.compress(b"0" * 20_000_000),
        seal(sealer.seal_key, b"\xff" * 80),
        seal(sealer.seal_key, pack(header, [b"x"], sealer.sign(header))),
        seal(sealer.seal_key, pack(b"[" * 100_000, [])),
    ]
    for one in bombs:
        said = await carry(ben.browser, one)
        assert (said["status"], said["problem"]["code"]) == ("held", "seal_broken"), one[:40]
    kept = {row["id"]: row["content"] for row in await world.rows(BUNDLES)}
    assert kept == {content_hash(one): one for one in bombs}
    assert len(await world.rows(HELD)) == len(bombs)
    assert await world.rows("SELECT 1 FROM operations WHERE writer_id = $1", ana.writer) == []
    # The same again is held once.
    await carry(ben.browser, bombs[0])
    assert len(await world.rows(HELD)) == len(bombs)


async def test_SE4_too_large_is_refused_and_too_many_operations_are_held(world: World) -> None:
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    sealer = await Sealer.of(ana)
    reply = await ben.browser.post(PATH, content=b"\x00" * 8_000_001)
    assert (reply.status_code, reply.json()["code"]) == (413, "too_large")
    assert await world.rows(BUNDLES) == []
    entry = _record(ana)
    said = await carry(ben.browser, sealer.bundle([entry] * 1001))
    assert (said["status"], said["problem"]["code"]) == ("held", "seal_broken")
    assert await world.rows("SELECT 1 FROM operations WHERE id = $1", entry.id) == []


async def test_SE4_plain_line_that_was_edited_gives_what_is_whole_and_keeps_the_rest(
    world: World,
) -> None:
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    sealer = await Sealer.of(ana)
    good, bad = _record(ana), _record(ana, item="greening")
    line = json.loads(sealer.plain([good, bad]))
    line["plain"]["operations"][1] = line["plain"]["operations"][1].replace('"pass"', '"fail"')
    said = await carry(ben.browser, json.dumps(line).encode())
    assert (said["status"], said["problem"]["code"]) == ("held", "seal_broken")
    assert [(one["id"], one["status"]) for one in said["outcomes"]] == [
        (good.id, "accepted"),
        (bad.id, "held"),
    ]
    assert await world.rows("SELECT 1 FROM operations WHERE id = $1", bad.id) == []
    assert len(await world.rows(HELD)) == 1


async def test_SE4_unsigned_work_counts_only_in_its_authors_own_session(world: World) -> None:
    ana, ben, zhou = await world.phone(ANA), await world.phone(BEN), await world.phone(LAO_ZHOU)
    # Ben's phone can keep no key: it has registered none.
    ben_sealer = Sealer(ben, (await ben.browser.get("/api/session")).json())
    line = ben_sealer.plain([_record(ben)], signed=False)
    assert (await carry(zhou.browser, line))["problem"]["code"] == "signature_wrong"
    said = await carry(ben.browser, line)
    assert (said["status"], said["outcomes"][0]["status"]) == ("opened", "accepted")
    assert await world.rows(HELD) == [], "what was held for want of a signature is settled"
    # Ana's phone has a key: nothing of it counts without.
    ana_sealer = await Sealer.of(ana)
    unsigned = ana_sealer.plain([_record(ana)], signed=False)
    assert (await carry(ana.browser, unsigned))["problem"]["code"] == "signature_wrong"


async def test_SE10_carried_photos_are_the_authors_upload(world: World) -> None:
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    sealer = await Sealer.of(ana)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    photo, second = _photo(), _photo("blue")
    entries = [ana.photograph(task, "cleaning", one) for one in (photo, second)]
    said = await carry(ben.browser, sealer.bundle(entries))
    missing = [one["missing"] for one in said["outcomes"]]
    assert missing == [[content_hash(photo)], [content_hash(second)]]
    said = await carry(ben.browser, sealer.photo(photo))
    assert (said["status"], said["photos"]) == ("opened", [content_hash(photo)])
    assert (await carry(ben.browser, sealer.plain_photo(second)))["photos"] == [
        content_hash(second)
    ]
    rows = await world.rows("SELECT person_id FROM evidence_uploads")
    assert [row["person_id"] for row in rows] == [ANA.id, ANA.id]
    shown = await ben.browser.get(f"/api/evidence/{content_hash(photo)}")
    assert (shown.status_code, shown.content) == (200, photo)
    again = await carry(ben.browser, sealer.bundle(entries))
    assert [one.get("missing", []) for one in again["outcomes"]] == [[], []]


async def test_SE4_carried_bytes_that_are_no_photo_are_kept_for_the_office(world: World) -> None:
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    sealer = await Sealer.of(ana)
    said = await carry(ben.browser, sealer.photo(b"<svg onload=alert(1)>"))
    assert (said["status"], said["problem"]["code"]) == ("held", "media_type_unsupported")
    assert await world.rows("SELECT 1 FROM evidence") == []
    assert len(await world.rows(HELD)) == 1


async def test_SE3_time_of_what_is_carried_lies_between_its_anchor_and_its_receipt(
    world: World,
) -> None:
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    sealer = await Sealer.of(ana)
    anchored_ms = world.clock.now_ms()
    world.clock.advance(HOUR)
    entry = _record(ana)
    recorded_ms = world.clock.now_ms()
    # Whatever is written into the bundle's own clocks, it narrows nothing.
    told = {**ana.capture(), "mono_ms": ana.clock.mono_ms() + 10 * DAY}
    bundle = sealer.bundle([entry], sent=told)
    world.clock.advance(3 * DAY)
    await carry(ben.browser, bundle)
    [row] = await world.rows("SELECT * FROM operations WHERE id = $1", entry.id)
    received_ms = world.clock.now_ms()
    assert row["latest_ms"] == received_ms
    assert anchored_ms <= row["earliest_ms"] <= recorded_ms
    assert row["time_class"] == "C"
    assert abs(row["best_ms"] - recorded_ms) <= 1_000, "the estimate goes by the anchor's offset"


async def test_SE8_work_of_a_person_shut_out_is_held_operation_by_operation(world: World) -> None:
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    office = await world.office()
    sealer = await Sealer.of(ana)
    entries = [_record(ana), _record(ana, item="greening", answer="fail")]
    bundle = sealer.bundle(entries)
    await world.server.database.run("UPDATE people SET active = false WHERE id = $1", ANA.id)
    said = await carry(ben.browser, bundle)
    assert said["status"] == "opened"
    assert [one["status"] for one in said["outcomes"]] == ["held", "held"]
    held = (await office.get("held"))["held"]
    assert sorted(one["operation"] for one in held) == sorted(one.id for one in entries)
    assert all(one["person"]["id"] == ANA.id for one in held)
    assert sorted(one["text"] for one in held) == sorted(one.text.decode() for one in entries)


async def test_SE11_bundle_whose_writer_is_known_later_is_opened_by_itself(world: World) -> None:
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    sealer = await Sealer.of(ana)
    entry = _record(ana)
    bundle = sealer.bundle([entry])
    # The server was restored from a backup in which this writer was not known yet.
    await world.server.database.run("DELETE FROM writers WHERE id = $1", ana.writer)
    said = await carry(ben.browser, bundle)
    assert (said["status"], said["problem"]["code"]) == ("held", "writer_unknown")
    key = {"writer": ana.writer, "public_key": public_half(sealer.key)}
    assert (await ana.browser.post("/api/writers", json=key)).status_code == 200
    assert world.server.app is not None
    await world.server.app.state.caretaker.round()
    [row] = await world.rows("SELECT * FROM operations WHERE id = $1", entry.id)
    assert row["person_id"] == ANA.id
    assert await world.rows(HELD) == []
    [kept] = await world.rows(BUNDLES)
    assert (kept["state"], kept["content"]) == ("opened", None)


async def test_SE4_long_bundle_is_named_on_the_desk_and_not_printed_there(
    world: World,
) -> None:
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    office = await world.office()
    forger = await Sealer.of(ben)
    forger.phone = ana
    many = [ana.record(DAILY_LIST, "remark_added", remark="长" * 3_900) for _ in range(40)]
    said = await carry(ben.browser, forger.bundle(many))
    assert said["status"] == "held"
    [row] = (await office.get("held"))["held"]
    assert len(row["text"]) < 1_000, "a long bundle is named on the desk, not printed there"
    assert json.loads(row["text"])["operations"] == 40


async def test_SE4_what_the_office_set_aside_stays_aside(world: World) -> None:
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    office = await world.office()
    sealer = await Sealer.of(ana)
    entry = _record(ana)
    await world.server.database.run("DELETE FROM writers WHERE id = $1", ana.writer)
    await carry(ben.browser, sealer.bundle([entry]))
    [row] = (await office.get("held"))["held"]
    # There is no operation in it that the desk could apply; a person can only set it aside.
    assert (await decide(office, row, "held_applied"))["status"] != "accepted"
    assert (await decide(office, row, "held_set_aside"))["status"] == "accepted"
    key = {"writer": ana.writer, "public_key": public_half(sealer.key)}
    assert (await ana.browser.post("/api/writers", json=key)).status_code == 200
    assert world.server.app is not None
    await world.server.app.state.caretaker.round()
    assert await world.rows("SELECT 1 FROM operations WHERE id = $1", entry.id) == []
    [bundle] = await world.rows(BUNDLES)
    assert bundle["content"] is not None, "and its bytes are still there"


async def test_SE2_bundle_may_come_in_parts_like_a_photo(world: World) -> None:
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    sealer = await Sealer.of(ana)
    entry = _record(ana)
    bundle = sealer.bundle([entry])
    meta = {"sha256": content_hash(bundle), "filetype": "application/vnd.roundsman.sealed"}
    told = ",".join(f"{n} {b64encode(v.encode()).decode()}" for n, v in meta.items())
    headers = {
        "tus-resumable": "1.0.0",
        "upload-length": str(len(bundle)),
        "upload-metadata": told,
    }
    begun = await ben.browser.post("/api/uploads", headers=headers)
    assert begun.status_code == 201, begun.text
    half = len(bundle) // 2
    replies = []
    for begin, end in ((0, half), (half, len(bundle))):
        headers = {
            "tus-resumable": "1.0.0",
            "upload-offset": str(begin),
            "content-type": "application/offset+octet-stream",
        }
        address = f"/api/uploads/{content_hash(bundle)}"
        replies.append(await ben.browser.patch(address, content=bundle[begin:end], headers=headers))
    said = replies[-1].json()
    assert (said["bundle"], said["status"]) == (content_hash(bundle), "opened")
    [row] = await world.rows("SELECT person_id FROM operations WHERE id = $1", entry.id)
    assert row["person_id"] == ANA.id


async def test_SE3_bounds_stay_the_same_when_it_was_held_first(world: World) -> None:
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    sealer = await Sealer.of(ana)
    entry = ana.answer(LATER, "cleaning", "pass", plan=DAILY_CHECK)
    told = {**ana.capture(), "mono_ms": ana.clock.mono_ms() + 10 * DAY}
    bundle = sealer.bundle([entry], sent=told)
    world.clock.advance(2 * DAY)
    received_ms = world.clock.now_ms()
    assert (await carry(ben.browser, bundle))["outcomes"][0]["status"] == "held"
    world.clock.advance(DAY)
    await plan_later(world)
    await world.nothing_waits()
    [row] = await world.rows("SELECT * FROM operations WHERE id = $1", entry.id)
    assert (row["latest_ms"], row["time_class"]) == (received_ms, "C")


async def test_SE4_operation_larger_than_any_push_may_bring_is_kept_and_not_applied(
    world: World,
) -> None:
    """Nobody gets past the limit of a push by sealing what is too large for it."""
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    sealer = await Sealer.of(ana)
    entry = _record(ana)
    plain = json.loads(entry.text)
    entry.text = canonical({**plain, "padding": "x" * PART_LIMIT}).encode()
    said = await carry(ben.browser, sealer.bundle([entry]))
    assert (said["status"], said["problem"]["code"]) == ("held", "seal_broken")
    assert await world.rows("SELECT 1 FROM operations WHERE id = $1", entry.id) == []
    [kept] = await world.rows(BUNDLES)
    assert len(kept["content"]) > PART_LIMIT
