"""Networks fail in the middle: the same push comes ten times, in halves, in another order."""

from random import Random
from typing import Any

import httpx
import pytest

from tests.world.cast import ANA, BEN, DAILY_CHECK, GUARD_CHECK, LAO_ZHOU, MINUTE
from tests.world.fixtures import World
from tests.world.phone import Entry, Phone

TABLES = (
    "records",
    "tasks",
    "answers",
    "nonconformities",
    "conflicts",
    "writer_progress",
    "scorecards",
)


async def _record(world: World) -> tuple[Phone, Phone, Phone]:
    """Three people work offline on overlapping checks."""
    ana, ben, zhou = [await world.phone(one) for one in (ANA, BEN, LAO_ZHOU)]
    day, guard = ana.tasks(DAILY_CHECK)["2026-11-17"], zhou.tasks(GUARD_CHECK)["2026-11-17"]
    for phone, task, plan, items in (
        (ana, day, DAILY_CHECK, ("cleaning", "greening", "exterior")),
        (ben, day, DAILY_CHECK, ("cleaning", "energy_saving")),
        (zhou, guard, GUARD_CHECK, ("plaza", "parking")),
    ):
        for item in items:
            world.clock.advance(MINUTE)
            phone.answer(task, item, "fail" if phone is not ben else "pass", plan=plan)
            phone.record(task, "item_noted", item=item, note=f"{phone.person.name.zh}: 有积水")
        phone.record(task, "task_finished", finished_at=world.clock.now_ms())
    return ana, ben, zhou


async def _everything(world: World) -> dict[str, Any]:
    await world.server.scores_settle()
    found: dict[str, Any] = {}
    for table in TABLES:
        rows = await world.rows(f"SELECT * FROM {table} ORDER BY organization_id, id")
        found[table] = [dict(row) for row in rows]
    found["log"] = [
        row["content"]
        for row in await world.rows("SELECT content FROM operations ORDER BY position")
    ]
    return found


def _whatever_the_order(found: dict[str, Any]) -> dict[str, Any]:
    """Leave what arrival cannot change: who answered what, what stands, what it costs."""
    return {
        "log": sorted(found["log"]),
        "answers": [
            {
                name: row[name]
                for name in ("id", "answer", "person_id", "note", "contested", "indicator")
            }
            for row in found["answers"]
        ],
        "states": [(row["id"], row["state"]) for row in found["nonconformities"]],
        "scores": [(row["id"], row["score"], row["grade"]) for row in found["scorecards"]],
    }


async def test_PU3_same_push_ten_times_has_one_effect(world: World) -> None:
    phones = await _record(world)
    outcomes = [await phone.push() for phone in phones]
    once = await _everything(world)
    for _ in range(10):
        again = [await phone.push(phone.outbox) for phone in phones]
        for first, second in zip(outcomes, again, strict=True):
            assert [{**one, "status": "duplicate"} for one in first] == second
    assert await _everything(world) == once


async def test_PU4_answer_lost_on_the_way_is_given_again(world: World) -> None:
    ana = await world.phone(ANA)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    ana.answer(task, "cleaning", "fail", plan=DAILY_CHECK)
    ana.network.faults.answer_lost = 100
    with pytest.raises(httpx.TransportError, match="answer_lost"):
        await ana.push()
    ana.network.heal()
    assert len(ana.waiting) == 1
    await ana.pull()
    assert ana.contiguous == 1
    assert ana.view(task) == ana.records[task]
    [outcome] = await ana.push()
    assert outcome["status"] == "duplicate"
    assert outcome["position"] == ana.records[task]["position"]
    assert ana.waiting == []


def _halves(phones: tuple[Phone, ...], dice: Random) -> list[tuple[Phone, list[Entry]]]:
    """Cut every queue into pieces of any size and send the pieces in any order, some twice."""
    pieces: list[tuple[Phone, list[Entry]]] = []
    for phone in phones:
        rest = list(phone.outbox)
        while rest:
            size = dice.randint(1, 3)
            pieces.append((phone, rest[:size]))
            rest = rest[size:]
    pieces += dice.sample(pieces, len(pieces) // 2)
    dice.shuffle(pieces)
    return pieces


@pytest.mark.parametrize("seed", range(4))
async def test_PU5_push_cut_in_pieces_and_shuffled_is_one_effect(world: World, seed: int) -> None:
    before = len((await _everything(world))["log"])
    phones = await _record(world)
    for phone, piece in _halves(phones, Random(seed)):
        await phone.push(piece)
    shuffled = _whatever_the_order(await _everything(world))
    for phone in phones:
        assert phone.waiting == []
        await phone.pull()
        assert (phone.contiguous, phone.beyond) == (len(phone.outbox), set())
    # Ana fails three items, Lao Zhou two; the flow raises a nonconformity for each.
    answers = [row["answer"] for row in shuffled["answers"]]
    assert (answers.count("fail"), len(shuffled["states"])) == (5, 5)
    # How often a place's memory is written depends on what came first; what it says does not.
    told = [one for one in shuffled["log"] if '"results_remembered"' not in one]
    assert len(told) == before + sum(len(phone.outbox) for phone in phones) + 5
    assert shuffled["scores"][0][1] == "97.00"
