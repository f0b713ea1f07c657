"""What stories about the held desk have in common: something that is held, and a clerk's decision."""

from typing import Any

from backend.kernel.identity import derived_id
from shared_schemas.held import DECISIONS
from shared_schemas.timetable import Window
from tests.world.building import publish
from tests.world.cast import ANA, DAILY_CHECK, DAY, LAO_ZHOU, NOW
from tests.world.checkers import check_acknowledged_is_durable, check_log, check_progress
from tests.world.fixtures import World
from tests.world.office import Office
from tests.world.phone import Entry, Phone
from tests.world.rebuild import fold_log, read_log, read_tables, rebuild_tables

LATER = derived_id("task", "of an agenda to come")
WHY = "看过照片，属实"


async def desk_of(office: Office) -> list[dict[str, Any]]:
    """Read what waits for a decision."""
    held: list[dict[str, Any]] = (await office.get("held"))["held"]
    return held


async def decide(office: Office, row: dict[str, Any], kind: str, **more: Any) -> dict[str, Any]:
    """Decide as the desk does."""
    return await office.act(row["id"], kind, author=row["person"]["id"], reason=WHY, **more)


async def guard_finds(world: World, item: str = "cleaning") -> tuple[Phone, str, Entry]:
    """A guard answers a check that only inspectors may answer: that is held."""
    guard, ana = await world.phone(LAO_ZHOU), await world.phone(ANA)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    entry = guard.answer(task, item, "fail", plan=DAILY_CHECK)
    await guard.sync()
    assert entry.outcome is not None
    assert (entry.outcome["status"], entry.outcome["problem"]["code"]) == ("held", "not_allowed")
    return guard, task, entry


async def plan_later(world: World) -> None:
    """Plan the check that somebody has answered already."""
    window = Window(task=LATER, on="2027-03-01", ordinal=1, opens_ms=NOW, closes_ms=NOW + DAY)
    agenda = derived_id("agenda", DAILY_CHECK, "2027-03")
    parts = {"plan": DAILY_CHECK, "month": "2027-03", "windows": (window,)}
    await publish(world.server.app.state.committer, agenda, "agenda_planned", **parts)


async def held_states(world: World) -> list[str]:
    """List where each held row stands, in the order of receipt."""
    rows = await world.rows("SELECT state FROM held_operations ORDER BY received_ms, id")
    return [row["state"] for row in rows]


async def check_held_rows(world: World) -> None:
    """The log is whole, the rows are its replay, and each held row stands where its record says."""
    await check_log(world.server.database)
    await check_progress(world.server.database)
    await check_acknowledged_is_durable(world.server.database, world.phones)
    before = await read_tables(world.server.database)
    await rebuild_tables(world.server.database)
    assert await read_tables(world.server.database) == before
    log = await read_log(world.server.database)
    folded, applied = fold_log(log), {one.id for one in log}
    for row in await world.rows("SELECT id, operation_id, state, content FROM held_operations"):
        decided = folded.get(row["id"])
        stands = decided["fields"]["state"]["value"] if decided else "waiting"
        if row["operation_id"] in applied:
            stands = "applied"
        elif any(f'"kind":"{kind}"' in row["content"] for kind in DECISIONS):
            stands = "set_aside"
        assert row["state"] == stands, row
