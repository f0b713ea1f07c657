"""Choose the newest allowed versions and write every lock file anew.

The locks hold exact versions and hashes for all machines, and name no registry and no folder:
every machine uses the registries it is set up for.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from steps import BROWSER, PWA, ROOT, node_environment, node_folder

REQUIREMENTS = ROOT / "requirements"
HEADING = "# Written by `make lock` from pyproject.toml. For every machine; hashes are checked.\n"
FOREIGN = re.compile(r"\w+://|^\s*--(?!hash=)|(?:^|\s)/\w", re.MULTILINE)


def lock_python(uv: Path, name: str, *arguments: str) -> None:
    """Write one lock file of Python packages."""
    path = REQUIREMENTS / f"{name}.txt"
    command = [uv, "pip", "compile", "pyproject.toml", "--no-config", "--quiet", "--no-header"]
    command += ["--universal", "--python-version", "3.11", "--generate-hashes", "--upgrade"]
    command += ["--no-emit-index-url", "--no-emit-find-links", *arguments, "--output-file", path]
    subprocess.run(command, cwd=ROOT, check=True)
    text = path.read_text(encoding="utf-8")
    if found := FOREIGN.search(text):
        sys.exit(f"{path.relative_to(ROOT)} names a machine or a registry: {found[0]}")
    path.write_text(HEADING + text, encoding="utf-8")


def faults_in(lock: str) -> Iterator[str]:
    """Name what makes a lock of Node packages unusable on other machines."""
    packages = json.loads(lock)["packages"]
    for path, package in packages.items():
        if not path:
            continue
        if "integrity" not in package:
            yield f"{path} has no hash"
        if "resolved" in package:
            yield f"{path} names a registry"
        # A registry that lacks one machine's variant leaves it out in silence.
        for wanted in package.get("optionalDependencies", {}):
            if not any(found.endswith(f"node_modules/{wanted}") for found in packages):
                yield f"{path} lacks its variant {wanted}: pin a complete version in overrides"


def lock_node(folder: Path) -> None:
    """Write one lock file of Node packages; away from node_modules, which would lose hashes."""
    node = node_folder()
    npm = node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command = [node / "bin" / "node", npm, "install", "--package-lock-only", "--ignore-scripts"]
    with tempfile.TemporaryDirectory() as place:
        for name in ("package.json", ".npmrc"):
            shutil.copy(folder / name, place)
        subprocess.run(command, cwd=place, env=node_environment(), check=True)
        lock = (Path(place) / "package-lock.json").read_text(encoding="utf-8")
    faults = list(faults_in(lock))
    if faults:
        sys.exit("\n".join([f"{folder.relative_to(ROOT)}: no lock was written", *faults]))
    (folder / "package-lock.json").write_text(lock, encoding="utf-8")


def main() -> None:
    """Write all locks; the next set-up installs what they say."""
    with tempfile.TemporaryDirectory() as place:
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
        python = Path(place) / "bin" / "python"
        environment = {**os.environ, "PIP_USER": "0"}
        command = [python, "-m", "pip", "install", "--quiet", "uv"]
        subprocess.run(command, check=True, env=environment)
        uv = Path(place) / "bin" / "uv"
        lock_python(uv, "dev", "--group", "dev")
        # The same versions in both: running and testing never differ.
        lock_python(uv, "runtime", "--constraint", "requirements/dev.txt")
    for folder in (PWA, BROWSER):
        lock_node(folder)


if __name__ == "__main__":
    main()
