"""The locks hold a hash for everything and name no registry, so they serve every machine."""

import ast
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTHON_LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
NODE_LOCKS = [ROOT / "pwa" / "package-lock.json", ROOT / "tests" / "e2e" / "package-lock.json"]


def pinned(lock: Path) -> dict[str, str]:
    """Give each pinned package of a Python lock with the lines that follow it."""
    entries = re.split(r"^(?=[\w.-]+==)", lock.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {entry.split(" ", 1)[0]: entry for entry in entries}


@pytest.mark.parametrize("lock", PYTHON_LOCKS, ids=lambda path: path.name)
def test_python_lock_has_hashes_and_names_no_registry(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*--(?!hash=)", text, re.MULTILINE)
    entries = pinned(lock)
    assert len(entries) > 30
    assert [name for name, entry in entries.items() if "--hash=sha256:" not in entry] == []


def test_running_and_testing_use_the_same_versions() -> None:
    runtime, dev = (
        set(pinned(ROOT / "requirements" / name)) for name in ("runtime.txt", "dev.txt")
    )
    assert runtime - dev == set()


@pytest.mark.parametrize("lock", NODE_LOCKS, ids=lambda path: path.parent.name)
def test_node_lock_has_hashes_every_variant_and_names_no_registry(lock: Path) -> None:
    packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    installed = {path: package for path, package in packages.items() if path}
    assert [path for path, package in installed.items() if "integrity" not in package] == []
    assert [path for path, package in installed.items() if "resolved" in package] == []
    wanted = {
        name for package in packages.values() for name in package.get("optionalDependencies", {})
    }
    assert [
        name
        for name in wanted
        if not any(path.endswith(f"node_modules/{name}") for path in installed)
    ] == []


def test_the_first_file_of_set_up_reads_on_an_old_python() -> None:
    source = (ROOT / "setup" / "bootstrap.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 5))
    assert "f'" not in source
    assert 'f"' not in source
