"""A phone that seals: its writer's key, and the bundles that others carry or a file holds."""

import json
from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import httpx
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from backend.kernel.canonical import canonical
from backend.kernel.identity import content_hash
from backend.kernel.sealing import SIGNED, UNSIGNED, pack, public_half, seal, to_base64url
from tests.world.phone import Entry, Phone

PATH = "/api/sync/carried"


class Sealer:
    """What a phone can do with its outbox when its person leaves it to others."""

    def __init__(self, phone: Phone, session: dict[str, Any]) -> None:
        self.phone = phone
        self.organization: str = session["organization"]["id"]
        self.seal_key: str = session["seal_key"]
        self.key = ec.generate_private_key(ec.SECP256R1())

    @classmethod
    async def of(cls, phone: Phone) -> "Sealer":
        """Give a phone its key, whose public half the server learns now."""
        sealer = cls(phone, (await phone.browser.get("/api/session")).json())
        asked = {"writer": phone.writer, "public_key": public_half(sealer.key)}
        bound = await phone.browser.post("/api/writers", json=asked)
        assert bound.status_code == 200, bound.text
        return sealer

    def header(self, kind: str, parts: Sequence[bytes], /, **changes: Any) -> bytes:
        named = [
            {"sha256": content_hash(part), "size": len(part), "id": _id_in(part, kind)}
            for part in parts
        ]
        told = {
            "version": 1,
            "kind": kind,
            "organization": self.organization,
            "writer": self.phone.writer,
            "person": self.phone.person.id,
            "made_ms": self.phone.clock.wall_ms(),
            "sent": self.phone.capture(),
            "parts": named,
            **changes,
        }
        return canonical(told).encode()

    def sign(self, header: bytes) -> bytes:
        r, s = decode_dss_signature(self.key.sign(SIGNED + header, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def bundle(self, entries: Sequence[Entry], **changes: Any) -> bytes:
        """Seal these operations into one bundle."""
        parts = [one.text for one in entries]
        header = self.header("operations", parts, **changes)
        return seal(self.seal_key, pack(header, parts, self.sign(header)))

    def photo(self, photo: bytes) -> bytes:
        """Seal one photo into a bundle."""
        header = self.header("photo", [photo])
        return seal(self.seal_key, pack(header, [photo], self.sign(header)))

    def plain(self, entries: Sequence[Entry], *, signed: bool = True) -> bytes:
        """Write operations as a bundle in plain words, as a phone without the server's key does."""
        header = self.header("operations", [one.text for one in entries])
        signature = self.sign(header) if signed else UNSIGNED
        told = {
            "header": header.decode(),
            "signature": to_base64url(signature) if signed else "",
            "operations": [one.text.decode() for one in entries],
        }
        return json.dumps({"plain": told}).encode()

    def plain_photo(self, photo: bytes) -> bytes:
        """Write a photo as a bundle in plain words."""
        header = self.header("photo", [photo])
        told = {
            "header": header.decode(),
            "signature": to_base64url(self.sign(header)),
            "photo": b64encode(photo).decode(),
        }
        return json.dumps({"plain": told}).encode()


async def carry(browser: httpx.AsyncClient, bundle: bytes) -> dict[str, Any]:
    """Carry one bundle up; give the answer."""
    reply = await browser.post(PATH, content=bundle)
    assert reply.status_code == 200, reply.text
    said: dict[str, Any] = reply.json()
    assert said["receipt"] == "roundsman"
    assert said["bundle"] == content_hash(bundle)
    return said


def _id_in(part: bytes, kind: str) -> str:
    if kind != "operations":
        return ""
    try:
        return str(json.loads(part)["id"])
    except (ValueError, KeyError, TypeError):
        return ""
