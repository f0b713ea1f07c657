"""Every problem for which an operation is held says whether a person may overrule it, and why not."""

import re
from pathlib import Path

from backend.office.held_words import forms_by_kind, item_in, photo_hashes
from backend.sync.held import capture_in
from shared_schemas.held import DECISIONS, NEVER_AS_IT_IS, OVERRULED, UNFIT, why_never
from shared_schemas.operations import KINDS
from shared_schemas.problems import CODES

ROOT = Path(__file__).resolve().parents[3] / "backend"
RULES = (
    *sorted(ROOT.glob("domains/*/*.py")),
    ROOT / "directory" / "handlers.py",
    ROOT / "scoring" / "handlers.py",
    *(
        ROOT / "sync" / f"{name}.py"
        for name in ("received", "group", "committer", "decisions", "carried")
    ),
)
"""Where an operation that a phone may send is refused; decisions on the desk are set aside."""

TOLD = {"clock_bounded"}
"""Said of what was applied."""


def _codes() -> set[str]:
    text = "\n".join(path.read_text(encoding="utf-8") for path in RULES if path.exists())
    return set(re.findall(r'problem\(\s*"([a-z_]+)"', text)) - TOLD


def test_HE7_every_refusal_says_whether_a_person_may_overrule_it() -> None:
    assert OVERRULED & NEVER_AS_IT_IS.keys() == set()
    assert (OVERRULED | NEVER_AS_IT_IS.keys()) <= set(CODES)
    assert _codes() - OVERRULED - NEVER_AS_IT_IS.keys() == set()
    assert len(_codes()) > 10


def test_HE7_problem_that_nobody_declared_is_not_overruled() -> None:
    assert why_never("a problem to come") == UNFIT
    assert all(why_never(code) is None for code in OVERRULED)


def test_HE8_form_of_an_operation_has_the_fields_of_its_body_and_no_hash() -> None:
    forms = forms_by_kind()
    assert not DECISIONS & forms.keys()
    assert "evidence_added" not in forms
    assert "checklist_published" not in forms
    answer = {one.name: one for one in forms["item_answered"]}
    assert (answer["answer"].form, answer["item"].form) == ("choice", "text")
    assert set(answer["answer"].choices) >= {"fail", "pass", "not_applicable"}
    # What may be left unsaid is on the form as well, and takes no kind off it.
    assert (answer["value"].form, answer["value"].needed) == ("text", False)
    assert (answer["bulk"].form, answer["bulk"].needed) == ("yes_no", False)
    assert {one.form for one in forms["remark_added"]} == {"long_text"}
    assert [one.form for one in forms["task_finished"]] == ["number"]
    assert all(KINDS[kind].by_people for kind in forms)


def test_HE1_text_that_may_be_anything_is_read_as_far_as_it_goes() -> None:
    assert item_in({"body": {"item": 7}}) == ""
    assert item_in({"body": []}) == ""
    assert photo_hashes({"evidence": "x"}) == ()
    assert capture_in(b"{not json") is None
    assert capture_in(b"[1]") is None
    assert capture_in(b'{"captured":{"wall_ms":"x"}}') is None
    clocks = b'{"captured":{"wall_ms":1,"mono_ms":2,"origin_ms":3,"session":"s"}}'
    found = capture_in(clocks)
    assert found is not None
    assert found.wall_ms == 1
