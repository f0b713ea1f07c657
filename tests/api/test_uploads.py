"""Photos in parts: nothing that arrived is lost, nothing is taken that is not a photo."""

import asyncio
import base64
import hashlib
import io
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from backend.evidence import uploads as parts
from backend.evidence.store import EvidenceStore, key_of
from backend.evidence.uploads import PART, SEALED, Uploads
from tests.api.front_desk import NOW, OTHER_PHONE, Desk, front_desk

ANAS_NUMBER, ZHOUS_NUMBER = "13800000001", "13800000002"
DAY_MS = 86_400_000
IN_PARTS = "application/offset+octet-stream"


@pytest.fixture
async def desk(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    """A small server with its people."""
    async with front_desk(database_url, tmp_path) as opened:
        yield opened


def picture(size: int = 700_000) -> bytes:
    """Give a photo of about so many bytes: a small one with noise behind its end."""
    written = io.BytesIO()
    Image.new("RGB", (80, 60), (200, 80, 40)).save(written, "JPEG")
    return written.getvalue() + os.urandom(size)


def hash_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def told(**given: str) -> str:
    """Give an Upload-Metadata header."""
    return ",".join(f"{n} {base64.b64encode(v.encode()).decode()}" for n, v in given.items())


async def begin(
    browser: httpx.AsyncClient,
    content: bytes,
    *,
    first: bytes = b"",
    filetype: str = "image/jpeg",
    **headers: str,
) -> httpx.Response:
    """Begin an upload, with its first bytes if any are given."""
    given = {
        "tus-resumable": "1.0.0",
        "upload-length": str(len(content)),
        "upload-metadata": told(sha256=hash_of(content), filetype=filetype),
        **({"content-type": IN_PARTS} if first else {}),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return await browser.post("/api/uploads", content=first, headers=given)


async def go_on(
    browser: httpx.AsyncClient, content: bytes, offset: int, until: int, **headers: str
) -> httpx.Response:
    """Send the bytes from one place to another."""
    given = {
        "tus-resumable": "1.0.0",
        "upload-offset": str(offset),
        "content-type": IN_PARTS,
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    address = f"/api/uploads/{hash_of(content)}"
    return await browser.patch(address, content=content[offset:until], headers=given)


async def ask(browser: httpx.AsyncClient, content: bytes) -> httpx.Response:
    """Ask how far an upload has come."""
    headers = {"tus-resumable": "1.0.0"}
    return await browser.head(f"/api/uploads/{hash_of(content)}", headers=headers)


def refused(reply: httpx.Response) -> tuple[int, str]:
    return reply.status_code, reply.json()["code"]


def lying(folder: Path) -> list[Path]:
    """List the parts that lie on the disk."""
    return [path for path in (folder / "evidence" / "uploads").glob("*") if path.is_file()]


async def test_EV5_photo_in_parts_is_acknowledged_part_by_part_and_receipted_at_the_end(
    desk: Desk, tmp_path: Path
) -> None:
    content = picture()
    async with desk.signed_in(ANAS_NUMBER) as ana:
        begun = await begin(ana, content)
        assert begun.status_code == 201
        assert begun.headers["location"] == f"/api/uploads/{hash_of(content)}"
        assert begun.headers["upload-offset"] == "0"
        assert "json" not in begun.headers["content-type"], "an empty body is no JSON"
        offset = 0
        while offset + PART < len(content):
            went = await go_on(ana, content, offset, offset + PART)
            assert (went.status_code, went.content) == (204, b"")
            offset += PART
            assert went.headers["upload-offset"] == str(offset)
            assert sum(path.stat().st_size for path in lying(tmp_path)) == offset
            asked = await ask(ana, content)
            assert asked.headers["upload-offset"] == str(offset)
            assert asked.headers["upload-length"] == str(len(content))
            assert asked.headers["cache-control"] == "no-store"
        done = await go_on(ana, content, offset, len(content))
    assert done.status_code == 200
    assert done.json() == {
        "sha256": hash_of(content),
        "size": len(content),
        "receipt": "roundsman",
    }
    kept = tmp_path / "evidence" / key_of(desk.ours, hash_of(content))
    assert kept.read_bytes() == content
    assert lying(tmp_path) == []
    rows = await desk.database.rows("SELECT sha256 FROM evidence_uploads")
    assert [row["sha256"] for row in rows] == [hash_of(content)]


async def test_small_photo_needs_one_request(desk: Desk, tmp_path: Path) -> None:
    content = picture(1_000)
    async with desk.signed_in(ANAS_NUMBER) as ana:
        done = await begin(ana, content, first=content)
    assert done.status_code == 201
    assert done.headers["upload-offset"] == str(len(content))
    assert done.json()["receipt"] == "roundsman"
    assert lying(tmp_path) == []


async def test_EV6_beginning_again_finds_what_has_arrived(desk: Desk) -> None:
    content = picture()
    async with desk.signed_in(ANAS_NUMBER) as ana:
        await begin(ana, content, first=content[:PART])
        again = await begin(ana, content, first=content[:PART])
        assert (again.status_code, again.headers["upload-offset"]) == (201, str(PART))
        assert (await go_on(ana, content, PART, len(content))).json()["size"] == len(content)


async def test_EV6_receipt_is_given_again_when_its_answer_was_lost(desk: Desk) -> None:
    content = picture()
    async with desk.signed_in(ANAS_NUMBER) as ana:
        first = await begin(ana, content, first=content)
        for again in (
            await begin(ana, content, first=content[:PART]),
            await go_on(ana, content, len(content), len(content)),
        ):
            assert again.json() == first.json()
        assert (await ask(ana, content)).headers["upload-offset"] == str(len(content))


async def test_finished_photo_that_the_folder_lost_is_asked_for_anew(
    desk: Desk, tmp_path: Path
) -> None:
    content = picture(1_000)
    async with desk.signed_in(ANAS_NUMBER) as ana:
        await begin(ana, content, first=content)
        kept = tmp_path / "evidence" / key_of(desk.ours, hash_of(content))
        kept.unlink()
        assert (await ask(ana, content)).status_code == 404
        assert (await begin(ana, content)).headers["upload-offset"] == "0"
        assert (await go_on(ana, content, 0, len(content))).status_code == 200
        kept.unlink()
        assert (await begin(ana, content)).headers["upload-offset"] == "0"


async def test_EV7_wrong_place_is_refused_and_says_the_right_one(
    desk: Desk, tmp_path: Path
) -> None:
    content = picture()
    async with desk.signed_in(ANAS_NUMBER) as ana:
        await begin(ana, content, first=content[:PART])
        for wrong in (0, PART - 1, PART + 1, 2 * PART):
            reply = await go_on(ana, content, wrong, wrong + PART)
            assert refused(reply) == (409, "upload_offset_wrong")
            assert reply.headers["upload-offset"] == str(PART)
            assert reply.json()["details"]["offset"] == PART
        assert sum(path.stat().st_size for path in lying(tmp_path)) == PART
        assert (await go_on(ana, content, PART, len(content))).status_code == 200


async def test_other_bytes_than_declared_leave_no_parts_and_the_next_try_begins_anew(
    desk: Desk, tmp_path: Path
) -> None:
    content, other = picture(), picture()
    async with desk.signed_in(ANAS_NUMBER) as ana:
        await begin(ana, content, first=other[:PART])
        reply = await go_on(ana, content, PART, len(content))
        assert refused(reply) == (422, "hash_mismatch")
        assert lying(tmp_path) == []
        assert (await ask(ana, content)).status_code == 404
        begun = await begin(ana, content, first=content)
        assert begun.json()["size"] == len(content)


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"GIF89a" + b"0" * 100,
        b"\xff\xd8\xff" + b"0" * 100,
    ],
)
async def test_what_is_no_photo_is_not_taken_whatever_it_is_called(
    desk: Desk, tmp_path: Path, content: bytes
) -> None:
    async with desk.signed_in(ANAS_NUMBER) as ana:
        assert refused(await begin(ana, content, first=content)) == (415, "media_type_unsupported")
        for called in ("image/svg+xml", "text/html", "", SEALED):
            reply = await begin(ana, content, filetype=called)
            assert refused(reply) == (415, "media_type_unsupported")
    assert await desk.database.rows("SELECT 1 FROM evidence UNION SELECT 1 FROM uploads") == []
    assert lying(tmp_path) == []


async def test_decompression_bomb_in_parts_is_not_taken(desk: Desk, tmp_path: Path) -> None:
    written = io.BytesIO()
    Image.new("RGB", (10_000, 4_001)).save(written, "PNG")
    content = written.getvalue()
    async with desk.signed_in(ANAS_NUMBER) as ana:
        reply = await begin(ana, content, first=content, filetype="image/png")
        assert refused(reply) == (413, "too_large")
    assert lying(tmp_path) == []


async def test_too_large_upload_is_refused_before_a_byte_is_taken(
    desk: Desk, tmp_path: Path
) -> None:
    content = picture(4_000_000)
    async with desk.signed_in(ANAS_NUMBER) as ana:
        reply = await begin(ana, content, first=content)
        assert refused(reply) == (413, "too_large")
        assert reply.json()["details"]["limit"] == 4_000_000
    assert lying(tmp_path) == []


async def test_more_bytes_than_announced_are_not_taken(desk: Desk, tmp_path: Path) -> None:
    content = picture()

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield content[:PART]

    async with desk.signed_in(ANAS_NUMBER) as ana:
        await begin(ana, content)
        reply = await go_on(ana, content + b"more", 0, len(content) + 4)
        assert refused(reply) == (404, "not_found"), "another hash is another upload"
        address = f"/api/uploads/{hash_of(content)}"
        headers = {"tus-resumable": "1.0.0", "upload-offset": "0", "content-type": IN_PARTS}
        for body in (content + b"more", endless()):
            reply = await ana.patch(address, content=body, headers=headers)
            assert refused(reply) == (413, "too_large")
        held = int((await ask(ana, content)).headers["upload-offset"])
        assert held <= len(content)
        assert sum(path.stat().st_size for path in lying(tmp_path)) == held


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"upload_length": ""}, "upload-length"),
        ({"upload_length": "-1"}, "upload-length"),
        ({"upload_length": "1e9"}, "upload-length"),
        ({"upload_metadata": ""}, "upload-metadata"),
        ({"upload_metadata": "sha256 %%%"}, "upload-metadata"),
        ({"upload_metadata": told(sha256="../../etc/passwd")}, "upload-metadata"),
        (
            {"upload_metadata": "filetype " + base64.b64encode(b"image/\xff").decode()},
            "upload-metadata",
        ),
    ],
)
async def test_upload_that_says_nonsense_is_refused(
    desk: Desk, wrong: dict[str, str], field: str
) -> None:
    async with desk.signed_in(ANAS_NUMBER) as ana:
        reply = await begin(ana, picture(10), **wrong)
        assert refused(reply) == (400, "request_invalid")
        assert reply.json()["details"]["field"] == field


