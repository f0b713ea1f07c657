"""Who confirms a check on the spot, who disputes a finding and who settles that; pure.

Source: rules S16 (joint confirmation), S22 (two or more inspectors); decisions G19, C14.
"""

from collections.abc import Mapping
from typing import Any

from backend.directory.actors import Actor
from backend.domains.inspections.queries import DueWindow
from backend.sync.doors import Refusal, Situation, unless_overruled
from backend.sync.merge import Record
from shared_schemas.inspections import NO_ANSWER
from shared_schemas.problems import problem


def check_confirmation(situation: Situation) -> Refusal | None:
    """Say why a confirmation cannot be applied, or nothing.

    On one's own phone one speaks for oneself alone; a drawn signature is declared like a photo.

    Raises: not_allowed, evidence_undeclared.
    """
    told = situation.body.confirmation
    declared = {ref.sha256 for ref in situation.evidence}
    if told.signature and told.signature not in declared:
        return Refusal(problem=problem("evidence_undeclared"))
    refusal: Refusal | None = None
    if told.how == "own_phone" and told.person != situation.operation.person:
        refusal = _refuse("own_confirmation")
    elif not _may(situation, "see_tasks"):
        refusal = _refuse("see_tasks")
    return refusal and unless_overruled(situation, refusal)


def check_dispute(situation: Situation) -> Refusal | None:
    """Let anybody who sees the checks of the site say that a finding is disputed.

    Raises: not_allowed.
    """
    if _may(situation, "see_tasks"):
        return None
    return unless_overruled(situation, _refuse("see_tasks"))


def check_dispute_decision(situation: Situation, window: DueWindow) -> Refusal | None:
    """Say why somebody may not decide whether a disputed finding stands, or nothing.

    It is for the assessor's office, never for whoever found it, disputed it or is assessed by it.

    Raises: not_allowed, own_cause, record_unknown.
    Source: decisions G19, "Who finds, who pays".
    """
    operation, actor, record = situation.operation, situation.actor, situation.record
    item = operation.body["item"]
    if record is None or f"dispute/{item}" not in record["fields"]:
        return Refusal(problem=problem("record_unknown"), waits_for=operation.record)
    if actor is None:
        return None
    if not actor.may("confirm_finding", window.site):
        return _refuse("confirm_finding")
    if is_of_department(actor, window) or actor.person in _involved(record, item):
        return Refusal(problem=problem("own_cause"))
    return None


def check_taking(situation: Situation, *, may_check: bool) -> Refusal | None:
    """Let a checker take a heading of a large check; for others only who assigns work.

    Raises: not_allowed.
    """
    own = situation.operation.body["taken_by"] == situation.operation.person
    if (may_check and own) or _may(situation, "assign_work"):
        return None
    return unless_overruled(situation, _refuse("assign_work"))


def bars_own_department(situation: Situation, window: DueWindow) -> Refusal | None:
    """Keep whoever belongs to the department from checking it, where departments check each other.

    Raises: own_department.
    Source: decisions C14, G24 (nobody scores the own department).
    """
    actor = situation.actor
    if actor is None or window.mode != "mutual" or not is_of_department(actor, window):
        return None
    return unless_overruled(situation, Refusal(problem=problem("own_department")))


def is_of_department(actor: Actor, window: DueWindow) -> bool:
    """Say whether a person belongs to the department that answers for what is checked."""
    return bool(window.department) and window.department in actor.departments


def is_disputed(record: Record, item: str) -> bool:
    """Say whether a finding is disputed and nobody has settled it yet."""
    fields = record["fields"]
    return f"dispute/{item}" in fields and f"finding_stands/{item}" not in fields


def has_fallen(record: Record, item: str) -> bool:
    """Say whether the office decided that a disputed finding does not stand."""
    decided = record["fields"].get(f"finding_stands/{item}")
    return decided is not None and decided["value"] is False


def took_part(record: Record) -> set[str]:
    """Name all who checked: who answered, began or finished it, or confirmed as second inspector.

    Whoever confirmed by name alone is somebody, too.
    """
    fields: Mapping[str, Any] = record["fields"]
    people = {
        entry["person"]
        for name, state in fields.items()
        if name.startswith("answer/") or name in ("started_at", "finished_at")
        for entry in state["by"].values()
        if entry["value"] != NO_ANSWER
    }
    seconds = {
        one.get("person") or one["name"]
        for one in confirmations_in(record)
        if one["side"] == "second_inspector"
    }
    return people | seconds


def confirmations_in(record: Record) -> list[dict[str, Any]]:
    """List what was confirmed on the spot, in order."""
    state = record["fields"].get("confirmation")
    return [one for one in state["value"] if isinstance(one, dict)] if state else []


def _involved(record: Record, item: str) -> set[str]:
    fields = record["fields"]
    names = (f"answer/{item}", f"dispute/{item}")
    return {person for name in names for person in fields.get(name, {}).get("by", {})}


def _may(situation: Situation, right: Any) -> bool:
    actor = situation.actor
    return actor is None or actor.may(right, situation.site)


def _refuse(right: str) -> Refusal:
    return Refusal(problem=problem("not_allowed", right=right))
