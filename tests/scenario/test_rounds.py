"""Guards walk: offline, over midnight, beside the plan, on two phones; what is odd is said."""

from backend.directory.actors import RoleAt
from backend.domains.patrols.tags import is_genuine, read_tag
from backend.kernel.sealing import public_half, tag_key
from shared_schemas.patrols import Tag
from shared_schemas.retention import REMOVED
from tests.world.cast import (
    ANA,
    ATRIUM,
    DAY,
    EAST_SQUARE,
    HARBOUR,
    HARBOUR_MALL,
    HOUR,
    LAO_ZHOU,
    LIN,
    MINUTE,
    NOW,
    SECOND,
    SOL,
    WEI,
)
from tests.world.fixtures import World
from tests.world.held import decide, desk_of
from tests.world.patrols import (
    NIGHT_ROUTE,
    TODAY,
    finish,
    hang_up,
    labels,
    lay_out,
    look_after,
    round_on,
    route_body,
    scan,
    start,
    windows_on,
)
from tests.world.rebuild import read_tables, rebuild_tables, records_differ
from tests.world.rights import grant


def _at(world: World, after_ms: int) -> None:
    """Let it be so long after the morning of the stories."""
    world.clock.advance(NOW + after_ms - world.clock.now_ms())


async def test_a_route_s_rounds_are_on_the_phone_31_days_ahead_each_with_its_number(
    world: World,
) -> None:
    office = await world.office()
    await lay_out(world, office)
    zhou = await world.phone(LAO_ZHOU)
    first, second = windows_on(zhou)[TODAY, 1], windows_on(zhou)[TODAY, 2]
    assert first["task"] == round_on(TODAY, 1)
    assert second["task"] == round_on(TODAY, 2)
    assert second["closes_ms"] - second["opens_ms"] == 8 * HOUR, "over midnight"
    assert ("2026-12-18", 2) in windows_on(zhou, "2026-12")
    # Another hour moves the windows that have not opened and makes no other round.
    hours = [{"opens": "10:00", "closes": "11:00"}, {"opens": "23:00", "closes": "05:00"}]
    await lay_out(world, office, rounds=hours)
    await zhou.pull()
    moved = windows_on(zhou)[TODAY, 2]
    assert (moved["task"], moved["opens_ms"] - second["opens_ms"]) == (second["task"], HOUR)


async def test_a_round_walked_offline_is_whole_when_it_comes_and_judged_on_when_it_was_walked(
    world: World,
) -> None:
    office = await world.office()
    await lay_out(world, office)
    label = {one: found[0]["text"] for one, found in (await hang_up(office)).items()}
    zhou = await world.phone(LAO_ZHOU)
    walked = round_on()
    _at(world, 10 * MINUTE)
    start(zhou, walked)
    scan(zhou, walked, ATRIUM, label[ATRIUM])
    _at(world, 14 * MINUTE)
    zhou.record(walked, "round_noted", checkpoint=EAST_SQUARE, note="井盖松动 👷 مرحبا")
    scan(zhou, walked, EAST_SQUARE, label[EAST_SQUARE], "nfc")
    finish(zhou, walked)
    _at(world, 5 * HOUR)
    await zhou.sync()
    seen = await office.get(f"rounds/{walked}")
    line = seen["line"]
    assert (line["verdict"], line["scanned"], line["expected"]) == ("within", 2, 2)
    assert line["oddities"] == {}, seen
    assert line["person"]["name"]["zh"] == "老周"
    assert [stop["standing"] for stop in seen["stops"]] == ["reached", "reached"]
    assert seen["stops"][1]["note"] == "井盖松动 👷 مرحبا"
    listed = [one["id"] for one in (await office.get("patrols"))["rounds"]]
    assert listed == [walked, round_on(TODAY, 2)]


async def test_too_fast_is_said_only_when_the_widest_span_says_so(world: World) -> None:
    office = await world.office()
    await lay_out(world, office)
    label = {one: found[0]["text"] for one, found in (await hang_up(office)).items()}
    zhou = await world.phone(LAO_ZHOU)
    start(zhou, round_on())
    scan(zhou, round_on(), ATRIUM, label[ATRIUM])
    _at(world, 5 * SECOND)
    scan(zhou, round_on(), EAST_SQUARE, label[EAST_SQUARE])
    await zhou.sync()
    [_, second] = (await office.get(f"rounds/{round_on()}"))["stops"]
    [odd] = second["scans"][0]["oddities"]
    assert (odd["oddity"], odd["other"]) == ("too_fast", zhou.outbox[1].id)
    assert 0 < odd["by"] <= 55


