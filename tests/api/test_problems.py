"""Everything that can go wrong with a request is a problem document with a next step."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from backend.kernel.answers import problem_of
from shared_schemas.problems import CODES
from tests.api.front_desk import Desk, asking, front_desk

ANAS_NUMBER = "13800000001"


@pytest.fixture
async def desk(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    """A small server with its people."""
    async with front_desk(database_url, tmp_path) as opened:
        yield opened


def problem_in(reply: httpx.Response) -> dict[str, Any]:
    """Give the problem document, having looked at its form."""
    assert reply.headers["content-type"] == "application/problem+json"
    said: dict[str, Any] = reply.json()
    assert said["status"] == reply.status_code
    assert said["type"] == f"/problems/{said['code']}"
    assert said["code"] in CODES
    for name in ("title", "detail", "title_zh", "title_en", "next_zh", "next_en"):
        assert said[name]
    return said


@pytest.mark.parametrize(
    ("method", "path", "body", "code"),
    [
        ("GET", "/nowhere", b"", "not_found"),
        ("POST", "/nowhere", b"{}", "not_found"),
        ("GET", "/api/nowhere", b"", "not_found"),
        ("PUT", "/api/session", b"{}", "method_not_allowed"),
        ("POST", "/api/session", b"{", "json_malformed"),
        ("POST", "/api/session", b"\xff\xfe", "json_malformed"),
        ("POST", "/api/session", b"", "request_invalid"),
        ("POST", "/api/session", b"[]", "request_invalid"),
        ("POST", "/api/session", b"null", "request_invalid"),
        ("POST", "/api/session", b"{}", "request_invalid"),
        ("POST", "/api/session", b"[" * 100_000, "json_malformed"),
    ],
)
async def test_request_that_we_cannot_serve_is_a_problem(
    desk: Desk, method: str, path: str, body: bytes, code: str
) -> None:
    async with desk.browser() as browser:
        reply = await browser.request(
            method, path, content=body, headers={"content-type": "application/json"}
        )
    assert problem_in(reply)["code"] == code


async def test_wrong_method_is_told_the_right_ones(desk: Desk) -> None:
    async with desk.browser() as browser:
        reply = await browser.put("/api/session")
        assert reply.headers["allow"] == "DELETE, GET, OPTIONS, POST"
        reply = await browser.post(f"/api/devices/{'0' * 32}")
        assert reply.headers["allow"] == "DELETE, OPTIONS"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"user_name": 5}, "user_name"),
        ({"user_name": ""}, "user_name"),
        ({"password": "p" * 201}, "password"),
        ({"device": {"id": "not an id"}}, "id"),
        ({"device": None}, "device"),
    ],
)
async def test_problem_names_the_field_and_repeats_no_value(
    desk: Desk, change: dict[str, Any], field: str
) -> None:
    async with desk.browser() as browser:
        reply = await browser.post("/api/session", json={**asking(ANAS_NUMBER), **change})
    said = problem_in(reply)
    assert said["code"] == "request_invalid"
    assert said["details"]["field"].endswith(field)
    assert "p" * 201 not in reply.text


async def test_signs_that_no_text_may_hold_are_no_failure_of_ours(desk: Desk) -> None:
    async with desk.signed_in(ANAS_NUMBER) as browser:
        zero = asking("138\x0000000001")
        reply = await browser.post("/api/session", json=zero)
        assert problem_in(reply)["code"] == "request_invalid"
        broken = json.dumps(asking("\ud800")).encode()
        reply = await browser.post("/api/session", content=broken)
        assert problem_in(reply)["status"] in (400, 401)
        for path in ("/api/devices/%00", "/api/devices/%ff", "/api/devices/%2e%2e"):
            assert problem_in(await browser.delete(path))["status"] in (400, 404)


async def test_body_of_twenty_megabytes_is_a_problem(desk: Desk) -> None:
    async with desk.signed_in(ANAS_NUMBER) as browser:
        for method, path in (("POST", "/api/writers"), ("PUT", "/api/evidence/" + "0" * 64)):
            reply = await browser.request(method, path, content=b" " * 20_000_000)
            assert problem_in(reply)["code"] == "too_large"


async def test_what_nobody_foresaw_leaves_an_id_and_nothing_else(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    async with desk.signed_in(ANAS_NUMBER) as browser:
        reply = await browser.get("/api/breaks")
    said = problem_in(reply)
    assert said["code"] == "server_failed"
    assert "telephone" not in reply.text
    assert "RuntimeError" not in reply.text
    written = "".join(capsys.readouterr())
    assert said["details"]["id"] in written


async def test_connections_that_were_cut_are_made_anew(desk: Desk) -> None:
    async with desk.signed_in(ANAS_NUMBER) as browser:
        await desk.database.rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        with pytest.raises(asyncpg.PostgresError) as cut:
            await desk.database.run("SELECT pg_terminate_backend(pg_backend_pid())")
        assert problem_of(cut.value).code == "database_unavailable"
        assert (await browser.get("/api/session")).status_code == 200


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("", "没有找到"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "没有找到"),
        ("en-GB,en;q=0.9", "Not found"),
        ("fr, en;q=0.2", "Not found"),
        ("fr", "没有找到"),
    ],
)
async def test_words_come_in_the_readers_language(desk: Desk, asked: str, title: str) -> None:
    async with desk.browser(**{"accept-language": asked}) as browser:
        reply = await browser.get("/nowhere")
    assert problem_in(reply)["title"] == title
    assert reply.json()["title_en"] == "Not found"


async def test_every_answer_trusts_nobody_but_us(desk: Desk) -> None:
    async with desk.browser() as browser:
        for path in ("/nowhere", "/api/session", "/api/nowhere"):
            headers = (await browser.get(path)).headers
            assert ("cache-control" in headers) is path.startswith("/api/")
            policy = headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe-inline" not in policy
            assert "unsafe-eval" not in policy
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "no-referrer"
            assert headers["cross-origin-opener-policy"] == "same-origin"
            assert "camera=(self)" in headers["permissions-policy"]
            assert "microphone=(self)" in headers["permissions-policy"]
