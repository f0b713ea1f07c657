"""One phone, two shifts: what Ana left sealed goes up with Ben, in her name, whatever the office did."""

import io
import json

from PIL import Image

from backend.directory.enrol import disable_person, reset_password
from backend.kernel.identity import content_hash
from tests.world.cast import ANA, BEN, DAILY_CHECK, DAY, HARBOUR, HOUR
from tests.world.checkers import check_acknowledged_is_durable, check_log, check_progress
from tests.world.fixtures import World
from tests.world.sealing import Sealer, carry


def _photo() -> bytes:
    paper = io.BytesIO()
    Image.new("RGB", (8, 8), "green").save(paper, "JPEG")
    return paper.getvalue()


async def test_SE8_trap18_password_reset_between_sealing_and_carrying_loses_nothing(
    world: World,
) -> None:
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    sealer = await Sealer.of(ana)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    ana.network.cut = True
    photo = _photo()
    world.clock.advance(HOUR)
    entries = [
        ana.answer(task, "cleaning", "fail", plan=DAILY_CHECK),
        ana.photograph(task, "cleaning", photo),
        ana.answer(task, "greening", "pass", plan=DAILY_CHECK),
    ]
    # End of the shift, no network: her work is sealed and she signs out. Then she forgets her
    # password, and the office gives her another, which ends all her sessions.
    bundles = [sealer.bundle(entries), sealer.photo(photo)]
    await reset_password(world.server.database, HARBOUR, ANA.user_name)
    world.clock.advance(DAY)
    for bundle in bundles:
        said = await carry(ben.browser, bundle)
        assert said["status"] == "opened"
    rows = await world.rows("SELECT * FROM operations WHERE writer_id = $1", ana.writer)
    assert sorted(row["id"] for row in rows) == sorted(entry.id for entry in entries)
    assert {row["person_id"] for row in rows} == {ANA.id}
    [finding] = await world.rows("SELECT * FROM nonconformities")
    assert finding["task_id"] == task
    # The office sees her photo, as hers.
    office = await world.office()
    shown = await office.browser.get(f"/api/evidence/{content_hash(photo)}")
    assert shown.status_code == 200
    # She comes back on the same phone: her counters go on above what was carried.
    ana.network.heal()
    await world.server.database.run(
        "UPDATE people SET must_change_password = false, password_hash = ("
        "SELECT password_hash FROM people WHERE id = $2) WHERE id = $1", ANA.id, BEN.id,
    )  # fmt: skip
    await ana.sign_in()
    await ana.pull()
    assert ana.contiguous == len(entries)
    later = ana.answer(task, "greening", "fail", plan=DAILY_CHECK)
    await ana.sync()
    assert later.outcome is not None
    assert later.outcome["status"] in ("accepted", "merged")
    await check_log(world.server.database)
    await check_progress(world.server.database)
    assert await check_acknowledged_is_durable(world.server.database, [ana]) >= 1


async def test_SE8_work_of_someone_who_left_the_company_waits_for_a_person(world: World) -> None:
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    sealer = await Sealer.of(ana)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    entries = [ana.answer(task, "cleaning", "fail", plan=DAILY_CHECK)]
    bundle = sealer.bundle(entries)
    await disable_person(world.server.database, HARBOUR, ANA.id)
    said = await carry(ben.browser, bundle)
    assert [one["status"] for one in said["outcomes"]] == ["held"]
    [row] = await world.rows("SELECT * FROM held_operations WHERE state = 'waiting'")
    assert (row["operation_id"], row["person_id"]) == (entries[0].id, ANA.id)
    assert row["content"].encode() == entries[0].text


async def test_SE6_carried_by_two_and_pushed_by_its_author_is_recorded_once(world: World) -> None:
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    office = await world.office()
    sealer = await Sealer.of(ana)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    entries = [
        ana.answer(task, item, "pass", plan=DAILY_CHECK) for item in ("cleaning", "greening")
    ]
    # Her own phone comes to life as well; the second counter arrives before the first.
    await ana.push([entries[1]])
    carried = await carry(ben.browser, sealer.bundle(entries))
    file = await carry(office.browser, sealer.plain(entries))
    await ana.push(entries)
    assert [one["status"] for one in carried["outcomes"]] == ["accepted", "duplicate"]
    assert [one["status"] for one in file["outcomes"]] == ["duplicate", "duplicate"]
    rows = await world.rows("SELECT id FROM operations WHERE writer_id = $1", ana.writer)
    assert len(rows) == 2
    brought = await world.rows("SELECT carrier_id, operations FROM carried_bundles")
    assert len(brought) == 2
    assert all(len(json.loads(row["operations"])) == 2 for row in brought)
    await check_progress(world.server.database)
