"""From when the assessed may know of a check: pure.

The plan of a covert, surprise or night check and its agenda never become known to them, for the
next one would be known with it; a check itself does when it was begun, finished or released.

Source: decisions G25 (covert inspections), G13 (night post checks); SPEC SC12.
"""

from backend.domains.inspections.queries import TaskBackground
from backend.sync.doors import Known, Member, Refusal, Situation, own_scope
from backend.sync.merge import Record
from shared_schemas.inspections import Disclosure
from shared_schemas.problems import problem

_DISCLOSED_BY: dict[Disclosure, tuple[str, ...]] = {
    "when_begun": ("started_at", "finished_at", "answer/"),
    "when_finished": ("finished_at",),
    "when_released": ("released_at",),
}
"""By which fields of the check, or by any that begins so: handing it on discloses nothing."""


def is_closed(disclosure: str, record: Record | None) -> bool:
    """Say whether a check is still kept from the assessed.

    >>> is_closed("open", None), is_closed("when_begun", {"fields": {"assignee": {}}})
    (False, True)
    >>> is_closed("when_begun", {"fields": {"answer/1": {}}})
    False
    """
    if disclosure == "open":
        return False
    told = _DISCLOSED_BY.get(disclosure, ("released_at",))  # type: ignore[call-overload]
    fields = record["fields"] if record else {}
    return not any(name.startswith(told) for name in fields)


def closes_plan(_record: str, folded: Record | None, _known: Known) -> bool:
    """Whether a plan is one of which the assessed must not know."""
    plan = folded["fields"]["plan"]["value"] if folded else {}
    return bool(plan.get("disclosure", "open") != "open")


def closes_agenda(_record: str, folded: Record | None, _known: Known) -> bool:
    """Whether an agenda is that of such a plan."""
    return bool(folded and folded["fields"].get("closed", {}).get("value", False))


def closes_task(record: str, folded: Record | None, known: Known) -> bool:
    """Whether a check is still kept from the assessed."""
    background: TaskBackground = known["tasks"]
    window = background.windows.get(record)
    return window is not None and is_closed(window.disclosure, folded)


def members_of_plan(_before: Record | None, after: Record) -> list[Member]:
    """Whoever carries out a plan by name holds it, whatever else they may hold there."""
    before = _before["fields"]["plan"]["value"].get("checkers", ()) if _before else ()
    return _members(after["id"], before, after["fields"]["plan"]["value"].get("checkers", ()))


def members_of_agenda(_before: Record | None, after: Record) -> list[Member]:
    """Whoever carries out its plan by name holds an agenda."""
    named = (_before or {}).get("fields", {}).get("checkers", {}).get("value", ())
    present = after["fields"].get("checkers", {}).get("value", ())
    return _members(after["id"], named, present)


def members_of_task(before: Record | None, after: Record) -> list[Member]:
    """Whoever took part in a check, or has it now, holds it; a former assignee no longer does."""
    return _members(after["id"], sorted(_people(before)), sorted(_people(after)))


def _members(record: str, before: object, present: object) -> list[Member]:
    there, was = set(_texts(present)), set(_texts(before))
    return [
        Member(scope=own_scope(person), record=record, present=person in there)
        for person in sorted(there | was)
    ]


def _texts(people: object) -> list[str]:
    return [str(one) for one in people] if isinstance(people, (list, tuple)) else []


def _people(record: Record | None) -> set[str]:
    """Name those who began a check, answered in it, finished it, or have it now."""
    fields = record["fields"] if record else {}
    people = {
        person
        for name, state in fields.items()
        if name in ("started_at", "finished_at") or name.startswith("answer/")
        for person in state.get("by", {})
    }
    assignee = fields.get("assignee", {}).get("value")
    return people | ({assignee} if assignee else set())


def check_release(situation: Situation) -> Refusal | None:
    """Let the office disclose a covert check once it is finished.

    Source: decisions G25.
    """
    actor, record = situation.actor, situation.record
    if actor is not None and not actor.may("release_covert", situation.site):
        return Refusal(problem=problem("not_allowed", right="release_covert"))
    if record is None or "finished_at" not in record["fields"]:
        return Refusal(problem=problem("record_unknown"), waits_for=situation.operation.record)
    return None
