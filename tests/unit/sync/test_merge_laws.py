"""The laws of merging, on operations nobody thought of; the phone's twin has the same laws."""

from collections.abc import Sequence
from typing import Any

import msgspec
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from backend.sync.merge import Conflict, Record, Stamped, find_conflicts, find_met, fold
from shared_schemas.inspections import ANSWER_ORDER, NO_ANSWER
from shared_schemas.nonconformities import SEVERITY_ROLES
from shared_schemas.operations import KINDS, LIFECYCLES
from shared_schemas.policies import Policy

PEOPLE = ("ana", "ben", "cleo")
ROLES = (*SEVERITY_ROLES[1:5], "guard")
WORDS = ("fail", "pass", "not_applicable", "unanswered", "minor", "serious", "half", "")

laws = settings(max_examples=120, deadline=None, derandomize=True)


def _kinds_of(record_kind: str, *policies: Policy) -> tuple[str, ...]:
    return tuple(
        name
        for name, kind in sorted(KINDS.items())
        if kind.record_kind == record_kind
        and (not policies or any(write.policy in policies for write in kind.writes))
    )


@st.composite
def operations(draw: st.DrawFn, kinds: Sequence[str]) -> list[Stamped]:
    """Draw what several people did to one record; each one's counter grows."""
    drawn = draw(
        st.lists(
            st.tuples(
                st.sampled_from(kinds),
                st.sampled_from(PEOPLE),
                st.sampled_from(ROLES),
                st.integers(1, 8),
                st.integers(0, 12),
                st.booleans(),
                st.sampled_from(["1", "2", "\ue000", "\U0001f4a7"]),
                st.sampled_from(WORDS),
            ),
            min_size=1,
            max_size=10,
        )
    )
    counters = dict.fromkeys(PEOPLE, 0)
    made = []
    for index, (kind, person, role, stamp, saw, is_sent, item, word) in enumerate(drawn, start=1):
        counters[person] += 1
        body: dict[str, Any] = {write.source: word for write in KINDS[kind].writes}
        body |= {write.key: item for write in KINDS[kind].writes if write.key}
        made.append(
            Stamped(
                id=f"{person}:{counters[person]}",
                kind=kind,
                record="r",
                record_kind=KINDS[kind].record_kind,
                person=person,
                role=role,
                stamp=stamp,
                saw=saw,
                position=index if is_sent else None,
                body={**body, "item": item},
            )
        )
    return made


TASKS = operations(_kinds_of("task"))
FINDINGS = operations(_kinds_of("nonconformity"))
ANY = st.one_of(TASKS, FINDINGS)


def _text(value: Any) -> bytes:
    return msgspec.json.encode(value, order="deterministic")


def _fold_all(made: Sequence[Stamped]) -> Record:
    record: Record | None = None
    for operation in made:
        record = fold(record, operation)
    assert record is not None
    return record


def _age(operation: Stamped) -> tuple[int, str]:
    return operation.stamp, operation.id


def _latest_of_each(made: Sequence[Stamped]) -> dict[str, Stamped]:
    return {one.person: one for one in sorted(made, key=_age)}


def _on_item(made: list[Stamped], item: str) -> list[Stamped]:
    chosen = [one for one in made if one.body["item"] == item]
    assume(chosen)
    return chosen


@laws
@given(ANY, st.randoms(use_true_random=False))
def test_ME1_any_order_gives_the_same_record_byte_for_byte(made: list[Stamped], dice: Any) -> None:
    shuffled = list(made)
    dice.shuffle(shuffled)
    assert _text(_fold_all(shuffled)) == _text(_fold_all(made))
    assert find_conflicts(_fold_all(shuffled)) == find_conflicts(_fold_all(made))


@laws
@given(ANY, st.data())
def test_ME1_an_operation_folded_twice_has_one_effect(made: list[Stamped], data: Any) -> None:
    again = data.draw(st.sampled_from(made))
    assert _text(_fold_all([*made, again])) == _text(_fold_all(made))


@laws
@given(operations(("item_noted",)))
def test_ME2_latest_is_the_greatest_stamp_then_id(made: list[Stamped]) -> None:
    notes = _on_item(made, "1")
    field = _fold_all(made)["fields"]["note/1"]
    assert field["value"] == max(notes, key=_age).body["note"]
    assert {one["op"] for one in field["by"].values()} == {
        one.id for one in _latest_of_each(notes).values()
    }


