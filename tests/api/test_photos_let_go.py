"""Photos let go and photos finished twice: a receipt always stands for bytes that are there."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from backend.directory.actors import Actor
from backend.evidence.forgetting import forgetting
from backend.evidence.store import EvidenceStore, key_of
from backend.evidence.uploads import Uploads
from shared_schemas.primitives import Bilingual
from shared_schemas.problems import ProblemError
from tests.api.front_desk import ANA, PHONE, Desk, front_desk
from tests.api.test_uploads import ANAS_NUMBER, ask, begin, go_on, hash_of, picture


@pytest.fixture
async def desk(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    """A small server with its people."""
    async with front_desk(database_url, tmp_path) as opened:
        yield opened


async def test_finished_photo_that_retention_let_go_is_asked_for_anew(desk: Desk) -> None:
    content = picture(1_000)
    async with desk.signed_in(ANAS_NUMBER) as ana:
        await begin(ana, content, first=content)
        for table in ("evidence_uploads", "evidence"):
            await desk.database.run(f"DELETE FROM {table}")
        assert (await ask(ana, content)).status_code == 404, "a receipt would vouch for nothing"
        assert (await begin(ana, content, first=content)).json()["size"] == len(content)
    assert len(await desk.database.rows("SELECT 1 FROM evidence_uploads")) == 1


async def test_photo_sent_again_while_retention_deletes_it_is_there_afterwards(
    desk: Desk, tmp_path: Path
) -> None:
    content = picture(1_000)
    key = key_of(desk.ours, hash_of(content))
    store = EvidenceStore.in_folder(tmp_path / "evidence")
    await store.put(key, content)
    await desk.database.run(
        "INSERT INTO evidence_forgotten (organization_id, sha256) VALUES ($1, $2)",
        desk.ours,
        hash_of(content),
    )
    begun, sent = asyncio.Event(), asyncio.Event()
    remove = store.remove

    async def slowly(keys: Sequence[str]) -> None:
        begun.set()
        await sent.wait()
        await remove(keys)

    store.remove = slowly  # type: ignore[method-assign]
    forget = asyncio.create_task(forgetting(desk.database, store)(desk.ours))
    await begun.wait()
    async with desk.signed_in(ANAS_NUMBER) as ana:
        sending = asyncio.create_task(begin(ana, content, first=content))
        await asyncio.wait({sending}, timeout=0.5)
        sent.set()
        await forget
        assert (await sending).json()["receipt"] == "roundsman"
    assert await store.find(key) == content
    assert await desk.database.rows("SELECT 1 FROM evidence_forgotten") == []


async def test_EV6_two_requests_that_finish_one_photo_leave_it_finished(desk: Desk) -> None:
    content = picture(1_000)
    state = desk.app.state
    uploads = Uploads(desk.database, state.evidence_store, state.clock)
    ana_herself = Actor(
        organization=desk.ours, person=ANA, device=PHONE, session="", name=Bilingual(zh="", en=""),
        roles=(), sites=(),
    )  # fmt: skip
    async with desk.signed_in(ANAS_NUMBER) as ana:
        begun = await uploads.begin(ana_herself, hash_of(content), "image/jpeg", len(content))
        slower = await uploads.take(ana_herself, begun, _in_one_piece(content))
        assert slower.complete
        assert (await go_on(ana, content, len(content), len(content))).status_code == 200
        with pytest.raises(ProblemError) as refused:
            await uploads.content(ana_herself, slower)
        assert refused.value.problem.code == "upload_offset_wrong"
        assert refused.value.problem.details == {"offset": len(content)}
        assert (await ask(ana, content)).headers["upload-offset"] == str(len(content))


async def _in_one_piece(content: bytes) -> AsyncIterator[bytes]:
    yield content
