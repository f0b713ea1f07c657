"""A small harbour for the office's tests: two organisations, real rows, records folded for real."""

import json
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import asyncpg
import httpx
from litestar import Litestar, MediaType, Request, Response
from litestar.datastructures import State
from litestar.middleware import ASGIMiddleware

from backend.directory.actors import Actor, RoleAt
from backend.kernel.canonical import canonical
from backend.kernel.clock import SetClock, instant
from backend.kernel.database import Database
from backend.kernel.identity import content_hash, derived_id
from backend.office.live import Live
from backend.office.routes import office_routes
from backend.switchboard import FACTS
from backend.sync.merge import Stamped, fold
from shared_schemas.inspections import Checklist, ChecklistItem
from shared_schemas.primitives import Bilingual
from shared_schemas.problems import ProblemError, problem
from shared_schemas.scoring import (
    Band,
    Fact,
    Indicator,
    Instant,
    Measure,
    Reason,
    Scheme,
    Scorecard,
    Source,
)

NOW = 1_794_880_800_000  # 2026-11-17T10:00 in Shanghai
HOUR = 3_600_000
HELD_CONTEXT = canonical(
    {
        "sent": {"wall_ms": NOW, "mono_ms": 0, "origin_ms": NOW, "session": "s"},
        "floor_ms": NOW - 100 * HOUR,
        "trusted": {},
    }
)
ORG, OTHER = derived_id("org"), derived_id("other org")
HARBOUR, GARDEN, FOREIGN = derived_id("harbour"), derived_id("garden"), derived_id("foreign")
ANA, BEN, ZHOU, LIN = (derived_id(name) for name in ("Ana", "Ben", "Zhou", "Lin"))
CHECKLIST, ASSESSMENT, SELF_CHECK = (derived_id(one) for one in ("list", "assess", "self"))
PUMP, AREA = derived_id("pump room"), derived_id("B2")
PHONE, OLD_PHONE = derived_id("phone"), derived_id("old phone")
WRITER, OLD_WRITER = derived_id("writer"), derived_id("old writer")
PHOTO, PHOTO_OF_BEN = content_hash(b"photo"), content_hash(b"photo of Ben")