@laws
@given(operations(("task_started",)))
def test_ME3_first_is_the_smallest_stamp_then_id(made: list[Stamped]) -> None:
    field = _fold_all(made)["fields"]["started_at"]
    assert field["by"][field["person"]]["op"] == min(made, key=_age).id
    assert "contested" not in field


@laws
@given(operations(("item_answered",)))
def test_ME4_worst_is_the_worst_of_each_persons_latest(made: list[Stamped]) -> None:
    answers = _on_item(made, "1")
    latest = [one.body["answer"] for one in _latest_of_each(answers).values()]
    ranks = {word: index for index, word in enumerate(ANSWER_ORDER)}
    worst = min(ranks.get(word, 0) for word in latest)
    value = _fold_all(made)["fields"]["answer/1"]["value"]
    assert ranks.get(value, 0) == worst


@laws
@given(operations(("evidence_added", "evidence_withdrawn")))
def test_ME5_union_holds_what_was_added_after_it_was_taken(made: list[Stamped]) -> None:
    photos = _on_item(made, "1")
    expected = set()
    for photo in {one.body["photo"] for one in photos}:
        last = max((one for one in photos if one.body["photo"] == photo), key=_age)
        if last.kind == "evidence_added":
            expected.add(photo)
    assert _fold_all(made)["fields"]["evidence/1"]["value"] == sorted(expected)


@laws
@given(operations(("remark_added",)))
def test_ME6_append_keeps_every_entry_in_stamp_order(made: list[Stamped]) -> None:
    field = _fold_all(made)["fields"]["remark"]
    assert field["value"] == [one.body["remark"] for one in sorted(made, key=_age)]
    assert set(field["entries"]) == {one.id for one in made}


@laws
@given(FINDINGS)
def test_ME7_every_move_is_walked_or_held_and_the_walk_fits_the_table(made: list[Stamped]) -> None:
    moves = [one for one in made if KINDS[one.kind].move]
    assume(moves)
    state = _fold_all(made)["fields"]["state"]
    assert [one["op"] for one in state["moves"]] == [one.id for one in sorted(moves, key=_age)]
    assert set(state["held"]) <= {one.id for one in moves}
    lifecycle = LIFECYCLES["nonconformity"]
    targets = {move.target for move in lifecycle.moves} | {lifecycle.initial}
    assert state["value"] in targets
    held = [one.kind for one in moves if one.id in state["held"]]
    for kind in held:
        move = lifecycle.find_move(kind)
        assert move is not None
        assert state["value"] not in move.origins, "a held move had a place"


@laws
@given(ANY)
def test_ME8_conflicts_are_unseen_differing_pairs_of_different_persons(made: list[Stamped]) -> None:
    record = _fold_all(made)
    by_id = {one.id: one for one in made}
    for conflict in find_conflicts(record):
        one, other = by_id[conflict.first_op], by_id[conflict.second_op]
        assert one.person != other.person
        assert _age(one) < _age(other)
        entries = record["fields"][conflict.field]["by"]
        assert entries[one.person]["value"] != entries[other.person]["value"]
        for author, seen in ((one, other), (other, one)):
            assert seen.position is None or author.saw < seen.position


@laws
@given(operations(("severity_judged",)))
def test_ME9_authority_is_the_highest_role_then_the_latest(made: list[Stamped]) -> None:
    ranks = {role: index for index, role in enumerate(SEVERITY_ROLES)}

    def weight(one: Stamped) -> tuple[int, int, str]:
        return -ranks.get(one.role, len(ranks)), *_age(one)

    field = _fold_all(made)["fields"]["severity"]
    best = max(_latest_of_each(made).values(), key=weight)
    assert field["by"][field["person"]]["op"] == best.id


@laws
@given(operations(("item_answered", "item_noted")))
def test_ME10_a_persons_own_later_entry_replaces_the_earlier(made: list[Stamped]) -> None:
    for name, field in _fold_all(made)["fields"].items():
        source, item = name.split("/")
        kind = "item_noted" if source == "note" else "item_answered"
        own = [one for one in made if one.kind == kind and one.body["item"] == item]
        latest = {person: one.id for person, one in _latest_of_each(own).items()}
        assert {person: entry["op"] for person, entry in field["by"].items()} == latest


