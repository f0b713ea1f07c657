"""How a finding is handled as its workflow says: who closes it and who verifies; pure.

A finding without a workflow is handled by the defaults of decisions C05 to C07.
"""

from typing import Any

from backend.packs import workflows
from backend.packs.workflows import Workflow
from backend.sync.doors import Refusal, Situation
from backend.sync.merge import Record
from shared_schemas.problems import problem

MICRO = 1_000


def check_handling(situation: Situation) -> Refusal | None:
    """Say why a step does not belong into the workflow of its finding, or nothing.

    Raises: not_on_spot, same_person, not_the_verifier.
    Source: rule S13; decisions C05 to C07: the finder verifies by default, whoever corrected never.
    """
    kind, record = situation.operation.kind, situation.record
    workflow = workflow_of(record)
    if kind == "nonconformity_closed_on_spot" and workflow and not workflow.close_on_spot:
        return Refusal(problem=problem("not_on_spot"))
    if kind != "correction_verified":
        return None
    if _corrected_by(situation) and not (workflow and workflow.self_verified):
        return Refusal(problem=problem("same_person"))
    if workflow is not None and not _is_verifier(situation, workflow):
        return Refusal(problem=problem("not_the_verifier", role=workflow.verifier))
    return None


def workflow_of(record: Record | None) -> Workflow | None:
    """Give the way of handling that a finding was raised under, where it is one of ours."""
    state = record["fields"].get("workflow") if record else None
    return workflows.WORKFLOWS.get(state["value"]) if state else None


def is_early(record: Record) -> bool:
    """Say whether it was put right before its handling was approved; shown, never refused.

    Source: rule S13 (the head approves the form, then it is carried out).
    """
    workflow, fields = workflow_of(record), record["fields"]
    corrected = fields.get("corrected_at")
    if workflow is None or not workflow.approver or corrected is None:
        return False
    approved = fields.get("approved_at")
    stamp: int = corrected["by"][corrected["person"]]["stamp"]
    return approved is None or stamp // MICRO < int(approved["value"])


def is_finder(situation: Situation) -> bool:
    """Say whether the author is the one who found it; in a check, whoever answered there."""
    record = situation.record
    return record is not None and told(record, "found_by") == situation.operation.person


def told(record: Record, name: str) -> Any:
    """Give what stands of how it was found: of a check's finding only what the check itself says.

    Somebody may have reported freely under the very number that the check's finding got later.
    """
    state, task = record["fields"].get(name), record["fields"].get("task")
    if state is None:
        return None
    if task is None:
        return state["value"]
    entry = state["by"].get(task["person"])
    return entry["value"] if entry else None


def _is_verifier(situation: Situation, workflow: Workflow) -> bool:
    """Whether the workflow lets the author verify: the finder, or who holds the role it names.

    Where the finder is asked, whoever holds the right at the site may stand in.
    """
    actor = situation.actor
    if actor is None or workflow.verifier == "finder":
        return True
    return workflow.verifier in actor.roles_at(situation.site)


def _corrected_by(situation: Situation) -> bool:
    """Whether the person who verifies is one of those who corrected."""
    state = _field(situation.record, "corrected_at")
    return state is not None and situation.operation.person in state["by"]


def _field(record: Record | None, name: str) -> dict[str, Any] | None:
    return record["fields"].get(name) if record else None
