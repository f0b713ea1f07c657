"""Another organisation's person walks every route with this one's ids, and finds nothing.

The table of routes is made from the application itself: a new route is in it by itself, and fails
here until someone says with which ids it is to be walked.
"""

import base64
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from litestar import Litestar
from litestar.routes import HTTPRoute
from PIL import Image

from backend.kernel.identity import content_hash
from backend.main import create_app
from backend.settings import Settings
from tests.world.cast import (
    ANA,
    ATRIUM,
    BEN,
    CLEO,
    DAILY_CHECK,
    DAILY_LIST,
    GUARD_LIST,
    HARBOUR,
    HARBOUR_MALL,
    LAO_ZHOU,
    LIN,
    MALLORY,
    NORTH_GARDEN,
    REPAIR_LIST,
)
from tests.world.fixtures import World
from tests.world.office import Office
from tests.world.patrols import (
    NIGHT_ROUTE,
    TODAY,
    hang_up,
    lay_out,
    receipt_of,
    round_on,
    start,
)
from tests.world.phone import Phone

Ids = dict[str, list[str]]

PATHS: dict[str, str] = {
    # By path: which of the harbour's ids are put into it.
    "/health": "",
    "/api/session": "",
    "/api/session/password": "",
    "/api/devices": "",
    "/api/devices/report": "",
    "/api/devices/{device:str}": "device",
    "/api/writers": "writer",
    "/api/evidence/{sha256:str}": "sha256",
    "/api/uploads": "begun",
    "/api/uploads/{sha256:str}": "begun",
    "/api/sync/push": "writer",
    "/api/sync/pull": "writer",
    "/api/sync/carried": "writer",
    "/api/office/operations": "record",
    "/api/office/operations/{operation:str}": "operation",
    "/api/office/today": "",
    "/api/office/times": "",
    "/api/office/scorecards": "",
    "/api/office/scorecards/{card:str}": "card",
    "/api/office/tasks/{task:str}": "record",
    "/api/office/findings": "site",
    "/api/office/held": "",
    "/api/office/conflicts": "",
    "/api/office/devices": "",
    "/api/office/events": "",
    "/api/office/patrols": "",
    "/api/office/rounds/{round_id:str}": "round",
    "/api/office/tags": "site",
    "/api/office/receipts": "round",
    "/api/office/daily-report": "site",
    "/api/office/shifts": "site",
    "/api/office/removals": "site",
    "/api/office/equipment": "site",
    "/api/office/samples": "",
}
READING = ("GET", "HEAD")
ENDLESS = {"/api/office/events"}
"""Streams, which `tests/api/test_office_live.py` follows to their end."""


class Step(NamedTuple):
    """One request of the walk."""

    method: str
    path: str
    is_public: bool
    id_kind: str


def _steps(app: Litestar) -> Iterator[Step]:
    for route in app.routes:
        if not isinstance(route, HTTPRoute):
            continue
        for handler in route.route_handlers:
            for method in sorted(handler.http_methods - {"OPTIONS"}):
                path = route.path_format if route.path not in PATHS else route.path
                yield Step(method, path, bool(handler.opt.get("public")), PATHS.get(path, "?"))


async def _harbour_at_work(world: World) -> tuple[Ids, Phone, Office]:
    """Fill the harbour with one of everything, and list what must never leave it."""
    ana, ben = await world.phone(ANA), await world.phone(BEN)
    office = await world.office()
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    photo = _photo()
    await ana.upload(photo)
    ana.answer(task, "cleaning", "fail", plan=DAILY_CHECK)
    ana.photograph(task, "cleaning", photo)
    ana.record(task, "item_noted", item="cleaning", note="机密")
    ana.record("0" * 32, "remark_added", remark="无此任务")
    headers = _of_upload(content_hash(b"begun"))
    begun = await ana.browser.post("/api/uploads", content=b"beg", headers=headers)
    assert begun.headers["upload-offset"] == "3"
    await ana.sync()
    ben.answer(task, "cleaning", "pass", plan=DAILY_CHECK)
    await ben.sync()
    card = (await office.card())["line"]["id"]
    await lay_out(world, office)
    await hang_up(office)
    tags = [row["id"] for row in await world.rows("SELECT id FROM tags")]
    held = [row["id"] for row in await world.rows("SELECT id FROM held_operations")]
    conflicts = [row["id"] for row in await world.rows("SELECT id FROM conflicts")]
    finding = [row["id"] for row in await world.rows("SELECT id FROM nonconformities")]
    operations = [
        row["id"]
        for row in await world.rows("SELECT id FROM operations WHERE organization_id = $1", HARBOUR)
    ]
    return (
        {
            "device": [ana.device, ben.device, office.device],
            "writer": [ana.writer, ben.writer],
            "sha256": [content_hash(photo)],
            "begun": [content_hash(b"begun"), content_hash(photo)],
            "record": [task, *finding, *held, DAILY_CHECK, DAILY_LIST, HARBOUR_MALL],
            "operation": operations,
            "card": [card],
            "site": [HARBOUR_MALL, NORTH_GARDEN],
            "round": [round_on(), NIGHT_ROUTE, *tags],
            "held": held,
            "conflict": conflicts,
            "person": [ANA.id, BEN.id, LAO_ZHOU.id, LIN.id, CLEO.id],
            "organization": [HARBOUR],
        },
        ana,
        office,
    )


