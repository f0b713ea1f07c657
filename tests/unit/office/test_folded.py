"""Reading a folded record: everyone's account with their own note and photos."""

from backend.office.folded import given_answers, given_in, photos_by, read_record
from backend.office.phones import count_received
from backend.sync.merge import Stamped, fold

ANA, BEN = "a" * 32, "b" * 32


def _record() -> dict:
    record = None
    acts = (
        (ANA, "item_answered", {"item": "i", "checklist": "c", "answer": "fail"}),
        (BEN, "item_answered", {"item": "i", "checklist": "c", "answer": "pass"}),
        (ANA, "evidence_added", {"item": "i", "photo": "zz"}),
        (BEN, "evidence_added", {"item": "i", "photo": "aa"}),
        (BEN, "item_noted", {"item": "i", "note": "fine"}),
    )
    for number, (person, kind, body) in enumerate(acts, 1):
        operation = Stamped(
            id=f"{person}:{number}", kind=kind, record="r", record_kind="task", person=person,
            role="quality_inspector", stamp=number, saw=0, position=number, body=body,
        )  # fmt: skip
        record = fold(record, operation)
    assert record is not None
    return record


def test_each_account_keeps_its_own_note_and_photos() -> None:
    ana, ben = given_answers(_record(), "i")
    assert (ana.answer, ana.note, ana.photos) == ("fail", "", ("zz",))
    assert (ben.answer, ben.note, ben.photos) == ("pass", "fine", ("aa",))
    assert given_answers(_record(), "other") == ()


def test_the_photos_of_whoever_found_it_come_first() -> None:
    assert photos_by(_record(), "evidence/i", ANA) == ("zz", "aa")
    assert photos_by(_record(), "evidence/i", BEN) == ("aa", "zz")
    assert photos_by(_record(), "evidence/none", BEN) == ()


def test_accounts_of_a_field_are_those_that_count_the_earliest_first() -> None:
    assert [one.operation for one in given_in(_record(), "answer/i")] == [f"{ANA}:1", f"{BEN}:2"]
    assert [one.answer for one in given_in(_record(), "note/i")] == ["fine"]
    assert given_in(_record(), "no_such_field") == ()
    assert given_in(read_record(None), "answer/i") == ()


def test_gaps_of_a_writer_are_counted() -> None:
    assert count_received("[]") == (0, 0)
    assert count_received('[[3, "[]"], [2, "[4, 7]"]]') == (7, 3)
