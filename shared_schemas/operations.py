"""The envelope of everything a person does, and the table of every kind of operation.

An operation is past tense and immutable. Its text is written once, on the device that recorded
it, and is stored and hashed exactly as written.
"""

from typing import Any

import msgspec
from msgspec import Struct

from shared_schemas import (
    decisions,
    held,
    inspections,
    nonconformities,
    patrols,
    places,
    removals,
    retention,
    scoring,
    shifts,
)
from shared_schemas.policies import Lifecycle, Write, declared_writes
from shared_schemas.primitives import Capture, EvidenceRef, Id


class Envelope(Struct, kw_only=True):
    """One operation as it travels; the body stays raw until its kind is known.

    `id` is writer and counter joined by a colon. `based_on` is the position of the record's copy
    on the phone (0 without one), `saw_stamp` the greatest stamp in that copy. The author and the
    organisation are never here: they come from the session or the writer's key.

    Units: `based_on` a position in the organisation's log, `saw_stamp` microseconds UTC.
    """

    id: str
    writer: Id
    counter: int
    record: Id
    record_kind: str
    based_on: int
    saw_stamp: int
    captured: Capture
    body: msgspec.Raw
    evidence: tuple[EvidenceRef, ...] = ()
    schema: int = 1


ANY_RECORD = "*"
"""Stands for the kind of record of an operation that may be made on every kind of record."""


class Kind(Struct, frozen=True, kw_only=True):
    """What one kind of operation is: body, kind of record it changes, move, writes.

    `record_kind` is `ANY_RECORD` for what may be decided on every kind of record.
    """

    name: str
    body: type[Struct]
    record_kind: str
    move: bool
    writes: tuple[Write, ...]
    by_people: bool

    def belongs_to(self, record_kind: str) -> bool:
        """Say whether such an operation may be made on that kind of record."""
        if self.record_kind == ANY_RECORD:
            return record_kind in RECORD_KINDS
        return record_kind == self.record_kind


LIFECYCLES: dict[str, Lifecycle] = {
    "task": inspections.TASK_LIFECYCLE,
    "nonconformity": nonconformities.NONCONFORMITY_LIFECYCLE,
    "held": held.HELD_LIFECYCLE,
    "round": patrols.ROUND_LIFECYCLE,
    "handover": shifts.HANDOVER_LIFECYCLE,
}
"""Keyed by record kind; a kind without an entry has no states."""


def _kind(body: type[Struct], record_kind: str, *, by_people: bool = True) -> Kind:
    name = str(body.__struct_config__.tag)
    lifecycle = LIFECYCLES.get(record_kind)
    return Kind(
        name=name,
        body=body,
        record_kind=record_kind,
        move=lifecycle is not None and lifecycle.find_move(name) is not None,
        writes=declared_writes(body),
        by_people=by_people,
    )


