"""Every mistake in a pack is refused with file, line, what was expected and what to do.

Each file of `broken/` is one file of the sound pack with one mistake. Its first lines say which
file it takes the place of and what must be said; `# <- here` marks the line to be named.
"""

import shutil
from pathlib import Path

import pytest

from backend.packs.check import check_pack
from backend.packs.loader import load_pack, read_pack
from backend.scoring.cases import run_case
from backend.scoring.schemes import check_scheme
from shared_schemas.problems import ProblemError

HERE = Path(__file__).parent
BROKEN = sorted((HERE / "broken").glob("*.yaml"))


def check(folder):
    return check_pack(folder, check_scheme=check_scheme, run_case=run_case)


@pytest.fixture
def sound(tmp_path):
    """Give a copy of the sound pack that a test may break."""
    return Path(shutil.copytree(HERE / "sound", tmp_path / "sound"))


def headline(text, name):
    mark = f"# {name}: "
    return next(
        (line[len(mark) :].strip() for line in text.splitlines() if line.startswith(mark)), ""
    )


def test_the_sound_pack_has_no_problem(sound):
    assert check(sound) == ()


def test_there_is_a_broken_file_for_many_mistakes():
    assert len(BROKEN) > 40


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_broken_file_is_refused_with_file_line_expectation_and_remedy(path, sound):
    text = path.read_text(encoding="utf-8")
    replaced = headline(text, "replaces")
    (sound / replaced).write_text(text, encoding="utf-8")
    problems = check(sound)
    matching = [
        problem
        for problem in problems
        if headline(text, "found") in problem.found
        and headline(text, "expected") in problem.expected
    ]
    assert matching, [str(problem) for problem in problems]
    here = [number for number, line in enumerate(text.splitlines(), 1) if "# <- here" in line]
    assert matching[0].file == f"sound/{replaced}"
    assert matching[0].line == here[0] if here else matching[0].line >= 1
    assert matching[0].remedy
    assert len(problems) <= 4, "one mistake should not drown in its consequences"


def test_misspelt_key_is_answered_with_the_right_one(sound):
    (sound / "checklists" / "daily.yaml").write_text(
        (HERE / "broken" / "key_misspelt.yaml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    (problem,) = check(sound)
    assert problem.remedy == "Did you mean photo_on_fail"
    assert str(problem).startswith("sound/checklists/daily.yaml:")


def test_loading_a_broken_pack_raises_the_problem_with_its_place(sound):
    (sound / "plans.yaml").write_text("plans: 3\n", encoding="utf-8")
    with pytest.raises(ProblemError) as caught:
        load_pack(sound)
    assert caught.value.problem.code == "pack_broken"
    assert caught.value.problem.details["file"] == "sound/plans.yaml"
    assert caught.value.problem.details["line"] == 1


def test_one_run_names_the_mistakes_of_all_files(sound):
    for name in ("plans.yaml", "schemes/month.yaml"):
        (sound / name).write_text("version: [", encoding="utf-8")
    assert {problem.file for problem in check(sound)} == {
        "sound/plans.yaml",
        "sound/schemes/month.yaml",
    }


@pytest.mark.parametrize("content", [b"code: \xff\xfe\n", b"code: \x07bell\n"])
def test_bytes_that_are_no_text_are_refused(sound, content):
    (sound / "pack.yaml").write_bytes(content)
    pack, problems = read_pack(sound)
    assert pack is None
    assert problems[0].file == "sound/pack.yaml"


@pytest.mark.parametrize("name", ["checklist/daily.yaml", "schemes/month.yml", "notes.yaml"])
def test_file_that_nobody_would_read_is_named(sound, name):
    (sound / name).parent.mkdir(exist_ok=True)
    (sound / name).write_text("code: x\n", encoding="utf-8")
    assert [problem.file for problem in check(sound)] == [f"sound/{name}"]


def test_folder_without_a_head_is_refused(sound, tmp_path):
    (sound / "pack.yaml").unlink()
    assert check(sound)[0].expected == "a folder with pack.yaml"
    assert check(tmp_path / "nowhere")[0].found == "no such folder"


def test_hours_and_dates_stay_the_words_that_were_written(sound):
    path = sound / "plans.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace('"', ""), encoding="utf-8")
    plan = load_pack(sound).plans[0]
    assert (plan.opens, plan.closes) == ("09:00", "21:00")
    assert load_pack(sound).head.from_on == "2026-01-01"
