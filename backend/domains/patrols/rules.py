"""What is allowed on a round, a route and a label; pure.

Of a round nothing is refused for being odd: who may not walk it is held for a person, and what is
strange about a scan is said beside it (`oddities.py`).

Source: decisions "Records and people"; sync design, section 5 (nothing recorded is dropped).
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from backend.directory.rights import Right
from backend.domains.patrols.queries import KnownLabel, RoundBackground, RouteGround
from backend.domains.patrols.receipts import is_proven, is_unsigned, read_receipt
from backend.kernel.identity import derived_id
from backend.sync.doors import Refusal, Situation, unless_overruled
from shared_schemas.patrols import Route, Tag
from shared_schemas.problems import ProblemError, problem

BY_THE_OFFICE = "receipt_entered"
REPRINTED = "reprinted"
"""Why a label was revoked that was only printed again: its guard did nothing odd."""


def round_of(organization: str, route: str, on: str, ordinal: int) -> str:
    """Give the id of a round, as the server makes it and a phone that had no window.

    Source: sync design, section 3 (deterministic ids).
    """
    return derived_id("round", organization, route, on, ordinal)


def real_date(text: str) -> bool:
    """Say whether the calendar has that day.

    Source: sync design, section 3 (deterministic ids): a round belongs to a day that there is.

    >>> real_date("2026-02-28"), real_date("2026-02-30")
    (True, False)
    """
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def check_published(situation: Situation) -> Refusal | None:
    """Let only those with the right make routes known.

    Source: house law W1: configuration is published as operations.
    """
    actor = situation.actor
    if actor is None or actor.may_everywhere("publish_rules"):
        return None
    refusal = Refusal(problem=problem("not_allowed", right="publish_rules"))
    return unless_overruled(situation, refusal)


def _broken(what: str, *, waits_for: str = "") -> Refusal:
    return Refusal(problem=problem("rules_broken", what=what), waits_for=waits_for)


def check_route(situation: Situation) -> Refusal | None:
    """Say why a route cannot be published, or nothing.

    What it names must be known: its site, and checkpoints of that very site, each once.

    Source: catalogue 2.2 (patrols); house law W1.
    """
    refusal = check_published(situation)
    if refusal is not None:
        return refusal
    ground: RouteGround = situation.known["ground"]
    route: Route = situation.body.route
    wrong = _find_broken(route)
    if wrong:
        return _broken(wrong)
    if route.site not in ground.sites or situation.site not in ("", route.site):
        return _broken("site", waits_for=route.site)
    if route.site in ground.sites_with_places:
        sites = {ground.checkpoint_sites.get(stop.checkpoint) for stop in route.stops}
        if sites != {route.site}:
            return _broken("checkpoint", waits_for=route.site)
    return None


def _find_broken(route: Route) -> str:
    """Name the part of a route that does not work by itself, or nothing."""
    checkpoints = Counter(stop.checkpoint for stop in route.stops)
    broken = {
        "stops": not route.stops,
        "rounds": not route.rounds,
        "checkpoint twice": max(checkpoints.values(), default=0) > 1,
        "closes_s": any(0 < stop.closes_s < stop.opens_s for stop in route.stops),
        "from_on": not real_date(route.from_on),
        "dates": not all(map(real_date, route.dates)),
        "every_days": route.cadence == "every_n_days" and route.every_days == 0,
    }
    return next((what for what, is_so in broken.items() if is_so), "")


def route_of(situation: Situation) -> str:
    """Give the id of the route that a round belongs to, or an empty text where nobody can say.

    A round begun where the phone had no window names route, date and number; the id must follow
    from them, so that two phones and the server meet in one record.

    Source: sync design, section 3 (deterministic ids).
    """
    background: RoundBackground = situation.known["rounds"]
    window = background.windows.get(situation.operation.record)
    record = situation.record
    if window is not None:
        return window.route
    if record is not None and "route" in record["fields"]:
        return str(record["fields"]["route"]["value"])
    on, ordinal = _told(situation)
    route = str(getattr(situation.body, "route", ""))
    if not on or not real_date(on):
        return ""
    derived = round_of(situation.organization, route, on, ordinal)
    return route if derived == situation.operation.record else ""


def _told(situation: Situation) -> tuple[str, int]:
    body = situation.body
    if situation.operation.kind == BY_THE_OFFICE:
        try:
            content = read_receipt(body.receipt).content
        except ProblemError:
            return "", 0
        return content.on, content.ordinal
    on, ordinal = getattr(body, "on", None), getattr(body, "ordinal", None)
    return (on or "", ordinal or 1)


def site_of(situation: Situation) -> str:
    """Give the site where a round is walked; empty where its route is not known.

    Source: sync design, section 4 (scopes).
    """
    background: RoundBackground = situation.known["rounds"]
    route = background.routes.get(route_of(situation))
    return route.site if route else ""


def check_round(situation: Situation) -> Refusal | None:
    """Say why an operation on a round cannot be applied, or nothing.

    Who walks must hold the right and a role that the route names; whoever assigns work may hand a
    round over as well.

    Source: sync design, section 5; decisions "Records and people" (G18).
    """
    background: RoundBackground = situation.known["rounds"]
    named = str(getattr(situation.body, "route", ""))
    chosen = route_of(situation)
    route = background.routes.get(chosen)
    if situation.operation.kind == BY_THE_OFFICE:
        unread = _check_receipt(situation, background)
        if unread is not None:
            return unread
    if route is None or (named and named != chosen) or not _is_named_right(situation, chosen):
        return _unknown_round(situation, chosen or named)
    if situation.operation.kind == BY_THE_OFFICE:
        return _check_right(situation, route.site, ("see_office",))
    refusal = _check_walker(situation, route)
    return refusal or _check_photo(situation)


def _is_named_right(situation: Situation, route: str) -> bool:
    """Whether the date and number that it says are those of its id, where it says them."""
    on, ordinal = getattr(situation.body, "on", None), getattr(situation.body, "ordinal", None)
    if on is None and ordinal is None:
        return True
    derived = round_of(situation.organization, route, on or "", ordinal or 1)
    return derived == situation.operation.record


def _unknown_round(situation: Situation, route: str) -> Refusal:
    """Wait for what can still come: the route where one is named, else the round's beginning."""
    body = situation.body
    on = getattr(body, "on", None)
    if on and not real_date(on):
        return Refusal(problem=problem("operation_malformed", what="on"))
    record = situation.operation.record
    known = route in situation.known["rounds"].routes
    return Refusal(problem=problem("round_unknown"), waits_for=record if known else route or record)


