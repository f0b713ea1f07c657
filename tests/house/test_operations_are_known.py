"""Every operation is in the glossary, on the switchboard and in a vector, and is scored or not."""

import re

from backend.directory.rights import RECORD_RIGHTS
from backend.flows import failed_item_raises_nonconformity
from backend.switchboard import DOORS, FLOWS, SCORED
from shared_schemas.operations import ANY_RECORD, KINDS, LIFECYCLES, RECORD_KINDS, find_rule
from tests.house.repository import ROOT, files, read

NOT_SCORED = {
    "operation_redacted": "only words and photos go; what was found stays",
    "places_published": "where things are costs nobody a point",
    "checklist_published": "what is asked is not what was found",
    "plan_published": "an intention is not a finding",
    "agenda_planned": "a due check is not a finding; missed ones are counted by the board",
    "task_started": "beginning proves nothing",
    "variant_switched": "what kind of day it is is nobody's finding",
    "item_noted": "words explain a finding, they are none",
    "remark_added": "words explain a check, they are no finding",
    "task_transferred": "who does it changes nothing that was found",
    "group_taken": "who does it changes nothing that was found",
    "task_confirmed": "whoever stood beside it found nothing; a dispute is an operation of its own",
    "task_approved": "approving lets a finding be handled, the finding counts from its answer",
    "part_recorded": "what was used up is no finding",
    "results_remembered": "what the next checker is shown was scored as the answers that it is",
    "sample_announced": "what will be looked at was not looked at",
    "sample_drawn": "what will be looked at was not looked at",
    "daily_report_issued": "a report tells what was scored elsewhere",
    "timeliness_judged": "S07 scores findings, not punctuality",
    "nonconformity_raised": "its cause, the answer, is what counts",
    "nonconformity_reported": "what anybody saw costs nothing until an assessor checks it",
    "finding_evidenced": "what anybody saw costs nothing until an assessor checks it",
    "nonconformity_approved": "approving lets it be handled; the failure stays what it was (S07)",
    "nonconformity_assigned": "who is to put it right changes nothing that was found",
    "severity_judged": "S07 takes one point whatever the severity",
    "nonconformity_closed_on_spot": "a correction does not undo the failure (S07)",
    "nonconformity_corrected": "a correction does not undo the failure (S07)",
    "correction_evidenced": "a correction does not undo the failure (S07)",
    "correction_verified": "a correction does not undo the failure (S07)",
    "route_published": "an intention is not a finding",
    "rounds_planned": "a due round is not a finding; missed ones are counted by the board",
    "round_started": "beginning proves nothing",
    "checkpoint_scanned": "being there is no finding; what is odd about it is shown, not charged",
    "checkpoint_missed": "S07 scores findings, not punctuality",
    "round_evidenced": "a picture of a round proves a walk, it is no finding",
    "round_noted": "words explain a round, they are no finding",
    "round_transferred": "who walks changes nothing that was found",
    "round_finished": "S07 scores findings, not punctuality",
    "receipt_entered": "it proves a round, it finds nothing",
    "tag_issued": "a label costs nobody a point",
    "tag_revoked": "a label costs nobody a point",
    "roster_published": "who works when is no finding",
    "substitute_named": "who works when is no finding",
    "handover_made": "what one shift leaves to the next is no finding",
    "handover_taken": "what one shift leaves to the next is no finding",
    "handover_evidenced": "what one shift leaves to the next is no finding",
    "matter_settled": "what one shift leaves to the next is no finding",
    "removal_registered": "how often rubbish leaves is counted by a measure of its own",
    "removal_evidenced": "how often rubbish leaves is counted by a measure of its own",
    "held_applied": "what it lets in is scored as the operation that it is",
    "held_changed": "what it writes is scored as the operation that it is",
    "held_set_aside": "what changes nothing costs nothing",
    "held_taken_up": "what waits costs nothing",
}


def test_every_operation_is_in_the_glossary() -> None:
    glossary = (ROOT / "shared_schemas" / "GLOSSARY.md").read_text(encoding="utf-8")
    assert [name for name in KINDS if f"- {name} – " not in glossary] == []


def test_every_kind_of_record_has_a_door_and_says_who_may_see_it() -> None:
    assert set(DOORS) == set(RECORD_KINDS) == set(RECORD_RIGHTS)


def test_every_operation_is_scored_or_says_why_not() -> None:
    assert set(SCORED) | set(NOT_SCORED) == set(KINDS)
    assert set(SCORED) & set(NOT_SCORED) == set()


def test_every_operation_is_in_a_merge_vector() -> None:
    seen: set[str] = set()
    for path in files("shared_schemas/vectors/merge", ".json"):
        seen |= {part for part in read(path).split('"') if part in KINDS}
    changing = {
        name
        for name, kind in KINDS.items()
        if kind.writes or kind.move or kind.record_kind == ANY_RECORD
    }
    assert changing - seen == set()


def test_every_field_has_one_rule_whoever_writes_it() -> None:
    """A decision names a field, not a kind of operation: both twins must know its one policy."""
    for kind in KINDS.values():
        for write in kind.writes:
            rule = find_rule(kind.record_kind, f"{write.field}/1" if write.key else write.field)
            assert rule is not None
            assert (rule.policy, rule.order, rule.key) == (write.policy, write.order, write.key)


def test_every_flow_listens_to_operations_that_exist_and_bears_its_sentence() -> None:
    for flow in FLOWS:
        assert flow.subscribes <= set(KINDS)
        assert (ROOT / "backend" / "flows" / f"{flow.name}.py").exists()
    assert FLOWS[0].name == failed_item_raises_nonconformity.__name__.rsplit(".", 1)[-1]


def test_every_move_is_an_operation_on_its_record() -> None:
    for record_kind, lifecycle in LIFECYCLES.items():
        states = {lifecycle.initial} | {move.target for move in lifecycle.moves}
        for move in lifecycle.moves:
            assert KINDS[move.name].record_kind == record_kind
            assert set(move.origins) <= states


def test_operations_end_in_a_past_participle() -> None:
    last = {re.sub("_(on_spot|aside|up)$", "", name).rsplit("_", 1)[-1] for name in KINDS}
    assert [word for word in sorted(last) if not word.endswith("ed")] == [
        "drawn",
        "made",
        "set",
        "taken",
        "withdrawn",
    ]
