"""Which photos that somebody declared have not arrived from their phone."""

from collections.abc import Iterable
from typing import Any

_ARRIVED = """
    SELECT DISTINCT u.sha256
    FROM evidence_uses u
    JOIN evidence_uploads s ON s.organization_id = u.organization_id AND s.sha256 = u.sha256
        AND s.person_id = u.person_id
    WHERE u.organization_id = $1 AND u.sha256 = ANY($2::text[])
"""


async def load_lacking(connection: Any, organization: str, photos: Iterable[str]) -> frozenset[str]:
    """Give those of the photos whose bytes nobody who declared them has sent.

    What another person happened to send under the same hash does not count.

    Source: SPEC EV2, EV12.
    """
    declared = frozenset(photos)
    if not declared:
        return declared
    rows = await connection.fetch(_ARRIVED, organization, sorted(declared))
    return declared - {row["sha256"] for row in rows}


def lacking_of(photos: Iterable[str], lacking: frozenset[str]) -> tuple[str, ...]:
    """List those of some photos that have not arrived, each once and in order.

    >>> lacking_of(["b", "a", "b"], frozenset({"b"}))
    ('b',)
    """
    return tuple(dict.fromkeys(one for one in photos if one in lacking))
