"""Which phones are still understood: the last three wire versions, and any for 180 days more.

Pure. A phone that is too old keeps its work, may still export it, and sends it once updated.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import msgspec

from shared_schemas.problems import ProblemError
from shared_schemas.sync import OLDEST_SERVED, WIRE_HISTORY, WIRE_VERSION, Outcome

VERSIONS_SERVED = 3
"""So many versions are understood whatever their age, the present one included."""

DAYS_SERVED = 180
"""A version is understood for so long after the next one came.

Source: sync issue, updates: the last three wire versions or 180 days.
"""


def oldest_served(
    now_ms: int, history: Sequence[tuple[int, str]] = WIRE_HISTORY, floor: int = OLDEST_SERVED
) -> int:
    """Give the oldest wire version that is understood now; `floor` is the oldest ever released.

    `history` is version and the date it came, oldest first.

    >>> day = 86_400_000
    >>> released = [(1, "1970-01-01"), (2, "1970-01-11"), (3, "1970-01-21"), (4, "1970-01-31")]
    >>> oldest_served(100 * day, released)
    1
    >>> oldest_served(195 * day, released)
    2
    """
    newest = history[-1][0]
    oldest = newest
    for (version, _), (_, replaced_on) in pairwise(history):
        replaced = datetime.fromisoformat(replaced_on).replace(tzinfo=UTC)
        until = replaced + timedelta(days=DAYS_SERVED)
        if newest - version < VERSIONS_SERVED or now_ms < until.timestamp() * 1000:
            oldest = min(oldest, version)
    return max(oldest, floor)


def require_served(wire: int, now_ms: int) -> None:
    """Go on only with a version of the wire that we understand.

    Raises: wire_too_new, wire_too_old.
    """
    if wire > WIRE_VERSION:
        raise ProblemError("wire_too_new", wire=wire)
    oldest = oldest_served(now_ms)
    if wire < oldest:
        raise ProblemError("wire_too_old", wire=wire, oldest=oldest)


WITH_SET_ASIDE = 2
"""The first version whose phones know that something was set aside."""


def told_to(wire: int, outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Give outcomes in the words that this version knows: of old, what was set aside is held.

    A phone of old takes every outcome for a receipt: of what was not taken in it is told nothing,
    so it keeps it and sends it again.

    Source: SPEC HE13, HE14.
    """
    if wire >= WITH_SET_ASIDE:
        return list(outcomes)
    return [
        msgspec.structs.replace(one, status="held") if one.status == "set_aside" else one
        for one in outcomes
        if one.status != "deferred"
    ]
