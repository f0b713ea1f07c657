"""Imports go downstairs, neighbours never see each other, and every room stands in the picture."""

import re
import tomllib
from typing import Any

from tests.house.repository import PYTHON_ROOMS, ROOT, files, imports_of, module_of, name_of


def _contracts() -> list[dict[str, Any]]:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts: list[dict[str, Any]] = told["tool"]["importlinter"]["contracts"]
    return contracts


def _floors() -> list[list[str]]:
    [picture] = [one for one in _contracts() if one["type"] == "layers"]
    return [[room.strip(" ()") for room in re.split(r"[|:]", floor)] for floor in picture["layers"]]


def _rooms() -> dict[str, int]:
    return {room: floor for floor, rooms in enumerate(_floors()) for room in rooms}


def test_every_room_of_the_backend_stands_in_the_picture() -> None:
    rooms = {
        path.stem
        for path in (ROOT / "backend").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert rooms - {"__init__"} <= _rooms().keys()


def test_imports_go_downstairs_and_never_sideways() -> None:
    floor_of, wrong = _rooms(), []
    for path in files("backend", ".py"):
        parts = module_of(path).split(".")
        if len(parts) < 2:
            continue
        for imported in imports_of(path):
            there = imported.split(".")
            if there[0] != "backend" or len(there) < 2 or there[1] == parts[1]:
                continue
            if floor_of[there[1]] <= floor_of[parts[1]]:
                wrong.append(f"{name_of(path)} imports {imported}")
    assert wrong == []


def test_slices_never_import_each_other() -> None:
    wrong = [
        f"{name_of(path)} imports {imported}"
        for path in files("backend/domains", ".py")
        for imported in imports_of(path)
        if imported.startswith("backend.domains.")
        and imported.split(".")[2] != module_of(path).split(".")[2]
    ]
    assert wrong == []


def test_what_travels_imports_nobody() -> None:
    wrong = [
        f"{name_of(path)} imports {imported}"
        for path in files("shared_schemas", ".py")
        for imported in imports_of(path)
        if imported.split(".")[0] in PYTHON_ROOMS and not imported.startswith("shared_schemas")
    ]
    assert wrong == []


PURE = (
    "backend/scoring/engine.py",
    "backend/scoring/grades.py",
    "backend/scoring/measures.py",
    "backend/scoring/periods.py",
    "backend/sync/group.py",
    "backend/sync/instants.py",
    "backend/sync/merge.py",
    "backend/sync/received.py",
    "backend/timing/cadences.py",
)
WORLDLY = {
    "asyncio",
    "asyncpg",
    "piccolo",
    "structlog",
    "litestar",
    "os",
    "pathlib",
    "time",
    "random",
    "secrets",
    "httpx",
}


def test_pure_rooms_know_no_database_clock_or_chance() -> None:
    pure = [ROOT / one for one in PURE] + [
        one for one in files("backend/domains", ".py") if one.name == "rules.py"
    ]
    wrong = [
        f"{name_of(path)} imports {imported}"
        for path in pure
        for imported in imports_of(path)
        if imported.split(".")[0] in WORLDLY
    ]
    assert wrong == []
