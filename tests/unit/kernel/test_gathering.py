"""Who asks at the same moment shares a statement; nobody gets an answer older than the question."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from backend.kernel.gathering import Gathering


class Desk:
    """Answers after a while, and notes what it was asked."""

    def __init__(self) -> None:
        self.truth = {"a": 1, "b": 2}
        self.asked: list[list[str]] = []
        self.broken = False

    async def ask(self, keys: Sequence[str]) -> Mapping[str, int]:
        self.asked.append(sorted(keys))
        seen = dict(self.truth)
        await asyncio.sleep(0.01)
        if self.broken:
            raise OSError("away")
        return {key: seen[key] for key in keys if key in seen}


async def test_what_comes_while_asking_is_asked_together() -> None:
    desk = Desk()
    gathering = Gathering(desk.ask)
    first = asyncio.create_task(gathering.get("a"))
    await asyncio.sleep(0.001)
    rest = await asyncio.gather(*(gathering.get(key) for key in ("b", "a", "nobody", "b")))
    assert await first == 1
    assert rest == [2, 1, None, 2]
    assert desk.asked == [["a"], ["a", "b", "nobody"]]


async def test_an_answer_is_never_older_than_its_question() -> None:
    desk = Desk()
    gathering = Gathering(desk.ask)
    before = asyncio.create_task(gathering.get("a"))
    await asyncio.sleep(0.001)
    del desk.truth["a"]
    assert await gathering.get("a") is None, "a session that was ended meanwhile must not hold"
    assert await before == 1
    assert await gathering.get("b") == 2


async def test_a_failure_reaches_everybody_who_asked_and_nobody_else() -> None:
    desk = Desk()
    gathering = Gathering(desk.ask)
    desk.broken = True
    asked = [asyncio.create_task(gathering.get(key)) for key in "ab"]
    for one in asked:
        with pytest.raises(OSError, match="away"):
            await one
    desk.broken = False
    assert await gathering.get("a") == 1


async def test_one_who_goes_away_spoils_nothing_for_the_others() -> None:
    desk = Desk()
    gathering = Gathering(desk.ask)
    leaving, staying = (asyncio.create_task(gathering.get("a")) for _ in range(2))
    await asyncio.sleep(0.001)
    leaving.cancel()
    assert await staying == 1
    assert leaving.cancelled() or await asyncio.wait({leaving}) is not None
