"""A phone's cursor: a position, the tag of the commit that holds it, and the scope it was for."""

import hashlib
import re
from collections.abc import Iterable

from msgspec import Struct

_FORM = re.compile(r"([0-9]{1,18})\.([0-9a-z]{1,40})\.([0-9a-z]{1,40})")
"""A position that a column can hold, a commit's tag, a scope's mark."""


class Cursor(Struct, frozen=True):
    """Where a phone stands in the log of its organisation.

    Source: sync design, section 2; SPEC CU1 to CU4.
    """

    position: int
    tag: str
    scope: str

    def __str__(self) -> str:
        """Write it as it travels."""
        return f"{self.position}.{self.tag}.{self.scope}"


def parse_cursor(text: str) -> Cursor | None:
    """Read a cursor; nothing when it is empty or not one of ours, which means a full refill.

    >>> parse_cursor("12.ab.cd")
    Cursor(position=12, tag='ab', scope='cd')
    >>> parse_cursor("twelve") is None
    True
    """
    parts = _FORM.fullmatch(text)
    return Cursor(int(parts[1]), parts[2], parts[3]) if parts else None


def scope_mark(pairs: Iterable[str]) -> str:
    """Give a short mark of what a phone may hold; another mark means a full refill."""
    return hashlib.sha256("\n".join(sorted(pairs)).encode()).hexdigest()[:12]
