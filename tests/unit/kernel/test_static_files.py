"""The pages come packed, are asked for once, and nothing else of the disk comes at all."""

import gzip
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import brotli
import httpx
import pytest
from litestar import Litestar
from litestar.config.compression import CompressionConfig

from backend.kernel.answers import exception_handlers
from backend.kernel.static_files import static_router

SCRIPT = b"console.log('roundsman');" * 100


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A browser before a server of a small build."""
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_bytes(b"<!doctype html><title>phone</title>")
    (dist / "office.html").write_bytes(b"<!doctype html><title>office</title>")
    (dist / "service-worker.js").write_bytes(SCRIPT)
    (dist / "manifest.webmanifest").write_bytes(b"{}")
    (dist / "assets" / "index-CJ14t9NP.js").write_bytes(SCRIPT)
    (dist / "icon-192.png").write_bytes(b"\x89PNG")
    (dist / ".env").write_bytes(b"secret")
    (dist / "notes.xyz").write_bytes(b"not ours to show")
    (tmp_path / "outside.txt").write_bytes(b"outside")
    app: Any = Litestar(  # httpx describes the scope more loosely than Litestar does
        [static_router(dist)],
        exception_handlers=exception_handlers,
        compression_config=CompressionConfig(backend="brotli", exclude_opt_key="packed"),
        openapi_config=None,
        logging_config=None,
    )
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://t") as client:
        yield client


@pytest.mark.parametrize(
    ("path", "media_type", "cache"),
    [
        ("/", "text/html; charset=utf-8", "no-cache"),
        ("/index.html", "text/html; charset=utf-8", "no-cache"),
        ("/office", "text/html; charset=utf-8", "no-cache"),
        ("/office.html", "text/html; charset=utf-8", "no-cache"),
        ("/service-worker.js", "text/javascript; charset=utf-8", "no-cache"),
        ("/manifest.webmanifest", "application/manifest+json", "no-cache"),
        ("/icon-192.png", "image/png", "no-cache"),
        (
            "/assets/index-CJ14t9NP.js",
            "text/javascript; charset=utf-8",
            "public, max-age=31536000, immutable",
        ),
    ],
)
async def test_file_has_its_kind_and_its_lifetime(
    browser: httpx.AsyncClient, path: str, media_type: str, cache: str
) -> None:
    reply = await browser.get(path)
    assert reply.status_code == 200
    assert reply.headers["content-type"] == media_type
    assert reply.headers["cache-control"] == cache
    again = await browser.get(path, headers={"if-none-match": f'"x", W/{reply.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    looked = await browser.head(path)
    assert (looked.status_code, looked.content) == (200, b"")
    assert looked.headers["etag"] == reply.headers["etag"]


@pytest.mark.parametrize(
    ("accepted", "packing"),
    [("br, gzip", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip"), ("identity", None)],
)
async def test_script_comes_in_the_packing_that_the_browser_takes(
    browser: httpx.AsyncClient, accepted: str, packing: str | None
) -> None:
    async with browser.stream(
        "GET", "/assets/index-CJ14t9NP.js", headers={"accept-encoding": accepted}
    ) as reply:
        raw = b"".join([part async for part in reply.aiter_raw()])
    assert reply.headers.get("content-encoding") == packing
    assert reply.headers["vary"] == "accept-encoding"
    assert int(reply.headers["content-length"]) == len(raw)
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress}.get(packing or "", bytes)
    assert unpack(raw) == SCRIPT


@pytest.mark.parametrize(
    "path",
    ["/tasks", "/.env", "/notes.xyz", "/../outside.txt", "/%2e%2e/outside.txt", "/assets", "/a%00"],
)
async def test_what_is_no_part_of_the_pages_is_not_found(
    browser: httpx.AsyncClient, path: str
) -> None:
    reply = await browser.get(path)
    assert reply.status_code == 404
    assert reply.headers["content-type"] == "application/problem+json"


async def test_pages_are_only_read(browser: httpx.AsyncClient) -> None:
    assert (await browser.post("/")).status_code == 405


def test_server_without_pages_still_runs(tmp_path: Path) -> None:
    assert static_router(tmp_path / "missing").routes == []
