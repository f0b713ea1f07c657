"""Who may do what with a nonconformity; pure.

Source: decisions C05-C07: the finder verifies by default and whoever corrected does not.
"""

from collections.abc import Mapping
from typing import Any

from backend.directory.actors import Actor
from backend.directory.rights import Right
from backend.domains.nonconformities.handling import check_handling, is_finder, told
from backend.sync.doors import Refusal, Situation, unless_overruled
from shared_schemas.problems import Problem, problem

RIGHT_NEEDED: dict[str, Right] = {
    "nonconformity_reported": "report_finding",
    "finding_evidenced": "report_finding",
    "nonconformity_assigned": "assign_work",
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
    if situation.record is None and operation.kind != "nonconformity_reported":
        return Refusal(problem=problem("record_unknown"), waits_for=operation.record)
    if operation.kind == "finding_evidenced" and not _declares(situation):
        return Refusal(problem=problem("evidence_undeclared"))
    if operation.kind == "nonconformity_reported" and _is_anothers(situation):
        return Refusal(problem=problem("finding_taken"))
    if operation.kind == "nonconformity_reported" and not _speaks_for_oneself(situation):
        foreign = Refusal(problem=problem("not_allowed", right="own_finding"))
        return unless_overruled(situation, foreign)
    right = RIGHT_NEEDED[operation.kind]
    may = situation.actor is None or situation.actor.may(right, situation.site)
    refusal: Refusal | None = None
    if not may and not _is_own_finding(situation):
        refusal = Refusal(problem=problem("not_allowed", right=right))
    elif operation.kind == "nonconformity_confirmed" and not _stands(situation):
        refusal = Refusal(problem=problem("finding_withdrawn"))
    else:
        refusal = check_handling(situation)
    return refusal and unless_overruled(situation, refusal)


def _speaks_for_oneself(situation: Situation) -> bool:
    """Whether the finder named is the author: nobody reports in another's name."""
    return situation.actor is None or situation.body.found_by == situation.operation.person


def _is_anothers(situation: Situation) -> bool:
    """Whether a check or somebody else began a finding under this number: no report changes it."""
    record = situation.record
    if record is None:
        return False
    return "task" in record["fields"] or told(record, "found_by") != situation.body.found_by


def _declares(situation: Situation) -> bool:
    declared = {ref.sha256 for ref in situation.evidence}
    return situation.operation.body["photo"] in declared


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


def _is_own_finding(situation: Situation) -> bool:
    """Whether the finder says that it was put right under their eyes, or sees that it is by now.

    Source: rule S13 (daily check, closed on the spot); decisions C04, C21, C05 to C07.
    """
    by_finder = ("nonconformity_closed_on_spot", "correction_verified")
    return situation.operation.kind in by_finder and is_finder(situation)
