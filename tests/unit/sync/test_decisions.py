"""Which values a decision may put together: free words, and nothing that only looks like them."""

from typing import Any

import pytest

from backend.directory.actors import Actor, RoleAt
from backend.sync.decisions import check_decision, is_combinable
from backend.sync.doors import Situation
from backend.sync.merge import Stamped, fold
from shared_schemas.decisions import ConflictDecided
from shared_schemas.operations import find_rule
from shared_schemas.primitives import Bilingual

SITE = "5" * 32
ANA, BEN, LI = "a" * 32, "b" * 32, "c" * 32


@pytest.mark.parametrize(
    ("record_kind", "field", "given", "combines"),
    [
        ("task", "note/1", ["东侧", "西侧"], True),
        ("nonconformity", "correction", ["已清理", "已更换"], True),
        ("task", "answer/1", ["pass", "fail"], False),
        ("nonconformity", "severity", ["minor", "serious"], False),
        ("agenda", "month", ["2026-11", "2026-12"], False),
        ("agenda", "plan", ["a" * 32, "b" * 32], False),
        ("plan", "plan", [{"code": "x"}, {"code": "y"}], False),
    ],
)
def test_ME16_only_free_words_can_be_put_together(
    record_kind: str, field: str, given: list[Any], combines: bool
) -> None:
    rule = find_rule(record_kind, field)
    assert rule is not None
    assert is_combinable(record_kind, rule, given) is combines


def _noted(person: str, note: str, number: int) -> Stamped:
    return Stamped(
        id=f"{person}:1", kind="item_noted", record="r", record_kind="task", person=person,
        role="quality_inspector", stamp=number, saw=0, position=number,
        body={"kind": "item_noted", "item": "1", "note": note},
    )  # fmt: skip


def _problem(value: Any, *, role: str = "quality_clerk", person: str = LI) -> str:
    """Let somebody decide between two notes; give the code of what is wrong, or nothing."""
    record = fold(fold(None, _noted(ANA, "东侧", 1)), _noted(BEN, "西侧", 2))
    name = Bilingual(zh="李工")
    body = ConflictDecided(
        field="note/1", between=(f"{ANA}:1", f"{BEN}:1"), value=value, reason="都有", signed=name
    )
    plain = {
        "field": body.field,
        "between": list(body.between),
        "value": value,
        "reason": body.reason,
        "signed": {"zh": "李工", "en": ""},
    }
    operation = Stamped(
        id="li:1", kind="conflict_decided", record="r", record_kind="task", person=person,
        role=role, stamp=3, saw=2, position=3, body=plain,
    )  # fmt: skip
    actor = Actor(
        organization="o" * 32, person=person, device="", session="", name=name,
        roles=(RoleAt(role, SITE),), sites=(SITE,),
    )  # fmt: skip
    refusal = check_decision(
        Situation(
            organization="o" * 32, record=record, site=SITE, operation=operation, body=body,
            actor=actor, evidence=(), known={},
        )
    )  # fmt: skip
    return refusal.problem.code if refusal else ""


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("东侧", ""),
        ("东侧和西侧", ""),
        ("水" * 4000, ""),
        ("水" * 4001, "decision_value_wrong"),
        ("  ", "decision_value_wrong"),
        (7, "decision_value_wrong"),
        (["东侧"], "decision_value_wrong"),
    ],
)
def test_ME16_words_put_together_keep_the_bounds_of_the_field(value: Any, code: str) -> None:
    assert _problem(value) == code


def test_ME16_the_right_is_asked_for_first_and_then_whose_cause_it_is() -> None:
    assert _problem("东侧", role="quality_inspector") == "not_allowed"
    assert _problem("东侧", person=ANA) == "own_cause"
