"""Builds schemes and facts for the scoring tests; each test says only what matters to it."""

from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from itertools import count
from zoneinfo import ZoneInfo

from backend.scoring.cases import period_named
from backend.scoring.periods import Period
from shared_schemas.primitives import Bilingual
from shared_schemas.scoring import (
    Band,
    Fact,
    Indicator,
    Instant,
    Measure,
    Reason,
    Scheme,
    Source,
)

SHANGHAI = "Asia/Shanghai"
JUNE: Period = period_named("2026-06")
JULY: Period = period_named("2026-07")

_numbers = count(1)


def id_of(name: str) -> str:
    return sha256(name.encode()).hexdigest()[:32]


HARBOUR_MALL = id_of("Harbour Mall")
NORTH_GARDEN = id_of("North Garden")


def named(word: str) -> Bilingual:
    return Bilingual(zh=word, en=word)


def ms(local: str, zone: str = SHANGHAI) -> int:
    """Give the milliseconds of a local time written as 2026-06-30 23:50."""
    return int(datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)).timestamp()) * 1000


def an_indicator(
    code="cleaning", maximum="10", each="1", floor="0", counts=("item_failed", "finding_confirmed")
):
    measure = Measure(
        measure_kind="deduct_per_failure",
        counts=counts,
        points_each=Decimal(each),
        floor_points=Decimal(floor),
    )
    return Indicator(
        code=code, name=named(code), maximum_points=Decimal(maximum), measure=measure, source="S07"
    )


def a_source(code="checks", weight="100", indicators=None):
    return Source(
        code=code,
        name=named(code),
        weight_percent=Decimal(weight),
        indicators=tuple(indicators or (an_indicator(),)),
    )


BANDS = tuple(
    Band(code=code, name=named(code), from_points=Decimal(points))
    for code, points in (("excellent", 96), ("fine", 91), ("good", 81), ("pass", 70), ("fail", 0))
)


def a_scheme(*sources, **changes):
    plain = {
        "code": "s07",
        "version": 1,
        "title": named("score"),
        "subject": "site",
        "period": "month",
        "sources": sources or (a_source(),),
        "bands": BANDS,
        "pass_points": Decimal(70),
        "publish_by_day": 10,
        "assessor_roles": ("quality_inspector",),
        "assessed": named("contractor"),
        "source": "S07",
    }
    return Scheme(**{**plain, **changes})


def ten_items():
    """Give a scheme like S07: ten indicators of ten points."""
    return a_scheme(a_source(indicators=[an_indicator(f"item_{n}") for n in range(10)]))


def a_fact(kind="item_failed", indicator="cleaning", at="2026-06-10 10:00", doubt_s=0, **changes):
    """Give a fact of its own record, unless told otherwise."""
    number = next(_numbers)
    best = at if isinstance(at, int) else ms(at)
    plain = {
        "id": f"fact-{number}",
        "fact_kind": kind,
        "site": HARBOUR_MALL,
        "indicator": indicator,
        "captured": Instant(
            best_ms=best,
            earliest_ms=best - doubt_s * 1000,
            latest_ms=best + doubt_s * 1000,
            time_class="C" if doubt_s else "A",
        ),
        "operation": f"operation-{number}",
        "record": id_of(f"task-{number}"),
        "item": "item",
        "evidence": (sha256(str(number).encode()).hexdigest(),),
    }
    return Fact(**{**plain, **changes})


def lines(tree: Reason, *kinds: str) -> list[Reason]:
    """Give the lines of a reason tree, of the kinds named or all, from the top."""
    found = [tree] if not kinds or tree.kind in kinds else []
    return found + [line for child in tree.children for line in lines(child, *kinds)]
