"""Photos: kept as they were sent, given a receipt when the disk has them, shown to few."""

import asyncio
import hashlib
import io
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from PIL import Image

from backend.evidence import routes
from backend.evidence.photos import shrink
from backend.evidence.store import EvidenceStore, key_of
from backend.evidence.tables import EVIDENCE_USES
from backend.kernel.database import write_rows
from backend.kernel.identity import derived_id
from tests.api.front_desk import (
    ANA,
    GARDEN,
    HARBOUR,
    OTHER_PHONE,
    ZHOU,
    Desk,
    front_desk,
)

ANAS_NUMBER, ZHOUS_NUMBER, LINS_NUMBER = "13800000001", "13800000002", "13800000003"
OUTSIDER = "13800000009"


@pytest.fixture
async def desk(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    """A small server with its people."""
    async with front_desk(database_url, tmp_path) as opened:
        yield opened


def picture(kind: str = "JPEG", *, width: int = 800, height: int = 600) -> bytes:
    """Give the bytes of a plain picture."""
    written = io.BytesIO()
    Image.new("RGB", (width, height), (200, 80, 40)).save(written, kind)
    return written.getvalue()


def hash_of(content: bytes) -> str:
    """Give the hash that names these bytes."""
    return hashlib.sha256(content).hexdigest()


async def send(browser: httpx.AsyncClient, content: bytes) -> httpx.Response:
    """Send a photo under its own hash."""
    return await browser.put(
        f"/api/evidence/{hash_of(content)}",
        content=content,
        headers={"content-type": "image/jpeg"},
    )


async def name_it(
    desk: Desk,
    content: bytes,
    *,
    site: str = HARBOUR,
    kind: str = "task",
    by: str = ANA,
    organization: str = "",
) -> None:
    """Let a record name a photo, as sync writes it when someone declares it."""
    row = {
        "organization_id": organization or desk.ours,
        "sha256": hash_of(content),
        "record_id": derived_id("record", site, kind),
        "site_id": site,
        "record_kind": kind,
        "person_id": by,
    }
    async with desk.database.transaction() as connection:
        await write_rows(connection, EVIDENCE_USES, [row])


def refused(reply: httpx.Response) -> tuple[int, str]:
    """Give status and problem code."""
    return reply.status_code, reply.json()["code"]


def voice_note(kind: str) -> bytes:
    """Give bytes as a phone's browser begins a voice note."""
    if kind == "audio/mp4":
        return b"\x00\x00\x00\x1cftypiso5\x00\x00\x02\x00iso5iso6mp41" + b"soun" + bytes(400)
    return b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm" + b"A_OPUS" + bytes(400)


@pytest.mark.parametrize("kind", ["audio/mp4", "audio/webm"])
async def test_EV1_a_voice_note_comes_back_byte_for_byte_and_has_no_small_picture(
    desk: Desk, kind: str
) -> None:
    content = voice_note(kind)
    async with desk.signed_in(ANAS_NUMBER) as browser:
        assert (await send(browser, content)).status_code == 200
        await name_it(desk, content)
        for size in ("full", "thumb"):
            heard = await browser.get(f"/api/evidence/{hash_of(content)}", params={"size": size})
            assert heard.content == content
            assert heard.headers["content-type"] == kind
            assert "sandbox" in heard.headers["content-security-policy"]


@pytest.mark.parametrize(
    "film",
    [
        voice_note("audio/webm") + b"V_VP9",
        voice_note("audio/mp4").replace(b"soun", b"vide"),
        b"\x00\x00\x00\x1cftypheic" + bytes(400),
    ],
)
async def test_EV1_a_film_is_no_voice_note(desk: Desk, film: bytes) -> None:
    async with desk.signed_in(ANAS_NUMBER) as browser:
        assert refused(await send(browser, film)) == (415, "media_type_unsupported")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_photo_comes_back_byte_for_byte(desk: Desk, kind: str) -> None:
    content = picture(kind)
    async with desk.signed_in(ANAS_NUMBER) as browser:
        for _ in range(2):
            reply = await send(browser, content)
            assert reply.status_code == 200
            assert reply.json() == {
                "sha256": hash_of(content),
                "size": len(content),
                "receipt": "roundsman",
            }
        await name_it(desk, content)
        shown = await browser.get(f"/api/evidence/{hash_of(content)}")
        assert shown.content == content
        assert shown.headers["content-type"] == f"image/{kind.lower()}"
        assert shown.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in shown.headers["content-security-policy"]
        assert shown.headers["cache-control"].startswith("private")
        assert shown.headers["content-disposition"].startswith("inline; filename=")
        again = await browser.get(
            f"/api/evidence/{hash_of(content)}", headers={"if-none-match": shown.headers["etag"]}
        )
        assert again.status_code == 304


async def test_receipt_means_that_the_bytes_lie_on_the_disk(desk: Desk, tmp_path: Path) -> None:
    content = picture()
    async with desk.signed_in(ANAS_NUMBER) as browser:
        await send(browser, content)
        path = tmp_path / "evidence" / key_of(desk.ours, hash_of(content))
        assert path.read_bytes() == content
        path.unlink()
        assert (await send(browser, content)).status_code == 200
        assert path.read_bytes() == content


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", (415, "media_type_unsupported")),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", (415, "media_type_unsupported")),
        (b"GIF89a" + b"0" * 100, (415, "media_type_unsupported")),
        (b"\xff\xd8\xff" + b"0" * 100, (415, "media_type_unsupported")),
        (b"\xff\xd8\xff" + b"0" * 4_000_000, (413, "too_large")),
    ],
)
async def test_what_is_no_photo_is_not_taken(
    desk: Desk, content: bytes, expected: tuple[int, str]
) -> None:
    async with desk.signed_in(ANAS_NUMBER) as browser:
        assert refused(await send(browser, content)) == expected
    assert await desk.database.rows("SELECT 1 FROM evidence") == []


