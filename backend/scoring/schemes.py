"""What a scheme must be before anybody is judged by it; pure.

A scheme that breaks a rule here is never published. The engine relies on that and checks nothing
a second time.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import get_args

from msgspec import Struct

from backend.scoring.measures import MEASURES
from shared_schemas.scoring import Band, FactKind, Indicator, Scheme, Source, SubjectKind

SUBJECTS: tuple[SubjectKind, ...] = ("site", "organization")
"""Whom the engine can tell apart today; the other subjects come with their slices."""

Path = tuple[str | int, ...]

_FULL_SCORE = Decimal(100)
_LAST_DAY_OF_EVERY_MONTH = 28


class SchemeFlaw(Struct, frozen=True, kw_only=True):
    """One thing wrong in a scheme: the rule, where, what was found and expected, what to do."""

    rule: str
    path: Path
    found: str
    expected: str
    remedy: str


def check_scheme(scheme: Scheme) -> tuple[SchemeFlaw, ...]:
    """Name everything that is wrong in a scheme, in the order in which it is written.

    Source: decisions, Scoring (a scheme version has ...); rules SH1 to SH9.
    """
    return (
        *_check_head(scheme),
        *_check_sources(scheme.sources),
        *_check_bands(scheme.bands),
        *_check_pass_mark(scheme),
    )


def _check_head(scheme: Scheme) -> Iterator[SchemeFlaw]:
    if scheme.subject not in SUBJECTS:
        yield SchemeFlaw(
            rule="SH9",
            path=("subject",),
            found=scheme.subject,
            expected=f"one of {', '.join(SUBJECTS)}",
            remedy="choose a subject that this version can score",
        )
    if not 1 <= scheme.publish_by_day <= _LAST_DAY_OF_EVERY_MONTH:
        yield SchemeFlaw(
            rule="SH8",
            path=("publish_by_day",),
            found=str(scheme.publish_by_day),
            expected=f"a day from 1 to {_LAST_DAY_OF_EVERY_MONTH}, which every month has",
            remedy="write the last day of the following month on which the result is in time",
        )
    if scheme.version < 1:
        yield SchemeFlaw(
            rule="SH8",
            path=("version",),
            found=str(scheme.version),
            expected="1 or more",
            remedy="count versions from 1 and give each change the next number",
        )


def _check_sources(sources: tuple[Source, ...]) -> Iterator[SchemeFlaw]:
    total = sum((source.weight_percent for source in sources), Decimal(0))
    if total != _FULL_SCORE:
        yield SchemeFlaw(
            rule="SH1",
            path=("sources",),
            found=f"weights that sum to {total}",
            expected="weights that sum to 100",
            remedy="change the weights of the sources until they sum to exactly 100",
        )
    for number, source in enumerate(sources):
        if source.weight_percent < 0:
            yield SchemeFlaw(
                rule="SH1",
                path=("sources", number, "weight_percent"),
                found=str(source.weight_percent),
                expected="0 or more",
                remedy="write 0 for a source that is shown but does not count",
            )
        yield from _check_indicators(source, number)
    yield from _check_codes(sources)


def _check_codes(sources: tuple[Source, ...]) -> Iterator[SchemeFlaw]:
    """Hold that no two lines answer to one name, or a fact would count twice."""
    source_paths = ((source.code, ("sources", n, "code")) for n, source in enumerate(sources))
    yield from _check_unique(source_paths, "source")
    indicator_paths = (
        (indicator.code, ("sources", n, "indicators", m, "code"))
        for n, source in enumerate(sources)
        for m, indicator in enumerate(source.indicators)
    )
    yield from _check_unique(indicator_paths, "indicator")


def _check_unique(codes: Iterable[tuple[str, Path]], what: str) -> Iterator[SchemeFlaw]:
    seen: set[str] = set()
    for code, path in codes:
        if code in seen:
            yield SchemeFlaw(
                rule="SH2",
                path=path,
                found=f"{code} a second time",
                expected=f"a code of its own for each {what}",
                remedy=f"give this {what} another code",
            )
        seen.add(code)


def _check_indicators(source: Source, number: int) -> Iterator[SchemeFlaw]:
    here: Path = ("sources", number, "indicators")
    if not source.indicators:
        yield SchemeFlaw(
            rule="SH3",
            path=here,
            found="no indicator",
            expected="at least one indicator with a maximum",
            remedy="add an indicator or take the source out",
        )
    for position, indicator in enumerate(source.indicators):
        yield from _check_indicator(indicator, (*here, position))


def _check_indicator(indicator: Indicator, here: Path) -> Iterator[SchemeFlaw]:
    measure = indicator.measure
    if indicator.maximum_points <= 0:
        yield SchemeFlaw(
            rule="SH3",
            path=(*here, "maximum_points"),
            found=str(indicator.maximum_points),
            expected="more than 0",
            remedy="write the points that a faultless period earns",
        )
    if measure.measure_kind not in MEASURES:
        yield SchemeFlaw(
            rule="SH4",
            path=(*here, "measure", "measure_kind"),
            found=measure.measure_kind,
            expected=f"one of {', '.join(sorted(MEASURES))}",
            remedy="choose a measure that this version knows",
        )
    yield from _check_counts(measure.counts, (*here, "measure", "counts"))
    if measure.points_each <= 0:
        yield SchemeFlaw(
            rule="SH5",
            path=(*here, "measure", "points_each"),
            found=str(measure.points_each),
            expected="more than 0",
            remedy="write the points that one failure costs, without a minus sign",
        )
    if not 0 <= measure.floor_points < max(indicator.maximum_points, Decimal(1)):
        yield SchemeFlaw(
            rule="SH5",
            path=(*here, "measure", "floor_points"),
            found=str(measure.floor_points),
            expected="from 0 up to less than maximum_points",
            remedy="write the points below which the indicator cannot fall, 0 by default",
        )


def _check_counts(counts: tuple[FactKind, ...], here: Path) -> Iterator[SchemeFlaw]:
    known = get_args(FactKind)
    if not counts:
        yield SchemeFlaw(
            rule="SH4",
            path=here,
            found="nothing",
            expected=f"at least one of {', '.join(known)}",
            remedy="name the facts that cost points",
        )
    for number, kind in enumerate(counts):
        if kind not in known or kind == "item_checked":
            yield SchemeFlaw(
                rule="SH4",
                path=(*here, number),
                found=kind,
                expected="item_failed or finding_confirmed",
                remedy="count failures only: being checked never costs a point",
            )


def _check_bands(bands: tuple[Band, ...]) -> Iterator[SchemeFlaw]:
    if not bands:
        yield SchemeFlaw(
            rule="SH6",
            path=("bands",),
            found="no band",
            expected="at least one band, the lowest from 0",
            remedy="add the grades, best first",
        )
        return
    if bands[-1].from_points != 0:
        yield SchemeFlaw(
            rule="SH6",
            path=("bands", len(bands) - 1, "from_points"),
            found=str(bands[-1].from_points),
            expected="0, so that every score has a grade",
            remedy="let the last band start at 0",
        )
    for number, band in enumerate(bands):
        above = bands[number - 1].from_points if number else None
        if above is not None and band.from_points >= above:
            yield SchemeFlaw(
                rule="SH6",
                path=("bands", number, "from_points"),
                found=f"{band.from_points} after {above}",
                expected="less than the band before it, or one of the two is never reached",
                remedy="write the bands from the best down, each starting lower",
            )
        if band.from_points > _FULL_SCORE or band.from_points < 0:
            yield SchemeFlaw(
                rule="SH6",
                path=("bands", number, "from_points"),
                found=str(band.from_points),
                expected="from 0 to 100, or no score reaches it",
                remedy="start the band at a score that can be reached",
            )
    codes = ((band.code, ("bands", n, "code")) for n, band in enumerate(bands))
    yield from _check_unique(codes, "band")


def _check_pass_mark(scheme: Scheme) -> Iterator[SchemeFlaw]:
    """Hold that the pass mark is where a band starts, or one grade both passes and fails."""
    if scheme.pass_points not in {band.from_points for band in scheme.bands}:
        yield SchemeFlaw(
            rule="SH7",
            path=("pass_points",),
            found=str(scheme.pass_points),
            expected="the points from which one of the bands starts",
            remedy="move the pass mark to the start of the lowest band that passes",
        )
