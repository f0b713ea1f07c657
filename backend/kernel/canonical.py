"""Canonical JSON: one text for one value, the same on phone and server."""

from typing import Any

import msgspec

_ENCODER = msgspec.json.Encoder(order="sorted")


def canonical(value: Any) -> str:
    """Write a value with sorted keys and no spaces, so that equal records have equal texts.

    >>> canonical({"b": 1, "a": [None, "压"]})
    '{"a":[null,"压"],"b":1}'
    """
    return _ENCODER.encode(value).decode()