def _check_walker(situation: Situation, route: Route) -> Refusal | None:
    actor = situation.actor
    if actor is None:
        return None
    site = route.site
    if situation.operation.kind == "round_transferred" and actor.may("assign_work", site):
        return None
    may_walk = not route.roles or set(actor.roles_at(site)) & set(route.roles)
    if actor.may("walk_rounds", site) and may_walk:
        return None
    return unless_overruled(situation, Refusal(problem=problem("not_allowed", right="walk_rounds")))


def _check_right(situation: Situation, site: str, rights: Sequence[Right]) -> Refusal | None:
    actor = situation.actor
    for right in rights:
        if actor is not None and not actor.may(right, site):
            refusal = Refusal(problem=problem("not_allowed", right=right))
            return unless_overruled(situation, refusal)
    return None


def _check_photo(situation: Situation) -> Refusal | None:
    operation = situation.operation
    if operation.kind != "round_evidenced":
        return None
    declared = {ref.sha256 for ref in situation.evidence}
    if operation.body["photo"] in declared:
        return None
    return Refusal(problem=problem("evidence_undeclared"))


def _check_receipt(situation: Situation, background: RoundBackground) -> Refusal | None:
    """Let in only what the guard's own phone signed for this very round."""
    try:
        receipt = read_receipt(situation.body.receipt)
    except ProblemError as error:
        return Refusal(problem=error.problem)
    content = receipt.content
    derived = round_of(situation.organization, content.route, content.on, content.ordinal)
    named = (situation.operation.record, situation.operation.record, situation.body.route)
    if (derived, content.round, content.route) != named or not real_date(content.on):
        return Refusal(problem=problem("receipt_unreadable"))
    key = background.keys.get(content.writer)
    if key is None or not (is_proven(key, receipt) or is_unsigned(key, receipt)):
        return Refusal(problem=problem("signature_wrong"))
    return None


def check_planned(situation: Situation) -> Refusal | None:
    """Let only the server plan rounds; it acts for whoever published the route.

    Source: house law W1.
    """
    if situation.known["route_sites"].get(situation.body.route):
        return None
    route = situation.body.route
    return Refusal(problem=problem("round_unknown"), waits_for=route)


def check_tag(situation: Situation) -> Refusal | None:
    """Say why a label cannot be issued or revoked, or nothing.

    Source: sync design, section 5; trap 32 (codes on labels that can be guessed).
    """
    record, body = situation.record, situation.body
    if situation.operation.kind == "tag_revoked":
        if record is None or "tag" not in record["fields"]:
            waits_for = situation.operation.record
            return Refusal(problem=problem("record_unknown"), waits_for=waits_for)
        return _check_right(situation, situation.site, ("issue_tags",))
    tag: Tag = body.tag
    refusal = _check_right(situation, tag.site, ("issue_tags",))
    return refusal or _check_label(situation, tag)


def _check_label(situation: Situation, tag: Tag) -> Refusal | None:
    ground: RouteGround = situation.known["ground"]
    if tag.site not in ground.sites or situation.site not in ("", tag.site):
        return _broken("site", waits_for=tag.site)
    known = tag.site in ground.sites_with_places
    if known and ground.checkpoint_sites.get(tag.checkpoint) != tag.site:
        return _broken("checkpoint", waits_for=tag.site)
    labels: Sequence[KnownLabel] = situation.known["labels"]
    others = [one for one in labels if one.id != situation.operation.record]
    if any(one.code == tag.code for one in others):
        return _broken("code")
    if any((one.checkpoint, one.serial) == (tag.checkpoint, tag.serial) for one in others):
        return _broken("serial")
    return None


def body_of(record: Any, field: str) -> Any:
    """Give what stands in a field of a record, or nothing.

    Source: sync design, section 3 (merge).
    """
    state = record["fields"].get(field)
    return state["value"] if state else None
