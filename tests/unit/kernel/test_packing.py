"""Whoever cannot unpack gets it plain; what was packed unpacks to the very same bytes."""

import gzip

import brotli
import httpx
import pytest
from litestar import Litestar, Request, Response, get

from backend.kernel.packing import BESIDE, WORTH_PACKING, choose_encoding, packed_json

LARGE = b'{"text":"%s"}' % ("检查" * BESIDE).encode()


@get("/large", opt={"packed": True})
async def large(request: Request) -> Response[bytes]:
    return await packed_json(request, LARGE)


@get("/small", opt={"packed": True})
async def small(request: Request) -> Response[bytes]:
    return await packed_json(request, b"1" * (WORTH_PACKING - 1))


@pytest.fixture
def client() -> httpx.AsyncClient:
    app = Litestar([large, small], openapi_config=None)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://unit")


async def ask(client: httpx.AsyncClient, path: str, accepted: str) -> tuple[str, bytes]:
    asked = client.stream("GET", path, headers={"accept-encoding": accepted})
    async with asked as answer:
        raw = b"".join([part async for part in answer.aiter_raw()])
        return answer.headers.get("content-encoding", ""), raw


async def test_each_packing_unpacks_to_the_same(client: httpx.AsyncClient) -> None:
    encoding, raw = await ask(client, "/large", "gzip, deflate, br, zstd")
    assert (encoding, brotli.decompress(raw)) == ("br", LARGE)
    encoding, raw = await ask(client, "/large", "gzip, deflate")
    assert (encoding, gzip.decompress(raw)) == ("gzip", LARGE)
    assert await ask(client, "/large", "identity") == ("", LARGE)


async def test_what_fits_into_a_packet_travels_plain(client: httpx.AsyncClient) -> None:
    assert (await ask(client, "/small", "br"))[0] == ""


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [("", ""), ("br", "br"), ("BR", "br"), ("br; q=0, gzip", "gzip"), ("brotli, x-gzip", "")],
)
def test_a_packing_is_used_only_by_its_own_name(accepted: str, chosen: str) -> None:
    assert choose_encoding(accepted) == chosen
