"""Who lets the findings of a check be handled, or sends the check back; pure.

Source: rule S13 (weekly by the department head, quarterly by the director); decisions C05 to C07.
"""

from backend.directory.actors import Actor
from backend.domains.inspections.confirming import took_part
from backend.domains.inspections.queries import DueWindow
from backend.packs import workflows
from backend.sync.doors import Refusal, Situation, unless_overruled
from shared_schemas.problems import problem


def check_approval(situation: Situation, window: DueWindow) -> Refusal | None:
    """Say why an approval cannot be applied, or nothing.

    It is for the role that the workflow names, or its deputy, and not for whoever made the check
    unless the workflow says so (自验). A plan without a workflow is approved by any who may.

    Raises: not_allowed, own_cause, record_unknown.
    """
    operation, actor, record = situation.operation, situation.actor, situation.record
    if record is None or "finished_at" not in record["fields"]:
        return Refusal(problem=problem("record_unknown"), waits_for=operation.record)
    if actor is None:
        return None
    workflow = workflows.WORKFLOWS.get(window.workflow)
    refusal: Refusal | None = None
    if not actor.may("approve_check", window.site) or not _is_named(actor, window.site, workflow):
        refusal = Refusal(problem=problem("not_allowed", right="approve_check"))
    elif actor.person in took_part(record) and not (workflow and workflow.self_verified):
        refusal = Refusal(problem=problem("own_cause"))
    return refusal and unless_overruled(situation, refusal)


def _is_named(actor: Actor, site: str, workflow: workflows.Workflow | None) -> bool:
    if workflow is None or not workflow.approver:
        return True
    return bool({workflow.approver, workflow.deputy} & set(actor.roles_at(site)))


def awaits_approval(window: DueWindow) -> bool:
    """Say whether the way of handling that the plan names begins with an approval."""
    workflow = workflows.WORKFLOWS.get(window.workflow)
    return workflow is not None and bool(workflow.approver)
