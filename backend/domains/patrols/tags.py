"""What a label on a checkpoint says: made and read here; pure, nothing is kept.

The format stands in RECEIPT.md beside this file; the phone reads the same by itself.
"""

import re
import secrets

from cryptography.hazmat.primitives.asymmetric import ec
from msgspec import Struct

from backend.kernel.sealing import from_base64url, is_signature_of, sign, to_base64url
from shared_schemas.patrols import Tag

SIGNED = b"roundsman tag 1\n"
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: nothing that a tired eye takes for something else."""

CODE_LENGTH = 8
"""Forty bits: with any number of labels nobody guesses one that counts."""

PATH = "/#/scan/"
_TOLD = re.compile(r"([0-9A-HJKMNP-TV-Z]{6,8})\.([1-9][0-9]{0,9})\.([A-Za-z0-9_-]{86})\Z", re.ASCII)
_TYPED = re.compile(r"[0-9A-HJKMNP-TV-Z]{6,8}\Z", re.ASCII)
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", " ": None, "-": None})


class TagRead(Struct, frozen=True, kw_only=True):
    """What was read off a label, or typed: then serial 0 and no signature."""

    code: str
    serial: int = 0
    signature: str = ""


def new_code() -> str:
    """Make the code of a new label; it follows from nothing that anybody could know."""
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))


def tag_message(code: str, checkpoint: str, serial: int, site: str) -> bytes:
    """Give the bytes that a label's signature covers."""
    return SIGNED + f"{code}|{checkpoint}|{serial}|{site}".encode()


def sign_tag(
    key: ec.EllipticCurvePrivateKey, code: str, checkpoint: str, serial: int, site: str
) -> str:
    """Sign a label so that any phone can check it without a network."""
    return to_base64url(sign(key, tag_message(code, checkpoint, serial, site)))


def is_genuine(public: str, tag: Tag) -> bool:
    """Say whether the organisation's key signed this label for this very checkpoint."""
    try:
        signature = from_base64url(tag.signature)
    except ValueError:
        return False
    message = tag_message(tag.code, tag.checkpoint, tag.serial, tag.site)
    return is_signature_of(public, message, signature)


def label_text(address: str, tag: Tag) -> str:
    """Give what the code on the label says.

    >>> label_text("https://a.example/", Tag(
    ...     code="7KQ2M9", checkpoint="0" * 32, site="1" * 32, serial=3, signature="sig"))
    'https://a.example/#/scan/7KQ2M9.3.sig'
    """
    return f"{address.rstrip('/')}{PATH}{tag.code}.{tag.serial}.{tag.signature}"


def read_tag(text: str) -> TagRead | None:
    """Read what a camera, a reader or a thumb gave; nothing when it is none of our labels.

    >>> read_tag("7kq2-m9xo").code
    '7KQ2M9X0'
    >>> read_tag("https://elsewhere.example/menu") is None
    True
    """
    _, found, rest = text.rpartition(PATH)
    if found:
        told = _TOLD.match(rest.strip())
        if told is None:
            return None
        return TagRead(code=told[1], serial=int(told[2]), signature=told[3])
    typed = text.strip().upper().translate(_LOOKALIKES)
    return TagRead(code=typed) if _TYPED.match(typed) else None
