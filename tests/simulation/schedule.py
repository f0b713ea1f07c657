"""One schedule: what many people do over a bad network while servers die, told by one seed."""

import asyncio
from collections import Counter
from random import Random
from typing import Any

import msgspec
import structlog

from backend.domains.inspections.agenda import agenda_of
from backend.flows.failed_item_raises_nonconformity import nonconformity_of
from backend.kernel.canonical import canonical
from backend.kernel.clock import SetClock
from backend.kernel.identity import content_hash, derived_id
from tests.simulation import field_work, laws
from tests.simulation.memory import POISON, Laid, Memory, Tables, stand_in
from tests.simulation.stage import Faults, Lost, SimPhone, memory_stage
from tests.world.cast import (
    ANA,
    BEN,
    DAILY_CHECK,
    DING,
    GARDEN_CHECK,
    GUARD_CHECK,
    HARBOUR,
    HARBOUR_MALL,
    HOUR,
    LAO_ZHOU,
    LIST_OF,
    MINUTE,
    NORTH_GARDEN,
    NOW,
    REPAIR_CHECK,
    SOL,
    WEI,
    Person,
)

PEOPLE: tuple[tuple[Person, str], ...] = (
    (ANA, DAILY_CHECK),
    (BEN, DAILY_CHECK),
    (ANA, DAILY_CHECK),
    (LAO_ZHOU, GUARD_CHECK),
    (WEI, REPAIR_CHECK),
    (SOL, REPAIR_CHECK),
    (DING, GARDEN_CHECK),
)
"""Ana has two phones."""

ITEMS = {
    DAILY_CHECK: ("cleaning", "greening", "exterior"),
    GARDEN_CHECK: ("cleaning", "greening", "exterior"),
    GUARD_CHECK: ("plaza", "parking", "fire_exits"),
    REPAIR_CHECK: ("orders_in_time", "unknown to the list"),
}
DAYS = ("2026-11-16", "2026-11-17")
"""Few, so that people meet in the same checks."""

YEAR = 365 * 24 * HOUR
OFFSETS = (0, 0, -40 * MINUTE, 2 * HOUR, 4 * YEAR, 1_000 - NOW)
"""How wrong phones' clocks are: right, slow, fast, in 2030, in 1970."""

OF_THE_FIELD = 0.15
"""How much of what people do is not their ordinary checks."""

LEAST_OPERATIONS = 200
LOUSY = Faults(lost=10, answer_lost=12, doubled=7, late=7, portal=4)
ROUNDS_TO_EMPTY = 2
CAUSED_BY_PEOPLE = frozenset(
    {
        "estimate_limit",
        "finding_withdrawn",
        "identity_clash",
        "item_unknown",
        "kind_unknown",
        "not_allowed",
        "operation_malformed",
        "own_cause",
        "record_unknown",
        "round_unknown",
        "rules_broken",
        "same_person",
    }
)
HIDDEN_DAY = "2027-01-04"
HIDDEN_TASK = derived_id("sim task", HIDDEN_DAY)
"""A task that phones know of before the server does: work on it is held until its agenda comes."""


