"""The repository as the house tests look at it: its files, what they import, what they name."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PYTHON_ROOMS = ("backend", "shared_schemas")
NOT_OURS = {"node_modules", "dist", "__pycache__", "broken", "sound", "fixtures"}


@cache
def files(folder: str, ending: str) -> tuple[Path, ...]:
    """List our own files of an ending below a folder, in order."""
    found = (ROOT / folder).rglob(f"*{ending}")
    return tuple(sorted(path for path in found if not NOT_OURS & set(path.relative_to(ROOT).parts)))


@cache
def read(path: Path) -> str:
    """Read a file."""
    return path.read_text(encoding="utf-8")


@cache
def tree(path: Path) -> ast.Module:
    """Read a Python file as its tree."""
    return ast.parse(read(path))


def name_of(path: Path) -> str:
    """Name a file as people do: its path in the repository."""
    return path.relative_to(ROOT).as_posix()


def module_of(path: Path) -> str:
    """Name a Python file as an import does."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> Iterator[str]:
    """List what a Python file imports, members of packages included."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def all_tests() -> str:
    """Read all tests of both languages as one text."""
    paths = [*files("tests", ".py"), *files("pwa/src", ".test.ts"), *files("tests/e2e", ".ts")]
    return "\n".join(read(path) for path in paths)


def words_in(text: str, pattern: str) -> set[str]:
    """Find everything in a text that a pattern's group names."""
    return set(re.findall(pattern, text))