def _photo() -> bytes:
    paper = io.BytesIO()
    Image.new("RGB", (8, 8)).save(paper, "JPEG")
    return paper.getvalue()


def _of_upload(sha256: str) -> dict[str, str]:
    """Give the headers without which an upload is refused before anybody asks whose it is."""
    told = {"sha256": sha256, "filetype": "image/jpeg"}
    pairs = (f"{name} {base64.b64encode(one.encode()).decode()}" for name, one in told.items())
    return {
        "tus-resumable": "1.0.0",
        "content-type": "application/offset+octet-stream",
        "upload-length": "5",
        "upload-offset": "3",
        "upload-metadata": ",".join(pairs),
    }


NAMES = ("港湾", "Harbour", "安娜", "贝宁", "老周", "林晓", "柯丽", "机密", "F1-01")


def _secrets(ids: Ids) -> list[str]:
    return [one for group in ids.values() for one in group] + list(NAMES)


def _fill(step: Step, one: str) -> str:
    begin, end = step.path.find("{"), step.path.find("}")
    return step.path[:begin] + one + step.path[end + 1 :] if begin >= 0 else step.path


def _bodies(path: str, one: str, phone: Phone) -> list[dict[str, Any] | bytes]:
    """Give the bodies with which a writing route is walked, this organisation's ids inside."""
    if path == "/api/sync/push":
        sent = phone.capture()
        operations = [entry.text.decode() for entry in phone.outbox]
        told = ",".join(operations)
        return [f'{{"writer":"{one}","sent":{json.dumps(sent)},"operations":[{told}]}}'.encode()]
    if path == "/api/sync/carried":
        header = {"kind": "operations", "organization": HARBOUR, "writer": one, "made_ms": 1,
                  "sent": phone.capture(), "parts": [], "version": 1}  # fmt: skip
        texts = [entry.text.decode() for entry in phone.outbox]
        plain = {"header": json.dumps(header), "signature": "", "operations": texts}
        return [json.dumps({"plain": plain}).encode()]
    if path == "/api/office/operations":
        bodies = (
            {"kind": "nonconformity_confirmed", "confirmed_at": 1},
            {
                "kind": "item_answered",
                "item": "cleaning",
                "checklist": DAILY_LIST,
                "answer": "pass",
            },
            {"kind": "remark_added", "remark": "x"},
            {"kind": "held_applied", "author": ANA.id, "reason": "x"},
            {"kind": "held_set_aside", "author": ANA.id, "reason": "x"},
            {"kind": "places_published", "places": {"site": one, "name": {"zh": "x"}}},
        )
        return [{"request": one, "record": one, "body": body} for body in bodies]
    if path == "/api/office/receipts":
        start(phone, one, on=TODAY, ordinal=1)
        return [{"request": one, "receipt": receipt_of(phone, None, one)}]
    simple: dict[str, list[dict[str, Any] | bytes]] = {
        "/api/writers": [{"writer": one}],
        "/api/office/tags": [{"request": one, "site": one, "checkpoints": [ATRIUM]}],
        "/api/session/password": [{"old": "not the password", "new": "another long one"}],
    }
    return simple.get(path, [b""])


async def _ask(browser: httpx.AsyncClient, step: Step, one: str, body: Any) -> httpx.Response:
    given = {"content": body} if isinstance(body, bytes) else {"json": body}
    asked = {"site": one, "nonconformity": one, "writers": one} if step.method == "GET" else {}
    headers = _of_upload(one) if step.path.startswith("/api/uploads") else {}
    return await browser.request(
        step.method, _fill(step, one), params=asked, headers=headers, **given
    )


def test_every_route_stands_in_the_table(tmp_path: Path) -> None:
    app = create_app(Settings(data_folder=tmp_path, secret="s", static_folder=tmp_path))
    walked = {step.path for step in _steps(app)}
    assert walked == set(PATHS), "a new route must say with which ids it is walked"


async def test_person_of_another_organisation_finds_nothing_on_any_route(world: World) -> None:
    ids, ana, _ = await _harbour_at_work(world)
    mallory, desk = await world.phone(MALLORY), await world.office(MALLORY)
    before = await _state_of_the_harbour(world)
    asked = 0
    # Reading first: what she sends under these ids becomes her own afterwards.
    for step in sorted(_steps(world.server.app), key=lambda step: step.method not in READING):
        if step.path in ENDLESS or step.path == "/api/session":
            continue
        for one in ids.get(step.id_kind, ids["record"]):
            for body in _bodies(step.path, one, ana):
                for browser in (mallory.browser, desk.browser):
                    reply = await _ask(browser, step, one, body)
                    asked += 1
                    assert reply.status_code < 500, (step, reply.text)
                    sent = f"{one} {body!r}"
                    # The number of a held row follows from the text and writer that were sent.
                    derived = ids["held"] if step.path == "/api/sync/push" else []
                    leaks = [
                        word
                        for word in _secrets(ids)
                        if word in reply.text
                        and word.split(":")[0] not in sent
                        and word not in derived
                    ]
                    assert leaks == [], (step, reply.status_code, leaks, reply.text[:300])
                    if step.method in READING:
                        assert reply.status_code == 404 or one not in reply.text, (step, reply.text)
    assert asked > 60
    assert await _state_of_the_harbour(world) == before


