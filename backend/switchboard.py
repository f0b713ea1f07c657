"""Three tables that plug the rooms together: record kind → door, operation → flows, slice → facts.

Nothing here decides anything; a new slice adds its lines and is found by the house tests.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from backend.directory import handlers as directory
from backend.domains.inspections import facts as inspection_facts
from backend.domains.inspections import handlers as inspections
from backend.domains.nonconformities import facts as nonconformity_facts
from backend.domains.nonconformities import handlers as nonconformities
from backend.domains.patrols import handlers as patrols
from backend.domains.removals import handlers as removals
from backend.domains.shifts import handlers as shifts
from backend.flows.approved_check_opens_handling import ApprovedCheckOpensHandling
from backend.flows.disclosed_check_raises_nonconformities import (
    DisclosedCheckRaisesNonconformities,
)
from backend.flows.failed_item_raises_nonconformity import FailedItemRaisesNonconformity
from backend.flows.finished_check_is_remembered import FinishedCheckIsRemembered
from backend.scoring import handlers as scoring
from backend.sync import desk
from backend.sync.doors import (
    Door,
    Flow,
    Known,
    Refusal,
    Situation,
    Switchboard,
    Writes,
)
from backend.sync.merge import Record, Stamped
from shared_schemas.scoring import Fact
from shared_schemas.sync import TimeVerdict

FactsOf = Callable[[Any, str, str, int, int], Awaitable[list[Fact]]]


async def _read_ground(connection: Any, organization: str, operations: Sequence[Stamped]) -> Known:
    ground = await directory.read_ground(connection, organization, [one.body for one in operations])
    return {"ground": ground}


def _check_places(situation: Situation) -> Refusal | None:
    wrong = directory.check_places(
        situation.operation.record,
        situation.body.places,
        None if situation.overruled else situation.actor,
        situation.known["ground"],
    )
    return Refusal(problem=wrong) if wrong else None


def _site_of_places(situation: Situation) -> str:
    return situation.operation.record


def _brings_site(operation: Stamped) -> Sequence[str]:
    return [operation.record]


def _rows_of_places(
    organization: str, _site: str, record: Record, _changed: frozenset[str], _known: Known
) -> Writes:
    return directory.rows_of_places(organization, record)


PLACES = Door(
    read=_read_ground,
    check=_check_places,
    site=_site_of_places,
    rows=_rows_of_places,
    brings=_brings_site,
)
"""The directory lies below sync and cannot name its doors; its functions are put into one here."""

DOORS: dict[str, Door] = {
    "places": PLACES,
    **inspections.DOORS,
    **nonconformities.DOORS,
    **patrols.DOORS,
    **shifts.DOORS,
    **removals.DOORS,
    **scoring.DOORS,
    **desk.DOORS,
}

FLOWS: tuple[Flow, ...] = (
    FailedItemRaisesNonconformity(),
    DisclosedCheckRaisesNonconformities(),
    ApprovedCheckOpensHandling(),
    FinishedCheckIsRemembered(),
)

FACTS: tuple[FactsOf, ...] = (inspection_facts.facts, nonconformity_facts.facts)

MICRO = 1_000


def _when_answered(operation: Stamped, verdict: TimeVerdict, record: Record) -> Sequence[int]:
    """An answer may take a failure out of one period and put one into another.

    Photos belong to where the answers are that they prove, however late they come.
    """
    state = record["fields"].get(f"answer/{operation.body['item']}")
    answers = state["by"].values() if state else ()
    return [
        verdict.best_ms,
        # A time that may lie across a period's edge is named on both sides of it.
        verdict.earliest_ms,
        verdict.latest_ms,
        *(entry["stamp"] // MICRO for entry in answers),
    ]


def _when_disclosed(_operation: Stamped, _verdict: TimeVerdict, record: Record) -> Sequence[int]:
    """A check that the assessed did not know of counts where its answers are."""
    return [
        entry["stamp"] // MICRO
        for name, state in record["fields"].items()
        if name.startswith("answer/")
        for entry in state["by"].values()
    ]


def _when_disputed(operation: Stamped, _verdict: TimeVerdict, record: Record) -> Sequence[int]:
    """A disputed finding costs nothing until it is settled, where its answers are, never today."""
    state = record["fields"].get(f"answer/{operation.body['item']}")
    return [entry["stamp"] // MICRO for entry in state["by"].values()] if state else []


def _when_decided(operation: Stamped, _verdict: TimeVerdict, record: Record) -> Sequence[int]:
    """A decision moves points where the answers are that it decided between, never to today."""
    field = operation.body["field"]
    state = record["fields"].get(field) if field.startswith("answer/") else None
    return [entry["stamp"] // MICRO for entry in state["by"].values()] if state else []


def _when_published(_operation: Stamped, verdict: TimeVerdict, _record: Record) -> Sequence[int]:
    return [verdict.best_ms]


def _when_found(_operation: Stamped, verdict: TimeVerdict, record: Record) -> Sequence[int]:
    """A confirmed finding counts where it was found, or found again, not where it was confirmed."""
    found, again = (record["fields"].get(one) for one in ("found_at", "reopened_because"))
    moments = [found["value"] if found else verdict.best_ms]
    if again:
        moments += [verdict.best_ms, *(one["stamp"] // MICRO for one in again["by"].values())]
    return moments


SCORED: dict[str, Callable[[Stamped, TimeVerdict, Record], Sequence[int]]] = {
    "item_answered": _when_answered,
    "evidence_added": _when_answered,
    "evidence_withdrawn": _when_answered,
    "item_disputed": _when_disputed,
    "dispute_decided": _when_disputed,
    "nonconformity_confirmed": _when_found,
    "nonconformity_withdrawn": _when_found,
    "nonconformity_reopened": _when_found,
    "scheme_published": _when_published,
    "check_released": _when_disclosed,
    "task_finished": _when_disclosed,
    "conflict_decided": _when_decided,
    "decision_withdrawn": _when_decided,
}
"""Which operations may change a score, and when; every other operation is not scored."""


def _flows_by_kind() -> dict[str, tuple[Flow, ...]]:
    kinds = sorted({kind for flow in FLOWS for kind in flow.subscribes})
    return {kind: tuple(flow for flow in FLOWS if kind in flow.subscribes) for kind in kinds}


SWITCHBOARD = Switchboard(
    doors=DOORS,
    flows=_flows_by_kind(),
    scored=SCORED,
    stale_rows=scoring.stale_rows,
)