_ALL = (
    _kind(places.PlacesPublished, "places"),
    _kind(inspections.ChecklistPublished, "checklist"),
    _kind(inspections.PlanPublished, "plan"),
    _kind(inspections.AgendaPlanned, "agenda", by_people=False),
    _kind(inspections.TaskStarted, "task"),
    _kind(inspections.ItemAnswered, "task"),
    _kind(inspections.ItemNoted, "task"),
    _kind(inspections.EvidenceAdded, "task"),
    _kind(inspections.EvidenceWithdrawn, "task"),
    _kind(inspections.RemarkAdded, "task"),
    _kind(inspections.TaskFinished, "task"),
    _kind(inspections.TimelinessJudged, "task"),
    _kind(inspections.TaskTransferred, "task"),
    _kind(inspections.GroupTaken, "task"),
    _kind(inspections.TaskConfirmed, "task"),
    _kind(inspections.ItemDisputed, "task"),
    _kind(inspections.DisputeDecided, "task"),
    _kind(inspections.TaskApproved, "task"),
    _kind(inspections.CheckReleased, "task"),
    _kind(inspections.PartRecorded, "task"),
    _kind(inspections.ResultsRemembered, "memory", by_people=False),
    _kind(inspections.VariantSwitched, "day_variant"),
    _kind(inspections.SampleAnnounced, "sample"),
    _kind(inspections.SampleDrawn, "sample"),
    _kind(inspections.DailyReportIssued, "daily_report"),
    _kind(nonconformities.NonconformityRaised, "nonconformity", by_people=False),
    _kind(nonconformities.NonconformityWithdrawn, "nonconformity", by_people=False),
    _kind(nonconformities.NonconformityReopened, "nonconformity", by_people=False),
    _kind(nonconformities.NonconformityReported, "nonconformity"),
    _kind(nonconformities.FindingEvidenced, "nonconformity"),
    _kind(nonconformities.NonconformityApproved, "nonconformity", by_people=False),
    _kind(nonconformities.NonconformityAssigned, "nonconformity"),
    _kind(nonconformities.NonconformityConfirmed, "nonconformity"),
    _kind(nonconformities.SeverityJudged, "nonconformity"),
    _kind(nonconformities.NonconformityClosedOnSpot, "nonconformity"),
    _kind(nonconformities.NonconformityCorrected, "nonconformity"),
    _kind(nonconformities.CorrectionEvidenced, "nonconformity"),
    _kind(nonconformities.CorrectionVerified, "nonconformity"),
    _kind(patrols.RoutePublished, "route"),
    _kind(patrols.RoundsPlanned, "round_agenda", by_people=False),
    _kind(patrols.RoundStarted, "round"),
    _kind(patrols.CheckpointScanned, "round"),
    _kind(patrols.CheckpointMissed, "round"),
    _kind(patrols.RoundEvidenced, "round"),
    _kind(patrols.RoundNoted, "round"),
    _kind(patrols.RoundTransferred, "round"),
    _kind(patrols.RoundFinished, "round"),
    _kind(patrols.ReceiptEntered, "round"),
    _kind(patrols.TagIssued, "tag"),
    _kind(patrols.TagRevoked, "tag"),
    _kind(shifts.RosterPublished, "roster"),
    _kind(shifts.SubstituteNamed, "roster"),
    _kind(shifts.HandoverMade, "handover"),
    _kind(shifts.HandoverTaken, "handover"),
    _kind(shifts.HandoverEvidenced, "handover"),
    _kind(shifts.MatterSettled, "handover"),
    _kind(removals.RemovalRegistered, "removal"),
    _kind(removals.RemovalEvidenced, "removal"),
    _kind(scoring.SchemePublished, "scheme"),
    _kind(decisions.ConflictDecided, ANY_RECORD),
    _kind(decisions.DecisionWithdrawn, ANY_RECORD),
    _kind(retention.OperationRedacted, ANY_RECORD),
    _kind(held.HeldApplied, "held"),
    _kind(held.HeldChanged, "held"),
    _kind(held.HeldSetAside, "held"),
    _kind(held.HeldTakenUp, "held"),
)

KINDS: dict[str, Kind] = {kind.name: kind for kind in _ALL}
"""Every kind of operation by its name; the switchboard must answer for each."""

RECORD_KINDS: tuple[str, ...] = tuple(
    dict.fromkeys(kind.record_kind for kind in _ALL if kind.record_kind != ANY_RECORD)
)


def _field_rules() -> dict[tuple[str, str], Write]:
    rules: dict[tuple[str, str], Write] = {}
    for kind in _ALL:
        for write in kind.writes:
            rules.setdefault((kind.record_kind, write.field), write)
    return rules


_FIELD_RULES = _field_rules()


def find_rule(record_kind: str, field: str) -> Write | None:
    """Give the rule by which a field of a record is merged, or nothing for an unknown field.

    >>> find_rule("task", "answer/plaza").policy
    'worst'
    >>> find_rule("task", "answer")
    """
    name, keyed, _ = field.partition("/")
    rule = _FIELD_RULES.get((record_kind, name))
    return rule if rule is not None and bool(rule.key) == bool(keyed) else None


def encode_body(body: Struct) -> dict[str, Any]:
    """Give a body as plain values, as they stand in the operation's text."""
    plain: dict[str, Any] = msgspec.to_builtins(body, str_keys=True)
    return plain
