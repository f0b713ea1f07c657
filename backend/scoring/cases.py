"""Runs the worked cases of a pack through the engine and says what came out differently; pure."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from zoneinfo import ZoneInfo

import msgspec

from backend.packs.documents import CaseFact, WorkedCase
from backend.scoring.engine import score
from backend.scoring.periods import Period
from shared_schemas.primitives import Bilingual, Id
from shared_schemas.scoring import Fact, FactKind, Indicator, Instant, Reason, Scheme, Scorecard

_MINUTE_MS = 60_000
_EVERY = "全部"
_UNMEASURED = "未考核"
_TOLD: dict[str, tuple[FactKind, ...]] = {
    "检查合格": ("item_checked",),
    "检查不合格": ("item_checked", "item_failed"),
    "自查合格": (),
    "自查不合格": (),
    "确认自查不合格": ("finding_confirmed",),
}
"""What each event of a case tells scoring: a self-check tells nothing until it is confirmed."""


def run_case(scheme: Scheme, case: WorkedCase) -> tuple[str, ...]:
    """Score a worked case and name each result that differs from what is written.

    Source: decisions, Packs (worked cases that a person of the trade can read).
    """
    unknown = sorted({event.indicator for event in case.events} - _names(scheme))
    if unknown:
        return (f"no indicator called {', '.join(unknown)}",)
    return tuple(_differences(case, score_case(scheme, case)))


def score_case(scheme: Scheme, case: WorkedCase) -> Scorecard:
    """Give the scorecard of a worked case."""
    if case.points_each is not None:
        scheme = with_points_each(scheme, case.points_each)
    return score(scheme, _id(case.site), period_named(case.period), _facts(scheme, case), case.zone)


def with_points_each(scheme: Scheme, points_each: Decimal) -> Scheme:
    """Give the same scheme with another cost of one failure."""
    sources = tuple(
        msgspec.structs.replace(
            source,
            indicators=tuple(
                msgspec.structs.replace(
                    line, measure=msgspec.structs.replace(line.measure, points_each=points_each)
                )
                for line in source.indicators
            ),
        )
        for source in scheme.sources
    )
    return msgspec.structs.replace(scheme, sources=sources)


def period_named(name: str) -> Period:
    """Give the period that people write as 2026, 2026-H1, 2026-Q2 or 2026-06.

    >>> period_named("2026-Q2").start_on
    datetime.date(2026, 4, 1)
    """
    year, _, part = name.partition("-")
    if not part:
        return Period.of("year", date(int(year), 1, 1))
    if part.startswith("Q"):
        return Period.of("quarter", date(int(year), int(part[1]) * 3, 1))
    if part.startswith("H"):
        return Period.of("half_year", date(int(year), int(part[1]) * 6, 1))
    return Period.of("month", date(int(year), int(part), 1))


def _names(scheme: Scheme) -> set[str]:
    return {_EVERY} | {line.name.zh for line in _indicators(scheme)}


def _indicators(scheme: Scheme) -> Iterator[Indicator]:
    return (line for source in scheme.sources for line in source.indicators)


def _facts(scheme: Scheme, case: WorkedCase) -> Iterator[Fact]:
    for number, event in enumerate(case.events):
        for line in _indicators(scheme):
            if event.indicator in {_EVERY, line.name.zh}:
                for turn in range(event.times):
                    yield from _facts_of(case, event, line, f"{number}/{line.code}/{turn}")


def _facts_of(case: WorkedCase, event: CaseFact, line: Indicator, place: str) -> Iterator[Fact]:
    turn = int(place.rpartition("/")[2])
    moment = datetime.strptime(event.captured, "%Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo(case.zone))
    best_ms = int(moment.timestamp()) * 1000 + turn * _MINUTE_MS
    for kind in _TOLD[event.event]:
        yield Fact(
            id=f"{place}/{kind}",
            fact_kind=kind,
            site=_id(event.site or case.site),
            indicator=line.code,
            captured=Instant(
                best_ms=best_ms,
                earliest_ms=best_ms - event.doubt_min * _MINUTE_MS,
                latest_ms=best_ms + event.doubt_min * _MINUTE_MS,
                time_class="C" if event.doubt_min else "A",
            ),
            operation=place,
            record=_id(place),
            item=line.code,
            title=Bilingual(zh=line.name.zh, en=line.name.en),
        )


def _id(name: str) -> Id:
    return sha256(name.encode()).hexdigest()[:32]


def _differences(case: WorkedCase, card: Scorecard) -> Iterator[str]:
    expected = case.result
    results: Sequence[tuple[str, object, object]] = (
        ("得分", expected.score, _UNMEASURED if card.score is None else str(card.score)),
        ("等级", expected.grade, card.grade.name.zh if card.grade else _UNMEASURED),
        ("合格", expected.passed, {True: "是", False: "否", None: _UNMEASURED}[card.passed]),
        ("扣分行", expected.deductions, _count(card.reasons, "deduction")),
        ("扣完行", expected.beyond_floor, _count(card.reasons, "floor")),
        ("压线", expected.edge_facts, len({name.rpartition("/")[0] for name in card.edge_facts})),
    )
    for name, wanted, came in results:
        if wanted is not None and wanted != came:
            yield f"{name} {came}, not {wanted}"
    points = {line.name.zh: line.points for line in _walk(card.reasons) if line.kind == "indicator"}
    for line in expected.indicators:
        if points.get(line.name) != line.points:
            yield f"{line.name} {points.get(line.name)}, not {line.points}"
    yield from _crooked(card.reasons)


def _count(tree: Reason, kind: str) -> int:
    return sum(1 for line in _walk(tree) if line.kind == kind)


def _crooked(tree: Reason) -> Iterator[str]:
    """Name each line of the reason tree whose children do not sum to it; rule GR5."""
    for line in _walk(tree):
        total = sum((child.points for child in line.children), Decimal(0))
        if line.children and total != line.points:
            yield f"{line.name.zh}: lines sum to {total}, not {line.points}"


def _walk(tree: Reason) -> Iterator[Reason]:
    yield tree
    for child in tree.children:
        yield from _walk(child)
