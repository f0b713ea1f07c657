"""A seeded week at the harbour: many phones, a bad network, a server that dies; then the laws."""

import asyncio
from collections import Counter
from random import Random

import httpx

from tests.world.cast import (
    ANA,
    BEN,
    DAILY_CHECK,
    DING,
    GARDEN_CHECK,
    GUARD_CHECK,
    HOUR,
    LAO_ZHOU,
    LIST_OF,
    MINUTE,
    REPAIR_CHECK,
    SOL,
    WEI,
    Person,
)
from tests.world.checkers import (
    check_acknowledged_is_durable,
    check_cursor,
    check_equal_states,
    check_held,
    check_log,
    check_progress,
    check_scorecards,
)
from tests.world.fixtures import World
from tests.world.network import Faults
from tests.world.phone import Phone

PEOPLE: tuple[tuple[Person, str], ...] = (
    (ANA, DAILY_CHECK),
    (BEN, DAILY_CHECK),
    (LAO_ZHOU, GUARD_CHECK),
    (WEI, REPAIR_CHECK),
    (SOL, REPAIR_CHECK),
    (DING, GARDEN_CHECK),
)
DAYS = ("2026-11-15", "2026-11-16", "2026-11-17")
"""Few, so that people meet in the same checks."""

MONTH_END = ("2026-10-30", "2026-10-31", "2026-11-01")
LAST_EVENING_MS = 1_793_451_600_000  # 2026-10-31T21:00 in Shanghai

ITEMS = {
    DAILY_CHECK: ("cleaning", "greening", "exterior"),
    GARDEN_CHECK: ("cleaning", "greening", "exterior"),
    GUARD_CHECK: ("plaza", "parking", "fire_exits"),
    REPAIR_CHECK: ("orders_in_time", "unknown to the list"),
}
STEPS = 500
LOUSY = Faults(lost=10, answer_lost=12, doubled=8, late=8, portal=4)
LOOK_EVERY = 20
ROUNDS_TO_EMPTY = 2
CAUSED_BY_PEOPLE = frozenset({"kind_unknown", "item_unknown", "not_allowed", "same_person"})


