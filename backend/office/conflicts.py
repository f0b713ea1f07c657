"""The conflict desk: where people differ, side by side, with what each choice would cost.

It only reads: a decision is an operation like any other and goes through sync.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from backend.directory.actors import Actor
from backend.domains.inspections import rules as inspections
from backend.domains.nonconformities import rules as nonconformities
from backend.kernel.canonical import canonical
from backend.office.choices import Case, Choices, load_choices
from backend.office.folded import Given, given_in, read_record
from backend.office.names import (
    People,
    item_text,
    load_checklists,
    load_instants,
    load_people,
    load_places,
    load_set_back,
    role_name,
)
from backend.office.scope import Sites, closed_scopes, load_revision, load_sites
from backend.office.tasks import show_given
from backend.scoring.recompute import FactsOf
from backend.sync.decisions import is_combinable
from shared_schemas.conflict_desk import ConflictChoice, ConflictList, ConflictSeen, DecisionSeen
from shared_schemas.inspections import Checklist
from shared_schemas.office import PlaceSeen
from shared_schemas.operations import find_rule
from shared_schemas.problems import Problem, problem
from shared_schemas.scoring import Instant

MOST_OPEN = 60
"""So many are shown at once, each with its scores; the rest moves up as these are decided."""

MOST_DECIDED = 40

_FIELDS = """
    SELECT f.*, r.content AS record FROM (
        SELECT record_id, record_kind, ltrim(site_id, '~') AS site_id, field, min(id) AS id,
               max(position) AS position
        FROM conflicts WHERE organization_id = $1 AND site_id = ANY($2::text[])
        GROUP BY record_id, record_kind, site_id, field
        HAVING bool_or(state = 'open') = $3
        ORDER BY max(position) DESC, min(id) LIMIT $4) f
    JOIN records r ON r.organization_id = $1 AND r.id = f.record_id
    ORDER BY f.position DESC, f.id
"""
_COUNT = """
    SELECT count(DISTINCT (record_id, field)) FROM conflicts
    WHERE organization_id = $1 AND site_id = ANY($2::text[]) AND state = 'open'
