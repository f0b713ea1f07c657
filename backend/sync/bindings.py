"""Who speaks as which writer: proven once and for good, so it is read once."""

from msgspec import Struct

from backend.directory.actors import Actor
from backend.kernel.clock import milliseconds
from backend.kernel.database import Database
from shared_schemas.problems import ProblemError

REMEMBERED = 10_000
"""Writers kept in memory by one process; then it begins anew."""


class _Binding(Struct, frozen=True):
    person: str
    bound_ms: int


class Bindings:
    """The bindings of writers to persons as this process has met them; they never change."""

    def __init__(self, database: Database) -> None:
        """Remember nothing yet."""
        self._database = database
        self._met: dict[tuple[str, str], _Binding] = {}

    async def require(self, actor: Actor, writer: str) -> int:
        """Give when the writer was bound, if it is this very person's.

        The author is the person to whom the writer is bound, proven by the session.

        Units: milliseconds UTC.
        Source: sync design, section 1; SPEC PU1.
        Raises: writer_unknown, writer_not_yours.
        """
        key = (actor.organization, writer)
        binding = self._met.get(key) or await self._read(key)
        if binding.person != actor.person:
            raise ProblemError("writer_not_yours")
        return binding.bound_ms

    async def _read(self, key: tuple[str, str]) -> _Binding:
        row = await self._database.row(
            "SELECT person_id, bound_at FROM writers WHERE organization_id = $1 AND id = $2", *key
        )
        if row is None:
            raise ProblemError("writer_unknown")
        if len(self._met) >= REMEMBERED:
            self._met.clear()
        binding = _Binding(row["person_id"], milliseconds(row["bound_at"]))
        self._met[key] = binding
        return binding