async def test_a_round_begun_where_the_phone_had_no_window_meets_the_server_s_in_one_record(
    world: World,
) -> None:
    office = await world.office()
    said = await office.act(NIGHT_ROUTE, "route_published", route=_ad_hoc())
    assert said["status"] == "accepted"
    zhou, sol = await world.phone(LAO_ZHOU), await world.phone(SOL)
    third = round_on(TODAY, 3)
    for phone in (zhou, sol):
        start(phone, third, on=TODAY, ordinal=3)
    # The scan goes before its beginning and waits for it.
    late = scan(zhou, third, ATRIUM, "7KQ2M9XD", "typed")
    [outcome] = await zhou.push([late])
    assert (outcome["status"], outcome["problem"]["code"]) == ("held", "round_unknown")
    await zhou.push([zhou.outbox[0]])
    await sol.sync()
    await world.nothing_waits()
    [row] = await world.rows("SELECT * FROM rounds")
    assert (row["id"], row["on_date"], row["ordinal"], row["scanned"]) == (third, TODAY, 3, 1)
    seen = await office.get(f"rounds/{third}")
    assert seen["line"]["verdict"] == "unplanned"
    assert {one["oddity"] for one in seen["stops"][0]["scans"][0]["oddities"]} == {
        "typed",
        "unknown_text",
    }
    await look_after(world)
    seen = await office.get(f"rounds/{third}")
    assert seen["line"]["verdict"] == "open", "the agenda took it over"


def _ad_hoc() -> dict[str, object]:
    return route_body(cadence="ad_hoc", roles=["patrol_guard", "team_leader"])


async def test_an_id_that_does_not_follow_from_route_date_and_number_is_held(world: World) -> None:
    office = await world.office()
    await lay_out(world, office)
    zhou = await world.phone(LAO_ZHOU)
    wrong = [
        start(zhou, "a" * 32),
        start(zhou, "b" * 32, on=TODAY, ordinal=4),
        start(zhou, round_on(TODAY, 4), on=TODAY, ordinal=5),
        start(zhou, round_on(TODAY, 1), on="2026-11-18", ordinal=1),
        start(zhou, round_on("2026-02-30", 1), on="2026-02-30", ordinal=1),
        start(zhou, round_on(), route="c" * 32),
    ]
    told = [one["problem"]["code"] for one in await zhou.push(wrong)]
    assert told == ["round_unknown"] * 4 + ["operation_malformed", "round_unknown"]
    assert await world.rows("SELECT 1 FROM rounds") == []


async def test_missed_stops_with_and_without_a_reason_and_a_missed_round_that_late_work_lifts(
    world: World,
) -> None:
    office = await world.office()
    await lay_out(world, office)
    label = (await hang_up(office))[ATRIUM][0]["text"]
    zhou = await world.phone(LAO_ZHOU)
    _at(world, 20 * MINUTE)
    start(zhou, round_on())
    scan(zhou, round_on(), ATRIUM, label)
    zhou.record(round_on(), "checkpoint_missed", checkpoint=EAST_SQUARE, missed_because="施工封路")
    finish(zhou, round_on())
    _at(world, 2 * HOUR)
    before = (await office.get(f"rounds/{round_on()}"))["line"]
    assert (before["verdict"], before["missed"], before["excused"]) == ("missed", 2, 0)
    await zhou.sync()
    after = await office.get(f"rounds/{round_on()}")
    line = after["line"]
    assert (line["verdict"], line["missed"], line["excused"]) == ("within", 1, 1)
    assert after["stops"][1]["missed_because"] == "施工封路"
    # What is walked once the window has closed makes up for it, and is no late one.
    made_up = round_on("2026-11-18", 1)
    _at(world, DAY + 2 * HOUR)
    start(zhou, made_up)
    finish(zhou, made_up)
    await zhou.sync()
    assert (await office.get(f"rounds/{made_up}"))["line"]["verdict"] == "make_up"


