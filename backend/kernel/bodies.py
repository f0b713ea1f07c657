"""Reading what a phone sends, never more of it than we said we would take."""

from typing import Any

from litestar import Request

from shared_schemas.problems import ProblemError

DRAINED = 8
"""How many times the limit is read and thrown away before we hang up."""


async def read_body(request: Request[Any, Any, Any], limit: int) -> bytes:
    """Give the body if it is no larger than the limit.

    What is too large is read to its end, within reason, so that the phone meets an answer and not
    a broken connection, which it would take for a bad network and try again.

    Units: bytes. The handler needs `request_max_body_size=None`.
    Raises: too_large.
    """
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size <= limit:
            parts.append(part)
        else:
            parts.clear()
        if size > limit * DRAINED:
            break
    if size > limit:
        raise ProblemError("too_large", limit=limit)
    return b"".join(parts)
