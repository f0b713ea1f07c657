"""The checksum of a scope: what two sides must have alike when both stand at one position.

Pure, and beside the merge the only twin: `pwa/src/sync/checksum.ts` must give the same numbers for
`shared_schemas/vectors/checksum`. A sum of records' values needs no order and is kept up to date
by differences; it is derived by each side and never taken over from the other.
"""

import hashlib
from collections.abc import Iterable

_MODULUS = 1 << 64
_SIGN = 1 << 63


def value_of(record_id: str, position: int, text: str | bytes) -> int:
    """Give one record's part of the sum: the first 64 bits of SHA-256 over id, position and text.

    `text` is the record as stored and sent. Units: a whole number from 0 up to 2^64.

    >>> f"{value_of('a', 1, '{}'):016x}"
    '49e97d920b7059c0'

    Source: sync design, section 4; SPEC SC6.
    """
    digest = hashlib.sha256(b"%s\n%d\n" % (record_id.encode(), position))
    digest.update(text.encode() if isinstance(text, str) else text)
    return int.from_bytes(digest.digest()[:8], "big")


def sum_of(values: Iterable[int]) -> int:
    """Add records' values, in whatever order.

    >>> sum_of([2**64 - 1, 2])
    1
    """
    return sum(values) % _MODULUS


def shown(total: int) -> str:
    """Write a sum as it travels: 16 hexadecimal characters; any sign or overflow folds in.

    >>> shown(-1)
    'ffffffffffffffff'
    """
    return f"{total % _MODULUS:016x}"


def stored(value: int) -> int:
    """Give a value as a column of 64 bits holds it, the upper half as negative numbers.

    >>> stored(2**64 - 1)
    -1
    """
    return value - _MODULUS if value >= _SIGN else value