class World:
    """Rows put straight into the database, as sync and the slices would have written them."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self.connection = connection
        self.position = 0
        self.records: dict[str, dict[str, Any]] = {}

    async def put(self, table: str, **row: Any) -> None:
        names = ", ".join(row)
        marks = ", ".join(f"${n}" for n in range(1, len(row) + 1))
        await self.connection.execute(
            f"INSERT INTO {table} ({names}) VALUES ({marks})", *row.values()
        )

    async def operation(
        self,
        kind: str,
        record: str,
        record_kind: str,
        body: dict[str, Any],
        *,
        person: str = ANA,
        role: str = "quality_inspector",
        site: str = HARBOUR,
        at_ms: int = NOW - HOUR,
        spread_ms: int = 60_000,
        time_class: str = "A",
        saw: int = 0,
        photos: tuple[str, ...] = (),
        organization: str = ORG,
    ) -> str:
        """Put one operation into the log and fold its record."""
        self.position += 1
        operation = f"{WRITER}:{self.position}"
        evidence = [{"media_type": "image/jpeg", "sha256": one, "size": 5} for one in photos]
        text = canonical(
            {
                "based_on": saw,
                "body": {"kind": kind, **body},
                "captured": {"wall_ms": at_ms, "zone": "Asia/Shanghai"},
                "evidence": evidence,
                "id": operation,
            }
        )
        stamped = Stamped(
            id=operation, kind=kind, record=record, record_kind=record_kind, person=person,
            role=role, stamp=at_ms * 1000, saw=saw, position=self.position, body=body,
        )  # fmt: skip
        self.records[record] = fold(self.records.get(record), stamped)
        await self.put(
            "operations",
            organization_id=organization, id=operation, position=self.position, writer_id=WRITER,
            counter=self.position, person_id=person, role=role, device_id=PHONE, record_id=record,
            record_kind=record_kind, kind=kind, site_id=site, stamp=at_ms * 1000, saw=saw,
            best_ms=at_ms, earliest_ms=at_ms - spread_ms, latest_ms=at_ms + spread_ms,
            time_class=time_class, received_ms=at_ms + HOUR, caused_by="",
            sha256=content_hash(text.encode()),
            outcome=json.dumps({"status": "accepted", "met": []}), content=text,
        )  # fmt: skip
        await self.connection.execute("DELETE FROM records WHERE id = $1", record)
        await self.put(
            "records", organization_id=organization, id=record, kind=record_kind, site_id=site,
            position=self.position, content=canonical(self.records[record]),
        )  # fmt: skip
        await self.connection.execute(
            "INSERT INTO log_heads VALUES ($1, $2) ON CONFLICT (organization_id)"
            " DO UPDATE SET position = excluded.position",
            organization, self.position,
        )  # fmt: skip
        return operation

    async def window(
        self,
        name: str,
        *,
        opens_ms: int,
        closes_ms: int,
        plan: str = ASSESSMENT,
        site: str = HARBOUR,
        on: str = "2026-11-17",
        organization: str = ORG,
    ) -> str:
        task = derived_id("task", organization, name)
        await self.put(
            "task_windows", organization_id=organization, id=task, plan_id=plan, site_id=site,
            on_date=on, ordinal=1, opens_ms=opens_ms, closes_ms=closes_ms,
        )  # fmt: skip
        return task

    async def task(self, task: str, *, state: str, **row: Any) -> None:
        usual = {
            "organization_id": ORG, "id": task, "site_id": HARBOUR, "state": state, "answered": 2,
            "failed": 1, "started_by": ANA, "started_op": "", "finished_by": "", "finished_op": "",
            "finished_ms": 0, "position": self.position,
        }  # fmt: skip
        await self.put("tasks", **{**usual, **row})

    async def finish(self, task: str, *, at_ms: int, spread_ms: int = 1000, **row: Any) -> str:
        operation = await self.operation(
            "task_finished", task, "task", {"finished_at": at_ms}, at_ms=at_ms, spread_ms=spread_ms
        )
        await self.task(
            task, state="finished", finished_by=ANA, finished_op=operation, finished_ms=at_ms, **row
        )
        return operation

    async def answer(self, task: str, item: str, operation: str, **row: Any) -> None:
        usual = {
            "organization_id": ORG, "id": derived_id(task, item), "task_id": task,
            "site_id": HARBOUR, "item": item, "indicator": "cleaning", "use": "assessment",
            "answer": "fail", "contested": False, "person_id": ANA, "operation_id": operation,
            "note": "地面有水", "photos": json.dumps([PHOTO]), "stamp_ms": NOW - HOUR,
            "position": self.position,
        }  # fmt: skip
        await self.put("answers", **{**usual, **row})

    async def finding(self, task: str, item: str, **row: Any) -> str:
        nonconformity = row.pop("id", derived_id("nc", task, item))
        usual = {
            "organization_id": ORG, "id": nonconformity, "site_id": HARBOUR, "task_id": task,
            "item": item, "title_zh": "地面清洁", "title_en": "Floor clean", "indicator": "cleaning",
            "use": "assessment", "severity": "minor", "state": "open", "found_by": ANA,
            "found_ms": NOW - HOUR, "confirmed_by": "", "confirmed_op": "", "corrected_by": "",
            "corrected_ms": 0, "correction": "", "verified_by": "", "position": self.position,
        }  # fmt: skip
        await self.put("nonconformities", **{**usual, **row})
        return str(nonconformity)

    async def held(self, name: str, **row: Any) -> None:
        usual = {
            "organization_id": ORG, "id": derived_id("held", name), "operation_id": f"{WRITER}:99",
            "writer_id": WRITER, "counter": 99, "person_id": ZHOU, "device_id": PHONE,
            "record_id": "", "waits_for": "", "sha256": content_hash(name.encode()),
            "problem": canonical(problem("kind_unknown")), "outcome": "{}",
            "content": '{"body":{"kind":"door_sealed"},"captured":{"wall_ms":5}}', "context": HELD_CONTEXT,
            "received_ms": NOW - HOUR, "state": "waiting",
        }  # fmt: skip
        await self.put("held_operations", **{**usual, **row})

    async def device(self, device: str, person: str, *, silent_ms: int, **row: Any) -> None:
        usual = {
            "organization_id": ORG, "id": device, "label": "Redmi 9A", "person_id": person,
            "first_seen": instant(NOW - 100 * HOUR), "last_contact": instant(NOW - silent_ms),
        }  # fmt: skip
        await self.put("devices", **{**usual, **row})

    async def writer(
        self, writer: str, device: str, person: str, *, organization: str = ORG
    ) -> None:
        await self.put(
            "writers", organization_id=organization, id=writer, device_id=device,
            person_id=person, bound_at=instant(NOW - 100 * HOUR),
        )  # fmt: skip

    async def scheme(self, scheme: Scheme) -> None:
        await self.put(
            "schemes", organization_id=ORG, id=derived_id(scheme.code, scheme.version),
            code=scheme.code, version=scheme.version, from_on=scheme.from_on, sites="[]",
            content=canonical(scheme),
        )  # fmt: skip

    async def scorecard(self, name: str, card: Scorecard, **row: Any) -> str:
        identity = derived_id("card", name)
        usual = {
            "organization_id": ORG, "id": identity, "scheme_code": card.scheme,
            "scheme_version": card.scheme_version, "site_id": card.subject,
            "period_from": card.period_from, "period_to": card.period_to, "state": "live",
            "measured": card.measured, "score": str(card.score or ""),
            "grade": card.grade.code if card.grade else "", "content": canonical(card),
            "position": self.position, "computed_ms": NOW,
        }  # fmt: skip
        await self.put("scorecards", **{**usual, **row})
        return identity


async def build(url: str) -> World:
    """Put the two organisations, their places and their people into a fresh database."""
    world = World(await asyncpg.connect(url))
    for organization, code in ((ORG, "harbour"), (OTHER, "other")):
        await world.put("organizations", id=organization, code=code, name_zh=code)
    for organization, site, name, code in (
        (ORG, HARBOUR, "港湾商场", "1"),
        (ORG, GARDEN, "北苑", "2"),
        (OTHER, FOREIGN, "别家", "1"),
    ):
        await world.put(
            "sites", organization_id=organization, id=site, code=code, name_zh=name, name_en=code
        )
    await world.put("areas", organization_id=ORG, id=AREA, site_id=HARBOUR, name_zh="地下二层")
    await world.put(
        "checkpoints", organization_id=ORG, id=PUMP, site_id=HARBOUR, area_id=AREA,
        code="B2-07", name_zh="水泵房", name_en="Pump room",
    )  # fmt: skip
    for person, zh, en in (
        (ANA, "安娜", "Ana"),
        (BEN, "本", "Ben"),
        (ZHOU, "老周", "Lao Zhou"),
        (LIN, "林", "Lin"),
    ):
        await world.put(
            "people", organization_id=ORG, id=person, user_name=en, name_zh=zh, name_en=en,
            password_hash="",
        )  # fmt: skip
        await world.put(
            "memberships", organization_id=ORG, id=derived_id("m", person), person_id=person,
            role="patrol_guard", site_id=GARDEN if person == ZHOU else HARBOUR,
        )  # fmt: skip
    checklist = Checklist(
        code="S07", version=1, title=Bilingual(zh="商场考核", en="Mall"), words="assessment",
        items=(
            ChecklistItem(id="floor", text=Bilingual(zh="地面清洁", en="Floor clean"), indicator="cleaning"),
            ChecklistItem(id="door", text=Bilingual(zh="门体完好", en="Doors whole"), indicator="repair"),
        ),
    )  # fmt: skip
    await world.put(
        "checklists", organization_id=ORG, id=CHECKLIST, code="S07", version=1,
        title_zh="商场考核", title_en="Mall", content=canonical(checklist),
    )  # fmt: skip
    for plan, use, site in (
        (ASSESSMENT, "assessment", HARBOUR),
        (SELF_CHECK, "self_check", HARBOUR),
    ):
        await world.put(
            "plans", organization_id=ORG, id=plan, site_id=site, checkpoint_id=PUMP,
            checklist_id=CHECKLIST, title_zh="水泵房日检", title_en="Pump room daily", use=use,
            cadence="daily", active=True, content="{}",
        )  # fmt: skip
    return world


def clerk(
    *, sites: tuple[str, ...] = (HARBOUR, GARDEN), role: str = "quality_clerk", **row: Any
) -> Actor:
    """Give Lin at her desk, by default for the whole organisation."""
    usual: dict[str, Any] = {
        "organization": ORG, "person": LIN, "device": PHONE, "session": "s",
        "name": Bilingual(zh="林", en="Lin"), "roles": (RoleAt(role=role, site=""),),
        "sites": tuple(sorted(sites)),
    }  # fmt: skip
    return Actor(**{**usual, **row})


def at_site(site: str, *, role: str = "quality_inspector", person: str = ANA) -> Actor:
    """Give someone with a role at one site only."""
    return clerk(sites=(site,), person=person, roles=(RoleAt(role=role, site=site),))


class _SignedIn(ASGIMiddleware):
    """Stands in for the session gate, which has tests of its own."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    async def handle(self, scope: Any, receive: Any, send: Any, next_app: Any) -> None:
        scope["user"] = self.actor
        await next_app(scope, receive, send)


