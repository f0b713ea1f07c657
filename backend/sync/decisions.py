"""Who may decide between people who differ, and what may be decided; pure.

A decision belongs to no slice: it may be made on any kind of record that has a contested field.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from backend.kernel.canonical import canonical
from backend.sync.doors import Refusal, Situation, bars_nobody
from shared_schemas.operations import KINDS, find_rule
from shared_schemas.policies import Write
from shared_schemas.problems import Problem, problem

Bars = Callable[[Situation], Problem | None]
"""What the slice of the record says of who may decide there."""


def check_decision(situation: Situation, bars: Bars = bars_nobody) -> Refusal | None:
    """Say why a decision, or the taking back of one, cannot be applied, or nothing.

    Source: sync design, section 3 (conflict); SPEC ME16.
    """
    wrong = _find_problem(situation, bars)
    return Refusal(problem=wrong) if wrong else None


def _find_problem(situation: Situation, bars: Bars) -> Problem | None:
    operation = situation.operation
    if not _may_decide(situation):
        return problem("not_allowed", right="decide_conflicts")
    barred = bars(situation)
    if barred is not None:
        return barred
    field = operation.body["field"]
    rule = find_rule(operation.record_kind, field)
    state = situation.record["fields"].get(field) if situation.record else None
    if rule is None or state is None or "by" not in state:
        return problem("conflict_unknown")
    if situation.actor is not None and operation.person in state["by"]:
        return problem("own_cause")
    if operation.kind == "decision_withdrawn":
        stands = state.get("decided") == operation.body["decision"]
        return None if stands else problem("decision_unknown")
    return _check_choice(situation, rule, state)


def _may_decide(situation: Situation) -> bool:
    actor = situation.actor
    if actor is None:
        return True
    if not situation.site:
        return actor.may_everywhere("decide_conflicts")
    return actor.may("decide_conflicts", situation.site)


def _check_choice(situation: Situation, rule: Write, state: dict[str, Any]) -> Problem | None:
    body, actor = situation.operation.body, situation.actor
    counting = {entry["op"] for entry in state["by"].values()}
    if set(body["between"]) != counting:
        return problem("decision_outdated")
    if not state.get("contested") and "decided" not in state:
        return problem("conflict_unknown")
    given = [entry["value"] for entry in state["by"].values()]
    # As texts: 1, 1.0 and true are equal to Python, and another record for the phone.
    is_given = canonical(body["value"]) in {canonical(value) for value in given}
    if not is_given and not _may_combine(rule, situation, given):
        return problem("decision_value_wrong")
    if actor is not None and situation.body.signed != actor.name:
        return problem("operation_malformed", what="signed")
    return None


def _may_combine(rule: Write, situation: Situation, given: list[Any]) -> bool:
    """Whether the value is one text put together from several, where words are free."""
    value = situation.operation.body["value"]
    if not isinstance(value, str) or not value.strip():
        return False
    if not is_combinable(situation.operation.record_kind, rule, given):
        return False
    try:
        msgspec.convert(value, _declared(situation.operation.record_kind, rule))
    except msgspec.ValidationError:
        return False
    return True


def is_combinable(record_kind: str, rule: Write, given: list[Any]) -> bool:
    """Whether people's values of a field are free words that can be put together.

    An id, a date or a word of a closed list is no free text, though it is written as one.
    """
    if rule.policy != "latest" or not all(isinstance(value, str) for value in given):
        return False
    declared = msgspec.json.schema(_declared(record_kind, rule))
    return declared.get("type") == "string" and not declared.keys() & {"pattern", "enum"}


def _declared(record_kind: str, rule: Write) -> Any:
    """Give the type with which the field is declared in the body of an operation."""
    body = next(
        kind.body
        for kind in KINDS.values()
        if kind.record_kind == record_kind and rule in kind.writes
    )
    fields = {field.name: field.type for field in msgspec.structs.fields(body)}
    return fields[rule.source]
