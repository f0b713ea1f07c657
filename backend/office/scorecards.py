"""Scorecards for the office: the month's lines, and one card opened down to every reason."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from backend.directory.actors import Actor
from backend.office.names import load_people, load_places
from backend.office.scope import Sites, load_revision, load_sites, local_date
from shared_schemas.office import ScorecardList, ScorecardOpened, ScorecardSeen, ScoreLoss
from shared_schemas.primitives import Bilingual
from shared_schemas.problems import ProblemError
from shared_schemas.scoring import Fact, Reason, Scheme, Scorecard

_COLUMNS = """
    s.id, s.scheme_code, s.scheme_version, s.site_id, s.period_from, s.period_to, s.state,
    s.content, s.computed_ms, before.content AS before, coalesce(m.content, '') AS scheme
"""
_JOINS = """
    FROM scorecards s
    LEFT JOIN schemes m
      ON m.organization_id = $1 AND m.code = s.scheme_code AND m.version = s.scheme_version
    LEFT JOIN LATERAL (
        SELECT p.content FROM scorecards p
        WHERE p.organization_id = $1 AND p.site_id = s.site_id
          AND p.scheme_code = s.scheme_code AND p.period_to < s.period_from
        ORDER BY p.period_to DESC LIMIT 1
    ) before ON true
    WHERE s.organization_id = $1 AND s.site_id = ANY($2::text[])
"""
_LINES = f"""
    SELECT {_COLUMNS} {_JOINS} AND s.period_from <= $4 AND s.period_to >= $3
    ORDER BY s.period_from DESC, s.site_id, s.scheme_code
"""
_ONE = f"SELECT {_COLUMNS} {_JOINS} AND s.id = $3"

_decode_card = msgspec.json.Decoder(Scorecard).decode
_decode_scheme = msgspec.json.Decoder(Scheme).decode


async def load_lines(
    connection: Any, actor: Actor, *, first: date, last: date
) -> tuple[ScorecardSeen, ...]:
    """Read the scorecards whose period touches these dates, in the order of the sites' names.

    Raises: not_allowed.
    """
    sites = await load_sites(connection, actor, "see_scorecards")
    rows = await connection.fetch(
        _LINES, actor.organization, list(sites), first.isoformat(), last.isoformat()
    )
    order = {site: place for place, site in enumerate(sites)}
    lines = [_line(row, sites) for row in rows]
    return tuple(sorted(lines, key=lambda line: order[line.site.id]))


async def load_month(connection: Any, actor: Actor, *, first: date, last: date) -> ScorecardList:
    """Read the scorecards of one calendar month.

    Raises: not_allowed.
    """
    return ScorecardList(
        revision=await load_revision(connection, actor.organization),
        month=f"{first:%Y-%m}",
        scorecards=await load_lines(connection, actor, first=first, last=last),
    )


async def current_month(connection: Any, actor: Actor, now_ms: int) -> tuple[date, date]:
    """Give the first and the last day of the month that it is now at the first of the sites."""
    sites = await load_sites(connection, actor, "see_scorecards")
    zone = next((site.zone for site in sites.values()), "")
    first = local_date(now_ms, zone).replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


async def load_scorecard(connection: Any, actor: Actor, card_id: str) -> ScorecardOpened:
    """Read one scorecard with its reason tree and the names in it.

    Raises: not_allowed, not_found.
    """
    sites = await load_sites(connection, actor, "see_scorecards")
    row = await connection.fetchrow(_ONE, actor.organization, list(sites), card_id)
    if row is None:
        raise ProblemError("not_found")
    card = _decode_card(row["content"])
    scheme = _decode_scheme(row["scheme"]) if row["scheme"] else None
    facts = tuple(facts_of(card.reasons))
    people = await load_people(
        connection, actor.organization, (fact.person or "" for fact in facts)
    )
    return ScorecardOpened(
        revision=await load_revision(connection, actor.organization),
        line=_line(row, sites),
        card=card,
        bands=scheme.bands if scheme else (),
        assessed=scheme.assessed if scheme else Bilingual(zh=""),
        publish_by_on=_publish_by(card, scheme),
        codes=codes_in(card.reasons, scheme) if scheme else {},
        people=people.found,
        places=await load_places(connection, actor.organization, (one.record for one in facts)),
    )


def _line(row: Mapping[str, Any], sites: Sites) -> ScorecardSeen:
    card = _decode_card(row["content"])
    before = _decode_card(row["before"]) if row["before"] else None
    scheme = _decode_scheme(row["scheme"]) if row["scheme"] else None
    return ScorecardSeen(
        id=row["id"],
        site=sites[row["site_id"]],
        scheme=row["scheme_code"],
        scheme_version=row["scheme_version"],
        title=scheme.title if scheme else Bilingual(zh=row["scheme_code"]),
        period_from=row["period_from"],
        period_to=row["period_to"],
        state=row["state"],
        measured=card.measured,
        score="" if card.score is None else str(card.score),
        maximum=str(card.reasons.maximum_points or ""),
        grade=card.grade,
        passed=card.passed,
        previous_score=None if before is None or before.score is None else str(before.score),
        previous_grade=None if before is None or before.grade is None else before.grade.name,
        losses=losses_in(card.reasons, codes_in(card.reasons, scheme) if scheme else {}),
        computed_ms=row["computed_ms"],
    )


def losses_in(tree: Reason, codes: Mapping[str, str]) -> tuple[ScoreLoss, ...]:
    """List the indicators that lost points, the heaviest first, equals in the scheme's order.

    What a floor gives back is not lost.

    Source: scoring SPEC, reason tree.
    """
    found = []
    for place, source in enumerate(tree.children):
        indicators = [one for one in source.children if one.kind == "indicator"]
        for inner, line in enumerate(indicators):
            costly = [one for one in line.children if one.points < 0]
            full = sum((one.points for one in line.children if one.kind == "full"), Decimal(0))
            if costly:
                path = f"{place}.{inner}"
                found.append(
                    ScoreLoss(
                        path=path,
                        code=codes.get(path, path),
                        name=line.name,
                        points=str(full - line.points),
                        count=len(costly),
                    )
                )
    return tuple(sorted(found, key=lambda loss: -Decimal(loss.points)))


def facts_of(reason: Reason) -> Iterator[Fact]:
    """Walk the tree and give every fact that a reason names."""
    if reason.fact is not None:
        yield reason.fact
    for child in reason.children:
        yield from facts_of(child)


def codes_in(tree: Reason, scheme: Scheme) -> dict[str, str]:
    """Give the scheme's code of each indicator line, by its path in the tree.

    Sources and their indicators stand in the tree in the order of the scheme.

    Source: scoring SPEC, reason tree.
    """
    found = {}
    lines: Iterable[tuple[int, Reason]] = enumerate(tree.children)
    for (place, line), source in zip(lines, scheme.sources, strict=False):
        indicators: Sequence[Reason] = [one for one in line.children if one.kind == "indicator"]
        for inner, (_, indicator) in enumerate(zip(indicators, source.indicators, strict=False)):
            found[f"{place}.{inner}"] = indicator.code
    return found


def _publish_by(card: Scorecard, scheme: Scheme | None) -> str | None:
    """Give the local date by which the card is to be made known: that day of the next month."""
    if scheme is None:
        return None
    following = date.fromisoformat(card.period_to) + timedelta(days=1)
    return following.replace(day=scheme.publish_by_day).isoformat()