async def _state_of_the_harbour(world: World) -> dict[str, Any]:
    found = {}
    for table in (
        "operations", "records", "held_operations", "carried_bundles", "conflicts", "writers", "writer_progress",
        "answers", "tasks", "nonconformities", "evidence", "evidence_uses", "evidence_uploads",
        "uploads",
        "people", "memberships", "plans", "checklists", "sites", "checkpoints", "routes", "tags", "rounds",
    ):  # fmt: skip
        rows = await world.rows(
            f"SELECT t::text AS whole FROM {table} t WHERE organization_id = $1", HARBOUR
        )
        found[table] = sorted(row["whole"] for row in rows)
    sessions = await world.rows(
        "SELECT id, ended_at FROM sessions WHERE organization_id = $1", HARBOUR
    )
    devices = await world.rows(
        "SELECT id, revoked_at FROM devices WHERE organization_id = $1", HARBOUR
    )
    found["open"] = [sorted(map(str, map(tuple, rows))) for rows in (sessions, devices)]
    return found


async def test_every_route_but_the_public_ones_is_closed_without_a_session(world: World) -> None:
    ids, ana, _ = await _harbour_at_work(world)
    async with httpx.AsyncClient(
        transport=ana.network, base_url="http://roundsman.test"
    ) as stranger:
        closed = [step for step in _steps(world.server.app) if not step.is_public]
        assert len(closed) > 15
        for step in closed:
            one = ids.get(step.id_kind, [""])[0]
            reply = await _ask(stranger, step, one, _bodies(step.path, one, ana)[0])
            said = reply.status_code, (reply.json() if reply.content else {}).get("code")
            assert said == (401, "sign_in_needed") or step.method == "HEAD", step


async def test_public_routes_are_exactly_these(world: World) -> None:
    public = {(step.method, step.path) for step in _steps(world.server.app) if step.is_public}
    assert public <= {
        ("GET", "/health"),
        ("HEAD", "/health"),
        ("POST", "/api/session"),
    }


async def test_every_write_without_the_security_value_is_refused(world: World) -> None:
    ids, ana, _ = await _harbour_at_work(world)
    before = await _state_of_the_harbour(world)
    del ana.browser.headers["x-roundsman-csrf"]
    writes = [
        step
        for step in _steps(world.server.app)
        if step.method not in READING and not step.is_public
    ]
    assert len(writes) >= 7
    for step in writes:
        one = ids.get(step.id_kind, [""])[0]
        reply = await _ask(ana.browser, step, one, _bodies(step.path, one, ana)[0])
        assert (reply.status_code, reply.json()["code"]) == (403, "csrf_failed"), step
    assert await _state_of_the_harbour(world) == before


WORK = {
    *("places", "checklist", "plan", "agenda", "task", "nonconformity"),
    *("route", "round_agenda", "tag"),
}
PULLED = {
    # role: which kinds of record a phone of that role holds, at which sites ("" is every site)
    ANA: {*WORK, "scheme"},
    LAO_ZHOU: WORK,
    CLEO: set(),
    LIN: {*WORK, "scheme"},
}


async def test_CU8_phone_holds_the_kinds_of_its_role_and_the_sites_of_its_person(
    world: World,
) -> None:
    await _harbour_at_work(world)
    for person, kinds in PULLED.items():
        phone = await world.phone(person)
        assert {record["kind"] for record in phone.records.values()} == kinds, person.name
        sites = {phone.sites[one] for one in phone.records} - {""}
        everywhere = person.role.site == ""
        expected = {HARBOUR_MALL, NORTH_GARDEN} if everywhere else {person.role.site}
        assert sites <= expected
    assert {GUARD_LIST, REPAIR_LIST} <= set(world.phones[-1].records)


OFFICE_ROUTES = ("today", "scorecards", "findings", "held", "conflicts", "devices")


async def test_people_without_the_right_are_turned_away_from_the_office(world: World) -> None:
    await _harbour_at_work(world)
    for person, open_ones in (
        (LAO_ZHOU, set()),
        (CLEO, set()),
        (ANA, {"today", "scorecards", "findings", "conflicts"}),
    ):
        desk = await world.office(person)
        for page in OFFICE_ROUTES:
            reply = await desk.browser.get(f"/api/office/{page}")
            if reply.status_code == 200:
                assert page in open_ones, (person.name, page)
            else:
                assert (reply.status_code, reply.json()["code"]) == (403, "not_allowed"), (
                    person.name,
                    page,
                )
