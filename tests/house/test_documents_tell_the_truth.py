"""Paths named in documents exist, and so do the rules of a SPEC and their tests."""

import re
from pathlib import Path

import pytest

from tests.house.repository import ROOT, all_tests, files, name_of, read

DOCUMENTS = (*sorted(ROOT.glob("*.md")), *files("backend", ".md"), *files("shared_schemas", ".md"),
             *files("tests", ".md"), *files("pwa", ".md"))  # fmt: skip
QUOTED = re.compile(r"`([\w./*@<>-]+)`")
TOP = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")} | {"data", "build"}
MADE_LATER = ("build/", "data/", "pwa/dist")
"""Folders that set-up and running make."""


def _named_paths(document: Path) -> list[str]:
    told = [part for part in QUOTED.findall(read(document)) if "<" not in part]
    return [
        part
        for part in told
        if ("/" in part and part.split("/")[0] in TOP)
        or re.fullmatch(r"[\w-]+\.(py|md|toml|ts|vue)", part)
    ]


def _exists(document: Path, part: str) -> bool:
    if part.startswith(MADE_LATER):
        return True
    near = (ROOT, document.parent)
    if any(list(base.glob(part.rstrip("/"))) for base in near):
        return True
    # A bare file name speaks of a file somewhere in its room, or of one per slice.
    return "/" not in part and any(
        ROOT.glob(f"{room}/**/{part}")
        for room in ("backend", "shared_schemas", "pwa/src", "tests", "setup")
    )


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_paths_named_in_documents_exist(document: Path) -> None:
    assert [part for part in _named_paths(document) if not _exists(document, part)] == []


RULE = re.compile(r"^- \*\*([A-Z]{2}\d+)\*\* ", re.MULTILINE)
SPECS = files("backend", "SPEC.md")


def _rules() -> set[str]:
    return {rule for spec in SPECS for rule in RULE.findall(read(spec))}


def _tested() -> set[str]:
    names = re.findall(r"def test_((?:[A-Z]{1,2}\d+_)+)", all_tests())
    named = {rule for name in names for rule in name.split("_") if rule}
    return named | set(re.findall(r"(?:test|it|describe)\(['\"`]([A-Z]{2}\d+)\b", all_tests()))


def test_every_rule_of_a_spec_has_a_test() -> None:
    assert sorted(_rules() - _tested()) == []


def test_every_rule_that_a_test_names_exists() -> None:
    laws = {f"W{number}" for number in range(1, 8)}
    # The trades' own rows and the decisions on them are numbered C, G and S; packs cite them.
    rows = {one for one in _tested() if re.fullmatch(r"[CGS]\d\d", one)}
    assert sorted(_tested() - _rules() - laws - rows) == []


def test_every_rule_that_code_cites_exists() -> None:
    families = {rule[:2] for rule in _rules()}
    rules, wrong = _rules(), []
    for path in (*files("backend", ".py"), *files("pwa/src", ".ts")):
        for family, number in re.findall(r"\b([A-Z]{2})(\d{1,2})\b", read(path)):
            if family in families and f"{family}{number}" not in rules:
                wrong.append(f"{name_of(path)} cites {family}{number}")
    assert wrong == []


def test_rules_of_a_spec_are_numbered_without_gap() -> None:
    for spec in SPECS:
        numbers: dict[str, list[int]] = {}
        for rule in RULE.findall(read(spec)):
            numbers.setdefault(rule[:2], []).append(int(rule[2:]))
        for family, found in numbers.items():
            assert found == list(range(1, len(found) + 1)), (name_of(spec), family)
