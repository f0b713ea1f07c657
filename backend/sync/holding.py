"""Keeping what cannot be applied yet: pure, in the group; nothing recorded is ever dropped.

Source: sync design, section 5; SPEC HE1, HE2, HE11, HE12, HE14.
"""

import msgspec

from backend.directory.rights import RIGHTS
from backend.kernel.canonical import canonical
from backend.kernel.identity import derived_id
from backend.sync.doors import Refusal
from backend.sync.received import Received
from backend.sync.state import Group, HeldRow, Kept, Submission, Use
from shared_schemas.decisions import CONFLICT_DECISIONS
from shared_schemas.held import DECISIONS
from shared_schemas.problems import Problem
from shared_schemas.sync import Outcome, TimeVerdict

A_RIGHT = "right:"
"""Before the name of a right that a held operation waits for."""


def held_id(submission: Submission, received: Received) -> str:
    """Give the id of the held row that this very text has, or would have."""
    return derived_id("held", submission.writer, received.id, received.sha256)


def hold(
    group: Group,
    submission: Submission,
    received: Received,
    refusal: Refusal,
    verdict: TimeVerdict | None = None,
    site: str = "",
) -> Outcome:
    """Keep an operation that cannot be applied, whole, with its problem and what it waits for."""
    # A decision that is refused has done nothing and asks nobody: it is kept, and set aside.
    moot = received.kind in DECISIONS or received.kind in CONFLICT_DECISIONS
    if not moot and not submission.retried and not submission.by_server:
        person = submission.actor.person
        full = group.crowd.find_full(person, submission.writer)
        if full is not None:
            return defer(received, full)
        group.crowd.add(person, submission.writer, 1, len(received.text))
    outcome = Outcome(
        id=received.id,
        status="set_aside" if moot else "held",
        sha256=received.sha256,
        time=verdict,
        problem=refusal.problem,
        held=held_id(submission, received),
        decide_by_ms=0 if moot else submission.received_ms + group.decide_within_ms,
    )
    waits_for = refusal.waits_for or _wait(refusal.problem)
    row = HeldRow(
        submission=submission,
        received=received,
        refusal=msgspec.structs.replace(refusal, waits_for="" if moot else waits_for),
        outcome=outcome,
        site=site,
        state="set_aside" if moot else "waiting",
    )
    group.held.append(row)
    if site and received.envelope is not None:
        # So that whoever decides on it may look at its photos.
        group.uses += [
            Use(
                operation=received.id,
                sha256=ref.sha256,
                record=outcome.held,
                record_kind="held",
                site=site,
                person=submission.actor.person,
            )
            for ref in received.envelope.evidence
        ]
    if received.id and refusal.problem.code != "identity_clash":
        group.kept[received.id] = Kept(received.sha256, canonical(outcome), held=not moot)
    return outcome


def defer(received: Received, why: Problem) -> Outcome:
    """Give the answer to what is not taken in for now: nothing of it is kept or counted here.

    Source: SPEC HE14, HE15.
    """
    return Outcome(id=received.id, status="deferred", sha256=received.sha256, problem=why)


def _wait(wrong: Problem) -> str:
    """Name what it waits for: a server that knows its kind or can store it, a right, or nothing."""
    if wrong.code == "kind_unknown":
        return f"kind:{wrong.details['kind']}"
    if wrong.code == "not_allowed" and wrong.details.get("right") in RIGHTS:
        return f"{A_RIGHT}{wrong.details['right']}"
    return "a server that can store it" if wrong.code == "could_not_store" else ""
