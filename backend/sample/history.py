"""A month of plausible history, recorded as phones would have and pushed through the one door."""

import random
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from backend.directory.actors import Actor
from backend.evidence.store import EvidenceStore, key_of
from backend.kernel.canonical import canonical
from backend.kernel.clock import instant
from backend.kernel.database import Database
from backend.kernel.identity import content_hash, derived_id
from backend.sample.cast import SampleOrganization, SamplePerson
from backend.sample.pictures import draw_finding
from backend.sample.settling import PlanIds
from backend.sync.committer import Committer
from backend.sync.group import anchor_key
from backend.sync.received import receive
from backend.sync.state import Submission
from shared_schemas.primitives import Anchor, Capture

MISSED_OF_HUNDRED = 4
FAILED_OF_THOUSAND = 17
MINUTE = 60_000
SILENT_MS = 31 * 60 * MINUTE
NOTES = ("已通知责任人,下午复查", "地面有积水,已放警示牌", "灯管不亮,已报修", "杂物堆放,已要求清走")


class _Due(Struct, frozen=True):
    task: str
    opens_ms: int
    closes_ms: int
    plan: str
    person: SamplePerson
    checklist: str
    items: tuple[tuple[str, bool], ...]


class _Pen:
    """Writes one person's operations as that person's phone would have."""

    def __init__(self, organization: SampleOrganization, person: SamplePerson) -> None:
        self.person = person
        self.writer = derived_id("sample writer", organization.code, person.user_name)
        self.device = derived_id("sample phone", organization.code, person.user_name)
        self.actor = Actor(
            organization=organization.id,
            person=organization.person_id(person.user_name),
            device=self.device,
            session="",
            name=person.name,
            roles=organization.roles_of(person),
            sites=(organization.site_id,),
        )
        self.counter = 0
        self.begun = 0

    def write(
        self, record: str, kind: str, at_ms: int, body: dict[str, Any], photos: list[dict[str, Any]]
    ) -> bytes:
        self.counter += 1
        return canonical(
            {
                "based_on": 0,
                "body": {"kind": kind, **body},
                "captured": _clocks(at_ms, self.begun),
                "counter": self.counter,
                "evidence": photos,
                "id": f"{self.writer}:{self.counter}",
                "record": record,
                "record_kind": "task",
                "saw_stamp": 0,
                "schema": 1,
                "writer": self.writer,
            }
        ).encode()

    def push(self, texts: list[bytes], at_ms: int) -> Submission:
        sent = _clocks(at_ms, self.begun)
        return Submission(
            organization=self.actor.organization,
            actor=self.actor,
            device=self.device,
            writer=self.writer,
            sent=sent,
            received=[receive(text, self.writer) for text in texts],
            received_ms=at_ms,
            floor_ms=0,
            trusted={anchor_key(sent.anchor): True} if sent.anchor else {},
        )


def _clocks(at_ms: int, begun: int) -> Capture:
    """The phone's clocks during one check, which began just after a word from the server."""
    origin, session = begun - MINUTE, f"check-{begun}"
    anchor = Anchor(
        server_ms=begun - 2_000,
        round_trip_ms=80,
        wall_ms=begun - 1_960,
        mono_ms=begun - 1_960 - origin,
        session=session,
        token="sample",  # noqa: S106  no signature is checked for it
    )
    return Capture(
        wall_ms=at_ms,
        mono_ms=at_ms - origin,
        origin_ms=origin,
        session=session,
        zone="Asia/Shanghai",
        anchor=anchor,
    )


async def write_history(
    database: Database,
    committer: Committer,
    store: EvidenceStore,
    organization: SampleOrganization,
    plans: PlanIds,
    now_ms: int,
) -> None:
    """Carry out nearly all windows of the past, each with its answers, notes and photos."""
    dice = random.Random(organization.code)  # noqa: S311  a story, not a secret
    pens = {person.user_name: _Pen(organization, person) for person in organization.people}
    for pen in pens.values():
        await _bind(database, organization, pen, now_ms)
    for due in await _past_windows(database, organization, plans, now_ms):
        if dice.randrange(100) < MISSED_OF_HUNDRED:
            continue
        pen = pens[due.person.user_name]
        begun = due.opens_ms + dice.randrange(5, 90) * MINUTE
        pen.begun = begun
        texts = [text async for text in _check(database, store, pen, due, begun, dice)]
        ended = min(begun + 40 * MINUTE, now_ms)
        await committer.push(pen.push(texts, ended))


