"""Which checklists and plans may be made known; pure.

What is published binds everybody, so it is checked before it is in force; what fails is held.
"""

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from backend.domains.inspections.queries import PlanGround
from backend.sync.doors import Refusal, Situation, unless_overruled
from shared_schemas.inspections import NEVER_IN_BULK, Checklist, Plan
from shared_schemas.problems import problem
from shared_schemas.timetable import Cadence

_DAY_MIN = 1440
_LAST_YEAR = 2999


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
    wrong = find_wrong_item(checklist)
    if wrong:
        return broken(wrong)
    if stands(situation, "checklist") not in (None, checklist):
        return Refusal(problem=problem("version_published", version=checklist.version))
    return None


def find_wrong_item(checklist: Checklist) -> str:
    """Name what makes a checklist one that nobody could work through, or nothing.

    In four domains every item is looked at by itself (`NEVER_IN_BULK`).
    """
    if checklist.bulk and checklist.domain in NEVER_IN_BULK:
        return "bulk"
    for item in checklist.items:
        codes = [option.code for option in item.options]
        if len(set(codes)) < len(codes) or (item.input in ("choice", "grade") and not codes):
            return f"item {item.id} options"
        if (
            item.low is not None
            and item.high is not None
            and Decimal(item.low) > Decimal(item.high)
        ):
            return f"item {item.id} low"
    return ""


def stands(situation: Situation, field: str) -> Any:
    """Give what the record says in a field now, in the type of the body's; nothing when new."""
    record = situation.record
    if record is None or field not in record["fields"]:
        return None
    kind = type(getattr(situation.body, field))
    return msgspec.convert(record["fields"][field]["value"], kind)


def check_plan(situation: Situation) -> Refusal | None:
    """Say why a plan cannot be published, or nothing.

    What it names must be known: its site, its checklist, whoever carries it out, and a checkpoint
    and equipment of that very site.

    Raises: not_allowed, rules_broken, checklist_unknown.
    """
    refusal = check_published(situation)
    if refusal is not None:
        return refusal
    ground: PlanGround = situation.known["plans"]
    plan: Plan = situation.body.plan
    wrong = find_wrong_days(plan) or find_wrong_people(plan, ground.people)
    if wrong:
        return broken(wrong)
    if situation.site not in ("", plan.site):
        return broken("site", waits_for=plan.site)
    present: Plan | None = stands(situation, "plan")
    if present is not None and present.disclosure != plan.disclosure:
        # What was open is known, and what was covert has checks that nobody has heard of: another
        # way of disclosing is another plan.
        return broken("disclosure")
    return find_missing(plan, ground)


def find_missing(plan: Plan, ground: PlanGround) -> Refusal | None:
    """Say which of what a plan names is not there, or nothing."""
    if plan.site not in ground.sites:
        return broken("site", waits_for=plan.site)
    if plan.checklist not in ground.checklists:
        # A plan without its checklist asks for nothing that anybody could answer.
        return Refusal(problem=problem("checklist_unknown"), waits_for=plan.checklist)
    known = plan.site in ground.sites_with_places
    if known and ground.checkpoint_sites.get(plan.checkpoint) != plan.site:
        return broken("checkpoint", waits_for=plan.site)
    if plan.equipment and ground.equipment_sites.get(plan.equipment) != plan.site:
        return broken("equipment", waits_for=plan.site)
    return None


_NEEDED: dict[Cadence, str] = {
    "dates": "dates",
    "every_n_days": "every_days",
    "month_days": "month_days",
    "weekdays": "weekdays",
}
"""What a cadence cannot do without."""


def find_wrong_days(plan: Plan) -> str:
    """Name what keeps a plan's cadence from giving windows, or nothing.

    A window at a random hour must fit between the hours.
    """
    needed = _NEEDED.get(plan.cadence)
    if needed and not getattr(plan, needed):
        return needed
    if not all(real_date(one) for one in plan.dates):
        return "dates"
    if not real_date(plan.from_on):
        return "from_on"
    return "random_min" if plan.random_min > minutes_between(plan.opens, plan.closes) else ""


def find_wrong_people(plan: Plan, people: frozenset[str]) -> str:
    """Name what is wrong with who is to carry out a plan, or nothing.

    Checking each other needs the department that is checked; what nobody may foresee needs somebody
    who does, or nobody would hold it.

    Source: decisions C14, G13, G25.
    """
    if plan.mode == "mutual" and plan.department is None:
        return "department"
    covert = plan.disclosure in ("when_begun", "when_released")
    if (covert and not plan.checkers) or not set(plan.checkers) <= people:
        return "checkers"
    return ""


def minutes_between(opens: str, closes: str) -> int:
    """Give how long it is from one hour of the day to the next time it is the other.

    >>> minutes_between("22:00", "06:00"), minutes_between("08:00", "08:00")
    (480, 1440)
    """
    first, last = (int(one[:2]) * 60 + int(one[3:]) for one in (opens, closes))
    return (last - first) % _DAY_MIN or _DAY_MIN


def real_date(text: str) -> bool:
    """Say whether the calendar has that day, and one can count on from it.

    >>> real_date("2026-02-28"), real_date("2026-02-30"), real_date("9999-12-31")
    (True, False, False)
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return False
    return day.year <= _LAST_YEAR