@laws
@given(ANY)
def test_ME11_folding_leaves_the_given_record_unchanged(made: list[Stamped]) -> None:
    record: Record | None = None
    for operation in made:
        before = _text(record)
        folded = fold(record, operation)
        assert _text(record) == before
        record = folded


@laws
@given(ANY, st.integers(0, 12))
def test_what_was_seen_or_is_ones_own_is_never_met(made: list[Stamped], saw: int) -> None:
    *earlier, last = made
    assume(earlier)
    late = msgspec.structs.replace(last, saw=saw)
    by_id = {one.id: one for one in earlier}
    for met in find_met(_fold_all(earlier), late):
        assert by_id[met].person != late.person
        position = by_id[met].position
        assert position is not None
        assert position > saw


def _on_answers(record: Record) -> list[Conflict]:
    return [one for one in find_conflicts(record) if one.field.startswith("answer/")]


@laws
@given(operations(("item_answered", "item_noted")))
def test_ME18_an_answer_taken_back_contradicts_nobody(made: list[Stamped]) -> None:
    record = _fold_all(made)
    ops = {one["op"] for field in record["fields"].values() for one in field["by"].values()}
    back = {
        entry["op"]
        for name, field in record["fields"].items()
        for entry in field["by"].values()
        if name.startswith("answer/") and entry["value"] == NO_ANSWER
    }
    # As if whoever took their word back had never spoken on the item; a note has no such word.
    spoken = [one for one in made if one.kind == "item_noted" or one.id in ops - back]
    without = _fold_all(spoken) if spoken else {"fields": {}, "kind": "task"}
    assert _on_answers(record) == _on_answers(without)
    for name, field in record["fields"].items():
        same = without["fields"].get(name)
        if not name.startswith("answer/"):
            continue
        assert (field["value"] == NO_ANSWER) == (same is None)
        if same is not None:
            told = (field["value"], field["person"], field.get("contested"))
            assert told == (same["value"], same["person"], same.get("contested"))


@laws
@given(operations(("item_noted",)))
def test_ME18_a_field_without_such_a_word_takes_nothing_back(made: list[Stamped]) -> None:
    """An emptied note is a word like any other: whoever wrote one is contradicted."""
    field = _fold_all(made)["fields"][f"note/{made[0].body['item']}"]
    values = {entry["value"] for entry in field["by"].values()}
    assert field.get("contested", False) == (len(values) > 1)


@laws
@given(operations(("item_answered",)))
def test_ME19_a_quiet_field_is_never_contested(made: list[Stamped]) -> None:
    """Two people read one gauge a little differently: the latest stands, both are kept."""
    read = [
        msgspec.structs.replace(one, body={**one.body, "item": "1", "value": f"0.{number}"})
        for number, one in enumerate(made)
    ]
    record = _fold_all(read)
    field = record["fields"]["value/1"]
    latest = max(field["by"].values(), key=lambda one: (one["stamp"], one["op"]))
    assert (field["value"], "contested" in field) == (latest["value"], False)
    assert set(field["by"]) == {one.person for one in read}
    assert "value/1" not in {one.field for one in find_conflicts(record)}


@st.composite
def decided(draw: st.DrawFn) -> list[Stamped]:
    """Draw answers on one item with decisions between some of them, and some taken back."""
    answers = draw(operations(("item_answered",)))
    made = [msgspec.structs.replace(one, body={**one.body, "item": "1"}) for one in answers]
    ids = [one.id for one in made]
    count = draw(st.integers(0, 4))
    for number in range(1, count + 1):
        named = draw(st.one_of(st.just(ids), st.lists(st.sampled_from(ids), min_size=1)))
        body = {
            "field": "answer/1",
            "between": named,
            "value": draw(st.sampled_from(WORDS)),
            "reason": "以复核照片为准",
            "signed": {"zh": "李工", "en": ""},
        }
        made.append(_by_office(draw, f"li:{number}", "conflict_decided", body, len(made)))
    for number in range(1, draw(st.integers(0, 2)) + 1):
        body = {
            "field": "answer/1",
            "decision": f"li:{draw(st.integers(1, 4))}",
            "reason": "看错照片",
        }
        made.append(_by_office(draw, f"mei:{number}", "decision_withdrawn", body, len(made)))
    return made


