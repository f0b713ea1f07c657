"""The shell of the phone page: small, its own in everything, and untouched by anyone else."""

import asyncio
import gzip
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Playwright, async_playwright, expect

from backend.kernel.postgres import free_port
from tests.e2e.browser import launch_options
from tests.e2e.servers import PASSWORD, Server, lay_ground

DIST = Path(__file__).parent.parent.parent / "pwa" / "dist"
SCRIPT_LIMIT_KB = 150
PRECACHE_LIMIT_KB = 330


def packed_kb(path: Path) -> float:
    return len(gzip.compress(path.read_bytes(), 9)) / 1000


def scripts_of(page: str) -> set[Path]:
    """Every script that a page loads at first, those it preloads included."""
    html = (DIST / page).read_text(encoding="utf-8")
    return {DIST / found for found in re.findall(r'(?:src|href)="/?([^"]+\.js)"', html)}


def precached() -> list[Path]:
    worker = (DIST / "service-worker.js").read_text(encoding="utf-8")
    names = set(re.findall(r'[{,]"?url"?:\s*["\']([^"\']+)["\']', worker))
    assert names, "the worker lists nothing"
    return [DIST / name for name in sorted(names)]


def test_the_phone_page_loads_at_most_150_kb_of_script() -> None:
    total = sum(packed_kb(path) for path in scripts_of("index.html"))
    assert 20 < total <= SCRIPT_LIMIT_KB, f"{total:.1f} kB"


def test_at_most_330_kb_are_precached_and_nothing_of_the_office() -> None:
    files = precached()
    total = sum(packed_kb(path) for path in files)
    assert 20 < total <= PRECACHE_LIMIT_KB, f"{total:.1f} kB"
    office_only = scripts_of("office.html") - scripts_of("index.html")
    assert office_only
    of_phone = set(files) - office_only
    for shared in office_only & set(files):
        # What both pages have in common may lie in a piece of its own, if a screen of the phone asks.
        asking = (path.read_text(encoding="utf-8") for path in of_phone if path.suffix == ".js")
        assert any(shared.name in text for text in asking), shared.name
    assert DIST / "office.html" not in files


@pytest.mark.parametrize("page", ["index.html", "office.html"])
def test_no_page_has_an_inline_script_or_style_or_a_foreign_address(page: str) -> None:
    html = (DIST / page).read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", html)
    assert "<style" not in html
    assert not re.search(r'(?:src|href)="(?:https?:)?//', html)


def test_trap07_no_page_needs_wasm_or_eval_that_the_policy_would_refuse() -> None:
    wasm = [path.name for path in DIST.rglob("*.wasm")]
    assert wasm == []
    for page in ("index.html", "office.html"):
        for path in scripts_of(page):
            script = path.read_text(encoding="utf-8")
            assert "WebAssembly.instantiate" not in script, path.name
            assert not re.search(r"\bnew Function\(|[^.\w]eval\(", script), path.name


@pytest.fixture
async def playwright() -> AsyncIterator[Playwright]:
    async with async_playwright() as running:
        yield running


@pytest.fixture
async def server(tmp_path: Path, database_url: str) -> AsyncIterator[Server]:
    one = Server(tmp_path / "data", free_port(), database_url)
    one.begin()
    await one.ready()
    yield one
    one.kill()


async def test_both_pages_ask_nobody_else_and_keep_the_strict_policy(
    playwright: Playwright, server: Server, database_url: str
) -> None:
    ground = await lay_ground(database_url, people=2, tasks=1)
    address = f"http://127.0.0.1:{server.port}"
    async with httpx.AsyncClient() as client:
        for path in ("/", "/office.html"):
            policy = (await client.get(address + path)).headers["content-security-policy"]
            assert "script-src 'self'" in policy
            assert "unsafe-inline" not in policy
            assert "unsafe-eval" not in policy
            assert "frame-ancestors 'none'" in policy
    browser = await playwright.chromium.launch(**launch_options())
    asked: list[str] = []
    complaints: list[str] = []
    for path, user, prefix in (("/", 0, "sign-in"), ("/office.html", 1, "office")):
        context = await browser.new_context(locale="zh-CN")
        page = await context.new_page()
        context.on("request", lambda request: asked.append(request.url))
        page.on(
            "console",
            lambda said: complaints.append(said.text) if "Security Policy" in said.text else None,
        )
        await page.goto(address + path)
        await page.get_by_test_id(f"{prefix}-user").fill(ground.people[user])
        await page.get_by_test_id(f"{prefix}-password").fill(PASSWORD)
        await page.get_by_test_id(f"{prefix}-submit").click()
        await expect(page.get_by_test_id(f"{prefix}-submit")).to_have_count(0)
        await asyncio.sleep(1)
        await context.close()
    await browser.close()
    assert len(asked) > 10
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
    assert complaints == []


async def test_bug03_the_worker_leaves_writes_and_the_api_alone(
    playwright: Playwright, server: Server
) -> None:
    browser = await playwright.chromium.launch(**launch_options())
    page = await browser.new_page()
    await page.goto(f"http://127.0.0.1:{server.port}/")
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await page.reload()
    answers = await page.evaluate(
        """async () => {
          const read = await fetch('/api/session')
          const write = await fetch('/api/sync/push', { method: 'POST', body: '{}' })
          const cached = []
          for (const name of await caches.keys()) {
            for (const one of await (await caches.open(name)).keys()) cached.push(one.url)
          }
          return { read: read.status, write: write.status, cached }
        }"""
    )
    await browser.close()
    assert (answers["read"], answers["write"]) == (401, 401)
    assert answers["cached"]
    assert not [url for url in answers["cached"] if "/api/" in url or "office" in url], json.dumps(
        answers["cached"]
    )


async def test_light_chosen_on_a_dark_phone_leaves_nothing_dark_behind(
    playwright: Playwright, server: Server
) -> None:
    browser = await playwright.chromium.launch(**launch_options())
    context = await browser.new_context(locale="zh-CN", color_scheme="dark")
    page = await context.new_page()
    await page.goto(f"http://127.0.0.1:{server.port}/")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    await expect(page.get_by_test_id("sign-in")).to_be_visible()
    assert await page.evaluate(ground) == "rgb(18, 24, 31)"
    await page.get_by_test_id("switch-dark").click()
    assert await page.evaluate(ground) == "rgb(246, 247, 249)"
    await browser.close()
