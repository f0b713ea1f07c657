"""When an item is found to fail, a nonconformity is raised; when it no longer fails, withdrawn.

A decision in the office between differing answers works as a corrected answer would, and so does
one that a disputed finding does not stand.

Its id comes from its subject, task and item, so two inspectors' fails meet in one nonconformity.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from backend.domains.inspections.confirming import has_fallen
from backend.domains.inspections.disclosure import is_closed
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
    subscribes = frozenset(
        {"item_answered", "conflict_decided", "decision_withdrawn", "dispute_decided"}
    )

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
        # A decision may be on any kind of record; only checks have windows of tasks.
        window = known["tasks"].windows.get(operation.record) if item else None
        # What the assessed must not know of yet is raised when it is disclosed.
        if window is None or is_closed(window.disclosure, after):
            return []
        answer = after["fields"].get(f"answer/{item}")
        if answer is None:
            return []
        fails = answer["value"] == "fail" and not has_fallen(after, item)
        return _due(operation, verdict, answer, records, known, fails=fails)


def _due(
    operation: Stamped,
    verdict: TimeVerdict,
    answer: Mapping[str, Any],
    records: Mapping[str, Record],
    known: Known,
    *,
    fails: bool,
) -> Sequence[Consequence]:
    """Say what an item's answer, as it stands now, does to its nonconformity."""
    item = _item_of(operation)
    subject = nonconformity_of(operation.record, item)
    standing = records.get(subject)
    state = standing["fields"]["state"]["value"] if standing else "none"
    # A record that somebody made freely under this very id says nothing of the check yet.
    is_foreign = standing is not None and "task" not in standing["fields"]
    if fails and (state == "none" or is_foreign):
        named = str(operation.body.get("checklist", ""))
        found = _found(operation, verdict, answer)
        return [raised(operation.record, item, named, found, known)]
    if is_foreign:
        # It is not the check's to withdraw.
        return []
    if fails and state == "withdrawn":
        return [_change("nonconformity_reopened", subject, "answer_fails_again")]
    settled = operation.kind == "dispute_decided" or not _is_confirmed(standing)
    if not fails and state in ("open", "corrected", "closed") and settled:
        return [_change("nonconformity_withdrawn", subject, "answer_no_longer_fails")]
    return []


def raised(
    task: str, item: str, checklist: str, found: tuple[str, int], known: Known
) -> Consequence:
    """Say that an item of a check became a nonconformity; `found` is by whom and when.

    Units: milliseconds UTC.
    """
    background: TaskBackground = known["tasks"]
    window = background.windows[task]
    lists = background.checklists
    line = find_item(lists.get(checklist), item) or find_item(lists.get(window.checklist), item)
    title = line.text if line else Bilingual(zh=item)
    found_by, found_at = found
    return Consequence(
        kind="nonconformity_raised",
        record=nonconformity_of(task, item),
        record_kind=_KIND,
        body={
            "task": task,
            "item": item,
            "title": {"zh": title.zh, "en": title.en},
            "indicator": line.indicator if line else "",
            "use": window.use,
            "severity": line.severity if line else "minor",
            "found_by": found_by,
            "found_at": found_at,
            **({"workflow": window.workflow} if window.workflow else {}),
        },
    )


def _item_of(operation: Stamped) -> str:
    """Name the item whose answer an operation may have changed; empty for any other field."""
    if operation.kind in ("item_answered", "dispute_decided"):
        return str(operation.body.get("item", ""))
    name, _, item = str(operation.body.get("field", "")).partition("/")
    return item if name == "answer" and operation.record_kind == "task" else ""


def _found(operation: Stamped, verdict: TimeVerdict, answer: Mapping[str, Any]) -> tuple[str, int]:
    """Say who found it and when: whoever decides in the office has found nothing."""
    if operation.kind == "item_answered":
        return operation.person, verdict.best_ms
    return found_in(answer)


def found_in(answer: Mapping[str, Any]) -> tuple[str, int]:
    """Give who found what stands on an item, and when.

    Units: milliseconds UTC.
    """
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