def _by_office(draw: st.DrawFn, name: str, kind: str, body: dict[str, Any], before: int) -> Stamped:
    return Stamped(
        id=name,
        kind=kind,
        record="r",
        record_kind="task",
        person=name.partition(":")[0],
        role="quality_clerk",
        stamp=draw(st.integers(1, 12)),
        saw=before,
        position=before + 1,
        body=body,
    )


def _valid(made: Sequence[Stamped]) -> list[Stamped]:
    """List the decisions that nobody took back."""
    back = {one.body["decision"] for one in made if one.kind == "decision_withdrawn"}
    return [one for one in made if one.kind == "conflict_decided" and one.id not in back]


def _counting(made: Sequence[Stamped]) -> set[str]:
    answers = [one for one in made if one.kind == "item_answered"]
    return {one.id for one in _latest_of_each(answers).values()}


def _without_decisions(made: Sequence[Stamped]) -> dict[str, Any]:
    field: dict[str, Any] = _fold_all([one for one in made if one.kind == "item_answered"])[
        "fields"
    ]["answer/1"]
    return field


@laws
@given(decided(), st.randoms(use_true_random=False))
def test_ME1_decisions_in_any_order_give_the_same_record(made: list[Stamped], dice: Any) -> None:
    shuffled = list(made)
    dice.shuffle(shuffled)
    assert _text(_fold_all(shuffled)) == _text(_fold_all(made))
    assert find_conflicts(_fold_all(shuffled)) == find_conflicts(_fold_all(made))


@laws
@given(decided())
def test_ME12_a_decision_that_names_all_that_counts_stands_above_the_policy(
    made: list[Stamped],
) -> None:
    standing = [one for one in _valid(made) if _counting(made) <= set(one.body["between"])]
    assume(standing)
    record = _fold_all(made)
    field, last = record["fields"]["answer/1"], max(standing, key=_age)
    assert (field["value"], field["decided"]) == (last.body["value"], last.id)
    assert "contested" not in field
    assert _on_answers(record) == []


@laws
@given(decided())
def test_ME13_an_entry_that_no_decision_names_brings_the_policy_back(made: list[Stamped]) -> None:
    assume(not any(_counting(made) <= set(one.body["between"]) for one in _valid(made)))
    field, plain = _fold_all(made)["fields"]["answer/1"], _without_decisions(made)
    kept = {name: state for name, state in field.items() if name in plain}
    assert kept == plain
    assert "decided" not in field


@laws
@given(decided())
def test_ME13_whoever_contradicts_what_was_decided_makes_a_conflict(made: list[Stamped]) -> None:
    named = {op for one in _valid(made) for op in one.body["between"]}
    record = _fold_all(made)
    field = record["fields"]["answer/1"]
    assume("decided" not in field)
    entries = list(field["by"].values())
    found = {frozenset((one.first_op, one.second_op)) for one in find_conflicts(record)}
    for one in entries:
        for other in entries:
            taken_back = NO_ANSWER in (one["value"], other["value"])
            differ = one["value"] != other["value"] and not taken_back
            if differ and {one["op"], other["op"]} & named:
                assert frozenset((one["op"], other["op"])) in found


@laws
@given(decided())
def test_ME14_everything_taken_back_leaves_the_policy(made: list[Stamped]) -> None:
    back = [
        msgspec.structs.replace(
            one,
            id=f"zoe:{index}",
            kind="decision_withdrawn",
            body={"field": "answer/1", "decision": one.id, "reason": "看错照片"},
        )
        for index, one in enumerate(_valid(made), start=1)
    ]
    field, plain = _fold_all([*made, *back])["fields"]["answer/1"], _without_decisions(made)
    assert {name: state for name, state in field.items() if name in plain} == plain


@laws
@given(decided())
def test_ME15_the_person_beside_a_decision_gave_its_value(made: list[Stamped]) -> None:
    field = _fold_all(made)["fields"]["answer/1"]
    assume("decided" in field)
    own = field["by"][field["person"]]["value"]
    given_values = {entry["value"] for entry in field["by"].values()}
    assert own == field["value"] or field["value"] not in given_values
    assert field["person"] == _without_decisions(made)["person"] or own == field["value"]
