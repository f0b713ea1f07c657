"""Say what went wrong during set-up in one sentence, with what to do; never a traceback."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOG = ROOT / "build" / "setup.log"
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
NOISE = re.compile(r"\s+at |\s+errors: \[Getter")
LAST_LINES = 12
LONGEST_LINE = 160


class SetupTrouble(Exception):  # noqa: N818 - it is a sentence for a person, not a fault of ours
    """Something a person can mend: a sentence, and what to do."""


def say(sentence: str) -> None:
    """Tell the person at the terminal what is happening."""
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


def last_lines(text: str) -> str:
    """Give the end of a log, indented, for showing under a sentence; without call stacks."""
    told = [
        line
        for line in COLOURS.sub("", text).splitlines()
        if line.strip(" {}") and not NOISE.match(line)
    ]
    return "\n".join(f"    {line[:LONGEST_LINE]}" for line in told[-LAST_LINES:])


def run_logged(
    command: Sequence[str | Path],
    *,
    otherwise: str,
    timeout_s: int,
    cwd: Path = ROOT,
    env: Mapping[str, str] | None = None,
) -> None:
    """Run a command with its output in the log; where it fails, say `otherwise`.

    The command gets its own process group, so that a time limit ends its children too.

    Units: timeout_s in seconds.
    Raises: SetupTrouble with the sentence and the log's last lines.
    """
    LOG.parent.mkdir(exist_ok=True)
    with LOG.open("a+b") as log:
        log.write(f"\n$ {' '.join(map(str, command))}\n".encode())
        log.flush()
        start = log.tell()
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=None if env is None else dict(env),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            code = process.wait(timeout=timeout_s)
        except subprocess.TimeoutExpired:
            code = None
            log.write(f"stopped after {timeout_s} seconds without an end\n".encode())
            log.flush()
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        if code == 0:
            return
        log.seek(start)
        tail = last_lines(log.read().decode(errors="replace"))
    raise SetupTrouble(f"{otherwise}\nThe log {LOG.relative_to(ROOT)} ends with:\n{tail}")
