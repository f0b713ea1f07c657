"""The scoring engine: a scheme, a period and facts give a scorecard with its reasons; pure.

It reads no database and no clock, knows no domain, and must never give a number for which the
reason tree does not account to the last decimal.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

import msgspec
from msgspec import Struct

from backend.scoring.grades import find_band, line_points, passes, score_of
from backend.scoring.measures import MEASURES, Loss
from backend.scoring.periods import Edges, Period
from shared_schemas.primitives import Bilingual, Id
from shared_schemas.scoring import Fact, Indicator, Reason, Scheme, Scorecard, Source

_HUNDRED = Fraction(100)
_FULL = Bilingual(zh="满分", en="Full points")
_ROUNDING = Bilingual(zh="四舍五入", en="Rounding")
_NOT_MEASURED = Bilingual(zh="本期未考核", en="Not measured in this period")
_WEIGHT_SPREAD = Bilingual(
    zh="本期没有检查记录，权重按比例分给其他来源",
    en="No check in this period; its weight is spread over the other sources in proportion",
)
_NO_CHECKS = Bilingual(zh="本期没有检查记录", en="No check in this period")
_NOT_CHECKED = Bilingual(
    zh="本期没有检查到此项，没有不合格记录", en="Not checked in this period; no failure recorded"
)
_NOTES = {
    "floor": Bilingual(zh="此项已扣完，不再扣分", en="The item has no points left; costs nothing"),
    "repeat": Bilingual(
        zh="同一次检查的同一项已扣分", en="Already counted: the same item in the same check"
    ),
}
_EDGE_INSIDE = Bilingual(
    zh="时间误差跨考核期边界，按最可能时间计入本期",
    en="Its time may lie across the period's edge; counted here by the best estimate",
)
_EDGE_OUTSIDE = Bilingual(
    zh="时间误差跨考核期边界，按最可能时间不计入本期",
    en="Its time may lie across the period's edge; not counted here by the best estimate",
)


class _Told(Struct, frozen=True):
    """The facts of one subject, each once, in order of capture: inside, and near an edge."""

    inside: tuple[Fact, ...]
    near: tuple[Fact, ...]

    def of(self, indicator: Indicator) -> tuple[Fact, ...]:
        return tuple(fact for fact in self.inside if fact.indicator == indicator.code)

    def strayed(self, indicator: Indicator) -> tuple[Fact, ...]:
        """Give the failures that count in a neighbouring period, though perhaps wrongly."""
        strayed = [
            fact
            for fact in self.near
            if fact.indicator == indicator.code and fact.fact_kind in indicator.measure.counts
        ]
        if not strayed:
            return ()
        counted = {fact.id for fact in self.inside}
        return tuple(fact for fact in strayed if fact.id not in counted)


def score(
    scheme: Scheme, subject: Id, period: Period, facts: Iterable[Fact], zone: str
) -> Scorecard:
    """Give the scorecard of a site, with every point accounted for.

    The facts may come in any order, more than once, of other subjects and of other periods: only
    what was captured in the period at the subject counts. The scheme must be a checked one.

    Units: `zone` is the IANA name of the site's time zone.
    Source: rule S07; decisions G04, G05, G06, G21; rules in SPEC.md.
    """
    told = _tell(scheme, subject, period.edges(zone), facts)
    measured = [source for source in scheme.sources if _was_measured(source, told)]
    weights = sum((Fraction(source.weight_percent) for source in measured), Fraction(0))
    if not weights:
        return _scorecard(scheme, subject, period, told, _unmeasured_tree(scheme, told))
    total = Fraction(0)
    lines = []
    for source in scheme.sources:
        if source not in measured:
            lines.append(_unmeasured_source(source, told, _WEIGHT_SPREAD))
            continue
        share = Fraction(source.weight_percent) / weights * _HUNDRED
        exact, line = _measured_source(source, told, share)
        total += exact
        lines.append(line)
    tree = _score_tree(scheme, score_of(total), lines)
    return _scorecard(scheme, subject, period, told, tree)


def _tell(scheme: Scheme, subject: Id, edges: Edges, facts: Iterable[Fact]) -> _Told:
    """Keep what belongs to the subject and the scheme, each fact once, in order of capture."""
    indicators = {line.code for source in scheme.sources for line in source.indicators}
    by_id: dict[str, Fact] = {}
    for fact in facts:
        if fact.indicator in indicators and _is_about(scheme, subject, fact):
            known = by_id.get(fact.id)
            by_id[fact.id] = fact if known is None else min(known, fact, key=msgspec.json.encode)
    ordered = sorted(by_id.values(), key=lambda fact: (fact.captured.best_ms, fact.id))
    return _Told(
        inside=tuple(fact for fact in ordered if edges.contain(fact.captured.best_ms)),
        near=tuple(fact for fact in ordered if edges.cross(fact.captured)),
    )


def _is_about(scheme: Scheme, subject: Id, fact: Fact) -> bool:
    return scheme.subject == "organization" or fact.site == subject


def _was_measured(source: Source, told: _Told) -> bool:
    return any(told.of(indicator) for indicator in source.indicators)


def _measured_source(source: Source, told: _Told, share: Fraction) -> tuple[Fraction, Reason]:
    """Give the exact points that a source brings to the score, and its line."""
    maximum = sum((Fraction(line.maximum_points) for line in source.indicators), Fraction(0))
    scale = share / maximum
    results = [_indicator_line(indicator, told, scale) for indicator in source.indicators]
    own = sum((points for points, _ in results), Fraction(0))
    children = tuple(line for _, line in results)
    return own * scale, Reason(
        kind="source",
        name=source.name,
        points=_sum(children),
        maximum_points=line_points(share),
        own_points=line_points(own / maximum * _HUNDRED),
        weight_percent=line_points(share),
        children=children,
    )


def _indicator_line(indicator: Indicator, told: _Told, scale: Fraction) -> tuple[Fraction, Reason]:
    """Give the indicator's own points, and its line in points of the whole score.

    Each loss shows the difference between the written balances before and after it, so that the
    lines add up to the written result even where a weight makes endless decimals.
    """
    facts = told.of(indicator)
    reading = MEASURES[indicator.measure.measure_kind](indicator, facts)
    balance = Fraction(reading.full)
    lines = [Reason(kind="full", name=_FULL, points=line_points(balance * scale))]
    for loss in reading.losses:
        before = line_points(balance * scale)
        balance += Fraction(loss.points)
        lines.append(_loss_line(indicator, told, loss, line_points(balance * scale) - before))
    lines += [_edge_line(indicator, fact) for fact in told.strayed(indicator)]
    return balance, Reason(
        kind="indicator",
        name=indicator.name,
        points=_sum(lines),
        maximum_points=line_points(Fraction(indicator.maximum_points) * scale),
        source=indicator.source,
        note=_how_often(facts, reading.losses),
        children=tuple(lines),
    )


def _loss_line(indicator: Indicator, told: _Told, loss: Loss, points: Decimal) -> Reason:
    note = _NOTES.get(loss.kind)
    if note is None and loss.fact in told.near:
        note = _EDGE_INSIDE
    return Reason(
        kind=loss.kind,
        name=loss.fact.title or indicator.name,
        points=points,
        note=note,
        fact=loss.fact,
    )


def _edge_line(indicator: Indicator, fact: Fact) -> Reason:
    return Reason(
        kind="edge",
        name=fact.title or indicator.name,
        points=Decimal(0),
        note=_EDGE_OUTSIDE,
        fact=fact,
    )


def _how_often(facts: Sequence[Fact], losses: Sequence[Loss]) -> Bilingual:
    """Say how many answers an indicator rests on, or that nobody looked."""
    if not facts:
        return _NOT_CHECKED
    checked = len({(fact.record, fact.item) for fact in facts})
    failed = sum(1 for loss in losses if loss.kind != "repeat")
    if not failed:
        return Bilingual(
            zh=f"检查 {checked} 项次，没有不合格",
            en=f"Checked {checked} times; no failure recorded",
        )
    return Bilingual(
        zh=f"检查 {checked} 项次，不合格 {failed} 项次",
        en=f"Checked {checked} times; {failed} failed",
    )


def _unmeasured_source(source: Source, told: _Told, note: Bilingual) -> Reason:
    strayed = [
        _edge_line(indicator, fact)
        for indicator in source.indicators
        for fact in told.strayed(indicator)
    ]
    return Reason(
        kind="not_measured",
        name=source.name,
        points=Decimal(0),
        note=note,
        weight_percent=Decimal(0),
        children=tuple(strayed),
    )


def _unmeasured_tree(scheme: Scheme, told: _Told) -> Reason:
    return Reason(
        kind="not_measured",
        name=_NOT_MEASURED,
        points=Decimal(0),
        source=scheme.source,
        note=_NO_CHECKS,
        children=tuple(_unmeasured_source(line, told, _NO_CHECKS) for line in scheme.sources),
    )


def _score_tree(scheme: Scheme, result: Decimal, lines: Sequence[Reason]) -> Reason:
    rounding = result - _sum(lines)
    rest = (Reason(kind="rounding", name=_ROUNDING, points=rounding),) if rounding else ()
    return Reason(
        kind="score",
        name=scheme.title,
        points=result,
        maximum_points=Decimal(100),
        source=scheme.source,
        children=(*lines, *rest),
    )


def _scorecard(scheme: Scheme, subject: Id, period: Period, told: _Told, tree: Reason) -> Scorecard:
    result = tree.points if tree.kind == "score" else None
    return Scorecard(
        scheme=scheme.code,
        scheme_version=scheme.version,
        subject=subject,
        period_from=period.start_on.isoformat(),
        period_to=period.end_on.isoformat(),
        measured=result is not None,
        score=result,
        grade=None if result is None else find_band(scheme.bands, result),
        passed=None if result is None else passes(scheme.pass_points, result),
        reasons=tree,
        edge_facts=tuple(fact.id for fact in told.near),
    )


def _sum(lines: Iterable[Reason]) -> Decimal:
    return sum((line.points for line in lines), Decimal(0))
