"""Photos travel beside the operations; nobody says that one arrived before its bytes did."""

import base64
import io

from PIL import Image

from backend.kernel.identity import content_hash
from tests.world.cast import ANA, BEN, CLEO, DAILY_CHECK, GUARD_CHECK, LAO_ZHOU
from tests.world.fixtures import World

DAY_MS = 86_400_000


def _photo(shade: int) -> bytes:
    paper = io.BytesIO()
    Image.new("RGB", (8, 8), (shade, 80, 80)).save(paper, "JPEG")
    return paper.getvalue()


async def test_EV3_outcome_names_the_photos_that_have_not_arrived(world: World) -> None:
    ana = await world.phone(ANA)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    early, late = _photo(1), _photo(2)
    assert (await ana.upload(early)).json()["receipt"] == "roundsman"
    ana.answer(task, "cleaning", "fail", plan=DAILY_CHECK)
    ana.photograph(task, "cleaning", early)
    ana.photograph(task, "cleaning", late)
    outcomes = await ana.push()
    assert [one["missing"] for one in outcomes] == [[], [], [content_hash(late)]]
    assert (await ana.upload(late)).status_code == 200
    again = await ana.push(ana.outbox)
    assert [one["missing"] for one in again] == [[], [], []]


async def test_EV1_bytes_that_are_not_what_was_declared_are_refused(world: World) -> None:
    ana = await world.phone(ANA)
    photo, other = _photo(1), _photo(2)
    path = f"/api/evidence/{content_hash(photo)}"
    assert (await ana.browser.put(path, content=other)).json()["code"] == "hash_mismatch"
    assert (await ana.browser.put(path, content=photo[:9])).json()["code"] == "hash_mismatch"
    assert (await ana.browser.put(path, content=b"<svg>")).json()[
        "code"
    ] == "media_type_unsupported"
    assert (await ana.browser.put(path, content=photo)).status_code == 200


async def test_EV2_naming_somebody_elses_photo_gives_neither_receipt_nor_sight(
    world: World,
) -> None:
    ana, zhou = await world.phone(ANA), await world.phone(LAO_ZHOU)
    photo = _photo(3)
    await ana.upload(photo)
    path = f"/api/evidence/{content_hash(photo)}"
    assert (await zhou.browser.get(path)).status_code == 404
    task = zhou.tasks(GUARD_CHECK)["2026-11-17"]
    zhou.photograph(task, "plaza", photo)
    [outcome] = await zhou.push()
    assert outcome["missing"] == [content_hash(photo)]
    assert (await zhou.browser.get(path)).status_code == 404


async def test_EV4_photo_is_seen_by_those_who_may_see_a_record_that_names_it(world: World) -> None:
    ana, ben, cleo = [await world.phone(one) for one in (ANA, BEN, CLEO)]
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    photo = _photo(4)
    await ana.upload(photo)
    ana.answer(task, "cleaning", "fail", plan=DAILY_CHECK)
    ana.photograph(task, "cleaning", photo)
    await ana.sync()
    path = f"/api/evidence/{content_hash(photo)}"
    assert (await ben.browser.get(path)).content == photo
    assert (await cleo.browser.get(path)).status_code == 404
    office = await world.office()
    [finding] = (await office.get("findings"))["findings"]
    assert finding["photos"] == [content_hash(photo)]
    assert (await office.browser.get(path)).content == photo
    card = await office.card()
    assert _leaf(card["card"]["reasons"])["fact"]["evidence"] == [content_hash(photo)]


async def test_EV12_office_is_told_which_photos_are_still_on_the_phone(world: World) -> None:
    ana = await world.phone(ANA)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    arrived, lacking = _photo(5), _photo(6)
    await ana.upload(arrived)
    ana.answer(task, "cleaning", "fail", plan=DAILY_CHECK)
    for photo in (arrived, lacking):
        ana.photograph(task, "cleaning", photo)
    await ana.push()
    office = await world.office()

    async def told() -> list[list[str]]:
        [finding] = (await office.get("findings"))["findings"]
        opened = await office.get(f"tasks/{task}")
        operation = await office.get(f"operations/{finding['answer_operation']}")
        return [seen["photos_lacking"] for seen in (finding, opened, operation)]

    assert await told() == [[content_hash(lacking)]] * 3
    # Somebody else's bytes under the same hash are not the author's photo.
    ben = await world.phone(BEN)
    await ben.upload(lacking)
    assert await told() == [[content_hash(lacking)]] * 3
    await ana.upload(lacking)
    assert await told() == [[]] * 3


async def test_EV9_caretaker_clears_what_nobody_came_back_for(world: World) -> None:
    ana = await world.phone(ANA)
    photo = _photo(7)
    told = f"sha256 {b64(content_hash(photo))},filetype {b64('image/jpeg')}"
    headers = {
        "tus-resumable": "1.0.0",
        "upload-length": str(len(photo)),
        "upload-metadata": told,
        "content-type": "application/offset+octet-stream",
    }
    begun = await ana.browser.post("/api/uploads", content=photo[:100], headers=headers)
    assert begun.headers["upload-offset"] == "100"
    caretaker = world.server.app.state.caretaker
    path = f"/api/uploads/{content_hash(photo)}"
    for days, standing in ((6, 200), (2, 404)):
        world.clock.advance(days * DAY_MS)
        await caretaker.round()
        assert (await ana.browser.head(path, headers=headers)).status_code == standing


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _leaf(reason: dict) -> dict:
    """Give the one deduction of a reason tree."""
    found = [one for one in _all(reason) if one["kind"] == "deduction"]
    assert len(found) == 1
    return found[0]


def _all(reason: dict) -> list[dict]:
    return [reason, *(one for child in reason["children"] for one in _all(child))]
