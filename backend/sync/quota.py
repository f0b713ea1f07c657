"""How much of one person may wait for the office: pure; what is beyond stays on the phone.

Nothing is lost by it: what is not taken in is not acknowledged, so the phone keeps it and asks
again. Without a bound one spoiled phone, or one spiteful person, would bury everybody else's work.

Source: sync design, section 5; SPEC HE14, HE15.
"""

from msgspec import Struct, field

from shared_schemas.problems import Problem, problem

MOST_OF_WRITER = 1_000
"""So many operations of one phone database may wait: less than a person's, so that one spoiled
phone leaves its person room for another."""

MOST_OF_PERSON = 2_000
"""So many operations of one person may wait for the office. An honest fortnight is 4,000 in all."""

MOST_BYTES = 20_000_000
"""So much text of one person may wait. Units: bytes; an operation has about a thousand."""

MOST_BUNDLES = 100
"""So many bundles that one person brought may be kept unopened."""

MOST_BUNDLE_BYTES = 256_000_000
"""So much of bundles that one person brought may be kept unopened. Units: bytes."""

MOST_GAPS = 1_000
"""A writer's numbers may break off so often. A phone sends in the order of its numbers."""

NOT_NOW = frozenset({"desk_full", "gaps_too_many"})
"""Problems of what is not taken in for now: nothing of it is kept here."""


class Crowd(Struct, kw_only=True):
    """What already waits of the people of a group: counts by writer and person, bytes by person."""

    of_writer: dict[str, int] = field(default_factory=dict)
    of_person: dict[str, int] = field(default_factory=dict)
    size: dict[str, int] = field(default_factory=dict)

    def add(self, person: str, writer: str, count: int, size: int) -> None:
        """Count so many operations of so many bytes."""
        self.of_writer[writer] = self.of_writer.get(writer, 0) + count
        self.of_person[person] = self.of_person.get(person, 0) + count
        self.size[person] = self.size.get(person, 0) + size

    def find_full(self, person: str, writer: str) -> Problem | None:
        """Say why no more may wait of this person's phone, or nothing.

        What lies below the limit when it comes is taken whole, however long its text.
        """
        if self.of_person.get(person, 0) >= MOST_OF_PERSON:
            return problem("desk_full", limit=MOST_OF_PERSON)
        if self.of_writer.get(writer, 0) >= MOST_OF_WRITER:
            return problem("desk_full", limit=MOST_OF_WRITER)
        if self.size.get(person, 0) >= MOST_BYTES:
            return problem("desk_full", limit=MOST_BYTES)
        return None


def find_bundles_full(count: int, size: int) -> Problem | None:
    """Say why no more unopened bundles of one person are kept, or nothing."""
    if count >= MOST_BUNDLES:
        return problem("desk_full", limit=MOST_BUNDLES)
    if size >= MOST_BUNDLE_BYTES:
        return problem("desk_full", limit=MOST_BUNDLE_BYTES)
    return None


def find_gaps_full(count: int) -> Problem | None:
    """Say why a writer's numbers may break off no more, or nothing."""
    return problem("gaps_too_many", limit=MOST_GAPS) if count >= MOST_GAPS else None
