"""The stand-in in memory and PostgreSQL live the same days: same answers, same tables.

So the schedules in memory prove something about the real one, and the stand-in cannot drift: who
changes a statement finds out here what to change in `memory_reads.py`.
"""

import secrets
from collections import Counter
from decimal import Decimal
from random import Random
from typing import Any

import asyncpg
import msgspec
import pytest

from backend.kernel.clock import SetClock
from backend.kernel.database import Database
from backend.kernel.identity import derived_id
from shared_schemas.sync import Outcome
from tests.simulation import field_work
from tests.simulation.memory import Memory, MemoryDatabase, lay, stand_in
from tests.simulation.schedule import DAYS, HIDDEN_TASK, ITEMS, PEOPLE, _tasks
from tests.simulation.stage import Asked, Reply, SimPhone, Stage
from tests.world.cast import DAY, HARBOUR, HARBOUR_MALL, LIST_OF, MINUTE, NORTH_GARDEN, NOW

STEPS = 240
SEEDS = (1, 2)


class Twins:
    """One server over each database; every request goes to both, and both must say the same."""

    def __init__(self, memory: Memory, database: Database, patch: pytest.MonkeyPatch) -> None:
        self.clock = SetClock(NOW)
        self.memory = memory
        self.database = database
        self.ours = Stage(lambda: MemoryDatabase(memory), self.clock, count=1)
        self.real = Stage(lambda: database, self.clock, count=1)
        self.said: Counter[str] = Counter()
        self._tags: Counter[str] = Counter()
        self._now = ""
        patch.setattr(secrets, "token_hex", self._tag)

    def _tag(self, _length: int) -> str:
        self._tags[self._now] += 1
        return f"{self._tags[self._now]:012x}"

    async def answer(self, asked: Asked) -> Reply:
        replies = []
        for name, stage in (("ours", self.ours), ("real", self.real)):
            self._now = name
            replies.append(await stage.processes[0].answer(asked))
            await stage.quiet()
        ours, real = replies
        assert ours.content == real.content, asked.path
        assert ours.status_code == real.status_code
        self.said[asked.path] += 1
        return ours

    async def publish(self, record: str, body: dict[str, Any]) -> Outcome:
        outcomes = []
        for name, stage in (("ours", self.ours), ("real", self.real)):
            self._now = name
            outcomes.append(await stage.publish(record, body))
            await stage.quiet()
        ours, real = outcomes
        assert ours == real, body["kind"]
        return ours

    async def grant(self, person: str, role: str, *, given: bool) -> None:
        one = derived_id("sim grant", person)
        row = {"organization_id": HARBOUR, "id": one, "person_id": person, "role": role}
        table = self.memory.tables["memberships"]
        if given and (HARBOUR, one) not in table:
            table[HARBOUR, one] = {
                **row,
                "site_id": NORTH_GARDEN,
                "department_id": None,
                "post_id": None,
            }
            await self.database.run(
                "INSERT INTO memberships (organization_id, id, person_id, role, site_id)"
                " VALUES ($1, $2, $3, $4, $5)",
                *row.values(),
                NORTH_GARDEN,
            )
        elif not given:
            table.pop((HARBOUR, one), None)
            await self.database.run("DELETE FROM memberships WHERE id = $1", one)


class TwinWay:
    """A phone's way to both."""

    def __init__(self, twins: Twins, phone: SimPhone) -> None:
        self.headers: dict[str, str] = {}
        self._twins, self._phone = twins, phone

    async def post(self, path: str, *, content: bytes) -> Reply:
        return await self._twins.answer(self._asked(path, content=content))

    async def get(self, path: str, *, params: dict[str, Any]) -> Reply:
        return await self._twins.answer(self._asked(path, params=params))

    def _asked(self, path: str, **more: Any) -> Asked:
        return Asked(person=self._phone.person, device=self._phone.device, path=path, **more)


