"""When a check is approved, every open finding of it is approved for handling.

Source: rule S13 (weekly by the department head, quarterly by the director).
"""

from collections.abc import Mapping, Sequence

from backend.flows.failed_item_raises_nonconformity import nonconformity_of
from backend.sync.doors import Consequence, Known
from backend.sync.merge import Record, Stamped
from shared_schemas.sync import TimeVerdict

_ANSWER = "answer/"


class ApprovedCheckOpensHandling:
    """The flow as the switchboard plugs it in."""

    name = "approved_check_opens_handling"
    subscribes = frozenset({"task_approved"})

    def touches(self, operation: Stamped) -> Sequence[str]:  # noqa: ARG002  see below
        """Name nothing: only the door's reader knows what failed in the check."""
        return []

    def follow(
        self,
        operation: Stamped,
        verdict: TimeVerdict,
        before: Record | None,  # noqa: ARG002  what stands after is enough
        after: Record,
        records: Mapping[str, Record],
        known: Known,  # noqa: ARG002  the records say enough
    ) -> Sequence[Consequence]:
        """Approve each open finding once; sending a check back approves nothing."""
        if operation.body["approval"] != "approved":
            return []
        items = sorted(
            name.removeprefix(_ANSWER) for name in after["fields"] if name.startswith(_ANSWER)
        )
        subjects = (nonconformity_of(operation.record, item) for item in items)
        return [
            Consequence(
                kind="nonconformity_approved",
                record=subject,
                record_kind="nonconformity",
                body={"approved_by": operation.person, "approved_at": verdict.best_ms},
            )
            for subject in subjects
            if _awaits(records.get(subject))
        ]


def _awaits(finding: Record | None) -> bool:
    if finding is None or "approved_at" in finding["fields"]:
        return False
    return finding["fields"]["state"]["value"] in ("open", "corrected")
