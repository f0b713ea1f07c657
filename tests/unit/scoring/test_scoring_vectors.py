"""Runs the scoring cases of shared_schemas/vectors, which any other engine must pass as well."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

import shared_schemas
from backend.scoring.engine import score
from backend.scoring.grades import find_band, passes
from backend.scoring.periods import Period
from shared_schemas.scoring import Band, Fact, Scheme
from tests.unit.scoring.builders import lines, named

VECTORS = Path(shared_schemas.__file__).parent / "vectors" / "scoring"


def cases(name):
    found = json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))
    return [pytest.param(case, id=case["name"]) for case in found]


@pytest.mark.parametrize("case", cases("periods"))
def test_period_vector(case):
    given = case["given"]
    period = Period.of(given["kind"], date.fromisoformat(given["day"]))
    edges = period.edges(given["zone"])
    assert case["then"] == {
        "start_on": period.start_on.isoformat(),
        "end_on": period.end_on.isoformat(),
        "opens_ms": edges.opens_ms,
        "closes_ms": edges.closes_ms,
    }


@pytest.mark.parametrize("case", cases("grades"))
def test_grade_vector(case):
    bands = tuple(
        Band(code=code, name=named(code), from_points=Decimal(points))
        for code, points in case["given"]["bands"]
    )
    points = Decimal(case["when"])
    assert case["then"] == {
        "grade": find_band(bands, points).code,
        "passed": passes(Decimal(case["given"]["pass_points"]), points),
    }


@pytest.mark.parametrize("case", cases("scorecards"))
def test_scorecard_vector(case):
    scheme = msgspec.convert(case["given"]["scheme"], Scheme)
    facts = msgspec.convert(case["given"]["facts"], list[Fact])
    when = case["when"]
    period = Period.of(when["kind"], date.fromisoformat(when["day"]))
    card = score(scheme, when["subject"], period, facts, when["zone"])
    assert case["then"] == {
        "score": None if card.score is None else str(card.score),
        "grade": card.grade.code if card.grade else None,
        "lines": [[line.kind, str(line.points)] for line in lines(card.reasons)],
        "edge_facts": list(card.edge_facts),
    }


@pytest.mark.parametrize("path", sorted(VECTORS.glob("*.json")), ids=lambda path: path.stem)
def test_every_case_says_name_why_given_when_then(path):
    for case in json.loads(path.read_text(encoding="utf-8")):
        assert set(case) == {"name", "why", "given", "when", "then"}
        assert case["name"]
        assert case["why"]
