"""A route of two stops through the mall, its labels, and a guard who walks it."""

from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from backend.domains.patrols.receipts import SIGNED, Arrived, digest_of, marks_of
from backend.domains.patrols.rules import round_of
from backend.kernel.canonical import canonical
from backend.kernel.identity import derived_id
from backend.kernel.sealing import sign, to_base64url
from tests.world.cast import ATRIUM, EAST_SQUARE, HARBOUR, HARBOUR_MALL
from tests.world.fixtures import World
from tests.world.office import Office
from tests.world.phone import Entry, Phone

NIGHT_ROUTE = derived_id("route", "night round")
STOPS = (ATRIUM, EAST_SQUARE)
TODAY = "2026-11-17"


def route_body(**changes: Any) -> dict[str, Any]:
    """Give a route as it is published: two rounds a day, the second over midnight."""
    return {
        "code": "XG-01",
        "title": {"zh": "商场巡更", "en": "Mall round"},
        "site": HARBOUR_MALL,
        "stops": [{"checkpoint": ATRIUM}, {"checkpoint": EAST_SQUARE, "walk_s": 60}],
        "rounds": [{"opens": "10:00", "closes": "11:00"}, {"opens": "22:00", "closes": "06:00"}],
        "roles": ["patrol_guard"],
        "from_on": "2026-11-01",
        **changes,
    }


def round_on(on: str = TODAY, ordinal: int = 1, route: str = NIGHT_ROUTE) -> str:
    """Give the id of a round."""
    return round_of(HARBOUR, route, on, ordinal)


async def lay_out(world: World, office: Office, **changes: Any) -> None:
    """Publish the route and let the server plan its rounds."""
    said = await office.act(NIGHT_ROUTE, "route_published", route=route_body(**changes))
    assert said["status"] in ("accepted", "merged"), said
    await look_after(world)


async def look_after(world: World) -> None:
    """Let the caretaker plan ahead."""
    assert world.server.app is not None
    await world.server.app.state.caretaker.look_after(HARBOUR)


async def hang_up(office: Office, *checkpoints: str, request: str = "labels") -> dict[str, Any]:
    """Make labels; give the office's list of them, by checkpoint."""
    asked = {
        "request": derived_id(request),
        "site": HARBOUR_MALL,
        "checkpoints": list(checkpoints or STOPS),
    }
    reply = await office.browser.post("/api/office/tags", json=asked)
    assert reply.status_code == 200, reply.text
    assert reply.json()["refused"] == {}
    return await labels(office)


async def labels(office: Office) -> dict[str, Any]:
    """Give every checkpoint's labels, the newest first."""
    places = (await office.get("tags", site=HARBOUR_MALL))["places"]
    return {place["checkpoint"]: place["labels"] for place in places}


def windows_on(phone: Phone, month: str = "2026-11") -> dict[tuple[str, int], dict[str, Any]]:
    """Give the windows of the route that lie on a phone, by date and number."""
    record = phone.records[derived_id("round_agenda", NIGHT_ROUTE, month)]
    windows = record["fields"]["windows"]["value"]
    return {(one["on"], one["ordinal"]): one for one in windows}


def start(phone: Phone, round_id: str, **body: Any) -> Entry:
    """Begin a round."""
    told = {"route": NIGHT_ROUTE, "started_at": phone.clock.wall_ms(), **body}
    return phone.record(round_id, "round_started", **told)


def scan(
    phone: Phone, round_id: str, checkpoint: str, text: str, how: str = "camera", **more: Any
) -> Entry:
    """Scan a label."""
    told = {"text": text, "how": how, "scanned_at": phone.clock.wall_ms(), **more}
    return phone.record(round_id, "checkpoint_scanned", checkpoint=checkpoint, scan=told)


def finish(phone: Phone, round_id: str) -> Entry:
    """Finish a round."""
    return phone.record(round_id, "round_finished", finished_at=phone.clock.wall_ms())


def receipt_of(
    phone: Phone, key: ec.EllipticCurvePrivateKey | None, round_id: str, **changes: Any
) -> str:
    """Make the receipt of a round as the phone does; without a key it is not signed."""
    own = [one for one in phone.outbox if one.stamped.record == round_id]
    arrived = [
        Arrived(id=one.id, counter=one.counter, kind=one.stamped.kind, sha256=one.sha256)
        for one in own
    ]
    scanned = {
        one.stamped.body["checkpoint"] for one in own if one.stamped.kind == "checkpoint_scanned"
    }
    content = {
        "round": round_id,
        "route": NIGHT_ROUTE,
        "on": TODAY,
        "ordinal": 1,
        "writer": phone.writer,
        "last": own[-1].counter,
        "started_ms": own[0].stamped.body.get("started_at", 0),
        "finished_ms": own[-1].stamped.body.get("finished_at", 0),
        "scanned": len(scanned),
        "expected": len(STOPS),
        "missed": [place for place, one in enumerate(STOPS, start=1) if one not in scanned],
        "marks": "".join(marks_of(arrived)),
        "digest": digest_of(arrived),
        **changes,
    }
    text = to_base64url(canonical(content).encode())
    signed = to_base64url(sign(key, SIGNED + text.encode())) if key else ""
    return f"RR1.{text}.{signed}"
