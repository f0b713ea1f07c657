"""Every row of the rules that the product carries stands in a table, with a test that exists."""

import re

import pytest

from tests.house.repository import ROOT

CARRIED = "S08 S09 S13 S15 S16 S17 S21 S22 S25 S44 S46 S48 S51 S53 S56 S57 S58 S75 S76 S77 S78"
_LINE = re.compile(r"^\| (S\d\d) \| (.+?) \| `([^`]+)` \|$", re.MULTILINE)
ROWS = _LINE.findall((ROOT / "backend" / "packs" / "ROWS.md").read_text(encoding="utf-8"))


def test_every_row_stands_in_the_table_once() -> None:
    assert [row for row, _, _ in ROWS] == CARRIED.split()


@pytest.mark.parametrize(("row", "place", "test"), ROWS)
def test_every_row_names_a_pack_that_cites_it_and_a_test_that_is_there(
    row: str, place: str, test: str
) -> None:
    pack = re.match(r"`(\w+)`", place)
    assert pack, "every row so far lives in a pack"
    folder = ROOT / "backend" / "packs" / pack[1]
    assert any(row in path.read_text(encoding="utf-8") for path in folder.rglob("*.yaml"))
    path, name = test.split("::")
    assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8")
