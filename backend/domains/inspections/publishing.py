"""Which checklists and plans may be made known; pure.

What is published binds everybody, so it is checked before it is in force; what fails is held.
"""

from collections import Counter
from datetime import date
from typing import Any

import msgspec

from backend.domains.inspections.queries import PlanGround
from backend.sync.doors import Refusal, Situation, unless_overruled
from shared_schemas.inspections import Checklist, Plan
from shared_schemas.problems import problem


def check_published(situation: Situation) -> Refusal | None:
    """Let only those with the right make checklists and plans known.

    Source: house law W1: configuration is published as operations.
    """
    actor = situation.actor
    if actor is None or actor.may_everywhere("publish_rules"):
        return None
    refusal = Refusal(problem=problem("not_allowed", right="publish_rules"))
    return unless_overruled(situation, refusal)


def broken(what: str, *, waits_for: str = "") -> Refusal:
    """Refuse a rule, naming the part that does not work."""
    return Refusal(problem=problem("rules_broken", what=what), waits_for=waits_for)


def check_checklist(situation: Situation) -> Refusal | None:
    """Say why a version of a checklist cannot be published, or nothing.

    Answers name the version they were given on, so a published one never changes.
    """
    refusal = check_published(situation)
    if refusal is not None:
        return refusal
    checklist: Checklist = situation.body.checklist
    if not checklist.items:
        return broken("items")
    twice = [
        item for item, count in Counter(one.id for one in checklist.items).items() if count > 1
    ]
    if twice:
        return broken(f"item {twice[0]} twice")
    if stands(situation, "checklist") not in (None, checklist):
        return Refusal(problem=problem("version_published", version=checklist.version))
    return None


def stands(situation: Situation, field: str) -> Any:
    """Give what the record says in a field now, in the type of the body's; nothing when new."""
    record = situation.record
    if record is None or field not in record["fields"]:
        return None
    kind = type(getattr(situation.body, field))
    return msgspec.convert(record["fields"][field]["value"], kind)


def check_plan(situation: Situation) -> Refusal | None:
    """Say why a plan cannot be published, or nothing.

    What it names must be known: its site, its checklist, and a checkpoint of that very site.
    """
    refusal = check_published(situation)
    if refusal is not None:
        return refusal
    ground: PlanGround = situation.known["plans"]
    plan: Plan = situation.body.plan
    if not real_date(plan.from_on):
        return broken("from_on")
    if plan.site not in ground.sites or situation.site not in ("", plan.site):
        return broken("site", waits_for=plan.site)
    if plan.checklist not in ground.checklists:
        # A plan without its checklist asks for nothing that anybody could answer.
        return Refusal(problem=problem("checklist_unknown"), waits_for=plan.checklist)
    known = plan.site in ground.sites_with_places
    if known and ground.checkpoint_sites.get(plan.checkpoint) != plan.site:
        return broken("checkpoint", waits_for=plan.site)
    return None


def real_date(text: str) -> bool:
    """Say whether the calendar has that day.

    >>> real_date("2026-02-28"), real_date("2026-02-30")
    (True, False)
    """
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
