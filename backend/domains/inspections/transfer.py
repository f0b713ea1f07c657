"""Handing a check to another person: who may, and to whom; pure but for reading the people.

What was answered before stays, and so does what its author answers before hearing of it: a
transfer says who is expected, it takes nothing from anybody.

Source: catalogue 2.2 (substitutes); sync design, section 5 (nothing recorded is dropped).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from backend.domains.inspections.queries import TaskBackground
from backend.sync.doors import Refusal, Situation, unless_overruled
from backend.sync.merge import Record, Stamped
from shared_schemas.problems import problem


async def read_assignees(
    connection: Any, organization: str, operations: Sequence[Stamped]
) -> frozenset[str]:
    """Load who of those to whom checks are handed works in the organisation."""
    named = {str(one.body["assignee"]) for one in operations if one.kind == "task_transferred"}
    if not named:
        return frozenset()
    rows = await connection.fetch(
        "SELECT id FROM people WHERE organization_id = $1 AND active AND id = ANY($2)",
        organization,
        sorted(named),
    )
    return frozenset(row["id"] for row in rows)


def check_transfer(situation: Situation, *, may_check: bool) -> Refusal | None:
    """Let whoever assigns work hand over a check, or the person whose check it is so far.

    It is theirs to whom it was handed; else theirs who began or answered it; else anybody's who
    may make it. The one who gets it must work here.

    Raises: not_allowed, record_unknown.
    """
    background: TaskBackground = situation.known["tasks"]
    assignee = situation.body.assignee
    if assignee not in background.assignees:
        return Refusal(problem=problem("record_unknown"), waits_for=assignee)
    actor, person = situation.actor, situation.operation.person
    if actor is None or actor.may("assign_work", situation.site):
        return None
    owners = find_owners(situation.record)
    if may_check and (not owners or person in owners):
        return None
    refusal = Refusal(problem=problem("not_allowed", right="assign_work"))
    return unless_overruled(situation, refusal)


def find_owners(record: Record | None) -> set[str]:
    """Name the people whose check it is so far, who may hand it on."""
    fields: Mapping[str, Any] = record["fields"] if record else {}
    if "assignee" in fields:
        # A colleague who began it offline meanwhile does not take it away from them.
        return {fields["assignee"]["value"]}
    return {
        person
        for name, state in fields.items()
        if name.startswith("answer/") or name in ("started_at", "finished_at")
        for person in state["by"]
    }
