"""Serve as `make run` does, with the pages by Vite, which shows each change at once.

Ends both when either ends, and both with Ctrl-C.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from check import PWA, ROOT, VENV, node

PATIENCE_S = 60


def main() -> int:
    """Start both, wait for the first to end, end the other."""
    pages = [node(), str(PWA / "node_modules" / "vite" / "bin" / "vite.js")]
    environment = {**os.environ, "PATH": f"{Path(pages[0]).parent}{os.pathsep}{os.environ['PATH']}"}
    both = [
        subprocess.Popen([VENV / "python", "-m", "backend.cli", "serve"], cwd=ROOT),
        subprocess.Popen(pages, cwd=PWA, env=environment, stdin=subprocess.DEVNULL),
    ]
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        while all(process.poll() is None for process in both):
            time.sleep(0.2)
    for process in both:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
    for process in both:
        try:
            process.wait(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
    return max(process.returncode or 0 for process in both)


if __name__ == "__main__":
    sys.exit(main())
