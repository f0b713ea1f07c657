"""Choosing by a secret: nobody can foretell the choice, and everybody who knows it repeats it."""

import hashlib
import hmac

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def window_seed(secret: str, organization: str, rule: str) -> bytes:
    """Give the seed by which a plan's or a route's random windows are placed.

    Derived from the server's secret, so that no public id tells the assessed the hour of a check.
    """
    said = b"roundsman windows" + organization.encode() + b"\x1f" + rule.encode()
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=said).derive(secret.encode())


def pick(seed: bytes, name: str, count: int) -> int:
    """Choose one of so many, evenly: 0 up to `count` - 1, always the same for seed and name.

    >>> pick(b"seed", "a night", 1)
    0
    >>> pick(b"seed", "a night", 480) == pick(b"seed", "a night", 480)
    True
    """
    digest = hmac.new(seed, name.encode(), hashlib.sha256).digest()
    return int.from_bytes(digest, "big") % count