async def _check(
    database: Database,
    store: EvidenceStore,
    pen: _Pen,
    due: _Due,
    begun: int,
    dice: random.Random,
) -> Any:
    yield pen.write(
        due.task, "task_started", begun, {"checklist": due.checklist, "started_at": begun}, []
    )
    at = begun
    for item, wants_photo in due.items:
        at += dice.randrange(20, 70) * 1000
        fails = dice.randrange(1000) < FAILED_OF_THOUSAND
        answer = {"item": item, "checklist": due.checklist, "answer": "fail" if fails else "pass"}
        yield pen.write(due.task, "item_answered", at, answer, [])
        if not fails:
            continue
        note = {"item": item, "note": dice.choice(NOTES)}
        yield pen.write(due.task, "item_noted", at + 9_000, note, [])
        if wants_photo:
            photo = await _photo(database, store, pen, f"{due.task}/{item}", at)
            body = {"item": item, "photo": photo["sha256"]}
            yield pen.write(due.task, "evidence_added", at + 15_000, body, [photo])
    yield pen.write(due.task, "task_finished", at + 20_000, {"finished_at": at + 20_000}, [])


async def _photo(
    database: Database, store: EvidenceStore, pen: _Pen, seed: str, at_ms: int
) -> dict[str, Any]:
    """Draw a photo and keep it as if the phone had sent it."""
    content = draw_finding(seed)
    sha256 = content_hash(content)
    await store.put(key_of(pen.actor.organization, sha256), content)
    await database.run(
        "INSERT INTO evidence (organization_id, sha256, size, media_type, uploader, received_at)"
        " VALUES ($1, $2, $3, 'image/jpeg', $4, $5) ON CONFLICT DO NOTHING",
        pen.actor.organization,
        sha256,
        len(content),
        pen.actor.person,
        instant(at_ms),
    )
    await database.run(
        "INSERT INTO evidence_uploads (organization_id, sha256, person_id, received_at)"
        " VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        pen.actor.organization,
        sha256,
        pen.actor.person,
        instant(at_ms),
    )
    return {"media_type": "image/jpeg", "sha256": sha256, "size": len(content)}


async def _bind(
    database: Database, organization: SampleOrganization, pen: _Pen, now_ms: int
) -> None:
    quiet = SILENT_MS if pen.person.user_name == organization.silent else 0
    seen = instant(now_ms - quiet)
    label = f"{pen.person.name.zh}的手机"
    await database.run(
        "INSERT INTO devices (organization_id, id, label, person_id, first_seen, last_contact)"
        " VALUES ($1, $2, $3, $4, $5, $5)",
        organization.id,
        pen.device,
        label,
        pen.actor.person,
        seen,
    )
    await database.run(
        "INSERT INTO writers (organization_id, id, person_id, device_id, bound_at)"
        " VALUES ($1, $2, $3, $4, $5)",
        organization.id,
        pen.writer,
        pen.actor.person,
        pen.device,
        instant(0),
    )


async def _past_windows(
    database: Database, organization: SampleOrganization, plans: PlanIds, now_ms: int
) -> list[_Due]:
    """List the windows that have closed, earliest first, with who would have carried them out."""
    people = {person.user_name: person for person in organization.people}
    by_plan = {plan: people[line.by] for line, plan in plans.items() if line.by}
    rows = await database.rows(
        "SELECT w.id, w.opens_ms, w.closes_ms, w.plan_id, p.checklist_id, c.content"
        " FROM task_windows w JOIN plans p"
        " ON p.organization_id = w.organization_id AND p.id = w.plan_id"
        " JOIN checklists c ON c.organization_id = p.organization_id AND c.id = p.checklist_id"
        " WHERE w.organization_id = $1 AND w.closes_ms < $2 ORDER BY w.closes_ms, w.id",
        organization.id,
        now_ms,
    )
    return [
        _Due(
            row["id"],
            row["opens_ms"],
            row["closes_ms"],
            row["plan_id"],
            by_plan[row["plan_id"]],
            row["checklist_id"],
            tuple(_items(row["content"])),
        )
        for row in rows
        if row["plan_id"] in by_plan
    ]


def _items(checklist: str) -> Iterator[tuple[str, bool]]:
    for item in msgspec.json.decode(checklist)["items"]:
        yield item["id"], item.get("photo_on_fail", True)
