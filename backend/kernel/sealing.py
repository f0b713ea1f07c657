"""Opening what a phone sealed for us, and seeing whose it is; pure, nothing is kept here.

The format stands in shared_schemas/SEALED.md. No cipher is our own: P-256, HKDF-SHA256 and
AES-256-GCM come from the library `cryptography`. A private key never leaves this file's callers'
memory; what goes wrong with bytes that somebody sent is a problem, never an exception of a library.
"""

import base64
import binascii
import hashlib
import secrets
from collections.abc import Sequence

import msgspec
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from msgspec import Struct

from shared_schemas.carried import BundleHeader
from shared_schemas.problems import ProblemError

MAGIC = b"RDSL\x01"
SIGNED = b"roundsman bundle 1\n"
UNSIGNED = bytes(64)
"""Stands where a signature would, on phones that can keep no key."""

HEADER_LIMIT = 1_000_000
_CURVE = ec.SECP256R1()
_ORDER = int("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16)
_MARK, _POINT, _NONCE, _SIGNATURE, _LENGTH = 8, 65, 12, 64, 4
_HEADER = msgspec.json.Decoder(BundleHeader)
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError)


class Bundle(Struct, frozen=True, kw_only=True):
    """A bundle as it was opened: its header, the header's very bytes, the signature, the parts.

    Parts that are not what the header names are not in `parts` but counted in `spoiled`.
    """

    header: BundleHeader
    signed: bytes
    signature: bytes
    parts: tuple[bytes, ...]
    spoiled: int = 0


class _Plain(Struct, kw_only=True):
    header: str
    signature: str = ""
    operations: tuple[str, ...] = ()
    photo: str = ""


class _Line(Struct, kw_only=True):
    plain: _Plain


_LINE = msgspec.json.Decoder(_Line)


def seal_key(secret: str, organization: str) -> ec.EllipticCurvePrivateKey:
    """Give the key to which phones of an organisation seal what others will carry.

    Derived from the server's secret each time, so that it lies nowhere by itself.
    """
    return _derived(b"roundsman seal key", secret, organization)


def tag_key(secret: str, organization: str) -> ec.EllipticCurvePrivateKey:
    """Give the key that signs an organisation's labels, derived like the other.

    Source: `backend/domains/patrols/RECEIPT.md`.
    """
    return _derived(b"roundsman tag key", secret, organization)


def _derived(words: bytes, secret: str, organization: str) -> ec.EllipticCurvePrivateKey:
    said = words + organization.encode()
    seed = HKDF(algorithm=hashes.SHA256(), length=48, salt=None, info=said).derive(secret.encode())
    return ec.derive_private_key(int.from_bytes(seed, "big") % (_ORDER - 1) + 1, _CURVE)


def public_half(key: ec.EllipticCurvePrivateKey) -> str:
    """Give a key's public half as it travels: the raw point in base64url."""
    return to_base64url(_raw(key.public_key()))


def open_sealed(key: ec.EllipticCurvePrivateKey, sealed: bytes) -> bytes:
    """Give the content of a sealed bundle, if it was sealed to this key and nobody changed it.

    Raises: seal_elsewhere, seal_broken.
    """
    own = _raw(key.public_key())
    begin = len(MAGIC) + _MARK
    if sealed[: len(MAGIC)] != MAGIC or len(sealed) < begin + _POINT + _NONCE:
        raise ProblemError("seal_broken")
    if sealed[len(MAGIC) : begin] != hashlib.sha256(own).digest()[:_MARK]:
        raise ProblemError("seal_elsewhere")
    point, rest = sealed[begin : begin + _POINT], sealed[begin + _POINT :]
    try:
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, point)
        shared = key.exchange(ec.ECDH(), theirs)
        cipher = AESGCM(_content_key(shared, point, own))
        return cipher.decrypt(rest[:_NONCE], rest[_NONCE:], sealed[: begin + _POINT + _NONCE])
    except (ValueError, InvalidTag):
        raise ProblemError("seal_broken") from None


