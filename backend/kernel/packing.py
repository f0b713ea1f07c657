"""Packing large answers for slow networks, beside the event loop so that nobody waits for it."""

import asyncio
import zlib
from typing import Any

import brotli
from litestar import MediaType, Request, Response

WORTH_PACKING = 1_400
"""Bytes that fit into one packet anyway; packing them saves nothing."""

LARGE = 20_000
"""Bytes from which on packing quickly matters more than packing tightly."""

BESIDE = 20_000
"""Bytes from which on a thread is worth its start."""

_GZIP = 31
"""zlib's number for the gzip format with the largest window."""


async def packed_json(request: Request[Any, Any, Any], body: bytes) -> Response[bytes]:
    """Answer with JSON, packed as the asker can unpack it.

    The route says `opt={"packed": True}`, so that nobody packs it again.
    """
    encoding = choose_encoding(request.headers.get("accept-encoding", ""))
    if len(body) < WORTH_PACKING or not encoding:
        return Response(body, media_type=MediaType.JSON)
    pack = _brotli if encoding == "br" else _gzip
    packed = pack(body) if len(body) < BESIDE else await asyncio.to_thread(pack, body)
    headers = {"content-encoding": encoding, "vary": "accept-encoding"}
    return Response(packed, media_type=MediaType.JSON, headers=headers)


def choose_encoding(accepted: str) -> str:
    """Give the best packing that the asker takes, or an empty text.

    >>> choose_encoding("gzip, deflate, br;q=0.9"), choose_encoding("br;q=0, gzip")
    ('br', 'gzip')
    """
    parts = (part.replace(" ", "") for part in accepted.lower().split(","))
    taken = {part.partition(";")[0] for part in parts if not part.endswith((";q=0", ";q=0.0"))}
    return next((name for name in ("br", "gzip") if name in taken), "")


def _brotli(body: bytes) -> bytes:
    small = len(body) < LARGE
    packed: bytes = brotli.compress(body, quality=4 if small else 1, lgwin=18)
    return packed


def _gzip(body: bytes) -> bytes:
    packer = zlib.compressobj(1, wbits=_GZIP)
    return packer.compress(body) + packer.flush()
