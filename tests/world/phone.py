"""The Python twin of the phone: the same outbox, the same texts, the same rebase by the same merge."""

from typing import Any

import httpx
import msgspec
from msgspec import Struct

from backend.kernel.canonical import canonical
from backend.kernel.identity import content_hash, derived_id
from backend.sync.checksum import shown, sum_of, value_of
from backend.sync.merge import Record, Stamped, fold
from backend.sync.scopes import OWN
from shared_schemas.operations import KINDS
from shared_schemas.sync import WIRE_VERSION
from tests.world.cast import LIST_OF, PASSWORD, Person
from tests.world.network import Network
from tests.world.server import Server

MICRO = 1_000


class Entry(Struct, kw_only=True):
    """One operation in the outbox: the very text, and what the server said of it."""

    id: str
    counter: int
    text: bytes
    sha256: str
    stamped: Stamped
    outcome: dict[str, Any] | None = None


class PhoneClock:
    """A phone's own clocks: a wall clock that may be wrong, and one that only runs forward.

    Units: milliseconds; `offset_ms` is how far the wall clock stands from the true time.
    """

    def __init__(self, server: Server, offset_ms: int = 0) -> None:
        self._true = server.clock
        self.offset_ms = offset_ms
        self.back_ms = 0
        self.sessions = 0
        self.booted_ms = self._true.now_ms()

    def wall_ms(self) -> int:
        return self._true.now_ms() + self.offset_ms

    def mono_ms(self) -> int:
        return self._true.now_ms() - self.booted_ms

    def restart(self) -> None:
        """A killed page: the monotonic clock begins anew."""
        self.sessions += 1
        self.booted_ms = self._true.now_ms()