class Week:
    """One run: every choice comes from the dice, so that a seed is a story."""

    def __init__(self, world: World, seed: int, days: tuple[str, ...] = DAYS) -> None:
        self.days = days
        self.world = world
        self.dice = Random(seed)
        self.phones: list[tuple[Phone, str]] = []
        self.told: list[str] = []
        self.did: Counter[str] = Counter()

    async def run(self) -> None:
        """Live through the week, then mend everything and hold the laws against it."""
        for person, plan in PEOPLE:
            offset = self.dice.choice((0, 0, 0, -40 * MINUTE, 3 * 365 * 24 * HOUR))
            dice = Random(self.dice.randrange(2**32))
            phone = await self.world.phone(person, offset_ms=offset, dice=dice)
            phone.network.faults = LOUSY
            self.phones.append((phone, plan))
        for number in range(STEPS):
            await self._step()
            if number % LOOK_EVERY == 0:
                await check_progress(self.world.server.database)
                await check_scorecards(self.world.server)
        await self._heal()
        await self._hold_the_laws()

    async def _step(self) -> None:
        self.world.clock.advance(self.dice.randint(1, 40) * MINUTE // 4)
        phone, plan = self.dice.choice(self.phones)
        deed = self.dice.choices(
            (self._record, self._sync, self._late, self._restart, self._tunnel),
            weights=(60, 30, 4, 2, 4),
        )[0]
        self.did[deed.__name__] += 1
        self.told.append(f"{deed.__name__} {phone.person.name.en}")
        await deed(phone, plan)

    async def _record(self, phone: Phone, plan: str) -> None:
        for _ in range(self.dice.randint(1, 4)):
            self._write(phone, plan)

    def _write(self, phone: Phone, plan: str) -> None:
        task = phone.tasks(plan)[self.dice.choice(self.days)]
        item = self.dice.choice(ITEMS[plan])
        findings = [
            one for one, record in phone.records.items() if record["kind"] == "nonconformity"
        ]
        match self.dice.randrange(10):
            case 0:
                phone.record(
                    task, "task_started", checklist=LIST_OF[plan], started_at=phone.clock.wall_ms()
                )
            case 1:
                phone.record(task, "task_finished", finished_at=phone.clock.wall_ms())
            case 2:
                phone.record(task, "item_noted", item=item, note=f"{len(self.told)} \x00")
            case 3:
                phone.record(task, "remark_added", remark=f"{len(self.told)}")
            case 4:
                phone.photograph(task, item, f"{item}{self.dice.randrange(3)}".encode())
            case 5 if findings:
                self._correct(phone, self.dice.choice(sorted(findings)))
            case 6 if self.dice.randrange(3) == 0:
                phone.record(task, "door_sealed", door=4)
            case _:
                answer = self.dice.choice(("pass", "fail", "fail", "not_applicable"))
                phone.answer(task, item, answer, plan=plan)

    def _correct(self, phone: Phone, finding: str) -> None:
        now = phone.clock.wall_ms()
        match self.dice.randrange(3):
            case 0:
                phone.record(finding, "nonconformity_corrected", corrected_at=now, correction="好")
            case 1:
                phone.record(finding, "correction_verified", verified_at=now, words="看过")
            case _:
                phone.record(finding, "severity_judged", severity="serious")

    async def _sync(self, phone: Phone, _plan: str) -> None:
        """Several phones at once, so that groups form; what fails is tried another time."""
        others = self.dice.sample([one for one, _ in self.phones], self.dice.randint(0, 3))
        await asyncio.gather(
            *(self._try(one) for one in {id(one): one for one in (phone, *others)}.values())
        )

    async def _try(self, phone: Phone) -> None:
        try:
            # Mostly from the front; sometimes a batch overtakes, so that there are gaps.
            begin, size = self.dice.choice((0, 0, 0, 3)), self.dice.choice((1, 5, 100))
            batch = phone.waiting[begin : begin + size]
            if batch:
                self.did["overtaking"] += batch[0] is not phone.waiting[0]
                reply = await phone.send(b",".join(one.text for one in batch))
                phone.take_outcomes(reply)
            await phone.pull(limit=self.dice.choice((3, 1000)))
        except httpx.TransportError:
            self.did["tries that failed"] += 1

    async def _late(self, phone: Phone, _plan: str) -> None:
        for one, _ in self.phones:
            self.did["arrived late"] += await one.network.deliver_late()

    async def _restart(self, phone: Phone, _plan: str) -> None:
        """The server goes down in the middle of pushes; phones that were under way meet that."""
        pushes = [asyncio.create_task(self._try(one)) for one, _ in self.phones[:3]]
        await asyncio.sleep(self.dice.random() * 0.01)
        await self.world.server.stop()
        await asyncio.gather(*pushes)
        await self._try(phone)
        await self.world.server.start()

    async def _tunnel(self, phone: Phone, _plan: str) -> None:
        phone.network.cut = not phone.network.cut
        if self.dice.randrange(3) == 0:
            phone.clock.restart()

    async def _heal(self) -> None:
        """The faults stop: within two rounds every queue is empty."""
        for phone, _ in self.phones:
            phone.network.heal()
            self.did["arrived late"] += await phone.network.deliver_late()
        for _ in range(ROUNDS_TO_EMPTY):
            for phone, _ in self.phones:
                await phone.sync()
        assert sum(len(phone.waiting) for phone, _ in self.phones) == 0
        for phone, _ in self.phones:
            await phone.pull()

    async def _hold_the_laws(self) -> None:
        database = self.world.server.database
        phones = [phone for phone, _ in self.phones]
        recorded = sum(len(phone.outbox) for phone in phones)
        assert await check_acknowledged_is_durable(database, phones) == recorded
        assert await check_log(database) > recorded // 2
        await check_held(database, CAUSED_BY_PEOPLE)
        await check_progress(database)
        assert await check_scorecards(self.world.server) > 0
        for phone in phones:
            assert (phone.contiguous, phone.beyond) == (len(phone.outbox), set())
            assert await check_cursor(database, phone) > 10
        check_equal_states(phones)
        self.did["operations"] = recorded
        for phone in phones:
            self.did.update(phone.network.met)
        for table in ("conflicts", "held_operations", "nonconformities"):
            rows = await self.world.rows(f"SELECT count(*) AS n FROM {table}")
            self.did[table] = rows[0]["n"]
