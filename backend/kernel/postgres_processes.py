"""Finds out who still lives in a cluster's folder after a start, a crash or a kill -9.

PostgreSQL's own lock file names a process number only. After a restart of the machine or the
container that number may belong to somebody else, and PostgreSQL would refuse to start.
"""

import contextlib
import os
import signal
import time
from pathlib import Path

LEFTOVER_PATIENCE_S = 10.0
"""How long the helpers of a killed server get to notice and leave."""

PROCESSES = Path("/proc")


def process_in_lock_file(cluster: Path) -> int | None:
    """Give the process number in the cluster's lock file; None where there is none."""
    try:
        return int((cluster / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def living_in(cluster: Path) -> list[int]:
    """List the processes that work in the cluster's folder: every PostgreSQL process does.

    Only Linux tells; elsewhere the list is empty and PostgreSQL's own lock decides.
    """
    try:
        home = cluster.stat()
    except FileNotFoundError:
        return []
    found = []
    for entry in PROCESSES.glob("[0-9]*"):
        try:
            here = (entry / "cwd").stat()
        except OSError:  # Gone meanwhile, or another user's: then not ours.
            continue
        if (here.st_dev, here.st_ino) == (home.st_dev, home.st_ino):
            found.append(int(entry.name))
    return sorted(found)


def server_in(cluster: Path) -> int | None:
    """Give the process number of the server at work in this cluster; None where none is."""
    named = process_in_lock_file(cluster)
    return named if named is not None and named in living_in(cluster) else None


def clear_leftovers(cluster: Path) -> None:
    """Make sure that nothing of a killed server is left before the next one starts.

    Its helper processes leave by themselves; those that hang are ended. Only then is a lock file
    removed: it guards the data while any of them still writes.
    """
    deadline = time.monotonic() + LEFTOVER_PATIENCE_S
    while (left := living_in(cluster)) and time.monotonic() < deadline:
        time.sleep(0.05)
    for process in left:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    while left and living_in(cluster):
        time.sleep(0.05)
    if PROCESSES.joinpath("self").exists():
        (cluster / "postmaster.pid").unlink(missing_ok=True)