def seal(
    public: str,
    content: bytes,
    *,
    made: ec.EllipticCurvePrivateKey | None = None,
    nonce: bytes = b"",
) -> bytes:
    """Seal a content as a phone does; `made` and `nonce` are new unless a test gives them."""
    theirs = from_base64url(public)
    mine = made or ec.generate_private_key(_CURVE)
    point = _raw(mine.public_key())
    shared = mine.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, theirs))
    used = nonce or secrets.token_bytes(_NONCE)
    head = MAGIC + hashlib.sha256(theirs).digest()[:_MARK] + point + used
    return head + AESGCM(_content_key(shared, point, theirs)).encrypt(used, content, head)


def pack(header: bytes, parts: Sequence[bytes], signature: bytes = UNSIGNED) -> bytes:
    """Put a bundle's content together, as a phone does."""
    return b"".join((signature, len(header).to_bytes(_LENGTH, "big"), header, *parts))


def unpack(content: bytes) -> Bundle:
    """Take a bundle's content apart.

    Raises: seal_broken.
    """
    begin = _SIGNATURE + _LENGTH
    length = int.from_bytes(content[_SIGNATURE:begin], "big")
    if len(content) < begin or length > HEADER_LIMIT:
        raise ProblemError("seal_broken")
    text = content[begin : begin + length]
    header = _read_header(text)
    pieces, place = [], begin + length
    for part in header.parts:
        pieces.append(content[place : place + part.size])
        place += part.size
    return _judged(header, text, content[:_SIGNATURE], pieces)


def read_plain(line: bytes) -> Bundle:
    """Read a bundle that could not be sealed, from its line of JSON.

    Raises: seal_broken.
    """
    try:
        plain = _LINE.decode(line).plain
        signature = from_base64url(plain.signature) if plain.signature else UNSIGNED
        photo = [base64.b64decode(plain.photo, validate=True)] if plain.photo else []
        pieces = [one.encode() for one in plain.operations] or photo
        text = plain.header.encode()
    except (*_UNREADABLE, binascii.Error):
        raise ProblemError("seal_broken") from None
    return _judged(_read_header(text), text, signature, pieces)


def is_signed_by(public: str, bundle: Bundle) -> bool:
    """Say whether the key with this public half signed the bundle's header."""
    return is_signature_of(public, SIGNED + bundle.signed, bundle.signature)


def is_signature_of(public: str, message: bytes, signature: bytes) -> bool:
    """Say whether the key with this public half signed these bytes."""
    half = _SIGNATURE // 2
    if not public or len(signature) != _SIGNATURE:
        return False
    try:
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, from_base64url(public))
        r, s = (int.from_bytes(part, "big") for part in (signature[:half], signature[half:]))
        theirs.verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
    except (ValueError, InvalidSignature):
        return False
    return True


def sign(key: ec.EllipticCurvePrivateKey, message: bytes) -> bytes:
    """Sign these bytes as a phone does; the same key and bytes give the same signature."""
    kind = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
    r, s = decode_dss_signature(key.sign(message, kind))
    half = _SIGNATURE // 2
    return r.to_bytes(half, "big") + s.to_bytes(half, "big")


def to_base64url(raw: bytes) -> str:
    """Write bytes as keys travel: base64url without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def from_base64url(text: str) -> bytes:
    """Read what `to_base64url` wrote.

    Raises: ValueError.
    """
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _read_header(text: bytes) -> BundleHeader:
    try:
        header = _HEADER.decode(text)
    except _UNREADABLE:
        raise ProblemError("seal_broken") from None
    if any(part.size < 0 for part in header.parts):
        raise ProblemError("seal_broken")
    return header


def _judged(
    header: BundleHeader, signed: bytes, signature: bytes, pieces: Sequence[bytes]
) -> Bundle:
    """Keep the parts that are what the header names; a cut or edited one is only counted."""
    sound = [
        piece
        for piece, part in zip(pieces, header.parts, strict=False)
        if hashlib.sha256(piece).hexdigest() == part.sha256
    ]
    named = max(len(header.parts), len(pieces))
    return Bundle(
        header=header,
        signed=signed,
        signature=signature,
        parts=tuple(sound),
        spoiled=named - len(sound),
    )


def _content_key(shared: bytes, point: bytes, own: bytes) -> bytes:
    derived = HKDF(
        algorithm=hashes.SHA256(), length=32, salt=point + own, info=b"roundsman sealed 1"
    )
    return derived.derive(shared)


def _raw(public: ec.EllipticCurvePublicKey) -> bytes:
    return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
