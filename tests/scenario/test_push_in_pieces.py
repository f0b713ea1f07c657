"""Beside somebody who sends one answer, another's backlog is committed piece by piece."""

from typing import Any

import pytest

from backend.sync import storage, turns
from tests.world.cast import ANA, BEN, DAILY_CHECK
from tests.world.checkers import check_acknowledged_is_durable, check_log, check_progress
from tests.world.fixtures import World
from tests.world.phone import Phone

BACKLOG = 3 * turns.SMALL


@pytest.fixture(autouse=True)
def _short_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of five, and a lull that no slow machine reaches."""
    monkeypatch.setattr(turns, "PIECE", 5)
    monkeypatch.setattr(turns, "LULL_MS", 10**9)


async def _backlog_beside_a_small_push(world: World) -> Phone:
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    ben.record(task, "remark_added", remark="one")
    await ben.push()
    for number in range(BACKLOG):
        ana.record(task, "remark_added", remark=f"two weeks, {number}")
    return ana


async def test_PU5_backlog_in_pieces_is_answered_whole_and_leaves_one_log(world: World) -> None:
    ana = await _backlog_beside_a_small_push(world)
    before = await world.rows("SELECT 1 FROM commits")
    outcomes = await ana.push()
    assert [one["id"] for one in outcomes] == [one.id for one in ana.outbox]
    assert {one["status"] for one in outcomes} <= {"accepted", "merged"}
    after = await world.rows("SELECT 1 FROM commits")
    assert len(after) - len(before) == BACKLOG // 5, "each piece is a commit of its own"
    await check_log(world.server.database)
    await check_acknowledged_is_durable(world.server.database, [ana])


async def test_PU5_backlog_whose_third_piece_fails_is_sent_again_and_counts_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = await _backlog_beside_a_small_push(world)
    write, calls = storage.write_group, 0

    async def fail_once(*given: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 3:
            message = "the database went away"
            raise ConnectionError(message)
        return await write(*given)

    monkeypatch.setattr(storage, "write_group", fail_once)
    reply = await ana.send(b",".join(one.text for one in ana.outbox))
    assert reply.status_code == 503
    assert reply.json()["code"] == "database_unavailable"
    assert calls == 3, "the rest of a failed push goes no further"
    outcomes = await ana.push()
    again = [one["status"] == "duplicate" for one in outcomes]
    assert again == [True] * 10 + [False] * (BACKLOG - 10)
    assert {one["status"] for one in outcomes[10:]} <= {"accepted", "merged"}
    await check_log(world.server.database)
    await check_progress(world.server.database)
    await check_acknowledged_is_durable(world.server.database, [ana])
