"""What is allowed in a check; pure.

Source: decisions "Who finds, who pays"; sync design, section 5 (nothing recorded is dropped).
"""

from collections.abc import Callable, Mapping
from typing import Any

from backend.directory.actors import Actor
from backend.domains.inspections.approving import check_approval
from backend.domains.inspections.beginning import refuse_unknown
from backend.domains.inspections.confirming import (
    bars_own_department,
    check_confirmation,
    check_dispute,
    check_dispute_decision,
    check_taking,
)
from backend.domains.inspections.disclosure import check_release
from backend.domains.inspections.queries import DueWindow, TaskBackground, find_item
from backend.domains.inspections.transfer import check_transfer
from backend.domains.inspections.values import check_value
from backend.sync.doors import Refusal, Situation, unless_overruled
from shared_schemas.problems import Problem, problem


def check_task(situation: Situation) -> Refusal | None:
    """Say why an operation on a check cannot be applied, or nothing.

    Who checks must hold a role that the plan names: an assessment is the assessor's, never the
    contractor's own guard's.

    Source: rule S07; decisions "Who finds, who pays".
    """
    background: TaskBackground = situation.known["tasks"]
    operation = situation.operation
    window = background.windows.get(operation.record)
    if window is None:
        return refuse_unknown(situation)
    apart = _APART.get(operation.kind)
    if apart is not None:
        refusal = apart(situation, window)
        asks = refusal is None and "item" in operation.body
        return _check_item(situation, background, window) if asks else refusal
    refusal = _check_author(situation, window) or bars_own_department(situation, window)
    if refusal is not None:
        return refusal
    return _check_item(situation, background, window) or _check_photo(situation)


def _check_transfer(situation: Situation, window: DueWindow) -> Refusal | None:
    return check_transfer(situation, may_check=_check_author(situation, window) is None)


def _check_taking(situation: Situation, window: DueWindow) -> Refusal | None:
    return check_taking(situation, may_check=_check_author(situation, window) is None)


def _check_author(situation: Situation, window: DueWindow) -> Refusal | None:
    actor = situation.actor
    if actor is None:
        return None
    roles = actor.roles_at(window.site)
    if actor.may("answer_items", window.site) and set(roles) & set(window.roles):
        return None
    # What is to be assessed never lets in an answer on its own assessment.
    judge = "confirm_finding" if window.use == "assessment" else ""
    refusal = Refusal(problem=problem("not_allowed", right="answer_items"), judge=judge)
    return unless_overruled(situation, refusal)


def bars_decider(situation: Situation) -> Problem | None:
    """Say why somebody who may decide between people may not do so on this check, or nothing."""
    background: TaskBackground = situation.known["tasks"]
    window = background.windows.get(situation.operation.record)
    if window is None or situation.actor is None or situation.record is None:
        return None
    field = situation.operation.body["field"]
    return find_bar(window.use, situation.record, field, situation.actor, window.site)


def find_bar(
    use: str, record: Mapping[str, Any], field: str, actor: Actor, site: str
) -> Problem | None:
    """Say why this person may not decide what stands in a field of a check, or nothing.

    An assessment is the assessor's: whoever is assessed chooses none of its answers. Whether a
    check was done in time is not for whoever did it to say, by whatever road.

    Source: decisions "Who finds, who pays"; SPEC ME16, TI12.
    """
    if use == "assessment" and not actor.may("confirm_finding", site):
        return problem("not_allowed", right="confirm_finding")
    finished = record["fields"].get("finished_at", {"by": {}})
    if field in ("timeliness", "timeliness_reason") and actor.person in finished["by"]:
        return problem("own_cause")
    return None


def _check_judgement(situation: Situation, window: DueWindow) -> Refusal | None:
    """Let someone of the office judge the time of a finished check, never of one's own.

    Source: sync design, section 7 (one after a set-back goes to a person).
    """
    actor, record = situation.actor, situation.record
    finished = record["fields"].get("finished_at") if record else None
    if finished is None:
        return Refusal(problem=problem("record_unknown"), waits_for=situation.operation.record)
    if actor is None:
        return None
    # The assessed side's own manager does not say that its checks were in time.
    for right in ("decide_held", "confirm_finding"):
        if not actor.may(right, window.site):
            return Refusal(problem=problem("not_allowed", right=right))
    if actor.person in finished["by"]:
        return Refusal(problem=problem("own_cause"))
    return None


def _check_item(
    situation: Situation, background: TaskBackground, window: DueWindow
) -> Refusal | None:
    body = situation.operation.body
    named = body.get("checklist", window.checklist)
    checklist = background.checklists.get(named)
    refusal: Refusal | None = None
    if checklist is None:
        refusal = Refusal(problem=problem("checklist_unknown"), waits_for=named)
    elif not _is_of_plan(situation, background, window, named):
        refusal = Refusal(problem=problem("checklist_unknown"), waits_for=window.plan)
    elif "item" in body and find_item(checklist, body["item"]) is None:
        refusal = Refusal(problem=problem("item_unknown", item=body["item"]))
    if refusal is None and "item" in body:
        return check_value(situation, find_item(checklist, body["item"]))
    return refusal and unless_overruled(situation, refusal)


def _is_of_plan(
    situation: Situation, background: TaskBackground, window: DueWindow, named: str
) -> bool:
    """Whether a checklist is the plan's, a version of it, or the one the check was begun on.

    A foreign checklist would let an answer count for an item that was never to be looked at; a
    plan that got another one in the meantime spoils no check begun before.
    """
    own, other = background.checklists.get(window.checklist), background.checklists[named]
    if named == window.checklist or (own is not None and own.code == other.code):
        return True
    begun = situation.record["fields"].get("checklist") if situation.record else None
    return begun is not None and begun["value"] == named


def _check_photo(situation: Situation) -> Refusal | None:
    operation = situation.operation
    if operation.kind == "evidence_withdrawn":
        return _check_withdrawal(situation)
    if operation.kind != "evidence_added":
        return None
    declared = {ref.sha256 for ref in situation.evidence}
    if operation.body["photo"] in declared:
        return None
    return Refusal(problem=problem("evidence_undeclared"))


def _check_withdrawal(situation: Situation) -> Refusal | None:
    """Let only who took a photo take it out again."""
    operation, record = situation.operation, situation.record
    state = record["fields"].get(f"evidence/{operation.body['item']}") if record else None
    added = state["in"].get(operation.body["photo"]) if state else None
    if added is None:
        return Refusal(problem=problem("record_unknown"), waits_for=operation.body["photo"])
    if situation.actor is None or added["person"] == operation.person:
        return None
    refusal = Refusal(problem=problem("not_allowed", right="own_evidence"))
    return unless_overruled(situation, refusal)


_APART: dict[str, Callable[[Situation, DueWindow], Refusal | None]] = {
    "check_released": lambda situation, _window: check_release(situation),
    "dispute_decided": check_dispute_decision,
    "group_taken": _check_taking,
    "item_disputed": lambda situation, _window: check_dispute(situation),
    "task_approved": check_approval,
    "task_confirmed": lambda situation, _window: check_confirmation(situation),
    "task_transferred": _check_transfer,
    "timeliness_judged": _check_judgement,
}
"""Operations on a check that are not the checker's own, and who may do each."""
