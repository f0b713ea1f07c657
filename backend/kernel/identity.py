"""Ids: random ones for what people make, derived ones for what must meet in one record."""

import hashlib
import secrets

_SEPARATOR = "\x1f"


def random_id() -> str:
    """Give a new id of 32 hexadecimal characters."""
    return secrets.token_hex(16)


def derived_id(*parts: str | int) -> str:
    """Give the id that anyone derives from the same parts.

    Two phones and the server that speak of the same task must arrive at one record.

    Source: sync design, section 3 (deterministic ids).

    >>> derived_id("task", "a", 1) == derived_id("task", "a", "1")
    True
    >>> len(derived_id("x"))
    32
    """
    joined = _SEPARATOR.join(map(str, parts))
    return hashlib.sha256(joined.encode()).hexdigest()[:32]


def content_hash(text: bytes) -> str:
    """Give the SHA-256 of these very bytes, in hexadecimal."""
    return hashlib.sha256(text).hexdigest()
