"""What is allowed in a check; pure.

Source: decisions "Who finds, who pays"; sync design, section 5 (nothing recorded is dropped).
"""

from backend.domains.inspections.queries import DueWindow, TaskBackground, find_item
from backend.sync.doors import Refusal, Situation
from shared_schemas.problems import problem


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
        return Refusal(problem=problem("task_unknown"), waits_for=operation.record)
    refusal = _check_author(situation, window)
    if refusal is not None:
        return refusal
    return _check_item(situation, background, window) or _check_photo(situation)


def _check_author(situation: Situation, window: DueWindow) -> Refusal | None:
    actor = situation.actor
    if actor is None:
        return None
    roles = actor.roles_at(window.site)
    if actor.may("answer_items", window.site) and set(roles) & set(window.roles):
        return None
    return Refusal(problem=problem("not_allowed", right="answer_items"))


def _check_item(
    situation: Situation, background: TaskBackground, window: DueWindow
) -> Refusal | None:
    body = situation.operation.body
    named = body.get("checklist", window.checklist)
    checklist = background.checklists.get(named)
    if checklist is None:
        return Refusal(problem=problem("checklist_unknown"), waits_for=named)
    if not _is_of_plan(situation, background, window, named):
        return Refusal(problem=problem("checklist_unknown"), waits_for=window.plan)
    item = body.get("item")
    if item is not None and find_item(checklist, item) is None:
        return Refusal(problem=problem("item_unknown", item=item))
    return None


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
    return Refusal(problem=problem("not_allowed", right="own_evidence"))
