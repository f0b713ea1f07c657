"""What a decision on a held operation does: pure, in the group and the commit of the decision.

So there is no moment at which something is decided and not yet done; a server that dies has done
both or neither.

Source: sync design, section 5; SPEC HE6 to HE11.
"""

import msgspec

from backend.directory.rights import RIGHTS
from backend.kernel.canonical import canonical
from backend.sync.doors import Situation
from backend.sync.group import accept, apply_submission, check, judge, situation_of
from backend.sync.held import HeldContext, judge_unread
from backend.sync.received import Received
from backend.sync.state import Group, Kept, OnDesk, Progress, Submission
from shared_schemas.held import DECISIONS, NOT_BY_HAND
from shared_schemas.operations import KINDS
from shared_schemas.problems import Problem, problem
from shared_schemas.sync import Outcome, TimeVerdict

_TOLD = {"changed": "decided_changed", "set_aside": "decided_set_aside"}
"""By state: the problem by which a phone is told of a decision that its text did not pass."""


def apply_push(group: Group, submission: Submission) -> list[Outcome]:
    """Apply one push; a decision in it is followed at once by what it decides."""
    if not any(one.kind in DECISIONS for one in submission.received):
        return apply_submission(group, submission)
    outcomes: list[Outcome] = []
    for received in submission.received:
        alone = msgspec.structs.replace(submission, received=[received])
        outcomes.append(_apply_one(group, alone, received))
    return outcomes


def _apply_one(group: Group, submission: Submission, received: Received) -> Outcome:
    row = group.desk.get(received.envelope.record) if received.envelope else None
    if received.kind not in DECISIONS or row is None or received.id in group.kept:
        return apply_submission(group, submission)[0]
    _look_again(group, row)
    application = group.applications.get(received.id)
    if application is not None and row.state == "waiting":
        row.verdict = _verdict(group, row)
        row.unfit = _find_unfit(group, submission, application, row)
    [outcome] = apply_submission(group, submission)
    if outcome.status in ("accepted", "merged"):
        _settle(group, submission, row, application)
    return outcome


def _look_again(group: Group, row: OnDesk) -> None:
    """See what became of the text in this very group, before anybody decides on it."""
    kept = group.kept.get(row.operation)
    if kept is not None and not kept.held and row.state == "waiting":
        row.state = "applied"


def _verdict(group: Group, row: OnDesk) -> TimeVerdict:
    """Judge when a held text was recorded; of one that cannot be read only the bounds are known."""
    original = row.original
    [received] = original.received
    if received.envelope is not None:
        progress = group.progress.get(original.writer, Progress())
        return judge(original, received, progress)
    context = HeldContext(sent=original.sent, floor_ms=original.floor_ms, trusted={})
    return judge_unread(received.text, context, original.received_ms)


def _find_unfit(
    group: Group, decider: Submission, application: Submission, row: OnDesk
) -> Problem | None:
    """Say why a decision cannot be carried out, or nothing.

    A person's judgement stands over the rules' where judgement is what they ask for; it gives
    nobody a right that the judge does not hold.
    """
    [received] = application.received
    as_it_is = application.writer == row.original.writer
    wrong = _find_structural(group, application, received, row)
    if wrong is not None:
        return problem("held_not_applicable", problem=wrong.code) if as_it_is else wrong
    situation = _situation(group, application, row)
    plain = check(group, msgspec.structs.replace(situation, overruled=False))
    right = (plain.judge or str(plain.problem.details.get("right", ""))) if plain else ""
    if right in RIGHTS and not _holds(decider, right, situation.site):
        return problem("not_allowed", right=right)
    return None


def _find_structural(
    group: Group, application: Submission, received: Received, row: OnDesk
) -> Problem | None:
    if received.problem is not None or received.envelope is None:
        return received.problem or problem("operation_malformed", what="envelope")
    if row.problem.code == "identity_clash" and received.id in group.kept:
        return row.problem
    as_it_is = application.writer == row.original.writer
    if received.kind in DECISIONS or (received.kind in NOT_BY_HAND and not as_it_is):
        return problem("kind_reserved", kind=received.kind)
    placed = group.records.get(received.envelope.record)
    kind = received.envelope.record_kind
    if placed is not None and placed.record["kind"] != kind:
        return problem("record_kind_wrong", kind=received.kind, record_kind=kind)
    if placed is None and KINDS[received.kind].record_kind not in group.board.doors:
        return problem("record_unknown")
    refusal = check(group, _situation(group, application, row))
    return refusal.problem if refusal else None


def _holds(decider: Submission, right: str, site: str) -> bool:
    actor = decider.actor
    held = actor.rights(site) if site else ()
    return right in held if site else actor.may_everywhere(right)  # type: ignore[arg-type]


def _situation(group: Group, application: Submission, row: OnDesk) -> Situation:
    [received] = application.received
    assert row.verdict is not None, "judged before"  # noqa: S101  ours to keep
    progress = group.progress.get(application.writer, Progress())
    return situation_of(group, application, received, row.verdict, progress)


def _settle(group: Group, decider: Submission, row: OnDesk, application: Submission | None) -> None:
    """Do what was decided, and write down on the row where it stands now."""
    row.state = group.records[row.id].record["fields"]["state"]["value"]
    row.changed = True
    # A second try in this very group has just said again why it waits: that is overtaken.
    group.held[:] = [one for one in group.held if one.outcome.held != row.id]
    first = msgspec.json.decode(row.outcome, type=Outcome)
    if application is None or row.state not in ("applied", "changed"):
        _tell(group, row, _standing(group, decider, row, first))
        if row.state == "waiting" and row.waits_for:
            group.brought.add(row.waits_for)
        return
    [received] = application.received
    situation = _situation(group, application, row)
    assert row.verdict is not None, "judged before"  # noqa: S101  ours to keep
    outcome = accept(group, application, received, situation, row.verdict)
    _tell(group, row, outcome if row.state == "applied" else _standing(group, decider, row, first))


def _standing(group: Group, decider: Submission, row: OnDesk, first: Outcome) -> Outcome:
    told = {"id": row.operation or first.id, "held": row.id, "position": 0, "stamp": 0}
    if row.state == "waiting":
        by_ms = max(first.decide_by_ms, decider.received_ms + group.decide_within_ms)
        changes = {"status": "held", "problem": row.problem, "decide_by_ms": by_ms}
    else:
        changes = {"status": "set_aside", "problem": problem(_TOLD[row.state])}
    return msgspec.structs.replace(first, **told, **changes)


def _tell(group: Group, row: OnDesk, outcome: Outcome) -> None:
    row.outcome = canonical(outcome)
    # What clashes with another has no number of its own to be answered under.
    if row.operation and row.state != "applied":
        held = row.state == "waiting"
        group.kept[row.operation] = Kept(row.sha256, row.outcome, held=held)
