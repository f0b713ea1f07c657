"""From the score one walks down to the photo; every point on the way is accounted for (W7)."""

import io
from decimal import Decimal
from typing import Any

from PIL import Image

from backend.kernel.identity import content_hash
from tests.world.cast import ANA, BEN, DAILY_CHECK, GUARD_CHECK, LAO_ZHOU, MINUTE
from tests.world.checkers import check_sums
from tests.world.fixtures import World

DAYS = tuple(f"2026-11-{day:02}" for day in range(1, 16))


def _photo(number: int) -> bytes:
    paper = io.BytesIO()
    Image.new("RGB", (8, 8), (number, 90, 90)).save(paper, "JPEG")
    return paper.getvalue()


async def _month(world: World) -> None:
    """Fifteen dirty days, a few other findings, one guard's finding that Lin confirms."""
    ana, ben, zhou = [await world.phone(one) for one in (ANA, BEN, LAO_ZHOU)]
    for number, day in enumerate(DAYS):
        task = ana.tasks(DAILY_CHECK)[day]
        photo = _photo(number)
        ana.answer(task, "cleaning", "fail", plan=DAILY_CHECK)
        ana.photograph(task, "cleaning", photo)
        await ana.upload(photo)
        ben.answer(task, "greening", "fail" if number % 4 == 0 else "pass", plan=DAILY_CHECK)
        ben.answer(task, "exterior", "not_applicable", plan=DAILY_CHECK)
        world.clock.advance(MINUTE)
    zhou.answer(zhou.tasks(GUARD_CHECK)["2026-11-16"], "at_post", "fail", plan=GUARD_CHECK)
    for phone in (ana, ben, zhou):
        await phone.sync()
    [finding] = await world.rows("SELECT id FROM nonconformities WHERE use = 'self_check'")
    office = await world.office()
    await office.act(finding["id"], "nonconformity_confirmed", confirmed_at=world.clock.now_ms())


def _leaves(reason: dict[str, Any]) -> list[dict[str, Any]]:
    below = [leaf for child in reason["children"] for leaf in _leaves(child)]
    return below or [reason]


async def test_W7_children_add_up_and_every_leaf_names_its_evidence(world: World) -> None:
    await _month(world)
    office = await world.office()
    card = (await office.card())["card"]
    # Cleaning lost all its ten points and no more, greening four, labour discipline one.
    assert Decimal(card["score"]) == Decimal(85)
    assert check_sums(card["reasons"]) == 15
    assert Decimal(card["reasons"]["points"]) == Decimal(card["score"])
    photos = 0
    for leaf in _leaves(card["reasons"]):
        if leaf["fact"] is None:
            continue
        seen = await office.get(f"operations/{leaf['fact']['operation']}")
        assert seen["recorded"]["earliest_ms"] <= seen["recorded"]["latest_ms"]
        for one in leaf["fact"]["evidence"]:
            shown = await office.browser.get(f"/api/evidence/{one}")
            assert content_hash(shown.content) == one
            photos += 1
    assert photos == len(DAYS)


async def test_W7_month_without_any_assessment_has_no_score(world: World) -> None:
    zhou = await world.phone(LAO_ZHOU)
    zhou.answer(zhou.tasks(GUARD_CHECK)["2026-11-16"], "at_post", "pass", plan=GUARD_CHECK)
    await zhou.sync()
    office = await world.office()
    card = (await office.card())["card"]
    assert (card["measured"], card["score"], card["grade"]) == (False, None, None)
    check_sums(card["reasons"])