async def test_picture_of_too_many_pixels_is_not_taken(desk: Desk) -> None:
    content = picture("PNG", width=10_000, height=4_001)
    assert len(content) < 4_000_000
    async with desk.signed_in(ANAS_NUMBER) as browser:
        assert refused(await send(browser, content)) == (413, "too_large")


async def test_other_bytes_than_declared_are_not_taken(desk: Desk) -> None:
    async with desk.signed_in(ANAS_NUMBER) as browser:
        reply = await browser.put(f"/api/evidence/{'0' * 64}", content=picture())
        assert refused(reply) == (422, "hash_mismatch")
        for name in ("0" * 63, "0" * 63 + "G", "..%2f..%2fsecret"):
            reply = await browser.put(f"/api/evidence/{name}", content=picture())
            assert reply.status_code in (400, 404)


async def test_knowing_a_hash_is_no_receipt(desk: Desk) -> None:
    content = picture()
    async with (
        desk.signed_in(ANAS_NUMBER) as ana,
        desk.signed_in(ZHOUS_NUMBER, device=OTHER_PHONE) as zhou,
    ):
        await send(ana, content)
        reply = await zhou.put(f"/api/evidence/{hash_of(content)}", content=b"\xff\xd8\xff not it")
        assert refused(reply) == (422, "hash_mismatch")


async def test_photo_is_shown_only_with_a_record_that_names_it(desk: Desk) -> None:
    content = picture()
    address = f"/api/evidence/{hash_of(content)}"
    async with desk.signed_in(ANAS_NUMBER) as ana:
        await send(ana, content)
        assert refused(await ana.get(address)) == (404, "not_found")
        await name_it(desk, content, site=GARDEN)
        assert refused(await ana.get(address)) == (404, "not_found")
        await name_it(desk, content, kind="scheme", site=GARDEN)
        assert refused(await ana.get(address)) == (404, "not_found")
        await name_it(desk, content)
        assert (await ana.get(address)).status_code == 200
        for name in ("0" * 64, "x", "%00"):
            assert refused(await ana.get(f"/api/evidence/{name}")) == (404, "not_found")


async def test_right_to_the_kind_of_record_decides(desk: Desk) -> None:
    content = picture()
    async with (
        desk.signed_in(ANAS_NUMBER) as ana,
        desk.signed_in(ZHOUS_NUMBER, device=OTHER_PHONE) as zhou,
    ):
        await send(ana, content)
        await name_it(desk, content, kind="scheme")
        address = f"/api/evidence/{hash_of(content)}"
        assert (await ana.get(address)).status_code == 200
        assert refused(await zhou.get(address)) == (404, "not_found")