class Phone:
    """One person on one phone database; everything here would survive a killed tab."""

    def __init__(
        self,
        server: Server,
        person: Person,
        *,
        network: Network | None = None,
        offset_ms: int = 0,
        browser: Any = None,
    ) -> None:
        self.person = person
        self.network = network or Network(server)
        self.clock = PhoneClock(server, offset_ms)
        self.device = derived_id("device", person.id)
        self.writer = derived_id("writer", person.id)
        self.outbox: list[Entry] = []
        self.records: dict[str, Record] = {}
        self.sites: dict[str, str] = {}
        self.scopes: dict[str, str] = {}
        self.wire, self.differs = WIRE_VERSION, list[str]()
        self.cursor = ""
        self.contiguous, self.beyond = 0, set[int]()
        self.anchor: dict[str, Any] | None = None
        self.browser = browser or httpx.AsyncClient(
            transport=self.network, base_url="http://roundsman.test"
        )

    async def sign_in(self) -> dict[str, Any]:
        """Sign in and bind this phone's database to the person."""
        device = {"id": self.device, "label": f"{self.person.name.en}'s phone"}
        asked = {"user_name": self.person.user_name, "password": PASSWORD, "device": device}
        reply = await self.browser.post("/api/session", json=asked)
        assert reply.status_code == 200, reply.text
        self.browser.headers["x-roundsman-csrf"] = reply.json()["csrf"]
        bound = await self.browser.post("/api/writers", json={"writer": self.writer})
        assert bound.status_code == 200, bound.text
        self._take_time(bound.json()["anchor"])
        said: dict[str, Any] = reply.json()
        return said

    # Recording: needs no network.

    def record(
        self, record: str, kind: str, /, photos: tuple[bytes, ...] = (), **body: Any
    ) -> Entry:
        """Write down what the person did, once and for good."""
        counter = len(self.outbox) + 1
        seen, copy = self.view(record), self.records.get(record)
        based_on, saw_stamp = (copy["position"] if copy else 0), (seen["stamp"] if seen else 0)
        plain = {
            "based_on": based_on,
            "body": {"kind": kind, **body},
            "captured": self.capture(),
            "counter": counter,
            "evidence": [
                {"media_type": "image/jpeg", "sha256": content_hash(one), "size": len(one)}
                for one in photos
            ],
            "id": f"{self.writer}:{counter}",
            "record": record,
            "record_kind": KINDS[kind].record_kind if kind in KINDS else "task",
            "saw_stamp": saw_stamp,
            "schema": 1,
            "writer": self.writer,
        }
        return self.keep(canonical(plain).encode(), plain)

    def keep(self, text: bytes, plain: dict[str, Any]) -> Entry:
        """Put a text into the outbox, in whatever shape it is."""
        before = self.outbox[-1].stamped.stamp if self.outbox else 0
        stamped = Stamped(
            id=plain["id"],
            kind=plain["body"].get("kind", ""),
            record=plain["record"],
            record_kind=plain["record_kind"],
            person=self.person.id,
            role=self.person.role.role,
            stamp=max(self._now_ms() * MICRO, plain["saw_stamp"] + 1, before + 1),
            saw=plain["based_on"],
            position=None,
            body=plain["body"],
        )
        entry = Entry(
            id=plain["id"],
            counter=len(self.outbox) + 1,
            text=text,
            sha256=content_hash(text),
            stamped=stamped,
        )
        self.outbox.append(entry)
        return entry

    def answer(self, task: str, item: str, answer: str, *, plan: str) -> Entry:
        """Tap an answer to one item."""
        return self.record(task, "item_answered", item=item, answer=answer, checklist=LIST_OF[plan])

    def photograph(self, task: str, item: str, photo: bytes) -> Entry:
        """Take a photo of one item."""
        return self.record(task, "evidence_added", (photo,), item=item, photo=content_hash(photo))

    def capture(self) -> dict[str, Any]:
        """Read the clocks, with the server's last word on the time."""
        return {
            "wall_ms": self.clock.wall_ms(),
            "mono_ms": self.clock.mono_ms(),
            "origin_ms": self.clock.booted_ms + self.clock.offset_ms,
            "session": f"page-{self.clock.sessions}",
            "zone": "Asia/Shanghai",
            "anchor": self.anchor,
            "back_ms": self.clock.back_ms,
        }

    # Sending and fetching.

    @property
    def waiting(self) -> list[Entry]:
        """What the server has not acknowledged with our own hash."""
        return [one for one in self.outbox if one.outcome is None]

    async def push(self, entries: list[Entry] | None = None) -> list[dict[str, Any]]:
        """Send a batch, the texts byte for byte, and believe only our own hashes."""
        batch = self.waiting[:100] if entries is None else entries
        reply = await self.send(b",".join(one.text for one in batch))
        assert reply.status_code == 200, reply.text
        return self.take_outcomes(reply)

    async def send(self, texts: bytes) -> httpx.Response:
        """Send texts as one push, whatever they are."""
        sent = canonical(self.capture()).encode()
        body = b'{"operations":[%b],"sent":%b,"wire":2,"writer":"%b"}'
        content = body % (texts, sent, self.writer.encode())
        return await self.browser.post("/api/sync/push", content=content)

    def take_outcomes(self, reply: httpx.Response) -> list[dict[str, Any]]:
        """Note what a reply acknowledges; a captive portal's page acknowledges nothing."""
        said = _ours(reply)
        if said is None:
            return []
        hashes = {one.sha256: one for one in self.outbox}
        for outcome in said["outcomes"]:
            entry = hashes.get(outcome["sha256"])
            if entry is not None and outcome["id"] in ("", entry.id):
                # What was not taken in stays as if it had never been sent.
                entry.outcome = None if outcome["status"] == "deferred" else outcome
        self._take_time(said["anchor"])
        outcomes: list[dict[str, Any]] = said["outcomes"]
        return outcomes

    async def pull(self, limit: int = 1000, again: str | None = None) -> int:
        """Fetch what changed, and apply all pages whole or not at all; give how many pages.

        `again` names a scope to be sent anew because the sums differ.
        """
        cursor, pages = self.cursor, list[dict[str, Any]]()
        for page in range(1, 1000):
            asked = {"cursor": cursor, "writers": self.writer, "limit": limit, "wire": self.wire}
            if again is not None and page == 1:
                asked["again"] = again
            said = _ours(await self.browser.get("/api/sync/pull", params=asked))
            if said is None:
                return 0
            pages = [said] if said["full"] else [*pages, said]
            cursor = said["cursor"]
            self._take_time(said["anchor"])
            if not said["more"]:
                self._apply(pages)
                return page
        message = "the server never stops saying more"
        raise AssertionError(message)

    async def sync(self) -> None:
        """Send everything, then fetch what changed."""
        while self.waiting:
            await self.push()
        await self.pull()

    async def upload(self, photo: bytes) -> httpx.Response:
        """Send a photo's bytes."""
        return await self.browser.put(f"/api/evidence/{content_hash(photo)}", content=photo)

    # What the person sees.

    def view(self, record: str) -> Record | None:
        """Give a record as the screen shows it: the server's copy with own work on top."""
        seen = self.records.get(record)
        for entry in self.outbox:
            mine = entry.stamped
            if mine.record == record and mine.kind in KINDS and not self._contains(entry):
                seen = fold(seen, mine)
        return seen

    def tasks(self, plan: str) -> dict[str, str]:
        """Give the tasks of a plan by their local date, from the agendas on the phone."""
        agendas = [one["fields"] for one in self.records.values() if one["kind"] == "agenda"]
        return {
            window["on"]: window["task"]
            for fields in agendas
            if fields["plan"]["value"] == plan
            for window in fields["windows"]["value"]
        }

    def _contains(self, entry: Entry) -> bool:
        return entry.counter <= self.contiguous or entry.counter in self.beyond

    def sums(self) -> dict[str, tuple[str, int]]:
        """Count what lies here, by scope: the sum as it travels, and how many records."""
        values: dict[str, list[int]] = {}
        for one, record in self.records.items():
            value = value_of(one, record["position"], canonical(record))
            values.setdefault(self.scopes[one], []).append(value)
        return {scope: (shown(sum_of(each)), len(each)) for scope, each in values.items()}

    def _apply(self, pages: list[dict[str, Any]]) -> None:
        for said in pages:
            self._apply_page(said)
        last = pages[-1]
        self.contiguous, self.beyond = 0, set()
        for state in last["writers"]:
            self.contiguous, self.beyond = state["contiguous"], set(state["beyond"])
        for entry in self.outbox:
            # A server restored from a backup no longer knows what it had acknowledged, even where
            # the phone's cursor is older than the backup and nothing else shows it.
            if not self._contains(entry):
                entry.outcome = None
        self.cursor = last["cursor"]
        mine, told = self.sums(), last.get("scopes", [])
        theirs = {one["scope"]: (one["sum"], one["count"]) for one in told}
        nothing = (shown(0), 0)
        self.differs = [
            scope
            for scope in sorted(theirs.keys() | mine.keys())
            if told and theirs.get(scope, nothing) != mine.get(scope, nothing)
        ]

    def _apply_page(self, said: dict[str, Any]) -> None:
        if said["full"]:
            self.records, self.sites, self.scopes = {}, {}, {}
        for scope in said.get("dropped", []):
            self._forget([one for one in self.records if self._is_in(one, scope)])
        self._forget([one["record"] for one in said["drops"]])
        for one in said["records"]:
            self.records[one["record"]["id"]] = one["record"]
            self.sites[one["record"]["id"]] = one["site"]
            self.scopes[one["record"]["id"]] = one.get("scope") or one["site"]

    def _is_in(self, record: str, dropped: dict[str, Any]) -> bool:
        if dropped["site"] == OWN or self.scopes[record] == OWN:
            return bool(dropped["site"] == self.scopes[record])
        kind = self.records[record]["kind"]
        return self.sites[record] == dropped["site"] and kind in dropped["kinds"]

    def _forget(self, records: list[str]) -> None:
        for one in records:
            for copies in (self.records, self.sites, self.scopes):
                copies.pop(one, None)

    def _take_time(self, anchor: dict[str, Any]) -> None:
        now = self.capture()
        clocks = {name: now[name] for name in ("wall_ms", "mono_ms", "session")}
        self.anchor = {**anchor, **clocks, "round_trip_ms": 0}

    def _now_ms(self) -> int:
        if self.anchor is None:
            return self.clock.wall_ms()
        return int(self.clock.wall_ms() + self.anchor["server_ms"] - self.anchor["wall_ms"])


def _ours(reply: httpx.Response) -> dict[str, Any] | None:
    """Read an answer of our own server, or nothing when somebody else answered."""
    if reply.status_code != 200:
        return None
    try:
        said = msgspec.json.decode(reply.content)
    except msgspec.DecodeError:
        return None
    if not isinstance(said, dict):
        return None
    return said if said.get("receipt") == "roundsman" else None
