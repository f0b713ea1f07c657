"""When a check is disclosed to the assessed, every item that fails in it becomes a nonconformity.

Before that nothing of it may be seen, neither here nor in a score.

Source: decisions G25 (covert inspections), G13 (night post checks).
"""

from collections.abc import Mapping, Sequence

from backend.domains.inspections.disclosure import is_closed
from backend.domains.inspections.queries import TaskBackground
from backend.flows.failed_item_raises_nonconformity import found_in, nonconformity_of, raised
from backend.sync.doors import Consequence, Known
from backend.sync.merge import Record, Stamped
from shared_schemas.sync import TimeVerdict

_ANSWER = "answer/"


class DisclosedCheckRaisesNonconformities:
    """The flow as the switchboard plugs it in."""

    name = "disclosed_check_raises_nonconformities"
    subscribes = frozenset({"check_released", "task_finished"})

    def touches(self, operation: Stamped) -> Sequence[str]:  # noqa: ARG002  see below
        """Name nothing: the door's reader names those of every item that fails."""
        return []

    def follow(
        self,
        operation: Stamped,
        verdict: TimeVerdict,  # noqa: ARG002  found when it was answered
        before: Record | None,
        after: Record,
        records: Mapping[str, Record],
        known: Known,
    ) -> Sequence[Consequence]:
        """Raise one for each item that fails, if this very operation discloses the check."""
        background: TaskBackground = known["tasks"]
        window = background.windows.get(operation.record)
        if window is None or not is_closed(window.disclosure, before):
            return []
        if is_closed(window.disclosure, after):
            return []
        failed = sorted(
            name.removeprefix(_ANSWER)
            for name, state in after["fields"].items()
            if name.startswith(_ANSWER) and state["value"] == "fail"
        )
        fields = after["fields"]
        begun = str(fields["checklist"]["value"]) if "checklist" in fields else ""
        return [
            raised(operation.record, item, begun, found_in(fields[f"{_ANSWER}{item}"]), known)
            for item in failed
            if not _is_raised(records.get(nonconformity_of(operation.record, item)))
        ]


def _is_raised(standing: Record | None) -> bool:
    """Whether the check's own finding is there, not just what was reported under its id."""
    return standing is not None and "task" in standing["fields"]