async def test_naming_anothers_photo_shows_nothing(desk: Desk) -> None:
    content = picture()
    async with (
        desk.signed_in(ANAS_NUMBER) as ana,
        desk.signed_in(ZHOUS_NUMBER, device=OTHER_PHONE) as zhou,
    ):
        await send(ana, content)
        await name_it(desk, content, by=ZHOU)
        address = f"/api/evidence/{hash_of(content)}"
        assert refused(await zhou.get(address)) == (404, "not_found")
        await send(zhou, content)
        assert (await zhou.get(address)).status_code == 200


async def test_other_organisation_has_its_own_photos(desk: Desk) -> None:
    content = picture()
    address = f"/api/evidence/{hash_of(content)}"
    async with (
        desk.signed_in(ANAS_NUMBER) as ours,
        desk.signed_in(OUTSIDER, device=OTHER_PHONE) as theirs,
    ):
        await send(ours, content)
        await name_it(desk, content)
        await name_it(desk, content, organization=desk.theirs)
        assert refused(await theirs.get(address)) == (404, "not_found")
        assert (await send(theirs, content)).status_code == 200


async def test_trap25_small_copy_is_a_jpeg_without_the_phones_hidden_notes(
    desk: Desk, tmp_path: Path
) -> None:
    notes = Image.Exif()
    notes[0x010F] = "A phone maker"
    notes[0x0112] = 6  # held upright: turned by a quarter
    written = io.BytesIO()
    Image.new("RGB", (1600, 800)).save(written, "JPEG", exif=notes)
    content = written.getvalue()
    async with desk.signed_in(LINS_NUMBER) as browser:
        await send(browser, content)
        await name_it(desk, content, by=derived_id("Lin"))
        for _ in range(2):
            small = await browser.get(f"/api/evidence/{hash_of(content)}?size=thumb")
            assert small.headers["content-type"] == "image/jpeg"
            with Image.open(io.BytesIO(small.content)) as image:
                assert image.size == (160, 320)
                assert not image.getexif()
        whole = await browser.get(f"/api/evidence/{hash_of(content)}")
        assert whole.content == content
        reply = await browser.get(f"/api/evidence/{hash_of(content)}?size=huge")
        assert refused(reply) == (400, "request_invalid")


@pytest.mark.parametrize("kind", ["folder", "memory"])
async def test_small_copy_is_made_once_in_whatever_store(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    if kind == "memory":
        desk.app.state["evidence_store"] = EvidenceStore.in_memory()
    made: list[int] = []

    def counted(content: bytes) -> bytes | None:
        made.append(len(content))
        return shrink(content)

    monkeypatch.setattr(routes, "shrink", counted)
    content = picture()
    async with desk.signed_in(ANAS_NUMBER) as browser:
        await send(browser, content)
        await name_it(desk, content)
        for _ in range(3):
            small = await browser.get(f"/api/evidence/{hash_of(content)}?size=thumb")
            assert len(small.content) < len(content)
    assert made == [len(content)]


async def test_cut_photo_is_kept_and_shown_whole(desk: Desk) -> None:
    content = picture(width=2000, height=2000)[:-200]
    async with desk.signed_in(ANAS_NUMBER) as browser:
        assert (await send(browser, content)).status_code == 200
        await name_it(desk, content)
        small = await browser.get(f"/api/evidence/{hash_of(content)}?size=thumb")
        assert small.content == content


async def test_two_photos_at_most_are_shrunk_at_the_same_moment(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy, most, counting = 0, 0, threading.Lock()

    def slowly(content: bytes) -> bytes | None:
        nonlocal busy, most
        with counting:
            busy += 1
            most = max(most, busy)
        time.sleep(0.1)
        with counting:
            busy -= 1
        return shrink(content)

    monkeypatch.setattr(routes, "shrink", slowly)
    pictures = [picture(width=40 + n) for n in range(6)]
    async with desk.signed_in(ANAS_NUMBER) as browser:
        for content in pictures:
            await send(browser, content)
            await name_it(desk, content)
        asked = [browser.get(f"/api/evidence/{hash_of(one)}?size=thumb") for one in pictures]
        assert {reply.status_code for reply in await asyncio.gather(*asked)} == {200}
    assert most == 2
