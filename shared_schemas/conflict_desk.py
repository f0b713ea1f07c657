"""What the conflict desk is shown: both sides, what each choice does to the score, the decision."""

from typing import Any

from msgspec import Struct

from shared_schemas.office import GivenAnswer, Named, PlaceSeen, SiteNamed
from shared_schemas.primitives import Bilingual, Id, LocalDate, Milliseconds, ShortText
from shared_schemas.problems import Problem


class ScoreChange(Struct, frozen=True, kw_only=True):
    """A live scorecard's score as it is, and as it would be; null where nothing is measured."""

    scheme: Bilingual
    period_from: LocalDate
    period_to: LocalDate
    score_now: str | None
    score_then: str | None
    grade_now: Bilingual | None
    grade_then: Bilingual | None


class ConflictChoice(Struct, frozen=True, kw_only=True):
    """One of the values given, by whose operations, and what choosing it would do to the scores."""

    value: Any
    operations: tuple[str, ...]
    stands: bool
    scores: tuple[ScoreChange, ...]


class DecisionSeen(Struct, frozen=True, kw_only=True):
    """What someone in the office decided; `stands` is false once something new overtook it.

    Units: milliseconds UTC.
    """

    operation: str
    value: Any
    person: Named
    role_name: Bilingual
    decided_ms: Milliseconds
    reason: str
    stands: bool


class ConflictSeen(Struct, frozen=True, kw_only=True):
    """A field on which people differ, with everyone's account in the order of time.

    A decision names the operations of all `sides` and one of the `choices`, or a text of its own
    where the field `combines` words. `hindrance` is why the reader may not decide it. `scored` says
    that a choice may move a score. `position` and `stamp` are those of the record shown.
    """

    id: Id
    record: Id
    record_kind: str
    field: str
    site: SiteNamed
    place: PlaceSeen | None
    item: ShortText
    item_text: Bilingual | None
    words: str
    combines: bool
    position: int
    stamp: int
    sides: tuple[GivenAnswer, ...]
    choices: tuple[ConflictChoice, ...]
    scored: bool
    decision: DecisionSeen | None
    hindrance: Problem | None


class ConflictList(Struct, frozen=True, kw_only=True):
    """Conflicts, newest first; in each the provisional result stands until someone decides.

    `open_count` counts all that are open, also those not yet shown. `decided` are the latest
    decisions that stand, with the same sides.
    """

    revision: int
    open_count: int
    conflicts: tuple[ConflictSeen, ...]
    decided: tuple[ConflictSeen, ...]
