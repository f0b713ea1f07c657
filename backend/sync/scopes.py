"""What one person may hold, as a set with a mark that a cursor carries; what was added or taken.

A scope is a site's working set, or what belongs to all sites (the empty site): the kinds of record
that the person's roles allow there. A record's own row is its membership, so nothing is written
when it changes. `own` is the scope of what only this very person may hold.

Each set is stored under its mark the first time it is given out, so that a later pull can say what
has changed since instead of sending everything anew.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby

import structlog
from msgspec import Struct

from backend.directory.actors import CLOSED, Actor, visible_kinds
from backend.kernel.clock import instant
from backend.kernel.database import Database
from backend.kernel.identity import derived_id
from backend.sync.cursor import Mark, own_mark, scope_mark
from backend.sync.doors import own_scope
from shared_schemas.problems import ProblemError
from shared_schemas.sync import DroppedScope

OWN = "own"
"""How the scope of what only this very person may hold is named on the wire."""

KNOWS_SCOPES = 2
"""The first wire version whose phones can be told of drops, grants and checksums."""

DAY_MS = 86_400_000

_LOG = structlog.get_logger("sync")


class Holding(Struct, frozen=True, kw_only=True):
    """What a phone may hold: pairs of site and kind joined by a bar, and perhaps its own scope.

    `own` is the stored name of the person's own scope, empty when it is not held.
    """

    pairs: frozenset[str]
    own: str = ""

    @property
    def mark(self) -> Mark:
        """Give the short mark that stands for this set in a cursor."""
        return Mark(scope_mark(self.pairs), own_mark(self.own) if self.own else "")

    @property
    def scopes(self) -> tuple[str, ...]:
        """List the scopes as they are named on the wire, in order."""
        sites = sorted({pair.partition("|")[0] for pair in self.pairs})
        return (*sites, OWN) if self.own else tuple(sites)

    def without(self, scope: str) -> "Holding":
        """Give what is left when one scope is forgotten."""
        if scope == OWN:
            return Holding(pairs=self.pairs)
        kept = frozenset(pair for pair in self.pairs if pair.partition("|")[0] != scope)
        return Holding(pairs=kept, own=self.own)


def holding_of(actor: Actor, wire: int) -> Holding:
    """Give all that this person may hold on a phone of that wire version.

    What belongs to all sites is held by whoever may hold its kind at any site, what is closed by
    whoever may see what is covert there.

    Source: sync design, section 4; decisions G25; SPEC SC1, SC12, CU8.
    """
    pairs = {f"{site}|{kind}" for site in actor.sites for kind in visible_kinds(actor, site)}
    covert = {
        f"{CLOSED}{pair}" for pair in pairs if actor.may("see_covert", pair.partition("|")[0])
    }
    everywhere = {f"|{pair.partition('|')[2]}" for pair in pairs}
    own = own_scope(actor.person) if wire >= KNOWS_SCOPES else ""
    return Holding(pairs=frozenset(pairs | everywhere | covert), own=own)


class Change(Struct, frozen=True, kw_only=True):
    """From what a phone held to what it may hold: what it keeps, what it lacks, what it loses.

    `kept` is the set from which the rest is to be filled in.
    """

    kept: Holding
    filled: tuple[str, ...]
    dropped: tuple[DroppedScope, ...]


def change_between(before: Holding, now: Holding, again: str | None = None) -> Change:
    """Say what a phone that held one set must get, and lose, to hold another.

    `again` names a scope of which it is to hold nothing first, because it counts otherwise than we
    do. What was visible through its site and is taken away may still be the person's own: the own
    scope is small and is filled in anew whenever a set changes.

    Source: SPEC SC2, SC3, SC8.
    """
    believed = before if again is None else before.without(again)
    kept = believed.pairs & now.pairs
    dropped = dropped_scopes(before.pairs - kept)
    if before.own and (again == OWN or before.own != now.own):
        dropped = (*dropped, DroppedScope(site=OWN, kinds=()))
    return Change(kept=Holding(pairs=kept), filled=tuple(sorted(now.pairs - kept)), dropped=dropped)


def dropped_scopes(pairs: Iterable[str]) -> tuple[DroppedScope, ...]:
    """Group pairs of site and kind by site, as they travel.

    >>> dropped_scopes(["a|task", "a|plan"])
    (DroppedScope(site='a', kinds=('plan', 'task')),)
    """
    split = sorted(pair.split("|") for pair in pairs)
    return tuple(
        DroppedScope(site=site, kinds=tuple(kind for _, kind in group))
        for site, group in groupby(split, key=lambda one: one[0])
    )


async def find_holding(
    database: Database, organization: str, mark: Mark, now: Holding
) -> Holding | None:
    """Give the set that a cursor's mark stands for; nothing when it was never given out here.

    A mark of somebody else's own scope is none of this person's.
    """
    if mark.own and mark.own != now.mark.own:
        return None
    own = now.own if mark.own else ""
    if mark.pairs == now.mark.pairs:
        return Holding(pairs=now.pairs, own=own)
    row = await database.row(
        "SELECT content FROM scope_sets WHERE organization_id = $1 AND mark = $2",
        organization,
        mark.pairs,
    )
    if row is None:
        return None
    return Holding(pairs=frozenset(filter(None, row["content"].split("\n"))), own=own)


async def keep_sets(database: Database, organization: str, sets: Sequence[Holding]) -> None:
    """Store sets under their marks, so that cursors made for them can be understood later."""
    await database.run(
        "INSERT INTO scope_sets (organization_id, mark, content)"
        " SELECT $1, * FROM unnest($2::text[], $3::text[]) ON CONFLICT DO NOTHING",
        organization,
        [one.mark.pairs for one in sets],
        ["\n".join(sorted(one.pairs)) for one in sets],
    )


async def raise_alarm(
    database: Database, actor: Actor, now: Holding, scope: str, cursor: str, at_ms: int
) -> None:
    """Note that a phone counts otherwise than we do in a scope; once a day for each.

    Raises: scope_not_yours.

    Source: SPEC SC8, SC9.
    """
    if scope not in now.scopes:
        raise ProblemError("scope_not_yours")
    _LOG.error("scope_differs", scope=scope, device=actor.device, cursor=cursor)
    await database.run(
        "INSERT INTO scope_alarms (organization_id, id, person_id, device_id, scope, at)"
        " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        actor.organization,
        derived_id("scope_alarm", actor.device, actor.person, scope, at_ms // DAY_MS),
        actor.person,
        actor.device,
        scope,
        instant(at_ms),
    )
