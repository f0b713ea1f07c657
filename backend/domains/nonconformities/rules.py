"""Who may do what with a nonconformity; pure.

Source: decisions C05-C07: the finder verifies by default and whoever corrected does not.
"""

from collections.abc import Mapping
from typing import Any

from backend.directory.actors import Actor
from backend.directory.rights import Right
from backend.sync.doors import Refusal, Situation, unless_overruled
from shared_schemas.problems import Problem, problem

RIGHT_NEEDED: dict[str, Right] = {
    "nonconformity_confirmed": "confirm_finding",
    "severity_judged": "judge_severity",
    "nonconformity_closed_on_spot": "correct",
    "nonconformity_corrected": "correct",
    "correction_evidenced": "correct",
    "correction_verified": "verify_correction",
}


def check(situation: Situation) -> Refusal | None:
    """Say why an operation on a nonconformity cannot be applied, or nothing.

    Source: decisions C05-C07; rule S07: only the assessor's confirmation costs a point.
    """
    operation = situation.operation
    if situation.record is None:
        return Refusal(problem=problem("record_unknown"), waits_for=operation.record)
    right = RIGHT_NEEDED[operation.kind]
    may = situation.actor is None or situation.actor.may(right, situation.site)
    refusal: Refusal | None = None
    if not may and not _closes_own_finding(situation):
        refusal = Refusal(problem=problem("not_allowed", right=right))
    elif operation.kind == "nonconformity_confirmed" and not _stands(situation):
        refusal = Refusal(problem=problem("finding_withdrawn"))
    elif operation.kind == "correction_verified" and _corrected_by(situation):
        refusal = Refusal(problem=problem("same_person"))
    return refusal and unless_overruled(situation, refusal)


def bars_decider(situation: Situation) -> Problem | None:
    """Say why somebody who may decide between people may not do so on this finding, or nothing."""
    if situation.actor is None or situation.record is None:
        return None
    return find_bar(situation.record, situation.actor, situation.site)


def find_bar(record: Mapping[str, Any], actor: Actor, site: str) -> Problem | None:
    """Say why this person may not decide what stands in a field of a finding, or nothing.

    What an assessor found or confirmed costs points: whoever is assessed settles nothing in it.

    Source: decisions "Who finds, who pays" and 21; SPEC ME16.
    """
    fields = record["fields"]
    is_assessed = "use" in fields and fields["use"]["value"] == "assessment"
    if (is_assessed or "confirmed_at" in fields) and not actor.may("confirm_finding", site):
        return problem("not_allowed", right="confirm_finding")
    return None


def _stands(situation: Situation) -> bool:
    """Whether there is a finding to confirm, put right or not."""
    state = situation.record["fields"].get("state") if situation.record else None
    return state is not None and state["value"] in ("open", "corrected", "closed")


def _closes_own_finding(situation: Situation) -> bool:
    """Whether the finder says that it was put right under their eyes (即行关闭).

    Source: rule S13 (daily check, closed on the spot); decisions C04, C21.
    """
    if situation.operation.kind != "nonconformity_closed_on_spot" or situation.record is None:
        return False
    found = situation.record["fields"].get("found_by")
    return found is not None and found["value"] == situation.operation.person


def _corrected_by(situation: Situation) -> bool:
    """Whether the person who verifies is one of those who corrected."""
    record = situation.record
    state = record["fields"].get("corrected_at") if record else None
    return state is not None and situation.operation.person in state["by"]