"""


class _Beside(Struct, frozen=True, kw_only=True):
    """What was read for all cases at once: names, places, times."""

    sites: Sites
    people: People
    times: Mapping[str, Instant]
    set_back: frozenset[str]
    places: Mapping[str, PlaceSeen]
    checklists: Mapping[str, Checklist]


async def count_conflicts(connection: Any, actor: Actor) -> int:
    """Count the open conflicts at the sites whose office this person sees."""
    sites = [*actor.sites_with("see_office"), *closed_scopes(actor)]
    return int(await connection.fetchval(_COUNT, actor.organization, sites))


async def load_conflicts(connection: Any, actor: Actor, readers: Sequence[FactsOf]) -> ConflictList:
    """Read the open conflicts with all sides and their scores, and those decided of late.

    Raises: not_allowed.
    """
    sites = await load_sites(connection, actor, "see_office")
    waiting = await _cases(connection, actor, sites, is_open=True)
    settled = await _cases(connection, actor, sites, is_open=False)
    beside = await _load_beside(connection, actor, sites, [*waiting, *settled])
    scores = await load_choices(connection, actor, readers, [*waiting, *settled], beside.times)
    shown = []
    for case in (*waiting, *settled):
        shown.append(_show(case, beside, actor, scores))
        # Making many cards anew must not keep phones waiting for their answers.
        await asyncio.sleep(0)
    return ConflictList(
        revision=await load_revision(connection, actor.organization),
        open_count=await count_conflicts(connection, actor),
        conflicts=tuple(shown[: len(waiting)]),
        decided=tuple(shown[len(waiting) :]),
    )


async def _cases(connection: Any, actor: Actor, sites: Sites, *, is_open: bool) -> list[Case]:
    most = MOST_OPEN if is_open else 2 * MOST_DECIDED
    scopes = [*sites, *closed_scopes(actor)]
    rows = await connection.fetch(_FIELDS, actor.organization, scopes, is_open, most)
    cases = [_case(row) for row in rows]
    # What an author has corrected is settled too, and nobody's decision.
    return cases if is_open else [one for one in cases if one.is_decided][:MOST_DECIDED]


def _case(row: Mapping[str, Any]) -> Case:
    record, field = read_record(row["record"]), row["field"]
    return Case(
        row=row, record=record, state=record["fields"][field], given=given_in(record, field)
    )


async def _load_beside(
    connection: Any, actor: Actor, sites: Sites, cases: Sequence[Case]
) -> _Beside:
    organization = actor.organization
    decisions = [one for case in cases for one in case.state.get("decisions", {}).values()]
    accounts = [one for case in cases for one in case.given]
    places = await load_places(connection, organization, (one.row["record_id"] for one in cases))
    return _Beside(
        sites=sites,
        people=await load_people(
            connection,
            organization,
            [*(one.person for one in accounts), *(one["person"] for one in decisions)],
        ),
        times=await load_instants(
            connection,
            organization,
            [*(one.operation for one in accounts), *(one["op"] for one in decisions)],
        ),
        set_back=await load_set_back(connection, organization, (one.operation for one in accounts)),
        places=places,
        checklists=await load_checklists(
            connection, organization, (one.task for one in places.values())
        ),
    )


def _show(case: Case, beside: _Beside, actor: Actor, scores: Choices) -> ConflictSeen:
    row, state = case.row, case.state
    place = beside.places.get(row["record_id"])
    checklist = beside.checklists.get(place.task) if place else None
    rule = find_rule(row["record_kind"], row["field"])
    values = [entry["value"] for entry in state["by"].values()]
    return ConflictSeen(
        id=row["id"],
        record=row["record_id"],
        record_kind=row["record_kind"],
        field=row["field"],
        site=beside.sites[row["site_id"]],
        place=place,
        item=case.item,
        item_text=item_text(checklist, case.item),
        words=checklist.words if checklist else "",
        combines=rule is not None and is_combinable(row["record_kind"], rule, values),
        position=case.record["position"],
        stamp=case.record["stamp"],
        sides=tuple(
            show_given(
                one,
                beside.people,
                beside.times,
                stands=one.person == state["person"] and one.value == state["value"],
                set_back=one.operation in beside.set_back,
            )
            for one in case.given
        ),
        choices=_choices(case, scores),
        scored=bool(scores.cards(case)),
        decision=_decision(case, beside),
        hindrance=_hindrance(case, actor, place),
    )


def _hindrance(case: Case, actor: Actor, place: PlaceSeen | None) -> Problem | None:
    """Say why this person may not decide it, as the operation itself would be answered."""
    site = case.row["site_id"]
    if not actor.may("decide_conflicts", site):
        return problem("not_allowed", right="decide_conflicts")
    barred: Problem | None = None
    if case.row["record_kind"] == "task" and place is not None:
        barred = inspections.find_bar(place.use, case.record, case.row["field"], actor, site)
    elif case.row["record_kind"] == "nonconformity":
        barred = nonconformities.find_bar(case.record, actor, site)
    if barred is not None:
        return barred
    return problem("own_cause") if actor.person in case.state["by"] else None


def _choices(case: Case, scores: Choices) -> tuple[ConflictChoice, ...]:
    """List each different value once, in the order in which it was first given."""
    by_value: dict[str, list[Given]] = {}
    for one in case.given:
        by_value.setdefault(canonical(one.value), []).append(one)
    return tuple(
        ConflictChoice(
            value=same[0].value,
            operations=tuple(one.operation for one in same),
            stands=same[0].value == case.state["value"],
            scores=scores.of(case, same),
        )
        for same in by_value.values()
    )


def _decision(case: Case, beside: _Beside) -> DecisionSeen | None:
    """Give the decision that stands, else the latest that something new has overtaken."""
    decisions: Mapping[str, Any] = case.state.get("decisions", {})
    back = {one["value"] for one in case.state.get("withdrawals", {}).values()}
    valid = [one for one in decisions.values() if one["op"] not in back]
    if not valid:
        return None
    stands = str(case.state.get("decided", ""))
    entry = decisions.get(stands) or max(valid, key=lambda one: (one["stamp"], one["op"]))
    at = beside.times.get(entry["op"])
    return DecisionSeen(
        operation=entry["op"],
        value=entry["value"],
        person=beside.people.name(entry["person"]),
        role_name=role_name(entry["role"]),
        decided_ms=at.best_ms if at else entry["stamp"] // 1_000,
        reason=entry["reason"],
        stands=entry["op"] == stands,
    )