async def test_part_that_says_nonsense_is_refused_and_changes_nothing(desk: Desk) -> None:
    content = picture()
    async with desk.signed_in(ANAS_NUMBER) as ana:
        await begin(ana, content)
        for wrong in ({"upload_offset": "x"}, {"content_type": "image/jpeg"}):
            assert refused(await go_on(ana, content, 0, PART, **wrong)) == (400, "request_invalid")
        assert (await ask(ana, content)).headers["upload-offset"] == "0"


async def test_another_way_of_uploading_is_answered_with_ours(desk: Desk) -> None:
    content = picture(10)
    async with desk.signed_in(ANAS_NUMBER) as ana:
        for version in ("", "0.2.2"):
            reply = await begin(ana, content, tus_resumable=version)
            assert refused(reply) == (412, "upload_version_unknown")
            assert reply.headers["tus-version"] == "1.0.0"


async def test_EV8_upload_is_its_beginners_alone(desk: Desk) -> None:
    content = picture()
    async with (
        desk.signed_in(ANAS_NUMBER) as ana,
        desk.signed_in(ZHOUS_NUMBER, device=OTHER_PHONE) as zhou,
    ):
        await begin(ana, content, first=content[:PART])
        assert (await ask(zhou, content)).status_code == 404
        assert refused(await go_on(zhou, content, PART, len(content))) == (404, "not_found")
        assert (await begin(zhou, content)).headers["upload-offset"] == "0"
        await go_on(ana, content, PART, len(content))
        assert (await begin(zhou, content)).headers["upload-offset"] == "0", "a hash is no receipt"
        assert refused(await go_on(zhou, content, 1, 2)) == (409, "upload_offset_wrong")


