"""A bucket in memory that speaks the few words of S3 that the evidence store needs."""

import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

WRITTEN = "2026-11-17T02:00:00.000Z"


class _Bucket(BaseHTTPRequestHandler):
    """Answers one connection; the objects lie in the server."""

    protocol_version = "HTTP/1.1"
    server: "_Server"

    def do_PUT(self) -> None:
        length = int(self.headers["content-length"])
        self.server.objects[self._key()] = self.rfile.read(length)
        self.server.signed += "AWS4-HMAC-SHA256" in self.headers.get("authorization", "")
        self._answer(200)

    def do_GET(self) -> None:
        asked = parse_qs(urlsplit(self.path).query)
        if "list-type" in asked:
            self._list(asked.get("prefix", [""])[0])
            return
        found = self.server.objects.get(self._key())
        self._answer(404 if found is None else 200, found or b"")

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["content-length"])).decode()
        keys = re.findall("<Key>(.*?)</Key>", asked)
        for key in keys:
            self.server.objects.pop(key, None)
        gone = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in keys)
        self._answer(200, f"<DeleteResult>{gone}</DeleteResult>".encode())

    def _list(self, prefix: str) -> None:
        named = [one for one in sorted(self.server.objects) if one.startswith(prefix)]
        lines = "".join(
            f"<Contents><Key>{escape(one)}</Key><LastModified>{WRITTEN}</LastModified>"
            f"<Size>{len(self.server.objects[one])}</Size></Contents>"
            for one in named
        )
        told = f"<ListBucketResult><IsTruncated>false</IsTruncated>{lines}</ListBucketResult>"
        self._answer(200, told.encode())

    def _key(self) -> str:
        return unquote(urlsplit(self.path).path).removeprefix("/photos/")

    def _answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.send_header("etag", f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"')
        self.send_header("last-modified", "Tue, 17 Nov 2026 02:00:00 GMT")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    objects: dict[str, bytes]
    signed: int


@contextmanager
def a_bucket() -> Iterator[_Server]:
    """Give a running bucket called `photos`."""
    server = _Server(("127.0.0.1", 0), _Bucket)
    server.objects, server.signed = {}, 0
    running = threading.Thread(target=server.serve_forever, daemon=True)
    running.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        running.join()