class Schedule:
    """One run on a database in memory; every choice comes from the dice."""

    def __init__(self, laid: Laid, ground: laws.Ground, seed: int) -> None:
        stand_in()
        structlog.configure(processors=[_silence])
        self.seed = seed
        self.dice = Random(seed)
        self.ground = ground
        self.clock = SetClock(NOW)
        self.memory = Memory(laid, self.dice)
        self.stage = memory_stage(self.memory, self.clock)
        self.phones: list[tuple[SimPhone, str]] = []
        self.recorded: dict[tuple[str, str], str] = {}
        self.did: Counter[str] = Counter()
        self.tasks = _tasks(laid)
        self._memberships = dict(self.memory.tables["memberships"])
        self._backup: Tables = {}
        self._in_doubt: set[int] = set()
        self._cloned: set[str] = set()

    async def run(self) -> Counter[str]:
        """Live through it, mend everything, and hold the laws against it; give what happened."""
        await self._begin()
        while sum(len(phone.outbox) for phone, _ in self.phones) < LEAST_OPERATIONS:
            await self._step()
        await self._heal()
        await self._hold_the_laws()
        return self.did

    async def _begin(self) -> None:
        places = self.memory.tables["records"][HARBOUR, HARBOUR_MALL]["content"]
        known = msgspec.json.decode(places)["fields"]["places"]["value"]
        for record, body in field_work.published(known):
            outcome = await self.stage.publish(record, body)
            assert outcome.status != "held", outcome
        for number, (person, plan) in enumerate(PEOPLE):
            phone = SimPhone(self.stage, person, number, Random(self.dice.randrange(2**32)))
            phone.clock.offset_ms = self.dice.choice(OFFSETS)
            await phone.bind(self.stage)
            await phone.pull()
            phone.way.faults = LOUSY
            self.phones.append((phone, plan))
        self._backup = self.memory.copy()

    async def _step(self) -> None:
        self.clock.advance(self.dice.randint(1, 40) * MINUTE // 4)
        phone, plan = self.dice.choice(self.phones)
        deed = self.dice.choices(_DEEDS, weights=_WEIGHTS)[0]
        self.did[deed.__name__.strip("_")] += 1
        await deed(self, phone, plan)

    # What people do.

    async def _record(self, phone: SimPhone, plan: str) -> None:
        for _ in range(self.dice.randint(1, 5)):
            begin = len(phone.outbox)
            if self.dice.random() < OF_THE_FIELD:
                task = self.tasks[plan][self.dice.choice(DAYS)]
                field_work.record(self.dice, phone, task)
            else:
                self._write(phone, plan)
            for entry in phone.outbox[begin:]:
                self.recorded[entry.id, entry.sha256] = phone.person.id

    def _write(self, phone: SimPhone, plan: str) -> Any:  # noqa: PLR0911  one way out for each deed
        dice, now = self.dice, phone.clock.wall_ms()
        task = HIDDEN_TASK if dice.random() < 0.06 else self.tasks[plan][dice.choice(DAYS)]
        item = dice.choice(ITEMS[plan])
        checklist = LIST_OF[plan]
        told = f"{self.did['record']} {dice.randrange(1000)}"
        photo = f"{item}{dice.randrange(3)}".encode()
        match dice.randrange(16):
            case 0:
                return phone.record(task, "task_started", checklist=checklist, started_at=now)
            case 1:
                return phone.record(task, "task_finished", finished_at=now)
            case 2:
                poison = POISON if dice.random() < 0.2 else "\x00"
                return phone.record(task, "item_noted", item=item, note=told + poison)
            case 3:
                return phone.record(task, "remark_added", remark=told)
            case 4:
                return phone.photograph(task, item, photo)
            case 5:
                kept = content_hash(photo)
                return phone.record(task, "evidence_withdrawn", item=item, photo=kept)
            case 6 | 7 | 8:
                return self._correct(phone, nonconformity_of(task, item), told)
            case 9 if dice.random() < 0.3:
                return phone.record(task, "door_sealed", door=4)
            case 10 if dice.random() < 0.3:
                half = {"item": item, "answer": "half", "checklist": checklist}
                return phone.record(task, "item_answered", **half)
            case _:
                word = dice.choice(("pass", "fail", "fail", "not_applicable"))
                return phone.answer(task, item, word, plan=plan)

    def _correct(self, phone: SimPhone, finding: str, told: str) -> Any:
        """Often before the server has heard of the finding, so that it is held and joins later."""
        now = phone.clock.wall_ms()
        match self.dice.randrange(5):
            case 0:
                return phone.record(finding, "nonconformity_confirmed", confirmed_at=now)
            case 1:
                said = {"corrected_at": now, "correction": told}
                return phone.record(finding, "nonconformity_corrected", **said)
            case 2:
                return phone.record(finding, "correction_verified", verified_at=now, words=told)
            case _:
                severity = self.dice.choice(("minor", "general", "serious"))
                return phone.record(finding, "severity_judged", severity=severity)

    async def _sync(self, phone: SimPhone, _plan: str) -> None:
        """Several phones at once, so that groups form; what fails is tried another time."""
        others = self.dice.sample([one for one, _ in self.phones], self.dice.randint(0, 3))
        await asyncio.gather(*map(self._try, {id(one): one for one in (phone, *others)}.values()))

    async def _try(self, phone: SimPhone) -> None:
        try:
            # Mostly from the front; sometimes a batch overtakes, so that there are gaps.
            begin, size = self.dice.choice((0, 0, 0, 3)), self.dice.choice((1, 5, 100))
            await self._push(phone, phone.waiting[begin : begin + size])
            await self._pull(phone, self.dice.choice((3, 40, 1000)))
        except Lost:
            self.did["tries that failed"] += 1

    async def _push(self, phone: SimPhone, batch: list[Any]) -> None:
        if batch:
            self.did["overtaking"] += batch[0] is not phone.waiting[0]
            reply = await phone.send(b",".join(one.text for one in batch))
            told = phone.take_outcomes(reply)
            self.did.update(one["status"] for one in told)

    async def _pull(self, phone: SimPhone, limit: int = 1000) -> None:
        if await phone.pull(limit=limit):
            self._in_doubt.discard(id(phone))
            laws.hold("the sums agree", not phone.differs, (phone.person.name.en, phone.differs))

    async def _replay(self, phone: SimPhone, _plan: str) -> None:
        """A phone sends again what was answered long ago."""
        begin = self.dice.randrange(len(phone.outbox) + 1)
        batch = phone.outbox[begin : begin + 8]
        if batch:
            try:
                phone.take_outcomes(await phone.send(b",".join(one.text for one in batch)))
            except Lost:
                self.did["tries that failed"] += 1

    async def _clash(self, phone: SimPhone, plan: str) -> None:
        """A phone that was set back to its own backup uses a number once more."""
        item = self.dice.choice(ITEMS[plan])
        task = self.tasks[plan][DAYS[0]]
        entry = phone.record(task, "item_noted", item=item, note="as it is")
        self.recorded[entry.id, entry.sha256] = phone.person.id
        self._cloned.add(entry.id)
        other = entry.text.replace(b'"as it is"', b'"as it was"')
        self.recorded[entry.id, content_hash(other)] = phone.person.id
        try:
            await phone.send(other)
        except Lost:
            self.did["tries that failed"] += 1

    async def _steal(self, phone: SimPhone, _plan: str) -> None:
        """Somebody signed in as another sends this phone's queue as if it were the own."""
        thieves = [one for one, _ in self.phones if one.person is not phone.person]
        thief = self.dice.choice(thieves)
        if not phone.outbox:
            return
        sent = canonical(thief.capture()).encode()
        body = b'{"operations":[%b],"sent":%b,"wire":1,"writer":"%b"}'
        content = body % (phone.outbox[-1].text, sent, phone.writer.encode())
        try:
            reply = await thief.way.post("/api/sync/push", content=content)
        except Lost:
            return
        if b"roundsman" in reply.content:
            raise laws.LawBroken("the author stays", f"{thief.person.name.en} sent another's work")
        self.did["refused"] += reply.status_code == 403

    # What happens to them.

    async def _late(self, _phone: SimPhone, _plan: str) -> None:
        for one, _ in self.phones:
            self.did["arrived late"] += await one.way.deliver_late()

    async def _tunnel(self, phone: SimPhone, _plan: str) -> None:
        phone.way.cut = not phone.way.cut
        if self.dice.randrange(3) == 0:
            phone.clock.restart()

    async def _one_way(self, phone: SimPhone, _plan: str) -> None:
        phone.way.one_way = not phone.way.one_way

    async def _set_clock(self, phone: SimPhone, _plan: str) -> None:
        phone.clock.offset_ms = self.dice.choice(OFFSETS)

    async def _kill(self, _phone: SimPhone, _plan: str) -> None:
        """A process dies while several phones push."""
        chosen = self.dice.sample([one for one, _ in self.phones], 4)
        tries = [asyncio.create_task(self._try(one)) for one in chosen]
        for _ in range(self.dice.randrange(30)):
            await asyncio.sleep(0)
        await self.stage.restart(self.dice.randrange(2))
        await asyncio.gather(*tries)

    async def _keep_backup(self, _phone: SimPhone, _plan: str) -> None:
        self._backup = self.memory.copy()

    async def _restore(self, _phone: SimPhone, _plan: str) -> None:
        """The server is set back; what came after its backup lies on the phones alone."""
        await self.stage.quiet()
        for process in self.stage.processes:
            process.kill()
        self.memory.restore(self._backup)
        for number in range(2):
            await self.stage.restart(number)
        self._in_doubt = {id(phone) for phone, _ in self.phones}

    async def _grant(self, phone: SimPhone, _plan: str) -> None:
        """A role is given at another site, or one's own is taken, until the end."""
        table = self.memory.tables["memberships"]
        mine = [row for row in table.values() if row["person_id"] == phone.person.id]
        if self.dice.random() < 0.5 and mine:
            del table[HARBOUR, mine[0]["id"]]
        else:
            one = derived_id("sim grant", phone.person.id)
            role = {"role": phone.person.role.role, "site_id": NORTH_GARDEN}
            who = {"organization_id": HARBOUR, "person_id": phone.person.id}
            nowhere = {"department_id": None, "post_id": None}
            table[HARBOUR, one] = {"id": one, **who, **role, **nowhere}
        self._in_doubt |= {id(one) for one, _ in self.phones if one.person is phone.person}

    async def _publish(self, _phone: SimPhone, _plan: str) -> None:
        """The agenda comes for which work on the hidden task waited."""
        day = {"task": HIDDEN_TASK, "on": HIDDEN_DAY, "ordinal": 1}
        window = {**day, "opens_ms": NOW, "closes_ms": NOW + HOUR}
        body = {"kind": "agenda_planned", "plan": DAILY_CHECK, "month": "2027-01"}
        record = agenda_of(DAILY_CHECK, _month())
        outcome = await self.stage.publish(record, {**body, "windows": [window]})
        assert outcome.status != "held", outcome

    async def _look(self, _phone: SimPhone, _plan: str) -> None:
        """In the middle of it all: whoever has nothing to doubt holds what the cursor says."""
        await self.stage.quiet()
        sure = [phone for phone, _ in self.phones if id(phone) not in self._in_doubt]
        state = laws.read_state(self.memory)
        self._check_acknowledged(state, sure)
        laws.check_cursors(state, self.ground, sure, self.memory)
        laws.check_own_work_is_seen(sure)

    # The end.

    async def _heal(self) -> None:
        """The faults stop: within two rounds every queue is empty."""
        await self._publish(*self.phones[0])
        self.memory.faults.refuses_poison = False
        self.memory.tables["memberships"] = self._memberships
        for phone, _ in self.phones:
            phone.way.heal()
            self.did["arrived late"] += await phone.way.deliver_late()
        for _ in range(ROUNDS_TO_EMPTY):
            for phone, _ in self.phones:
                await self._push(phone, phone.waiting[:1000])
                await self._pull(phone)
        laws.check_queues(phone for phone, _ in self.phones)
        await self.stage.processes[0].look_after()
        await self.stage.quiet()
        for phone, _ in self.phones:
            await self._pull(phone)

    async def _hold_the_laws(self) -> None:
        laws.hold("every statement is known", not self.memory.unknown, self.memory.unknown)
        phones = [phone for phone, _ in self.phones]
        state = laws.read_state(self.memory)
        laws.check_log(state, self.ground, self.recorded)
        self.did["operations"] = sum(len(phone.outbox) for phone in phones)
        acknowledged = self._check_acknowledged(state, phones)
        laws.hold(
            "acknowledged means durable", acknowledged == self.did["operations"], acknowledged
        )
        laws.check_progress(state)
        laws.check_records(state, self.ground, self.dice)
        laws.check_sums(self.memory)
        self.did.update({f"held {code}": n for code, n in self._held(state).items()})
        self.did["records compared"] = laws.check_cursors(state, self.ground, phones, self.memory)
        self.did["phones compared"] = laws.check_equal(phones)
        await self._send_all_again(state)
        await self._try_held_again(state)
        self._count(state)

    def _check_acknowledged(self, state: laws.State, phones: list[SimPhone]) -> int:
        in_place = not self.did["restore"]
        return laws.check_acknowledged(state, phones, in_place=in_place, cloned=self._cloned)

    def _held(self, state: laws.State) -> Counter[str]:
        return laws.check_held(state, CAUSED_BY_PEOPLE)

    async def _send_all_again(self, state: laws.State) -> None:
        """Twice is once: the whole outbox once more changes nothing and gets the same answers."""
        for phone, _ in self.phones:
            before = [(one.id, one.outcome) for one in phone.outbox]
            told = await phone.push(phone.outbox)
            # A number that a clone took on a server that was set back has another text there.
            taken = self._cloned if self.did["restore"] else set()
            is_same = all(
                new["status"] in ("duplicate", old["status"]) and new["status"] != "accepted"
                for (one, old), new in zip(before, told, strict=True)
                if old["status"] != "held" and one not in taken
            )
            laws.hold("twice is once", is_same, phone.person.name.en)
        after = laws.read_state(self.memory)
        laws.hold("twice is once", len(after.log) == len(state.log), len(after.log))
        laws.hold("twice is once", after.records == state.records, "records changed")

    async def _try_held_again(self, state: laws.State) -> None:
        """Nothing that could be applied by now is left lying."""
        await self.stage.processes[1].look_after()
        await self.stage.quiet()
        after = laws.read_state(self.memory)
        joined = [row["id"] for row in after.log[len(state.log) :]]
        laws.hold("held joins by itself", not joined, joined)

    def _count(self, state: laws.State) -> None:
        self.did["conflicts"] = len(state.conflicts)
        self.did["held and applied"] = sum(row["state"] == "applied" for row in state.held)
        self.did["flows"] = sum(bool(row["caused_by"]) for row in state.log)
        for phone, _ in self.phones:
            self.did.update(phone.way.met)


def _silence(_logger: Any, _method: str, _event: Any) -> Any:
    """What a server logs of faults that were meant says nothing here."""
    raise structlog.DropEvent


def _month() -> Any:
    from datetime import date  # noqa: PLC0415  a date is all that agendas are named by

    return date(2027, 1, 1)


def _tasks(laid: Laid) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for row in laid.tables["task_windows"].values():
        found.setdefault(row["plan_id"], {})[row["on_date"]] = row["id"]
    return found


_DEEDS = (
    Schedule._record,
    Schedule._sync,
    Schedule._late,
    Schedule._replay,
    Schedule._tunnel,
    Schedule._one_way,
    Schedule._set_clock,
    Schedule._clash,
    Schedule._steal,
    Schedule._kill,
    Schedule._keep_backup,
    Schedule._restore,
    Schedule._grant,
    Schedule._publish,
    Schedule._look,
)
_WEIGHTS = (50, 40, 4, 3, 4, 3, 2, 1, 2, 4, 3, 1, 2, 1, 2)
