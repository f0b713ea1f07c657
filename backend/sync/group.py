"""Apply a group of pushes to what was read under the lock: pure, everything in memory.

`committer.py` reads, hands the state here, and writes what comes out in one transaction.
"""

from collections.abc import Mapping, Sequence

import msgspec

from backend.kernel.canonical import canonical
from backend.sync import redaction
from backend.sync.consequences import RecordsView, fold_in, follow
from backend.sync.decisions import check_decision
from backend.sync.doors import (
    SYSTEM_ROLE,
    Flow,
    Refusal,
    Situation,
    closes_nothing,
    scope_at,
)
from backend.sync.holding import defer, held_id, hold
from backend.sync.instants import Bounds, judge_carried, judge_time, server_instant
from backend.sync.log import LogRow
from backend.sync.merge import Stamped, find_met, fold
from backend.sync.quota import find_gaps_full
from backend.sync.received import Received
from backend.sync.state import Group, Kept, Progress, Submission, Use
from shared_schemas.operations import ANY_RECORD, KINDS, Envelope
from shared_schemas.primitives import Anchor
from shared_schemas.problems import problem
from shared_schemas.sync import Outcome, TimeVerdict

TICK = 1
MICRO = 1_000


def apply_submission(group: Group, submission: Submission) -> list[Outcome]:
    """Apply one push in the order of its counters; each operation gets its own outcome."""
    if not submission.counted:
        group.uncounted.add(submission.writer)
    return [_apply(group, submission, received) for received in submission.received]


def _apply(group: Group, submission: Submission, received: Received) -> Outcome:
    kept = group.kept.get(received.id) if received.id else None
    if kept is not None and not (submission.retried and kept.held):
        # What has no counter is named by its request: sent again, it is the same act.
        if kept.sha256 == received.sha256 or not submission.counted:
            return _answer_again(kept, submission, received)
        clash = Refusal(problem=problem("identity_clash", id=received.id))
        return hold(group, submission, received, clash)
    progress = group.progress.setdefault(submission.writer, Progress())
    broken = progress.opens_gap(received.counter) and find_gaps_full(len(progress.beyond))
    if broken:
        return defer(received, broken)
    clocks = (progress.last_counter, progress.last_wall_ms, progress.last_page)
    outcome = _take_in(group, submission, received, progress)
    if outcome.status == "deferred":
        # As if it had never come: its counter stays open, and its clocks are compared next time.
        progress.last_counter, progress.last_wall_ms, progress.last_page = clocks
    elif received.counter:
        progress.note(received.counter)
    return outcome


def _take_in(
    group: Group, submission: Submission, received: Received, progress: Progress
) -> Outcome:
    if received.problem is not None or received.envelope is None:
        wrong = received.problem or problem("operation_malformed", what="envelope")
        return hold(group, submission, received, Refusal(problem=wrong))
    misplaced = _check_record(group, received.envelope, received.kind)
    if misplaced is not None:
        return hold(group, submission, received, misplaced)
    verdict = judge(submission, received, progress)
    situation = situation_of(group, submission, received, verdict, progress)
    refusal = check(group, situation)
    if refusal is not None:
        scope = scope_at(situation.site, closed=_is_closed(group, situation))
        return hold(group, submission, received, refusal, verdict, scope)
    return accept(group, submission, received, situation, verdict)


def _is_closed(group: Group, situation: Situation) -> bool:
    """Whether what is held speaks of something of which the assessed must not know yet.

    Source: SPEC SC12.
    """
    operation = situation.operation
    placed = group.records.get(operation.record)
    if placed is not None:
        return placed.closed
    door = group.board.doors[operation.record_kind]
    if door.closed is closes_nothing:
        return False
    begun = fold(None, operation)
    return any(door.closed(operation.record, one, situation.known) for one in (None, begun))


def _check_record(group: Group, envelope: Envelope, kind: str) -> Refusal | None:
    """Say why this operation cannot be one on that record, whatever the record's own rules say."""
    placed = group.records.get(envelope.record)
    if placed is None:
        if KINDS[kind].record_kind != ANY_RECORD:
            return None
        # What decides between entries begins no record.
        return Refusal(problem=problem("record_unknown"), waits_for=envelope.record)
    if placed.record["kind"] == envelope.record_kind:
        return None
    kinds = {"kind": kind, "record_kind": placed.record["kind"]}
    return Refusal(problem=problem("record_kind_wrong", **kinds))