async def test_upload_needs_a_session_and_the_security_value(desk: Desk) -> None:
    content = picture(10)
    async with desk.browser() as stranger:
        assert refused(await begin(stranger, content)) == (401, "sign_in_needed")
        assert (await ask(stranger, content)).status_code == 401
    async with desk.signed_in(ANAS_NUMBER) as ana:
        reply = await begin(ana, content, x_roundsman_csrf="stolen")
        assert refused(reply) == (403, "csrf_failed")
        await begin(ana, content)
        reply = await go_on(ana, content, 0, 5, x_roundsman_csrf="stolen")
        assert refused(reply) == (403, "csrf_failed")


async def test_another_size_under_the_same_hash_begins_anew(desk: Desk, tmp_path: Path) -> None:
    content = picture()
    async with desk.signed_in(ANAS_NUMBER) as ana:
        await begin(ana, content, upload_length="300000", first=content[:PART])
        begun = await begin(ana, content)
        assert begun.headers["upload-offset"] == "0"
        assert lying(tmp_path) == []


async def test_two_tabs_that_send_the_same_part_leave_it_once(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = picture()
    put = EvidenceStore.put
    async with desk.signed_in(ANAS_NUMBER) as ana:
        await begin(ana, content)

        async def overtaken(self: EvidenceStore, key: str, given: bytes) -> None:
            monkeypatch.setattr(EvidenceStore, "put", put)
            assert (await go_on(ana, content, 0, PART)).status_code == 204
            await put(self, key, given)

        monkeypatch.setattr(EvidenceStore, "put", overtaken)
        reply = await go_on(ana, content, 0, PART)
        assert refused(reply) == (409, "upload_offset_wrong")
        assert reply.headers["upload-offset"] == str(PART)
        assert sum(path.stat().st_size for path in lying(tmp_path)) == PART
        assert (await go_on(ana, content, PART, len(content))).status_code == 200


async def test_line_that_falls_silent_keeps_what_had_come(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "SILENCE_S", 0.2)
    content = picture()

    async def falls_silent() -> AsyncIterator[bytes]:
        yield content[:1_000]
        await asyncio.sleep(30)
        yield content[1_000:]

    async with desk.signed_in(ANAS_NUMBER) as ana:
        await begin(ana, content)
        headers = {"tus-resumable": "1.0.0", "upload-offset": "0", "content-type": IN_PARTS}
        address = f"/api/uploads/{hash_of(content)}"
        reply = await ana.patch(address, content=falls_silent(), headers=headers)
        assert (reply.status_code, reply.headers["upload-offset"]) == (204, "1000")
        assert (await go_on(ana, content, 1_000, len(content))).json()["size"] == len(content)


async def test_process_that_died_before_the_receipt_is_made_up_for(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = picture()

    async def dies(*_: Any) -> None:
        raise ConnectionError

    async with desk.signed_in(ANAS_NUMBER) as ana:
        await begin(ana, content)
        with monkeypatch.context() as patched:
            patched.setattr(Uploads, "content", dies)
            assert (await go_on(ana, content, 0, len(content))).status_code == 503
        assert (await ask(ana, content)).headers["upload-offset"] == str(len(content))
        done = await go_on(ana, content, len(content), len(content))
        assert done.json()["size"] == len(content)


async def test_many_small_parts_are_joined(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "MOST_PARTS", 4)
    content = picture(200)
    async with desk.signed_in(ANAS_NUMBER) as ana:
        await begin(ana, content)
        for offset in range(9):
            await go_on(ana, content, offset, offset + 1)
            assert len(lying(tmp_path)) < 4
        done = await go_on(ana, content, 9, len(content))
        assert done.json()["size"] == len(content)


async def test_longest_untouched_upload_makes_way(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "MOST_OPEN", 2)
    async with desk.signed_in(ANAS_NUMBER) as ana:
        begun = [picture(100 + number) for number in range(3)]
        for content in begun:
            await begin(ana, content, first=content[:50])
            desk.clock.advance(1)
        standing = [(await ask(ana, content)).status_code for content in begun]
    assert standing == [404, 200, 200]
    assert len(lying(tmp_path)) == 2


async def test_EV9_abandoned_uploads_are_cleared_after_seven_days_and_evidence_never(
    desk: Desk, tmp_path: Path
) -> None:
    abandoned, fresh, kept = picture(), picture(), picture()
    store: EvidenceStore = desk.app.state.evidence_store
    uploads = Uploads(desk.database, store, desk.clock)
    async with desk.signed_in(ANAS_NUMBER) as ana:
        await begin(ana, abandoned, first=abandoned[:PART])
        await begin(ana, kept, first=kept)
        await store.put("uploads/stray", b"a part whose row was never written")
        desk.clock.at_ms = NOW + 6 * DAY_MS
        await begin(ana, fresh, first=fresh[:PART])
        os.utime(tmp_path / "evidence" / "uploads" / "stray", (0, 0))
        assert await uploads.clear_abandoned() == 1
        desk.clock.at_ms = NOW + 8 * DAY_MS
        for path in lying(tmp_path):
            os.utime(path, (NOW / 1000, NOW / 1000))
        assert await uploads.clear_abandoned() == 1
        assert (await ask(ana, abandoned)).status_code == 404
        assert (await ask(ana, fresh)).headers["upload-offset"] == str(PART)
        done = await go_on(ana, fresh, PART, len(fresh))
        assert done.json()["size"] == len(fresh)
    for content in (kept, fresh):
        assert (tmp_path / "evidence" / key_of(desk.ours, hash_of(content))).exists()


async def test_sealed_bundle_is_handed_on_whole_and_answered_by_who_opens_it(desk: Desk) -> None:
    content = b"sealed" * 100_000
    received: list[tuple[str, bytes]] = []

    async def take(actor: Any, sealed: bytes) -> bytes:
        received.append((actor.person, sealed))
        return b'{"opened":3}'

    desk.app.state["sealed_received"] = take
    async with desk.signed_in(ANAS_NUMBER) as ana:
        spoiled = content[:-1] + b"!"
        await begin(ana, content, filetype=SEALED)
        address = f"/api/uploads/{hash_of(content)}"
        headers = {"tus-resumable": "1.0.0", "upload-offset": "0", "content-type": IN_PARTS}
        reply = await ana.patch(address, content=spoiled, headers=headers)
        assert refused(reply) == (422, "hash_mismatch")
        assert received == [], "a bundle is handed on only as it was declared"
        await begin(ana, content, filetype=SEALED, first=content[:PART])
        done = await go_on(ana, content, PART, len(content))
        assert done.json() == {"opened": 3}
        again = await go_on(ana, content, len(content), len(content))
        assert again.json() == {"opened": 3}
    assert [sealed for _, sealed in received] == [content]
    assert await desk.database.rows("SELECT 1 FROM evidence") == []