async def test_a_night_round_sent_next_day_is_in_time_on_its_own_night(world: World) -> None:
    office = await world.office()
    await lay_out(world, office)
    zhou = await world.phone(LAO_ZHOU)
    night = round_on(TODAY, 2)
    _at(world, 13 * HOUR)
    start(zhou, night)
    _at(world, 19 * HOUR)
    finish(zhou, night)
    _at(world, 30 * HOUR)
    await zhou.sync()
    line = (await office.get(f"rounds/{night}"))["line"]
    assert (line["verdict"], line["on"], line["missed"]) == ("within", TODAY, 2)
    # In the morning both nights' boards know of it.
    for on in (TODAY, "2026-11-18"):
        assert night in [one["id"] for one in (await office.get("patrols", on=on))["rounds"]]


async def test_who_may_not_walk_is_held_for_a_person_and_whoever_assigns_hands_over(
    world: World,
) -> None:
    office = await world.office()
    await lay_out(world, office)
    zhou, wei, sol = [await world.phone(one) for one in (LAO_ZHOU, WEI, SOL)]
    start(zhou, round_on())
    await zhou.sync()
    refused = scan(wei, round_on(), ATRIUM, "x")
    [outcome] = await wei.push([refused])
    assert outcome["problem"]["code"] == "not_allowed", "a repairer has no role of the route"
    sol.record(round_on(), "round_transferred", assignee=ANA.id, transfer_reason="换岗")
    [outcome] = await sol.push()
    assert outcome["status"] in ("accepted", "merged")
    [row] = await world.rows("SELECT assignee, state FROM rounds")
    assert (row["assignee"], row["state"]) == (ANA.id, "in_progress")
    # What the first one goes on to record is kept, though the round is another's now.
    scan(zhou, round_on(), EAST_SQUARE, "y")
    [outcome] = await zhou.push()
    assert outcome["status"] in ("accepted", "merged")


async def test_reprinted_lost_and_copied_labels_are_flagged_and_their_history_stays(
    world: World,
) -> None:
    office = await world.office()
    await lay_out(world, office, within_m=50)
    old = (await hang_up(office))[ATRIUM][0]
    zhou = await world.phone(LAO_ZHOU)
    scanned_before = scan(zhou, start(zhou, round_on()).stamped.record, ATRIUM, old["text"])
    _at(world, 5 * MINUTE)
    new = (await hang_up(office, ATRIUM, request="again"))[ATRIUM]
    assert [one["serial"] for one in new] == [2, 1]
    assert (new[1]["revoked_because"], new[0]["revoked_ms"]) == ("reprinted", 0)
    assert new[0]["code"] != new[1]["code"]
    _at(world, 10 * MINUTE)
    scanned_after = scan(zhou, round_on(), ATRIUM, old["text"])
    forged = scan(zhou, round_on(), ATRIUM, new[0]["text"][:-3] + "AAA")
    elsewhere = scan(zhou, round_on(), EAST_SQUARE, new[0]["text"])
    await office.act(
        new[0]["tag"], "tag_revoked", revoked_at=NOW + 11 * MINUTE, revoked_because="遗失"
    )
    _at(world, 20 * MINUTE)
    lost = scan(zhou, round_on(), ATRIUM, new[0]["text"])
    await zhou.sync()
    odd = {
        one["operation"]: {odd["oddity"] for odd in one["oddities"]}
        for stop in (await office.get(f"rounds/{round_on()}"))["stops"]
        for one in stop["scans"]
    }
    assert odd[scanned_before.id] == {"copied"}, "two serials of one place in one round"
    assert odd[scanned_after.id] == {"copied", "replaced"}
    assert odd[forged.id] == {"copied", "forged"}
    assert "other_checkpoint" in odd[elsewhere.id]
    assert "revoked" in odd[lost.id]
    assert len((await labels(office))[ATRIUM]) == 2


