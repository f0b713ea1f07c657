"""What each choice between differing answers would do to the live scorecards; only reads."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from backend.directory.actors import Actor
from backend.domains.inspections.facts import Supposed, suppose
from backend.office.folded import Given, Record
from backend.scoring.preview import Ground, Grounds, load_grounds, score_with
from backend.scoring.recompute import FactsOf
from shared_schemas.conflict_desk import ScoreChange
from shared_schemas.scoring import Fact, Instant, Scorecard


class Case(Struct, frozen=True, kw_only=True):
    """One field on which people differ or differed: its row, record and everybody's account."""

    row: Mapping[str, Any]
    record: Record
    state: Mapping[str, Any]
    given: tuple[Given, ...]

    @property
    def item(self) -> str:
        """Name the item that the field speaks of; empty where it speaks of the whole record."""
        return str(self.row["field"].partition("/")[2])

    @property
    def is_answer(self) -> bool:
        """Say whether people differ in what they found; nothing else costs a point."""
        return bool(self.row["record_kind"] == "task" and self.row["field"].startswith("answer/"))

    @property
    def is_decided(self) -> bool:
        """Say whether a decision stands."""
        return "decided" in self.state


class Choices(Struct, frozen=True, kw_only=True):
    """The cards that the cases touch, and the fact that each answer would be."""

    grounds: Grounds
    supposed: Mapping[Supposed, Fact | None]
    times: Mapping[str, Instant]

    def of(self, case: Case, same: Sequence[Given]) -> tuple[ScoreChange, ...]:
        """Give now and then of each card that a case touches, were this value to stand."""
        standing = same[0].value == case.state["value"]
        one = suppose_of(case, _leading(case, same))
        return tuple(
            _change(
                card,
                card.now if standing else score_with(card, one.fact, self.supposed.get(one)),
            )
            for card in self.cards(case)
        )

    def cards(self, case: Case) -> tuple[Ground, ...]:
        """List the cards in whose periods any of the answers may lie."""
        found: dict[tuple[str, str], Ground] = {}
        for one in case.given:
            at = self.times.get(one.operation)
            if at is None or suppose_of(case, one) not in self.supposed:
                continue
            for card in self.grounds.get((case.row["site_id"], at.best_ms), ()):
                found[card.scheme.code, card.period.start_on.isoformat()] = card
        return tuple(found[key] for key in sorted(found))


async def load_choices(
    connection: Any,
    actor: Actor,
    readers: Sequence[FactsOf],
    cases: Sequence[Case],
    times: Mapping[str, Instant],
) -> Choices:
    """Read the facts of every card that one of the choices may move, each card's once."""
    organization = actor.organization
    scored = [
        (case, one)
        for case in cases
        if case.is_answer and actor.may("see_scorecards", case.row["site_id"])
        for one in case.given
    ]
    asked = [suppose_of(case, one) for case, one in scored]
    supposed = await suppose(connection, organization, asked) if asked else {}
    moments = {
        (case.row["site_id"], times[one.operation].best_ms)
        for (case, one), fact in zip(scored, asked, strict=True)
        if fact in supposed and one.operation in times
    }
    grounds = await load_grounds(connection, organization, readers, moments) if moments else {}
    return Choices(grounds=grounds, supposed=supposed, times=times)


def suppose_of(case: Case, one: Given) -> Supposed:
    """Give the answer that would stand if this account counted."""
    return Supposed(
        task=case.row["record_id"],
        item=case.item,
        operation=one.operation,
        person=one.person,
        answer=one.answer,
    )


def _leading(case: Case, same: Sequence[Given]) -> Given:
    """Give the account that would stand of several that say the same: the latest, as in merging."""
    stamps = {entry["op"]: entry["stamp"] for entry in case.state["by"].values()}
    return max(same, key=lambda one: (stamps[one.operation], one.operation))


def _change(ground: Ground, then: Scorecard) -> ScoreChange:
    now = ground.now
    return ScoreChange(
        scheme=ground.scheme.title,
        period_from=now.period_from,
        period_to=now.period_to,
        score_now=None if now.score is None else str(now.score),
        score_then=None if then.score is None else str(then.score),
        grade_now=now.grade.name if now.grade else None,
        grade_then=then.grade.name if then.grade else None,
    )