def check(group: Group, situation: Situation) -> Refusal | None:
    """Ask the rules of its kind why an operation cannot be applied."""
    operation = situation.operation
    if operation.kind == redaction.KIND:
        return redaction.check_redaction(situation, group.histories.get(operation.record, ()))
    if KINDS[operation.kind].record_kind == ANY_RECORD:
        return check_decision(situation, group.board.doors[operation.record_kind].bars)
    return group.board.doors[situation.operation.record_kind].check(situation)


def _answer_again(kept: Kept, submission: Submission, received: Received) -> Outcome:
    first = msgspec.json.decode(kept.outcome, type=Outcome)
    if first.status in ("held", "set_aside"):
        return msgspec.structs.replace(first, held=first.held or held_id(submission, received))
    return msgspec.structs.replace(first, status="duplicate")


def judge(submission: Submission, received: Received, progress: Progress) -> TimeVerdict:
    """Judge the time; a step back between a writer's operations proves a clock set back, too.

    Source: sync design, section 7; SPEC TI10.
    """
    if submission.by_server:
        return server_instant(received.envelope.captured.wall_ms)  # type: ignore[union-attr]
    captured = received.envelope.captured  # type: ignore[union-attr]
    bounds = Bounds(floor_ms=submission.floor_ms, received_ms=submission.received_ms)
    trusted = captured.anchor is not None and submission.trusted.get(
        anchor_key(captured.anchor), False
    )
    # Compared with its predecessor only once: a later try has successors, and proves nothing anew.
    stepped_back = progress.stepped_back(received.counter, captured) or submission.set_back
    if submission.carried:
        return judge_carried(captured, bounds, trusted=trusted, stepped_back=stepped_back)
    return judge_time(captured, submission.sent, bounds, trusted=trusted, stepped_back=stepped_back)


def anchor_key(anchor: Anchor) -> str:
    """Name an anchor by all that its signature covers."""
    return f"{anchor.server_ms}.{anchor.token}"


def situation_of(
    group: Group,
    submission: Submission,
    received: Received,
    verdict: TimeVerdict,
    progress: Progress,
) -> Situation:
    """Put together what the rules are asked about, with the stamp that the operation would get."""
    envelope = received.envelope
    assert envelope is not None, "checked by the caller"  # noqa: S101  ours to keep
    placed = group.records.get(envelope.record)
    site = placed.site if placed else ""
    ceiling = submission.received_ms * MICRO
    # What was held joins where it belongs, not after what its author has done since.
    has_successors = submission.retried and received.counter < progress.last_counter
    stamp = max(
        verdict.best_ms * MICRO,
        0 if has_successors else progress.last_stamp + TICK,
        min(max(envelope.saw_stamp, 0), ceiling) + TICK,
    )
    if not submission.counted and not submission.decision and placed is not None:
        # Done here and now, on the record as it stands: whatever our clock says, this is later.
        stamp = max(stamp, placed.record["stamp"] + TICK)
    operation = Stamped(
        id=received.id,
        kind=received.kind,
        record=envelope.record,
        record_kind=envelope.record_kind,
        person=submission.actor.person,
        role=_role(submission, site) if site else "",
        stamp=stamp,
        saw=group.position
        if submission.by_server
        else min(max(envelope.based_on, 0), group.position),
        position=group.position + 1,
        body=received.plain or {},
    )
    situation = Situation(
        organization=group.organization,
        record=placed.record if placed else None,
        site=site,
        operation=operation,
        body=received.body,
        actor=None if submission.by_server else submission.actor,
        evidence=envelope.evidence,
        known=group.known.get(envelope.record_kind, {}),
        overruled=bool(submission.decision),
        arrived_ms=submission.received_ms,
        others=RecordsView(group.records),
    )
    if site:
        return situation
    site = group.board.doors[envelope.record_kind].site(situation)
    settled = msgspec.structs.replace(operation, role=_role(submission, site))
    return msgspec.structs.replace(situation, site=site, operation=settled)


