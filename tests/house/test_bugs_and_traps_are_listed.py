"""The lists of others' bugs and of traps in `tests/README.md` say what is there, and all of it."""

import re

import pytest

from tests.house.repository import ROOT, files, read

README = ROOT / "tests" / "README.md"
ROW = re.compile(r"^\| (\d\d) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
IN_PYTHON = re.compile(r"`(test_\w+)`")
IN_TYPESCRIPT = re.compile(r"`((?:bug|trap) \d\d)[^`]*` in `([^`]+)`")
LATER = ("needs a real phone", "comes with ", "we measure ")
LISTS = {"The bugs of others": 24, "Traps of the platform": 35}


def rows_of(heading: str) -> list[tuple[str, str, str]]:
    """Give the numbered rows below a heading."""
    below = read(README).split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return ROW.findall(below)


def functions() -> set[str]:
    """Give the name of every Python test there is."""
    return {
        name
        for path in files("tests", ".py")
        for name in re.findall(r"^(?:async )?def (test_\w+)", read(path), re.MULTILINE)
    }


@pytest.mark.parametrize("heading", LISTS)
def test_every_number_stands_in_its_list_once(heading: str) -> None:
    numbers = [int(number) for number, _, _ in rows_of(heading)]
    assert numbers == list(range(1, LISTS[heading] + 1))


@pytest.mark.parametrize("heading", LISTS)
def test_every_row_names_a_test_that_is_there_or_says_what_owes_it(heading: str) -> None:
    known, wrong = functions(), []
    for number, _, told in rows_of(heading):
        by_python, by_typescript = IN_PYTHON.findall(told), IN_TYPESCRIPT.findall(told)
        if not by_python and not by_typescript and not told.startswith(LATER):
            wrong.append(f"{number}: {told}")
        wrong += [f"{number}: {name}" for name in by_python if name not in known]
        wrong += [
            f"{number}: {name} in {place}"
            for name, place in by_typescript
            if not re.search(rf"test\([`'\"]{name}\b", _text(place))
        ]
    assert wrong == []


def _text(place: str) -> str:
    path = ROOT / place
    return read(path) if path.exists() else ""
