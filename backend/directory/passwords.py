"""Passwords: hashed slowly, off the event loop, so that a stolen database is of little use."""

import asyncio
import base64
import hashlib
import hmac
import secrets
from concurrent.futures import ThreadPoolExecutor

from msgspec import Struct

_BLOCK_SIZE = 8
_PARALLEL = 1
_KEY_LENGTH = 32
_SALT_LENGTH = 16

DEFAULT_COST = 2**15
"""The scrypt cost of new hashes; each hash carries its own, so that raising this breaks nobody."""

_HASHERS = ThreadPoolExecutor(max_workers=4, thread_name_prefix="passwords")
"""Each hash takes 32 MB for a tenth of a second; a rush waits instead of eating the machine."""

_ONE_TIME_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
_ONE_TIME_LENGTH = 12


class _Stored(Struct, frozen=True):
    cost: int
    block_size: int
    parallel: int
    salt: bytes
    key: bytes


async def hash_password(password: str, cost: int = DEFAULT_COST) -> str:
    """Give the text to store for a password, with its parameters inside.

    Units: `cost` is scrypt's N, a power of two.
    """
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_HASHERS, hash_now, password, cost)


async def verify_password(password: str, stored: str | None, cost: int = DEFAULT_COST) -> bool:
    """Say whether this is the password; without a stored one it takes as long and says no.

    So nobody learns from the time taken which mobile numbers have an account.
    """
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_HASHERS, _verify_now, password, stored, cost)


def one_time_password() -> str:
    """Make a password to be told once and changed at the first sign-in; no look-alike signs."""
    return "".join(secrets.choice(_ONE_TIME_SIGNS) for _ in range(_ONE_TIME_LENGTH))


def hash_now(password: str, cost: int = DEFAULT_COST) -> str:
    """Hash in the calling thread: for commands and sample data, never inside a request."""
    salt = secrets.token_bytes(_SALT_LENGTH)
    wanted = _Stored(cost, _BLOCK_SIZE, _PARALLEL, salt, b"")
    parts = (
        str(cost),
        str(_BLOCK_SIZE),
        str(_PARALLEL),
        _text(salt),
        _text(_key(password, wanted)),
    )
    return "$".join(("scrypt", *parts))


def _verify_now(password: str, stored: str | None, cost: int) -> bool:
    known = _read(stored) if stored is not None else None
    against = known or _Stored(
        cost, _BLOCK_SIZE, _PARALLEL, b"\0" * _SALT_LENGTH, b"\0" * _KEY_LENGTH
    )
    same = hmac.compare_digest(_key(password, against), against.key)
    return same and known is not None


def _key(password: str, wanted: _Stored) -> bytes:
    # OpenSSL refuses by default what needs more than 32 MB; this leaves room for twice the cost.
    needed = 256 * wanted.cost * wanted.block_size
    return hashlib.scrypt(
        password.encode("utf-8", "surrogatepass"),
        salt=wanted.salt,
        n=wanted.cost,
        r=wanted.block_size,
        p=wanted.parallel,
        maxmem=needed,
        dklen=_KEY_LENGTH,
    )


def _read(stored: str) -> _Stored | None:
    """Read a stored hash; one that cannot be read is nobody's password."""
    parts = stored.split("$")
    if len(parts) != 6 or parts[0] != "scrypt":  # noqa: PLR2004  the six parts written above
        return None
    try:
        cost, block_size, parallel = (int(part) for part in parts[1:4])
        return _Stored(cost, block_size, parallel, *(base64.b64decode(part) for part in parts[4:]))
    except ValueError:
        return None


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
