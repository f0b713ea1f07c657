"""Nonconformities: an unmet requirement from its finding to its verified correction."""

from typing import Annotated, Literal

from msgspec import Struct

from shared_schemas.policies import Lifecycle, Move, append, authority, first, latest, union
from shared_schemas.primitives import Bilingual, Id, LongText, Milliseconds, Sha256, ShortText

Severity = Literal["minor", "general", "serious"]

SEVERITY_ROLES: tuple[str, ...] = (
    "management_representative",
    "quality_manager",
    "quality_clerk",
    "quality_inspector",
    "project_manager",
    "department_head",
    "team_leader",
)
"""Whose word on severity stands, highest first. Source: decisions C01: only the office lowers."""


class NonconformityRaised(
    Struct, frozen=True, kw_only=True, tag_field="kind", tag="nonconformity_raised"
):
    """A failed item became a nonconformity; record `nonconformity`, made by a flow."""

    task: Annotated[Id, first()]
    item: Annotated[ShortText, first()]
    title: Annotated[Bilingual, first()]
    indicator: Annotated[ShortText, first()]
    use: Annotated[ShortText, first()]
    severity: Annotated[Severity, authority(SEVERITY_ROLES)]
    found_by: Annotated[Id, first()]
    found_at: Annotated[Milliseconds, first()]
    workflow: Annotated[ShortText | None, first()] = None


class NonconformityReported(
    Struct, frozen=True, kw_only=True, tag_field="kind", tag="nonconformity_reported"
):
    """Someone saw something wrong beside any check (随手拍); record `nonconformity`.

    `checkpoint` is where, known by a scan or chosen; empty: said in words.
    """

    site: Annotated[Id, first()]
    title: Annotated[Bilingual, first()]
    severity: Annotated[Severity, authority(SEVERITY_ROLES)]
    found_by: Annotated[Id, first()]
    found_at: Annotated[Milliseconds, first()]
    checkpoint: Annotated[Id | None, first()] = None


class FindingEvidenced(
    Struct, frozen=True, kw_only=True, tag_field="kind", tag="finding_evidenced"
):
    """A photo or voice note shows what was seen beside any check."""

    photo: Annotated[Sha256, union(field="finding_evidence")]


class NonconformityApproved(
    Struct, frozen=True, kw_only=True, tag_field="kind", tag="nonconformity_approved"
):
    """Its handling was approved as its workflow asks (不合格服务处理表); made by a flow.

    Source: rule S13 (weekly by the department head, quarterly by the director).
    """

    approved_by: Annotated[Id, first()]
    approved_at: Annotated[Milliseconds, first()]


class NonconformityAssigned(
    Struct, frozen=True, kw_only=True, tag_field="kind", tag="nonconformity_assigned"
):
    """It was given to the person who is to put it right."""

    assignee: Annotated[Id, latest()]


class NonconformityWithdrawn(
    Struct, frozen=True, kw_only=True, tag_field="kind", tag="nonconformity_withdrawn"
):
    """Its cause went away: the answer is no longer a fail; made by a flow."""

    reason: Annotated[ShortText, latest(field="withdrawn_because")]


class NonconformityReopened(
    Struct, frozen=True, kw_only=True, tag_field="kind", tag="nonconformity_reopened"
):
    """Its cause came back: the answer is a fail again; made by a flow."""

    reason: Annotated[ShortText, latest(field="reopened_because")]


class NonconformityConfirmed(
    Struct, frozen=True, kw_only=True, tag_field="kind", tag="nonconformity_confirmed"
):
    """An assessor confirmed what a self-check found; only now may it cost a point.

    Source: rule S07 (floor management department), decisions "Who finds, who pays".
    """

    confirmed_at: Annotated[Milliseconds, first()]


class SeverityJudged(Struct, frozen=True, kw_only=True, tag_field="kind", tag="severity_judged"):
    """Someone with the right said how serious it is."""

    severity: Annotated[Severity, authority(SEVERITY_ROLES)]


class NonconformityClosedOnSpot(
    Struct, frozen=True, kw_only=True, tag_field="kind", tag="nonconformity_closed_on_spot"
):
    """The finder saw it put right there and then (即行关闭)."""

    corrected_at: Annotated[Milliseconds, first()]
    correction: Annotated[LongText, latest()]


class NonconformityCorrected(
    Struct, frozen=True, kw_only=True, tag_field="kind", tag="nonconformity_corrected"
):
    """Someone put it right; another person has yet to verify."""

    corrected_at: Annotated[Milliseconds, first()]
    correction: Annotated[LongText, latest()]


class CorrectionEvidenced(
    Struct, frozen=True, kw_only=True, tag_field="kind", tag="correction_evidenced"
):
    """A photo shows the correction."""

    photo: Annotated[Sha256, union(field="correction_evidence")]


class CorrectionVerified(
    Struct, frozen=True, kw_only=True, tag_field="kind", tag="correction_verified"
):
    """Another person than the corrector saw that it is right (复查)."""

    verified_at: Annotated[Milliseconds, first()]
    words: Annotated[LongText, append(field="verification")]


NONCONFORMITY_LIFECYCLE = Lifecycle(
    initial="none",
    moves=(
        # A check's failure stands, whatever somebody had reported and settled under its number.
        Move(
            name="nonconformity_raised",
            origins=("none", "open", "corrected", "closed"),
            target="open",
        ),
        Move(name="nonconformity_reported", origins=("none",), target="open"),
        Move(name="nonconformity_closed_on_spot", origins=("open",), target="closed", rank=1),
        Move(name="nonconformity_corrected", origins=("open",), target="corrected", rank=2),
        Move(name="correction_verified", origins=("corrected",), target="closed", rank=1),
        Move(
            name="nonconformity_withdrawn",
            origins=("open", "corrected", "closed"),
            target="withdrawn",
            rank=3,
        ),
        Move(name="nonconformity_reopened", origins=("withdrawn",), target="open", rank=3),
    ),
)
