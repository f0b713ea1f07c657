"""Decides where a cluster lies and which operating system user runs it.

PostgreSQL refuses to be run by root, so root hands it to `nobody`; and what `nobody` cannot reach
lies elsewhere, named in the data folder. The rights of folders above are never changed.
"""

import os
import pwd
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from backend.kernel.postgres_programs import EmbeddedPostgresError, make_shared_folder

UNNAMED_NOBODY = 65534
"""The number of `nobody` where the machine has no name for it."""


@dataclass(frozen=True)
class Home:
    """Where one cluster lies, and who runs it.

    Attributes:
        asked: the folder inside the data folder that we were given.
        folder: where the cluster really lies, mostly the same.
        user: the user to run PostgreSQL as; None for ourselves.
    """

    asked: Path
    folder: Path
    user: int | None

    @property
    def cluster(self) -> Path:
        """The folder that PostgreSQL itself writes."""
        return self.folder / "cluster"

    @property
    def door(self) -> Path:
        """The folder of the socket."""
        return self.folder / "socket"

    @property
    def secret(self) -> Path:
        """The file with our role's password, ours alone."""
        return self.asked / "secret"

    def own(self, path: Path) -> None:
        """Give a file or folder to the user who runs PostgreSQL."""
        if self.user is not None:
            os.chown(path, self.user, -1)

    def make_private(self, folder: Path) -> None:
        """Make a folder that belongs to the database's user alone."""
        folder.mkdir(mode=0o700, exist_ok=True)
        self.own(folder)

    def run(
        self, command: Sequence[str | Path], *, words: str = "", quiet: bool = False
    ) -> "subprocess.CompletedProcess[str]":
        """Run a command as the database's user, apart from our terminal and its Ctrl-C.

        quiet: for commands that leave a server behind, which would hold the output open for ever.
        """
        return subprocess.run(
            [str(part) for part in command],
            cwd="/",
            env=self.environment(),
            check=False,
            text=True,
            errors="replace",
            input=words,
            stdout=subprocess.DEVNULL if quiet else subprocess.PIPE,
            stderr=subprocess.DEVNULL if quiet else subprocess.STDOUT,
            start_new_session=True,
            user=self.user,
            group=self.group,
            extra_groups=None if self.user is None else [],
        )

    @property
    def group(self) -> int | None:
        """The main group of the user who runs PostgreSQL; None for our own."""
        if self.user is None:
            return None
        try:
            return pwd.getpwuid(self.user).pw_gid
        except KeyError:
            return self.user

    def environment(self) -> dict[str, str]:
        """Give our environment without what would steer PostgreSQL elsewhere."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        return (
            kept | {"LC_ALL": "C.UTF-8", "TZ": "UTC"} | ({} if self.user is None else {"HOME": "/"})
        )

    def can_be_entered(self) -> bool:
        """Tell whether the database's user can come into the folder at all."""
        return self.run(["/bin/sh", "-c", 'cd "$0"', self.folder]).returncode == 0

    def can_run(self, program: Path) -> bool:
        """Tell whether the database's user can run a program."""
        try:
            return self.run([program, "--version"]).returncode == 0
        except PermissionError:
            return False


def settle(asked: Path, *, durable: bool) -> Home:
    """Find where the cluster of a data folder lies, or choose where it will lie.

    Raises: EmbeddedPostgresError where it is closed to us, gone or somebody else's.
    """
    folder = _recorded_place(asked, durable=durable) or asked
    home = Home(asked, folder, _user_for(folder))
    if home.user is None or home.can_be_entered():
        return home
    if home.cluster.exists():
        # Never begin an empty database elsewhere while this one is there.
        message = (
            f"The user who runs the database cannot come into {folder} any more: "
            "give that folder and those above it back the right to be entered (chmod o+x)."
        )
        raise EmbeddedPostgresError(message)
    return Home(asked, _make_place_elsewhere(asked, durable=durable), home.user)


def _user_for(folder: Path) -> int | None:
    """Give the user to run PostgreSQL as where we are root; None where we are not."""
    cluster = folder / "cluster"
    owner = cluster.stat().st_uid if cluster.exists() else None
    if os.geteuid() != 0:
        if owner is not None and owner != os.geteuid():
            message = (
                f"The database in {folder} belongs to another user: "
                "start Roundsman as that user or as root."
            )
            raise EmbeddedPostgresError(message)
        return None
    if owner:
        return owner
    try:
        return pwd.getpwnam("nobody").pw_uid
    except KeyError:
        return UNNAMED_NOBODY


def _recorded_place(asked: Path, *, durable: bool) -> Path | None:
    """Give the folder that an earlier start had to choose outside the data folder."""
    note = asked / "lies-in"
    if not note.exists():
        return None
    place = Path(note.read_text(encoding="utf-8").strip())
    if not place.exists():
        if not durable:
            return None
        message = (
            f"The database of {asked} lay in {place}, which is gone: bring it back, "
            f"or delete {note} to begin with an empty database."
        )
        raise EmbeddedPostgresError(message)
    owner = place / "belongs-to"
    belongs_to = Path(owner.read_text(encoding="utf-8").strip())
    if belongs_to != asked:
        if (belongs_to / "lies-in").exists():
            message = (
                f"The database in {place} belongs to {belongs_to}, of which {asked} "
                "is a copy: copy a database with backup and restore instead."
            )
            raise EmbeddedPostgresError(message)
        owner.write_text(str(asked), encoding="utf-8")
    return place


def _make_place_elsewhere(asked: Path, *, durable: bool) -> Path:
    """Make a folder that the database's user can reach, and note it in the data folder."""
    # Every user can come into /tmp, and the name is random; but it may be emptied one day.
    parent = make_shared_folder() if durable else Path("/tmp")  # noqa: S108
    place = Path(tempfile.mkdtemp(dir=parent, prefix="data-" if durable else "roundsman-"))
    place.chmod(0o755)
    (place / "belongs-to").write_text(str(asked), encoding="utf-8")
    (asked / "lies-in").write_text(str(place), encoding="utf-8")
    return place
