"""Serves the two pages and what they load, from memory, packed once at the start.

Litestar's own file serving knows neither 304 nor packed files; this knows nothing else. There are
no fallbacks: the pages find their way after the #, so an unknown path is simply not found.
"""

import gzip
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import brotli
from litestar import Request, Response, Router, get, head
from msgspec import Struct

from backend.kernel.kill_switch import KILL_WORKER, WORKER_PATH

TYPES: dict[str, str] = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".jpg": "image/jpeg",
    ".map": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
"""Keyed by ending; what is not here is not served."""

_PACKED = frozenset({".css", ".html", ".js", ".json", ".map", ".svg", ".txt", ".webmanifest"})
_WORTH_PACKING = 500
_HASHED = re.compile(r"^assets/.*-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$")
_FOREVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_OPEN_AND_PACKED = {"public": True, "packed": True}
"""Nobody need be signed in, and nothing is to be packed again on its way out."""

_SHORT_NAMES = {"index.html": "/", "office.html": "/office"}


class StaticFile(Struct, frozen=True, kw_only=True):
    """One file as it is answered: plain, and packed where that pays; `tag` names its content."""

    plain: bytes
    packed: dict[str, bytes]
    media_type: str
    tag: str
    cache: str


def static_router(folder: Path, *, kill_shell: bool = False) -> Router:
    """Give the routes of every file that lies in the folder now.

    A folder that is missing gives no routes, so that the server also runs without its pages. With
    `kill_shell` the service worker is one that takes itself away.
    """
    files = dict(read_files(folder)) if folder.is_dir() else {}
    if kill_shell:
        files[WORKER_PATH] = _packed_bytes(KILL_WORKER.encode(), WORKER_PATH.strip("/"), ".js")
    if not files:
        return Router("/", route_handlers=[])
    paths = sorted(files)

    @get(paths, opt=_OPEN_AND_PACKED)
    async def read(request: Request[Any, Any, Any]) -> Response[bytes]:
        return _answer(request, files[request.scope["path"].rstrip("/") or "/"])

    @head(paths, opt=_OPEN_AND_PACKED)
    async def look(request: Request[Any, Any, Any]) -> Response[None]:
        whole = _answer(request, files[request.scope["path"].rstrip("/") or "/"])
        headers = {**whole.headers, "content-length": str(len(whole.content))}
        return Response(None, status_code=whole.status_code, headers=headers)

    return Router("/", route_handlers=[read, look])


def read_files(folder: Path) -> Iterator[tuple[str, StaticFile]]:
    """Give each file under the path it is asked for, with `/` and `/office` beside the pages."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and path.suffix in TYPES and not name.startswith("."):
            one = _packed(path, name)
            yield f"/{name}", one
            if name in _SHORT_NAMES:
                yield _SHORT_NAMES[name], one


def _packed(path: Path, name: str) -> StaticFile:
    return _packed_bytes(path.read_bytes(), name, path.suffix)


def _packed_bytes(plain: bytes, name: str, suffix: str) -> StaticFile:
    packed: dict[str, bytes] = {}
    if suffix in _PACKED and len(plain) >= _WORTH_PACKING:
        packed["br"] = brotli.compress(plain, quality=9)
        packed["gzip"] = gzip.compress(plain, compresslevel=9, mtime=0)
    return StaticFile(
        plain=plain,
        packed=packed,
        media_type=TYPES[suffix],
        tag=f'"{hashlib.sha256(plain).hexdigest()[:20]}"',
        cache=_FOREVER if _HASHED.match(name) else _ASK_AGAIN,
    )


def _answer(request: Request[Any, Any, Any], one: StaticFile) -> Response[bytes]:
    headers = {"etag": one.tag, "cache-control": one.cache}
    if one.packed:
        headers["vary"] = "accept-encoding"
    if _already_there(request.headers.get("if-none-match", ""), one.tag):
        return Response(b"", status_code=304, headers=headers)
    content = one.plain
    accepted = _accepted(request.headers.get("accept-encoding", ""))
    for name, packed in one.packed.items():
        if name in accepted:
            headers["content-encoding"] = name
            content = packed
            break
    headers["content-type"] = one.media_type
    return Response(content, headers=headers, media_type=one.media_type)


def _already_there(asked: str, tag: str) -> bool:
    tags = {part.strip().removeprefix("W/") for part in asked.split(",")}
    return tag in tags or "*" in tags


def _accepted(asked: str) -> set[str]:
    """Name the packings that the browser takes; a quality of zero is a refusal."""
    named = (part.strip().partition(";") for part in asked.lower().split(","))
    return {name for name, _, quality in named if quality.strip() not in ("q=0", "q=0.0")}
