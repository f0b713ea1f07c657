"""When a check is finished, its place remembers what was found, for whoever comes there next.

What is answered, noted or photographed after the finish changes the memory, too. A covert check is
remembered once it was released.
"""

from collections.abc import Mapping, Sequence

from backend.domains.inspections.memory import memory_of, remember
from backend.domains.inspections.queries import TaskBackground
from backend.sync.doors import Consequence, Known
from backend.sync.merge import Record, Stamped
from shared_schemas.sync import TimeVerdict

_KIND = "memory"


class FinishedCheckIsRemembered:
    """The flow as the switchboard plugs it in.

    Source: the yearly check shows last year's result beside each item; rule S44.
    """

    name = "finished_check_is_remembered"
    subscribes = frozenset(
        {
            "check_released",
            "conflict_decided",
            "decision_withdrawn",
            "evidence_added",
            "evidence_withdrawn",
            "item_answered",
            "item_noted",
            "operation_redacted",
            "task_finished",
        }
    )

    def touches(self, operation: Stamped) -> Sequence[str]:  # noqa: ARG002  see below
        """Name nothing: only the door's reader knows the plan of a check, and names its memory."""
        return []

    def follow(
        self,
        operation: Stamped,
        verdict: TimeVerdict,  # noqa: ARG002  the finish counts, not what came after it
        before: Record | None,  # noqa: ARG002  what stands after is enough
        after: Record,
        records: Mapping[str, Record],
        known: Known,
    ) -> Sequence[Consequence]:
        """Write down the results, or nothing where they stand there already."""
        if operation.record_kind != "task":
            return []
        background: TaskBackground = known["tasks"]
        window = background.windows.get(operation.record)
        if window is None:
            return []
        memory = memory_of(window.plan)
        body = remember(after, records.get(memory), records, known)
        if body is None:
            return []
        return [Consequence(kind="results_remembered", record=memory, record_kind=_KIND, body=body)]
