"""When an item is found to fail, a nonconformity is raised; when it no longer fails, withdrawn.

A decision in the office between differing answers works as a corrected answer would.

Its id comes from its subject, task and item, so two inspectors' fails meet in one nonconformity.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from backend.domains.inspections.queries import TaskBackground, find_item
from backend.kernel.identity import derived_id
from backend.sync.doors import Consequence, Known
from backend.sync.merge import Record, Stamped
from shared_schemas.primitives import Bilingual
from shared_schemas.sync import TimeVerdict

_KIND = "nonconformity"
MICRO = 1_000


@lru_cache(maxsize=16_384)
def nonconformity_of(task: str, item: str) -> str:
    """Give the id of the nonconformity that a failed item raises."""
    return derived_id(_KIND, task, item)


class FailedItemRaisesNonconformity:
    """The flow as the switchboard plugs it in.

    Source: sync design, section 3 (flows); decisions "Who finds, who pays".
    """

    name = "failed_item_raises_nonconformity"
    subscribes = frozenset({"item_answered", "conflict_decided", "decision_withdrawn"})

    def touches(self, operation: Stamped) -> Sequence[str]:
        """Name the nonconformity that may be raised or withdrawn."""
        item = _item_of(operation)
        return [nonconformity_of(operation.record, item)] if item else []

    def follow(
        self,
        operation: Stamped,
        verdict: TimeVerdict,
        before: Record | None,  # noqa: ARG002  what stands after is enough
        after: Record,
        records: Mapping[str, Record],
        known: Known,
    ) -> Sequence[Consequence]:
        """Raise, withdraw or reopen, or leave all as it is."""
        item = _item_of(operation)
        if not item:
            return []
        answer = after["fields"][f"answer/{item}"]
        fails = answer["value"] == "fail"
        subject = nonconformity_of(operation.record, item)
        standing = records.get(subject)
        state = standing["fields"]["state"]["value"] if standing else "none"
        if fails and state == "none":
            return [self._raise(operation, _found(operation, verdict, answer), subject, known)]
        if fails and state == "withdrawn":
            return [_change("nonconformity_reopened", subject, "answer_fails_again")]
        if not fails and state in ("open", "corrected", "closed") and not _is_confirmed(standing):
            return [_change("nonconformity_withdrawn", subject, "answer_no_longer_fails")]
        return []

    def _raise(
        self, operation: Stamped, found: tuple[str, int], subject: str, known: Known
    ) -> Consequence:
        background: TaskBackground = known["tasks"]
        window = background.windows[operation.record]
        item = _item_of(operation)
        named = operation.body.get("checklist", window.checklist)
        line = find_item(background.checklists.get(named), item)
        title = line.text if line else Bilingual(zh=item)
        found_by, found_at = found
        return Consequence(
            kind="nonconformity_raised",
            record=subject,
            record_kind=_KIND,
            body={
                "task": operation.record,
                "item": item,
                "title": {"zh": title.zh, "en": title.en},
                "indicator": line.indicator if line else "",
                "use": window.use,
                "severity": line.severity if line else "minor",
                "found_by": found_by,
                "found_at": found_at,
            },
        )


def _item_of(operation: Stamped) -> str:
    """Name the item whose answer an operation may have changed; empty for any other field."""
    if operation.kind == "item_answered":
        return str(operation.body.get("item", ""))
    name, _, item = str(operation.body.get("field", "")).partition("/")
    return item if name == "answer" and operation.record_kind == "task" else ""


def _found(operation: Stamped, verdict: TimeVerdict, answer: Mapping[str, Any]) -> tuple[str, int]:
    """Say who found it and when: whoever decides in the office has found nothing."""
    if operation.kind == "item_answered":
        return operation.person, verdict.best_ms
    entry = answer["by"][answer["person"]]
    return entry["person"], entry["stamp"] // MICRO


def _is_confirmed(standing: Record | None) -> bool:
    """Whether an assessor made a self-check's finding theirs; the assessed cannot take it back.

    Source: decisions "Who finds, who pays".
    """
    fields = standing["fields"] if standing else {}
    return "confirmed_at" in fields and fields["use"]["value"] == "self_check"


def _change(kind: str, subject: str, reason: str) -> Consequence:
    return Consequence(kind=kind, record=subject, record_kind=_KIND, body={"reason": reason})
