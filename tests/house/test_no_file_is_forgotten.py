"""No file of the product is imported by nobody, and no name says nothing."""

import re

from tests.house.repository import ROOT, files, imports_of, module_of, name_of, read

STARTED = {
    # By people, by the set-up or by Piccolo, which loads its files by path.
    "backend.cli",
    "backend.piccolo_conf",
    "backend.kernel.schema_dump",
    "shared_schemas.export",
}
EMPTY_WORDS = {
    "manager",
    "helper",
    "helpers",
    "util",
    "utils",
    "common",
    "misc",
    "data",
    "info",
    "base",
    "process",
}


def _python_modules() -> dict[str, str]:
    paths = (*files("backend", ".py"), *files("shared_schemas", ".py"))
    return {
        module_of(path): name_of(path)
        for path in paths
        if path.name not in ("__init__.py", "piccolo_app.py")
        and "piccolo_migrations" not in path.parts
    }


def test_no_python_file_is_imported_by_nobody() -> None:
    rooms = ("backend", "shared_schemas", "setup")
    imported = {one for room in rooms for path in files(room, ".py") for one in imports_of(path)}
    named = "\n".join(read(path) for path in files("backend", "piccolo_app.py"))
    forgotten = [
        path
        for module, path in _python_modules().items()
        if module not in imported and module not in STARTED and module not in named
    ]
    assert forgotten == []


IMPORTED = re.compile(r"""(?:from|import|import\()\s*['"](\.{1,2}/[^'"]+)['"]""")


def test_no_typescript_file_is_imported_by_nobody() -> None:
    paths = [*files("pwa/src", ".ts"), *files("pwa/src", ".vue")]
    reached = set()
    for path in paths:
        if path.name.endswith(".test.ts"):
            continue
        for named in IMPORTED.findall(read(path)):
            reached.add((path.parent / named.split("?")[0]).resolve())
    entries = "\n".join(
        read(ROOT / "pwa" / name)
        for name in ("index.html", "office.html", "vite.config.ts")
        if (ROOT / "pwa" / name).exists()
    )
    entries += "\n".join(read(path) for path in files("pwa/build-plugins", ".ts"))
    forgotten = [
        name_of(path)
        for path in paths
        if path not in reached
        and not path.name.endswith((".test.ts", ".d.ts"))
        and "testing" not in path.parts
        and path.name not in entries
    ]
    assert forgotten == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    endings = (".py", ".ts", ".vue")
    paths = [
        path
        for room in ("backend", "shared_schemas", "pwa/src", "tests", "setup")
        for ending in endings
        for path in files(room, ending)
    ]
    wrong = [name_of(path) for path in paths if EMPTY_WORDS & set(re.split(r"[_.-]", path.stem))]
    assert wrong == []