async def test_LO4_rounds_windows_scans_and_labels_come_out_of_the_log_again(world: World) -> None:
    office = await world.office()
    await lay_out(world, office)
    label = (await hang_up(office))[ATRIUM][0]["text"]
    zhou = await world.phone(LAO_ZHOU)
    start(zhou, round_on())
    place = {"latitude": "31.2304", "longitude": "121.4737", "accuracy_m": 20}
    scan(zhou, round_on(), ATRIUM, label, position=place)
    scan(zhou, round_on(), EAST_SQUARE, "\x00 nobody's \u202e label", "nfc")
    finish(zhou, round_on())
    await zhou.sync()
    before = await read_tables(world.server.database)
    assert all(before[one] for one in ("routes", "round_windows", "rounds", "scans", "tags"))
    await rebuild_tables(world.server.database)
    assert await read_tables(world.server.database) == before
    assert await records_differ(world.server.database) == []


async def test_the_session_tells_phones_the_key_that_proves_labels(world: World) -> None:
    office = await world.office()
    told = (await hang_up(office))[ATRIUM][0]
    session = (await office.browser.get("/api/session")).json()
    assert world.server.app is not None
    secret = world.server.app.state.secret
    assert session["tag_key"] == public_half(tag_key(secret, HARBOUR))
    read = read_tag(told["text"])
    assert read is not None
    tag = Tag(
        code=read.code, checkpoint=ATRIUM, site=HARBOUR_MALL, serial=1, signature=read.signature
    )
    assert is_genuine(session["tag_key"], tag)
    zhou = await world.phone(LAO_ZHOU)
    assert zhou.records[told["tag"]]["fields"]["tag"]["value"]["code"] == read.code


async def test_two_guards_who_give_different_reasons_meet_on_the_conflict_desk(
    world: World,
) -> None:
    office = await world.office()
    await lay_out(world, office, roles=["patrol_guard", "team_leader"])
    zhou, sol = await world.phone(LAO_ZHOU), await world.phone(SOL)
    start(zhou, round_on())
    for phone, reason in ((zhou, "门锁着"), (sol, "施工封路")):
        phone.record(round_on(), "checkpoint_missed", checkpoint=ATRIUM, missed_because=reason)
        await phone.sync()
    conflict = await office.conflict()
    assert {one["answer"] for one in conflict["sides"]} == {"门锁着", "施工封路"}
    assert (await office.get("today"))["conflict_count"] == 1
    said = await office.decide(conflict, "门锁着")
    assert said["status"] in ("accepted", "merged"), said
    [stop, _] = (await office.get(f"rounds/{round_on()}"))["stops"]
    assert stop["missed_because"] == "门锁着"


async def test_a_scan_that_was_held_is_let_in_by_a_person_and_its_evidence_can_be_opened(
    world: World,
) -> None:
    office = await world.office()
    await lay_out(world, office)
    zhou, wei = await world.phone(LAO_ZHOU), await world.phone(WEI)
    start(zhou, round_on())
    await zhou.sync()
    scanned = scan(wei, round_on(), ATRIUM, "7KQ2M9XD", "typed")
    await wei.sync()
    [held] = await desk_of(office)
    assert held["problem"]["code"] == "not_allowed"
    said = await decide(office, held, "held_applied")
    assert said["status"] == "accepted", said
    [stop, _] = (await office.get(f"rounds/{round_on()}"))["stops"]
    assert stop["scans"][0]["person"]["name"]["en"] == "Wei"
    opened = await office.get(f"operations/{scanned.id}")
    assert (opened["kind"], opened["person"]["name"]["en"]) == ("checkpoint_scanned", "Wei")


async def test_words_and_photo_of_a_round_are_taken_out_and_the_scan_stays(world: World) -> None:
    office = await world.office()
    await lay_out(world, office)
    zhou = await world.phone(LAO_ZHOU)
    start(zhou, round_on())
    scan(zhou, round_on(), ATRIUM, "7KQ2M9XD", "typed")
    noted = zhou.record(round_on(), "round_noted", checkpoint=ATRIUM, note="张先生，电话 138…")
    await zhou.sync()
    await grant(world, LIN, RoleAt("project_manager", ""))
    keeper = await world.office(LIN)
    said = await keeper.act(
        round_on(), "operation_redacted", "round", operation=noted.id, reason="个人信息"
    )
    assert said["status"] in ("accepted", "merged"), said
    [stop, _] = (await office.get(f"rounds/{round_on()}"))["stops"]
    assert stop["note"] == REMOVED
    assert len(stop["scans"]) == 1