def _role(submission: Submission, site: str) -> str:
    return SYSTEM_ROLE if submission.by_server else submission.actor.leading_role(site)


def accept(
    group: Group,
    submission: Submission,
    received: Received,
    situation: Situation,
    verdict: TimeVerdict,
) -> Outcome:
    """Append an operation to the log, fold it in, and let its flows follow."""
    met = tuple(find_met(situation.record, situation.operation))
    outcome = Outcome(
        id=received.id,
        status="merged" if met else "accepted",
        sha256=received.sha256,
        position=situation.operation.position or 0,
        stamp=situation.operation.stamp,
        met=met,
        time=verdict,
        problem=problem("clock_bounded") if verdict.clock_off_ms is not None else None,
        # Its author's phone knows the decision by the number that the text had on the desk.
        held=held_id(submission, received) if submission.decision and submission.retried else "",
    )
    progress = group.progress.get(submission.writer)
    if progress is not None:
        progress.last_stamp = max(progress.last_stamp, situation.operation.stamp)
    before = fold_in(group, situation.operation, situation.site)
    row = _log_row(group, situation, verdict, outcome, submission=submission, received=received)
    group.log.append(row)
    if situation.operation.kind == redaction.KIND:
        redaction.apply_redaction(group, situation.operation)
    group.kept[received.id] = Kept(received.sha256, row.outcome, held=False)
    group.uses += [_use(situation, ref.sha256) for ref in situation.evidence]
    follow(group, situation, verdict, before, submission.received_ms)
    return outcome


def _use(situation: Situation, sha256: str) -> Use:
    operation = situation.operation
    return Use(
        operation=operation.id,
        sha256=sha256,
        record=operation.record,
        record_kind=operation.record_kind,
        site=situation.site,
        person=operation.person,
    )


def _log_row(
    group: Group,
    situation: Situation,
    verdict: TimeVerdict,
    outcome: Outcome,
    *,
    submission: Submission,
    received: Received,
) -> LogRow:
    operation = situation.operation
    return LogRow(
        organization_id=group.organization,
        id=operation.id,
        position=operation.position or 0,
        writer_id=submission.writer,
        counter=received.counter,
        person_id=operation.person,
        role=operation.role,
        device_id=submission.device,
        record_id=operation.record,
        record_kind=operation.record_kind,
        kind=operation.kind,
        site_id=situation.site,
        stamp=operation.stamp,
        saw=operation.saw,
        best_ms=verdict.best_ms,
        earliest_ms=verdict.earliest_ms,
        latest_ms=verdict.latest_ms,
        time_class=verdict.time_class,
        received_ms=submission.received_ms,
        caused_by=submission.decision,
        sha256=received.sha256,
        outcome=canonical(outcome),
        content=readable(received.text),
    )


def readable(text: bytes) -> str:
    """Give the text as PostgreSQL can keep it; bytes that are not UTF-8 are shown escaped."""
    return text.decode("utf-8", "backslashreplace").replace("\x00", "\\u0000")


def records_to_read(
    submissions: Sequence[Submission], flows: Mapping[str, tuple[Flow, ...]]
) -> tuple[list[str], dict[str, list[Stamped]]]:
    """List the record ids that a group touches, and its operations by record kind for the doors."""
    ids: set[str] = set()
    by_kind: dict[str, list[Stamped]] = {}
    for submission in submissions:
        for received in submission.received:
            envelope = received.envelope
            if envelope is None or received.plain is None:
                continue
            draft = Stamped(
                id=received.id,
                kind=received.kind,
                record=envelope.record,
                record_kind=envelope.record_kind,
                person=submission.actor.person,
                role="",
                stamp=0,
                saw=0,
                position=None,
                body=received.plain,
            )
            ids.add(envelope.record)
            by_kind.setdefault(envelope.record_kind, []).append(draft)
            for flow in flows.get(received.kind, ()):
                ids.update(flow.touches(draft))
    return sorted(ids), by_kind
