"""Every store keeps the same promises, whether it is a folder, a bucket or memory."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from obstore.store import S3Store

from backend.evidence.store import EvidenceStore
from backend.settings import read_settings
from tests.store.a_bucket import a_bucket


@pytest.fixture(params=["folder", "memory", "bucket"])
def store(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[EvidenceStore]:
    if request.param == "bucket":
        with a_bucket() as bucket:
            point_at(bucket.server_port, monkeypatch)
            yield EvidenceStore.at("s3://photos/harbour", tmp_path)
            assert all(key.startswith("harbour/") for key in bucket.objects)
            assert bucket.signed > 0, "who may write there is told by the environment"
    elif request.param == "folder":
        yield EvidenceStore.in_folder(tmp_path / "evidence")
    else:
        yield EvidenceStore.in_memory()


def point_at(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tell by the environment where the bucket is and who may write there."""
    told = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ALLOW_HTTP": "true",
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "somebody",
        "AWS_SECRET_ACCESS_KEY": "a secret",
    }
    for name, value in told.items():
        monkeypatch.setenv(name, value)


async def test_what_was_put_is_found_byte_for_byte(store: EvidenceStore) -> None:
    await store.put("a/bc/photo", b"bytes")
    await store.put_lightly("a/bc/photo.thumb.jpg", b"small")
    assert await store.find("a/bc/photo") == b"bytes"
    assert await store.find("a/bc/photo.thumb.jpg") == b"small"
    assert await store.find("a/bc/other") is None


async def test_held_means_every_byte_of_it(store: EvidenceStore) -> None:
    await store.put("a/bc/photo", b"bytes")
    assert await store.holds("a/bc/photo", 5)
    assert not await store.holds("a/bc/photo", 6)
    assert not await store.holds("a/bc/other", 5)


async def test_parts_are_taken_away_and_nothing_else_is(store: EvidenceStore) -> None:
    for key in ("uploads/1", "uploads/2", "a/bc/photo"):
        await store.put(key, b"bytes")
    await store.remove(["uploads/1", "uploads/never-there"])
    assert await store.find("uploads/1") is None
    assert await store.find("uploads/2") == b"bytes"
    assert await store.find("a/bc/photo") == b"bytes"


async def test_old_parts_are_listed_by_their_names(store: EvidenceStore) -> None:
    later = datetime.now(UTC) + timedelta(minutes=1)
    assert await store.list_older("uploads", later) == []
    await store.put("uploads/1", b"bytes")
    await store.put("a/bc/photo", b"bytes")
    assert await store.list_older("uploads", later) == ["uploads/1"]
    assert await store.list_older("uploads", later - timedelta(days=30)) == []


def test_bucket_is_named_in_the_settings_and_a_folder_is_the_rule(tmp_path: Path) -> None:
    given = read_settings({"ROUNDSMAN_EVIDENCE": "s3://photos/harbour"})
    bucket = EvidenceStore.at(given.evidence_url, tmp_path)._store
    assert isinstance(bucket, S3Store)
    assert bucket.prefix == "harbour"
    assert read_settings({}).evidence_url == ""
    EvidenceStore.at("", tmp_path / "evidence")
    assert (tmp_path / "evidence").is_dir()


@pytest.mark.parametrize(
    "wrong", ["photos", "http://photos", "s3://AKIA:secret@photos/x", "file:///etc"]
)
def test_wrong_bucket_is_refused_without_repeating_it(wrong: str) -> None:
    with pytest.raises(ValueError, match="ROUNDSMAN_EVIDENCE") as refusal:
        read_settings({"ROUNDSMAN_EVIDENCE": wrong})
    assert wrong not in str(refusal.value)


async def test_every_new_folder_is_named_on_the_disk_before_the_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forced: list[str] = []
    sync = os.fsync

    def noted(handle: int) -> None:
        forced.append(str(Path(f"/proc/self/fd/{handle}").readlink().relative_to(tmp_path)))
        sync(handle)

    monkeypatch.setattr(os, "fsync", noted)
    store = EvidenceStore.in_folder(tmp_path)
    for key, expected in (
        ("a/bc/1", ["a/bc/1", "a/bc", "a", "."]),
        ("a/bc/2", ["a/bc/2", "a/bc"]),
        ("a/de/3", ["a/de/3", "a/de", "a"]),
        ("f/bc/4", ["f/bc/4", "f/bc", "f", "."]),
    ):
        forced.clear()
        await store.put(key, b"bytes")
        assert forced == expected
