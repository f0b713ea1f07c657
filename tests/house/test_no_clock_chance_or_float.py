"""Where results must be the same tomorrow there is no clock, no chance and no float."""

import ast
from pathlib import Path

import pytest

from tests.house.repository import files, name_of, tree

STRICT = (
    "backend/scoring",
    "backend/sync",
    "backend/domains",
    "backend/flows",
    "backend/timing",
    "shared_schemas",
)
EVERYWHERE = ("backend", "shared_schemas")
CLOCKS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
}
CHANCE = {"random", "uuid", "numpy"}
ALLOWED = {
    ("backend/scoring/recompute.py", "float"): "seconds between two looks, never a score",
    ("backend/sample/history.py", "chance"): "a story, told by dice with a fixed seed",
    ("backend/sample/pictures.py", "chance"): "pictures, drawn with a fixed seed",
    ("backend/sample/aftermath.py", "chance"): "a story, told by dice with a fixed seed",
}


def _clocks(path: Path) -> bool:
    return any(
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in CLOCKS
        for node in ast.walk(tree(path))
    )


def _chance(path: Path) -> bool:
    for node in ast.walk(tree(path)):
        if (
            isinstance(node, ast.Import)
            and {alias.name.split(".")[0] for alias in node.names} & CHANCE
        ):
            return True
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in CHANCE:
            return True
    return False


def _float(path: Path) -> bool:
    return any(
        (isinstance(node, ast.Name) and node.id == "float")
        or (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and _of_numbers(node))
        for node in ast.walk(tree(path))
    )


def _of_numbers(node: ast.BinOp) -> bool:
    """A plain division by a number gives a float; paths and decimals divide otherwise."""
    return isinstance(node.right, ast.Constant) and isinstance(node.right.value, int)


@pytest.mark.parametrize(
    ("what", "rooms", "found"),
    [("clock", EVERYWHERE, _clocks), ("chance", EVERYWHERE, _chance), ("float", STRICT, _float)],
)
def test_nothing_that_changes_by_itself(what, rooms, found) -> None:
    paths = {path for room in rooms for path in files(room, ".py")}
    wrong = {name_of(path) for path in paths if found(path)}
    allowed = {name for name, kind in ALLOWED if kind == what}
    assert sorted(wrong - allowed) == []
    assert sorted(allowed - wrong) == [], "an exception that is no longer needed"
