"""Runs schedules in processes of their own, so that a machine's cores share them."""

import asyncio
import pickle
import secrets
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import asyncpg
import msgspec
from msgspec import Struct

from tests.conftest import run_apart
from tests.simulation import laws
from tests.simulation.memory import Laid, lay
from tests.simulation.schedule import Schedule
from tests.world.cast import HARBOUR

PROCESSES = 2
REPOSITORY = Path(__file__).parent.parent.parent


class Told(Struct, kw_only=True):
    """What came of some schedules: what happened, and which broke a law."""

    did: dict[str, int]
    broken: list[str]
    count: int = 0
    seconds: float = 0.0


def keep_laid(url: str, path: Path) -> Path:
    """Read a settled database once and keep it where every process finds it."""

    async def read() -> Laid:
        connection = await asyncpg.connect(url)
        try:
            return await lay(connection)
        finally:
            await connection.close()

    path.write_bytes(pickle.dumps(run_apart(read())))
    return path


@cache
def load(path: Path) -> tuple[Laid, laws.Ground]:
    """Give the database to begin with, and its log folded."""
    laid: Laid = pickle.loads(path.read_bytes())  # noqa: S301  we wrote it a moment ago
    rows = laid.tables["operations"].values()
    log = [row for row in rows if row["organization_id"] == HARBOUR]
    return laid, laws.Ground(sorted(log, key=lambda row: row["position"]))


def run_seeds(path: Path, seeds: Iterable[int], until: float = 0.0) -> Told:
    """Run schedules one after the other; with `until`, only as long as that moment is not past.

    Units: `until` seconds as `time.time()` counts them.
    """
    laid, ground = load(path)
    did: Counter[str] = Counter()
    told, begun = Told(did=did, broken=[]), time.process_time()
    for seed in seeds:
        if until and time.time() > until:
            break
        schedule = Schedule(laid, ground, seed)
        try:
            did.update(asyncio.run(schedule.run()))
        except Exception as error:  # noqa: BLE001  whatever it was, the seed is what matters
            told.broken.append(f"seed {seed}: {type(error).__name__}: {str(error)[:500]}")
        told.count += 1
    told.seconds = time.process_time() - begun
    return told


def run_on_all_cores(path: Path, seeds: list[int]) -> Told:
    """Share the seeds out and put together what came of them."""
    shares = [seeds[number::PROCESSES] for number in range(PROCESSES)]
    runs = [begin_apart(path, f"seeds={','.join(map(str, share))}") for share in shares]
    try:
        return together(hear(run) for run in runs)
    finally:
        for run in runs:
            run.kill()
            run.wait()


def begin_apart(path: Path, task: str) -> subprocess.Popen[bytes]:
    """Begin a process that runs these seeds, or fresh ones for so many minutes."""
    command = [sys.executable, "-m", "tests.simulation.runner", str(path), task]
    return subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE)


def hear(run: subprocess.Popen[bytes]) -> Told:
    """Wait for such a process and read what it tells."""
    said, _ = run.communicate()
    assert run.returncode == 0, said
    return msgspec.json.decode(said, type=Told)


def together(parts: Iterable[Told]) -> Told:
    """Put together what came of several."""
    did: Counter[str] = Counter()
    whole = Told(did=did, broken=[])
    for part in parts:
        did.update(part.did)
        whole.broken += part.broken
        whole.count += part.count
        whole.seconds += part.seconds
    return whole


def fresh_seeds() -> Iterator[int]:
    """Give seeds that nobody has tried."""
    while True:
        yield secrets.randbelow(2**32)


def main(path: Path, task: str) -> None:
    """Run what is asked and tell it as one line of JSON."""
    name, _, value = task.partition("=")
    if name == "seeds":
        told = run_seeds(path, [int(one) for one in value.split(",")])
    else:
        told = run_seeds(path, fresh_seeds(), until=time.time() + float(value) * 60)
    sys.stdout.buffer.write(msgspec.json.encode(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
