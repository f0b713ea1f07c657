"""The server's word on the time cannot be made up, moved or lent."""

import stat
from pathlib import Path

import msgspec
import pytest

from backend.kernel.anchors import load_secret, sign_anchor, verify_anchor
from shared_schemas.primitives import Anchor

SECRET, OURS, THEIRS, PHONE = "s" * 32, "a" * 32, "b" * 32, "c" * 32
GIVEN = sign_anchor(SECRET, OURS, PHONE, 1_794_880_800_000)


def test_anchor_comes_back_from_the_phone_and_is_recognised() -> None:
    carried = Anchor(
        server_ms=GIVEN.server_ms,
        token=GIVEN.token,
        round_trip_ms=80,
        wall_ms=1,
        mono_ms=2,
        session="page",
    )
    assert verify_anchor(SECRET, OURS, PHONE, carried)
    assert verify_anchor(SECRET, OURS, None, carried)


@pytest.mark.parametrize(
    ("secret", "organization", "device"),
    [("t" * 32, OURS, PHONE), (SECRET, THEIRS, PHONE), (SECRET, OURS, "d" * 32)],
)
def test_anchor_of_another_is_refused(secret: str, organization: str, device: str) -> None:
    assert not verify_anchor(secret, organization, device, GIVEN)


@pytest.mark.parametrize(
    "change",
    [
        {"server_ms": GIVEN.server_ms + 1},
        {"token": GIVEN.token[:-1]},
        {"token": GIVEN.token.replace(PHONE, "d" * 32)},
        {"token": "2" + GIVEN.token[1:]},
        {"token": ""},
        {"token": "1.."},
        {"token": "真.\ud800.x"},
    ],
)
def test_changed_anchor_is_refused(change: dict[str, object]) -> None:
    changed = msgspec.structs.replace(GIVEN, **change)
    assert not verify_anchor(SECRET, OURS, None, changed)


def test_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    first = load_secret(tmp_path / "data")
    assert len(first) == 64
    assert load_secret(tmp_path / "data") == first
    assert stat.S_IMODE((tmp_path / "data" / "secret").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret"]
    assert load_secret(tmp_path / "data", "given") == "given"
