"""Schemes, facts and scorecards: how a score is made and why each point was lost."""

from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Struct

from shared_schemas.policies import latest
from shared_schemas.primitives import (
    Bilingual,
    Id,
    LocalDate,
    Milliseconds,
    Sha256,
    ShortText,
    VersionNumber,
)

FactKind = Literal["item_checked", "item_failed", "finding_confirmed"]
"""What a slice may tell scoring.

`item_checked`: an assessor checked an item (never a self-check); `item_failed`: an assessor found
it failing; `finding_confirmed`: an assessor confirmed what a self-check had found.
"""

PeriodKind = Literal["month", "quarter", "half_year", "year", "special"]
SubjectKind = Literal["organization", "site", "department", "window", "person", "contractor"]
MeasureKind = Literal["deduct_per_failure"]
ReasonKind = Literal[
    "score",
    "source",
    "indicator",
    "full",
    "deduction",
    "floor",
    "repeat",
    "edge",
    "rounding",
    "not_measured",
]
"""What a line of the reason tree says: the whole, a source, an indicator; the full points; a
failure that cost points, one beyond the floor (0), one already counted (0), one whose time lies
across the period's edge and counts elsewhere (0); the one rounding; nothing was measured."""


class Instant(Struct, frozen=True, kw_only=True):
    """When something was true, as an interval with its class and the best estimate.

    Units: milliseconds UTC. Classes: A bracketed by the server within 2 minutes, B corrected by a
    stable offset, C weak.
    Source: sync design, section 7.
    """

    best_ms: Milliseconds
    earliest_ms: Milliseconds
    latest_ms: Milliseconds
    time_class: Literal["A", "B", "C"]


class Fact(Struct, frozen=True, kw_only=True):
    """One thing that happened, as scoring sees it, with what proves it.

    `operation` leads to the log, `record` and `item` to the answer, `evidence` to the photos.
    """

    id: ShortText
    fact_kind: FactKind
    site: Id
    indicator: ShortText
    captured: Instant
    operation: ShortText
    record: Id
    item: ShortText = ""
    title: Bilingual | None = None
    person: Id | None = None
    evidence: tuple[Sha256, ...] = ()


class Measure(Struct, frozen=True, kw_only=True):
    """How facts become points: kind, the facts it counts, points per failure and the floor.

    Units: points as decimals.
    """

    measure_kind: MeasureKind
    counts: tuple[FactKind, ...]
    points_each: Decimal = Decimal(1)
    floor_points: Decimal = Decimal(0)


class Indicator(Struct, frozen=True, kw_only=True):
    """One line of a scheme with its maximum and its rule."""

    code: ShortText
    name: Bilingual
    maximum_points: Decimal
    measure: Measure
    source: ShortText = ""
    not_in_source: bool = False


class Source(Struct, frozen=True, kw_only=True):
    """Where points come from, with its weight in percent; weights of a scheme sum to 100.

    `not_in_source` marks a weight that the rule leaves open (decisions G02).
    """

    code: ShortText
    name: Bilingual
    weight_percent: Decimal
    indicators: tuple[Indicator, ...]
    not_in_source: bool = False


class Band(Struct, frozen=True, kw_only=True):
    """A grade: from `from_points` up to, but not including, the next band's.

    Source: decisions G05.
    """

    code: ShortText
    name: Bilingual
    from_points: Decimal


class Scheme(Struct, frozen=True, kw_only=True):
    """One version of a scoring scheme."""

    code: ShortText
    version: VersionNumber
    title: Bilingual
    subject: SubjectKind
    period: PeriodKind
    sources: tuple[Source, ...]
    bands: tuple[Band, ...]
    pass_points: Decimal
    publish_by_day: int
    assessor_roles: tuple[ShortText, ...]
    assessed: Bilingual
    source: ShortText
    from_on: LocalDate = "2000-01-01"


class Reason(Struct, frozen=True, kw_only=True):
    """One node of the reason tree; the children's points sum exactly to the parent's.

    A leaf names its fact, operation and evidence, or says that nothing was measured or that the
    full points stand. `note` says in words what the points alone do not.

    Units: `points` and `maximum_points` in points of the whole score, so a point lost in a source
    of 30 % shows as what it costs the score; positive where given, negative where lost.
    `own_points` is the source's result out of 100 before its weight, `weight_percent` the weight
    that it had in the end.
    """

    kind: ReasonKind
    name: Bilingual
    points: Decimal
    maximum_points: Decimal | None = None
    source: ShortText = ""
    note: Bilingual | None = None
    own_points: Decimal | None = None
    weight_percent: Decimal | None = None
    fact: Fact | None = None
    children: tuple["Reason", ...] = ()


class Scorecard(Struct, frozen=True, kw_only=True):
    """The result of one scheme version for one subject and period.

    Not measured means neither a score nor a grade. `edge_facts` are the ids of facts whose time
    cannot be placed on one side of the period's edge with certainty.

    Units: `period_from` and `period_to` are the first and the last day, both inside.
    """

    scheme: ShortText
    scheme_version: int
    subject: Id
    period_from: LocalDate
    period_to: LocalDate
    measured: bool
    score: Decimal | None
    grade: Band | None
    passed: bool | None
    reasons: Reason
    edge_facts: tuple[ShortText, ...] = ()


class SchemePublished(Struct, frozen=True, kw_only=True, tag_field="kind", tag="scheme_published"):
    """A version of a scheme was made known for these sites; record `scheme`, one per version."""

    scheme: Annotated[Scheme, latest()]
    sites: Annotated[tuple[Id, ...], latest()] = ()
