"""What is allowed on rosters and handovers; pure.

Source: sync design, section 5 (nothing is dropped); catalogue 2.2 (handover rule, 交接制度).
"""

from datetime import date

from msgspec import Struct

from backend.kernel.identity import derived_id
from backend.sync.doors import Refusal, Situation, unless_overruled
from shared_schemas.problems import problem
from shared_schemas.shifts import Roster


class ShiftGround(Struct, frozen=True, kw_only=True):
    """What a batch of operations on shifts stands on: people, and posts by site."""

    people: frozenset[str]
    posts: dict[str, frozenset[str]]


def roster_of(site: str, month: str) -> str:
    """Give the id of a site's roster of one month."""
    return derived_id("roster", site, month)


def handover_of(site: str, post: str, on: str, shift: str) -> str:
    """Give the id of the handover at the end of one shift of a post: everybody's is the same."""
    return derived_id("handover", site, post, on, shift)


def slot_of(on: str, shift: str, post: str) -> str:
    """Name one place on a roster.

    >>> slot_of("2026-11-20", "night", "p1")
    '2026-11-20|night|p1'
    """
    return f"{on}|{shift}|{post}"


def check_roster(situation: Situation) -> Refusal | None:
    """Say why a roster cannot be published or a substitute named, or nothing."""
    if situation.operation.kind == "substitute_named":
        return _check_substitute(situation)
    wrong = _may(situation, "publish_rosters")
    if wrong is not None:
        return wrong
    what = _flaw_of_roster(situation)
    return Refusal(problem=problem("rules_broken", what=what)) if what else None


def _flaw_of_roster(situation: Situation) -> str:
    roster: Roster = situation.body.roster
    ground: ShiftGround = situation.known["shifts"]
    codes = [shift.code for shift in roster.shifts]
    posts = ground.posts.get(roster.site, frozenset())
    slots = [(one.on, one.shift, one.post) for one in roster.duties]
    flaws = {
        "record": situation.operation.record != roster_of(roster.site, roster.month),
        "shifts": len(set(codes)) < len(codes),
        "duties": len(set(slots)) < len(slots),
        "people": not {one.id for one in roster.people} <= ground.people,
    }
    for number, duty in enumerate(roster.duties):
        flaws |= {
            f"duties.{number}.on": not _is_date(duty.on) or not duty.on.startswith(roster.month),
            f"duties.{number}.shift": duty.shift not in codes,
            f"duties.{number}.post": duty.post not in posts,
            f"duties.{number}.person": duty.person not in ground.people,
        }
    return next((what for what, is_wrong in flaws.items() if is_wrong), "")


def _check_substitute(situation: Situation) -> Refusal | None:
    record = situation.record
    if record is None:
        return Refusal(problem=problem("record_unknown"), waits_for=situation.operation.record)
    wrong = _may(situation, "assign_work")
    if wrong is not None:
        return wrong
    ground: ShiftGround = situation.known["shifts"]
    roster = record["fields"].get("roster", {"value": {"duties": ()}})["value"]
    slots = {slot_of(one["on"], one["shift"], one["post"]) for one in roster["duties"]}
    if situation.body.slot not in slots:
        return Refusal(problem=problem("rules_broken", what="slot"))
    if situation.body.substitute not in ground.people:
        return Refusal(problem=problem("rules_broken", what="substitute"))
    return None


def check_handover(situation: Situation) -> Refusal | None:
    """Say why a handover cannot be written, taken or added to, or nothing.

    Two who leave the same post write into one record. Whoever takes over is somebody else; with a
    PIN, a signature or a typed name that happens on the phone of the one who leaves.
    """
    wrong = _may(situation, "hand_over")
    if wrong is not None and situation.site:
        return wrong
    if situation.operation.kind == "handover_made":
        return _check_made(situation)
    if situation.record is None:
        return Refusal(problem=problem("record_unknown"), waits_for=situation.operation.record)
    return _OF_A_HANDOVER[situation.operation.kind](situation)


def _check_photo(situation: Situation) -> Refusal | None:
    declared = {ref.sha256 for ref in situation.evidence}
    known = situation.body.photo in declared
    return None if known else Refusal(problem=problem("evidence_undeclared"))


def _check_matter(situation: Situation) -> Refusal | None:
    fields = situation.record["fields"] if situation.record else {}
    matters = fields.get("handover", {"value": {}})["value"].get("open_matters", ())
    matter = situation.body.matter
    known = int(matter) < len(matters)
    return None if known else Refusal(problem=problem("item_unknown", item=matter))


def _check_made(situation: Situation) -> Refusal | None:
    body = situation.body
    ground: ShiftGround = situation.known["shifts"]
    what = ""
    if not _is_date(body.on):
        what = "on"
    elif situation.operation.record != handover_of(body.site, body.post, body.on, body.shift):
        what = "record"
    elif body.post not in ground.posts.get(body.site, frozenset()):
        what = "post"
    elif not {body.left_by, *body.handover.on_duty} <= ground.people:
        what = "left_by"
    return Refusal(problem=problem("rules_broken", what=what)) if what else None


def _check_taken(situation: Situation) -> Refusal | None:
    taking = situation.body.taking
    ground: ShiftGround = situation.known["shifts"]
    fields = situation.record["fields"] if situation.record else {}
    left_by = fields.get("left_by", {}).get("value", "")
    if taking.person not in ground.people:
        return Refusal(problem=problem("rules_broken", what="taking.person"))
    if taking.person == left_by:
        return Refusal(problem=problem("own_cause"))
    by_another = situation.actor is not None and taking.person != situation.operation.person
    if taking.how == "own_phone" and by_another:
        return Refusal(problem=problem("rules_broken", what="taking.person"))
    if taking.signature and taking.signature not in {ref.sha256 for ref in situation.evidence}:
        return Refusal(problem=problem("evidence_undeclared"))
    return None


_OF_A_HANDOVER = {
    "handover_taken": _check_taken,
    "handover_evidenced": _check_photo,
    "matter_settled": _check_matter,
}


def _may(situation: Situation, right: str) -> Refusal | None:
    actor = situation.actor
    if actor is None or actor.may(right, situation.site):  # type: ignore[arg-type]
        return None
    return unless_overruled(situation, Refusal(problem=problem("not_allowed", right=right)))


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
