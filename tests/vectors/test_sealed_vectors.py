"""Phone and server make and open the same bundles, as shared_schemas/SEALED.md says."""

import base64
import hashlib
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from backend.kernel import sealing
from shared_schemas.problems import ProblemError
from tests.house.repository import ROOT

VECTOR = json.loads((ROOT / "shared_schemas/vectors/sealed/bundle.json").read_text("utf-8"))
GIVEN, THEN, BY_PHONE = VECTOR["given"], VECTOR["then"], VECTOR["by_phone"]
KEY = sealing.seal_key(GIVEN["secret"], GIVEN["organization"])
TEXTS = tuple(text.encode() for text in GIVEN["parts"])


def _private(jwk: dict[str, Any]) -> ec.EllipticCurvePrivateKey:
    number = int.from_bytes(sealing.from_base64url(jwk["d"]), "big")
    return ec.derive_private_key(number, ec.SECP256R1())


def test_server_makes_the_very_bundle_that_a_phone_makes_of_the_same_keys() -> None:
    assert sealing.public_half(KEY) == THEN["seal_key"]
    content = sealing.pack(
        GIVEN["header"].encode(), TEXTS, sealing.from_base64url(GIVEN["signature"])
    )
    assert hashlib.sha256(content).hexdigest() == THEN["content_sha256"]
    sealed = sealing.seal(
        THEN["seal_key"],
        content,
        made=_private(GIVEN["bundle_key"]),
        nonce=bytes.fromhex(GIVEN["nonce"]),
    )
    assert base64.b64encode(sealed).decode() == THEN["sealed"]
    assert sealing.open_sealed(KEY, sealed) == content


@pytest.mark.parametrize("way", ["sealed", "plain"])
def test_server_reads_what_a_phone_made_sealed_or_in_plain_words(way: str) -> None:
    said = BY_PHONE[way]
    bundle = (
        sealing.read_plain(said.encode())
        if way == "plain"
        else sealing.unpack(sealing.open_sealed(KEY, base64.b64decode(said)))
    )
    assert bundle.parts == TEXTS
    assert bundle.spoiled == 0
    assert [part.id.partition(":")[2] for part in bundle.header.parts] == ["1", "2"]
    assert sealing.is_signed_by(THEN["writer_public"], bundle)
    other = sealing.public_half(_private(GIVEN["bundle_key"]))
    assert not sealing.is_signed_by(other, bundle)


def test_server_reads_a_photo_that_a_phone_sealed() -> None:
    sealed = base64.b64decode(BY_PHONE["photo"])
    bundle = sealing.unpack(sealing.open_sealed(KEY, sealed))
    assert (bundle.header.kind, bundle.parts) == ("photo", (bytes([1, 2, 3, 250]),))
    assert sealing.is_signed_by(THEN["writer_public"], bundle)


def test_no_single_byte_of_a_bundle_can_be_changed_unseen() -> None:
    sealed = base64.b64decode(THEN["sealed"])
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 0x40
        with pytest.raises(ProblemError) as met:
            sealing.open_sealed(KEY, bytes(changed))
        assert met.value.problem.code in ("seal_broken", "seal_elsewhere"), place
    for length in range(len(sealed)):
        with pytest.raises(ProblemError):
            sealing.open_sealed(KEY, sealed[:length])


def test_each_organisation_and_each_server_has_a_key_of_its_own() -> None:
    keys = {
        sealing.public_half(sealing.seal_key(secret, organization))
        for secret in ("s" * 32, "t" * 32)
        for organization in ("a" * 32, "b" * 32)
    }
    assert len(keys) == 4
    sealed = base64.b64decode(THEN["sealed"])
    with pytest.raises(ProblemError) as met:
        sealing.open_sealed(sealing.seal_key(GIVEN["secret"], "b" * 32), sealed)
    assert met.value.problem.code == "seal_elsewhere"