def _answer_problem(_: Request[Any, Any, Any], error: ProblemError) -> Response[Any]:
    return Response(
        {"code": error.problem.code}, status_code=error.problem.status, media_type=MediaType.JSON
    )


@asynccontextmanager
async def desk(url: str, actor: Actor, *, now_ms: int = NOW) -> Any:
    """Open the office's routes for that person on that database."""
    database = Database(url, pool_size=2)
    await database.open()
    app = Litestar(
        route_handlers=list(office_routes),
        middleware=[_SignedIn(actor)],
        exception_handlers={ProblemError: _answer_problem},
        state=State(
            {
                "database": database,
                "clock": SetClock(now_ms),
                "live": Live(url),
                "facts": FACTS,
            }
        ),
        openapi_config=None,
    )
    try:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url="http://office"
        ) as client:
            yield client
    finally:
        await database.close()


def s07(score: str = "8") -> tuple[Scheme, Scorecard]:
    """Give a scheme of one source with two indicators, and its card with two points lost."""
    measure = Measure(measure_kind="deduct_per_failure", counts=("item_failed",))
    bands = (
        Band(code="fail", name=Bilingual(zh="不合格"), from_points=Decimal(0)),
        Band(code="fine", name=Bilingual(zh="优良"), from_points=Decimal(5)),
    )
    indicators = tuple(
        Indicator(code=code, name=Bilingual(zh=zh), maximum_points=Decimal(5), measure=measure)
        for code, zh in (("cleaning", "保洁"), ("repair", "维修"))
    )
    scheme = Scheme(
        code="S07", version=1, title=Bilingual(zh="商场物业评分", en="Mall score"), subject="site",
        period="month", bands=bands, pass_points=Decimal(5), publish_by_day=10,
        sources=(Source(code="check", name=Bilingual(zh="检查"), weight_percent=Decimal(100), indicators=indicators),),
        assessor_roles=("quality_inspector",), assessed=Bilingual(zh="物业公司"), source="S07",
    )  # fmt: skip
    fact = Fact(
        id="f1", fact_kind="item_failed", site=HARBOUR, indicator="cleaning",
        captured=Instant(best_ms=NOW, earliest_ms=NOW, latest_ms=NOW, time_class="A"),
        operation=f"{WRITER}:1", record=derived_id("task", ORG, "done"), item="floor", person=ANA,
        evidence=(PHOTO,),
    )  # fmt: skip
    lines = (
        Reason(kind="indicator", name=Bilingual(zh="保洁"), points=Decimal(3), children=(
            Reason(kind="full", name=Bilingual(zh="满分"), points=Decimal(5)),
            Reason(kind="deduction", name=Bilingual(zh="地面清洁"), points=Decimal(-2), fact=fact),
        )),
        Reason(kind="indicator", name=Bilingual(zh="维修"), points=Decimal(5)),
    )  # fmt: skip
    tree = Reason(
        kind="score", name=scheme.title, points=Decimal(score), maximum_points=Decimal(10),
        children=(Reason(kind="source", name=Bilingual(zh="检查"), points=Decimal(8), children=lines),),
    )  # fmt: skip
    card = Scorecard(
        scheme="S07", scheme_version=1, subject=HARBOUR, period_from="2026-11-01",
        period_to="2026-11-30", measured=True, score=Decimal(score), grade=bands[1], passed=True,
        reasons=tree,
    )  # fmt: skip
    return scheme, card
