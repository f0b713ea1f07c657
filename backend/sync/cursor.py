"""A phone's cursor: a position, the tag of the commit that holds it, and the set it was for.

    1842.9f31c07a22be.4be1d27c90aa-77d0c1e2                 up to 1842, of that set
    1842.9f31c07a22be.4be1d27c90aa-77d0c1e2~c2..-77..~350   what was added since is here up to 350

The second form is given while a grant is being filled in: the phone keeps it no longer than the
pages that belong together.
"""

import hashlib
import re
from collections.abc import Iterable

from msgspec import Struct

_PLACE = r"([0-9]{1,18})"
_MARK = r"([0-9a-z]{1,40})(?:-([0-9a-z]{1,40}))?"
_FORM = re.compile(rf"{_PLACE}\.([0-9a-z]{{1,40}})\.{_MARK}(?:~{_MARK}~{_PLACE})?")
"""A position that a column can hold, a commit's tag, a set's mark; perhaps what is being filled."""

MOST_CHARACTERS = 300
"""The longest cursor there is has fewer; anything longer is none of ours."""


class Mark(Struct, frozen=True):
    """What stands for a set: its pairs of site and kind, and whose own scope belongs to it.

    >>> str(Mark("ab")), str(Mark("ab", "cd"))
    ('ab', 'ab-cd')
    """

    pairs: str
    own: str = ""

    def __str__(self) -> str:
        """Write it as it travels."""
        return f"{self.pairs}-{self.own}" if self.own else self.pairs


class Filling(Struct, frozen=True):
    """A phone is being given what was added: the set it will hold, and how far it is filled in."""

    target: Mark
    reached: int


class Cursor(Struct, frozen=True):
    """Where a phone stands in the log of its organisation.

    Source: sync design, sections 2 and 4; SPEC CU1 to CU4, SC2.
    """

    position: int
    tag: str
    mark: Mark
    filling: Filling | None = None

    def __str__(self) -> str:
        """Write it as it travels."""
        plain = f"{self.position}.{self.tag}.{self.mark}"
        if self.filling is None:
            return plain
        return f"{plain}~{self.filling.target}~{self.filling.reached}"


def parse_cursor(text: str) -> Cursor | None:
    """Read a cursor; nothing when it is empty or not one of ours, which means a full refill.

    >>> parse_cursor("12.ab.cd")
    Cursor(position=12, tag='ab', mark=Mark(pairs='cd', own=''), filling=None)
    >>> parse_cursor("twelve") is None
    True
    """
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    place, tag, pairs, own, target, target_own, reached = found.groups()
    filling = Filling(Mark(target, target_own or ""), int(reached)) if target else None
    return Cursor(int(place), tag, Mark(pairs, own or ""), filling)


def scope_mark(pairs: Iterable[str]) -> str:
    """Give a short mark of what a phone may hold; with another mark a cursor no longer fits."""
    return hashlib.sha256("\n".join(sorted(pairs)).encode()).hexdigest()[:12]


def own_mark(scope: str) -> str:
    """Give a short mark of whose own scope a set has; another person's cursor does not fit."""
    return hashlib.sha256(scope.encode()).hexdigest()[:8]
