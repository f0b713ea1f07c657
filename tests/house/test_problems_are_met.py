"""Every problem speaks both languages, says what to do next, is raised somewhere and was met."""

import re

from shared_schemas.problems import CODES, problem
from tests.house.repository import ROOT, all_tests, files, read

CHINESE = re.compile("[一-鿿]")


def test_every_problem_speaks_both_languages_and_says_what_to_do() -> None:
    for code in CODES:
        found = problem(code)
        for words in (found.title_zh, found.next_zh):
            assert CHINESE.search(words), code
        for words in (found.title_en, found.next_en):
            assert words, code
            assert not CHINESE.search(words), code
        assert found.title_en != found.next_en


def _raisers() -> str:
    told = [read(path) for path in files("backend", ".py")]
    return "\n".join(told)


def test_every_problem_has_a_raiser() -> None:
    backend = _raisers()
    assert [code for code in CODES if f'"{code}"' not in backend] == []


def test_every_problem_raised_is_one_of_the_list() -> None:
    raised = set(re.findall(r'(?:ProblemError|problem)\(\s*"([a-z_]+)"', _raisers()))
    assert raised - set(CODES) == set()


def test_every_problem_is_named_by_a_test() -> None:
    tests = all_tests()
    assert [code for code in CODES if f'"{code}"' not in tests and f"'{code}'" not in tests] == []


def test_the_phone_knows_no_problem_that_the_server_has_not() -> None:
    told = read(ROOT / "pwa" / "src" / "schemas.gen.ts")
    assert [code for code in CODES if code not in told] == []
