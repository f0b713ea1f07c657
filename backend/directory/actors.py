"""The person who is asking: who they are, on which device, and what they may do where."""

from functools import lru_cache

from msgspec import Struct

from backend.directory.rights import RECORD_RIGHTS, ROLES, Right
from shared_schemas.primitives import Bilingual
from shared_schemas.problems import ProblemError


class RoleAt(Struct, frozen=True):
    """A role held at a site; an empty site is the whole organisation."""

    role: str
    site: str


@lru_cache(maxsize=4_096)
def _codes_at(roles: tuple[RoleAt, ...], site: str) -> tuple[str, ...]:
    held = {at.role for at in roles if not site or at.site in ("", site)}
    return tuple(code for code in ROLES if code in held)


@lru_cache(maxsize=1_024)
def _rights_of(codes: tuple[str, ...]) -> frozenset[Right]:
    return frozenset[Right]().union(*(ROLES[code].rights for code in codes))


class Actor(Struct, frozen=True, kw_only=True):
    """Someone who has proved who they are; everything they may touch follows from here.

    `sites` are all sites where any role holds, sorted by id; a role of the whole organisation
    holds at every site. `must_change_password` is a person who still has the first password.
    `departments` are those to which any of the memberships belongs.
    """

    organization: str
    person: str
    device: str
    session: str
    name: Bilingual
    roles: tuple[RoleAt, ...]
    sites: tuple[str, ...]
    must_change_password: bool = False
    departments: tuple[str, ...] = ()

    def roles_at(self, site: str = "") -> tuple[str, ...]:
        """List the roles held at that site, the leading one first; without a site, anywhere.

        Roles of the whole organisation hold at its sites and nowhere else.
        """
        if site and site not in self.sites:
            return ()
        return _codes_at(self.roles, site)

    def may(self, right: Right, site: str = "") -> bool:
        """Say whether this person holds the right at that site; without a site, anywhere.

        What concerns the whole organisation is asked with `may_everywhere`.
        """
        return right in _rights_of(self.roles_at(site))

    def may_everywhere(self, right: Right) -> bool:
        """Say whether a role of the whole organisation gives this person the right."""
        held = (at.role for at in self.roles if not at.site)
        return any(code in ROLES and right in ROLES[code].rights for code in held)

    def sites_with(self, right: Right) -> tuple[str, ...]:
        """List the sites at which this person holds the right, sorted by id."""
        return tuple(site for site in self.sites if self.may(right, site))

    def leading_role(self, site: str = "") -> str:
        """Give the role in which this person speaks at that site, or an empty text.

        It is stored with each operation and decides between two opinions on severity.
        """
        held = self.roles_at(site)
        return held[0] if held else ""

    def rights(self, site: str = "") -> tuple[Right, ...]:
        """List every right held at that site, or anywhere, in alphabetical order."""
        held = set().union(*(ROLES[code].rights for code in self.roles_at(site)))
        return tuple(sorted(held))

    def require(self, right: Right, site: str = "") -> None:
        """Go on only if this person holds the right at that site.

        Raises: not_allowed.
        """
        if not self.may(right, site):
            raise ProblemError("not_allowed", right=right)

    def require_everywhere(self, right: Right) -> None:
        """Go on only if this person holds the right for the whole organisation.

        Raises: not_allowed.
        """
        if not self.may_everywhere(right):
            raise ProblemError("not_allowed", right=right)


def visible_kinds(actor: Actor, site: str) -> tuple[str, ...]:
    """List the kinds of record that this person may have of that site, in the table's order.

    An empty site stands for records of the whole organisation, such as a checklist; those reach
    everyone who holds the right at any site.
    """
    return tuple(
        kind
        for kind, rights in RECORD_RIGHTS.items()
        if any(actor.may(right, site) for right in rights)
    )


CLOSED = "~"
"""Before a site: the scope of what is not yet for everybody there (a covert check)."""


def kinds_in_scope(actor: Actor, scope: str) -> tuple[str, ...]:
    """List the kinds of record that this person may have of a site's scope, a closed one or not.

    Source: decisions G25.
    """
    site = scope.removeprefix(CLOSED)
    if scope != site and not actor.may("see_covert", site):
        return ()
    return visible_kinds(actor, site)