@pytest.mark.parametrize("seed", SEEDS)
async def test_stand_in_and_postgresql_say_and_keep_the_same(
    settled_url: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in()
    dice = Random(seed)
    connection = await asyncpg.connect(settled_url)
    laid = await lay(connection)
    database = Database(settled_url, pool_size=3)
    await database.open()
    try:
        twins = Twins(Memory(laid, Random(seed)), database, monkeypatch)
        await _live(twins, dice, _tasks(laid))
        await _compare(twins.memory, connection)
    finally:
        await connection.close()
        await database.close()
    assert not twins.memory.unknown
    assert twins.said["/api/sync/push"] > 40
    assert twins.said["/api/sync/pull"] > 40


async def _live(twins: Twins, dice: Random, tasks: dict[str, dict[str, str]]) -> None:
    places = msgspec.json.decode(twins.memory.tables["records"][HARBOUR, HARBOUR_MALL]["content"])
    here = places["fields"]["places"]["value"]
    for record, body in field_work.published(here):
        outcome = await twins.publish(record, body)
        assert outcome.status in ("accepted", "merged"), outcome
    copied = await twins.publish(derived_id("sim label", 2), field_work.label(serial=2))
    assert copied.status == "held", copied
    not_theirs = {"kind": "places_published", "places": {**here, "site": NORTH_GARDEN}}
    claimed = await twins.publish(NORTH_GARDEN, not_theirs)
    assert claimed.status == "held", claimed
    phones = []
    for number, (person, plan) in enumerate(PEOPLE):
        phone = SimPhone(twins.ours, person, number, dice)
        await phone.bind(twins.ours)
        await phone.bind(twins.real)
        phone.browser = TwinWay(twins, phone)
        phones.append((phone, plan))
    for _ in range(STEPS):
        twins.clock.advance(dice.randint(1, 40) * MINUTE // 4)
        phone, plan = dice.choice(phones)
        await _deed(twins, dice, phone, plan, tasks)
    for phone, _ in phones:
        await phone.sync()
    twins.clock.advance(2 * DAY)
    outcome = await twins.publish(field_work.SAMPLE, field_work.drawn(twins.memory))
    assert outcome.status in ("accepted", "merged"), outcome


async def _deed(
    twins: Twins, dice: Random, phone: SimPhone, plan: str, tasks: dict[str, dict[str, str]]
) -> None:
    match dice.randrange(12):
        case 0:
            body = {"kind": "agenda_planned", "plan": plan, "month": "2027-01"}
            day = {"task": HIDDEN_TASK, "on": "2027-01-04", "ordinal": 1}
            window = {**day, "opens_ms": NOW, "closes_ms": NOW + MINUTE}
            await twins.publish(derived_id("sim agenda", plan), {**body, "windows": [window]})
        case 1:
            person = phone.person
            if person.role.site == NORTH_GARDEN:
                return
            await twins.grant(person.id, person.role.role, given=dice.random() < 0.6)
        case 2 if phone.outbox:
            await phone.push(dice.sample(phone.outbox, min(4, len(phone.outbox))))
        case 3 | 4 | 5:
            await phone.pull(limit=dice.choice((2, 7, 1000)))
        case 6 | 7 | 8:
            await phone.push(phone.waiting[dice.choice((0, 0, 2)) :][: dice.choice((1, 3, 50))])
        case _:
            task = HIDDEN_TASK if dice.random() < 0.2 else tasks[plan][dice.choice(DAYS)]
            _record(dice, phone, plan, task)


def _record(dice: Random, phone: SimPhone, plan: str, task: str) -> None:
    item, told = dice.choice(ITEMS[plan]), f"{len(phone.outbox)} \x00 ☂"
    for _ in range(dice.randint(1, 4)):
        match dice.randrange(13):
            case 0:
                phone.record(task, "remark_added", remark=told)
            case 1:
                phone.photograph(task, item, item.encode())
            case 2:
                phone.record(task, "door_sealed", door=4)
            case 3:
                phone.record(task, "item_answered", item=item, answer="half")
            case 4:
                phone.record(task, "task_started", checklist=LIST_OF[plan], started_at=NOW)
            case 5 | 6 | 7 | 8 | 9 | 10:
                field_work.record(dice, phone, task)
            case _:
                phone.answer(task, item, dice.choice(("pass", "fail", "fail")), plan=plan)


LEFT_OUT = frozenset({"migration", "scorecards", "commits"})
"""Scoring is nobody's here; of commits the tags are ours, and their places are compared below."""


MUST_HAVE_LIVED = (
    "day_variants",
    "handovers",
    "nonconformities",
    "removals",
    "rosters",
    "round_windows",
    "rounds",
    "scans",
    "scope_members",
    "tags",
    "tasks",
)
"""Tables that hold nothing say nothing about the stand-in."""


async def _compare(memory: Memory, connection: asyncpg.Connection) -> None:
    compared = 0
    for name, rows in memory.tables.items():
        found = await connection.fetch(f'SELECT * FROM "{name}"')
        real = {tuple(row[part] for part in memory.keys[name]): _plain(row) for row in found}
        ours = {key: _plain(row) for key, row in rows.items()}
        assert ours.keys() == real.keys(), name
        if name not in LEFT_OUT:
            for key, row in real.items():
                ours_too = {column: ours[key].get(column) for column in row}
                assert ours_too == row or _made_by_the_database(name), (name, key)
            compared += len(real)
    assert compared > 200
    lived = {name for name, rows in memory.tables.items() if rows}
    assert lived >= set(MUST_HAVE_LIVED), set(MUST_HAVE_LIVED) - lived
    answers = memory.tables["answers"].values()
    assert any(row["reading"] for row in answers)
    assert any(row["site_id"].startswith("~") for row in memory.tables["records"].values())
    assert any(row["beside"] for row in memory.tables["task_windows"].values())


def _plain(row: Any) -> dict[str, Any]:
    """Give a row with whole numbers as such, however a driver reads them."""
    return {
        name: int(value) if isinstance(value, Decimal) else value for name, value in row.items()
    }


def _made_by_the_database(name: str) -> bool:
    return name in {"devices", "writers"}
