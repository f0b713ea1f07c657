"""Starts and stops our own PostgreSQL in the data folder, so that nobody has to install one.

Never leaves a server running that nobody can stop: what an earlier start left behind is stopped
by the next.

    data/postgres/          the folder it is given
    ├── lock                held while a server of ours runs here
    ├── secret              the password, readable by us alone
    ├── lies-in             only where the database's user cannot come in here: where the rest lies
    ├── cluster/            PostgreSQL's own folder
    ├── socket/             the door; a network port only where the path is too long for a socket
    ├── postgresql.conf     written anew at every start
    └── server.log
"""

import contextlib
import fcntl
import os
import secrets
import shlex
import shutil
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, NoReturn, Self
from urllib.parse import quote

from backend.kernel.postgres_home import Home, settle
from backend.kernel.postgres_processes import clear_leftovers, living_in, server_in
from backend.kernel.postgres_programs import (
    EmbeddedPostgresError,
    PostgresPrograms,
    copy_for_other_user,
    find_programs,
)

ROLE = "roundsman"
DATABASE = "roundsman"
SOCKET_PORT = 5432
LONGEST_SOCKET_PATH = 100
"""Operating systems allow 104 to 108 bytes for the path of a socket."""

LOG_LIMIT = 5_000_000
"""Bytes of server.log above which a start begins a new one and keeps the last."""

START_TIMEOUT_S = 600
"""Recovery after a hard stop replays what was not yet written to the tables; it may take long."""

STOP_TIMEOUT_S = 60

STEADY_SETTINGS: Mapping[str, str] = {
    "max_connections": "200",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "jit": "off",
    "unix_socket_permissions": "0700",
}
FORGETFUL_SETTINGS: Mapping[str, str] = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}
"""For tests only: a power cut may lose everything."""


class EmbeddedPostgres:
    """One PostgreSQL of our own in one folder, started when needed and stopped with us."""

    def __init__(
        self, folder: Path, *, durable: bool = True, settings: Mapping[str, str] | None = None
    ) -> None:
        """Name the folder; nothing is made or started yet.

        With durable=False the disk is never waited for, and nothing outlives our process.
        """
        self.folder = folder.absolute()
        self.durable = durable
        self._settings = {
            **STEADY_SETTINGS,
            **({} if durable else FORGETFUL_SETTINGS),
            **(settings or {}),
        }
        self._lock: IO[str] | None = None
        self._watcher: subprocess.Popen[bytes] | None = None
        self._home = Home(self.folder, self.folder, None)
        self._programs: PostgresPrograms | None = None
        self._host = ""
        self._port = SOCKET_PORT
        self._running = False

    def __enter__(self) -> Self:
        """Start the server."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the server."""
        self.stop()

    @property
    def cluster(self) -> Path:
        """The folder that PostgreSQL itself writes."""
        return self._home.cluster

    @property
    def dsn(self) -> str:
        """The address for asyncpg and Piccolo, password included: never log it."""
        return self.dsn_of(DATABASE)

    @property
    def url(self) -> str:
        """The same address under the name that settings use."""
        return self.dsn

    def dsn_of(self, database: str) -> str:
        """Give the address of another database in the same cluster."""
        password = self._home.secret.read_text(encoding="utf-8")
        if self._host.startswith("/"):
            place = f"/{database}?host={quote(self._host)}&port={self._port}"
        else:
            place = f"{self._host}:{self._port}/{database}"
        return f"postgresql://{ROLE}:{password}@{place}"

    def start(self) -> str:
        """Start the server, making the cluster first where there is none; give its address.

        A server that an earlier, killed start left behind is stopped first.

        Raises: EmbeddedPostgresError with a sentence for the person at the terminal.
        """
        if self._running:
            return self.dsn
        try:
            self._open_folder()
            self._home = settle(self.folder, durable=self.durable)
            self._choose_programs()
            self._stop_what_was_left()
            if not (self.cluster / "PG_VERSION").exists():
                self._make_cluster()
            elif not self._home.secret.exists():
                self._set_password(self.cluster, "ALTER ROLE")
            self._write_settings()
            self._begin()
        except BaseException as failure:
            self._unlock()
            if isinstance(failure, OSError):
                raise self._as_sentence(failure) from failure
            raise
        return self.dsn

    def stop(self) -> None:
        """Stop the server that start() started, and everything that belongs to it."""
        if not self._running:
            return
        self._running = False
        try:
            self._halt()
            self._dismiss_watcher()
        finally:
            self._unlock()
        if not self.durable and self._home.folder != self.folder:
            shutil.rmtree(self._home.folder, ignore_errors=True)
            (self.folder / "lies-in").unlink(missing_ok=True)

    # The folder

    def _open_folder(self) -> None:
        """Make the folder and keep every other start of ours out of it."""
        if not self.folder.exists():
            self.folder.mkdir(parents=True)
            self.folder.chmod(0o755)
        lock = (self.folder / "lock").open("w", encoding="utf-8")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            message = (
                f"Another Roundsman is at work with the data in {self.folder}: "
                "stop that one, or choose another folder with ROUNDSMAN_DATA."
            )
            raise EmbeddedPostgresError(message) from None
        self._lock = lock

    def _unlock(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _choose_programs(self) -> None:
        """Take the programs that the cluster was made with, where its user can run them."""
        version = self.cluster / "PG_VERSION"
        major = int(version.read_text(encoding="utf-8")) if version.exists() else None
        programs = find_programs(major)
        if not self._home.can_run(programs.folder / "initdb"):
            programs = copy_for_other_user(programs)
        self._programs = programs
        self._home.make_private(self._home.door)

    def _program(self, name: str) -> Path:
        if self._programs is None:
            message = "the programs are chosen in start()"
            raise RuntimeError(message)
        return self._programs.folder / name

    # The cluster

    def _make_cluster(self) -> None:
        """Make a cluster with our role and an empty database; a half-made one never counts."""
        fresh = self._home.folder / "cluster-in-making"
        shutil.rmtree(fresh, ignore_errors=True)
        self._home.make_private(fresh)
        # The superuser's password is thrown away: nothing of ours needs so much power.
        key = self._home.folder / "key"
        write_secret(key, secrets.token_hex(24))
        self._home.own(key)
        # With the locale C, searching for Chinese words would find nothing.
        options = ["--locale=C.UTF-8", "-E", "UTF8", "-U", "postgres", "--auth=password"]
        options += [f"--pwfile={key}", *([] if self.durable else ["--no-sync"])]
        try:
            made = self._home.run([self._program("initdb"), "-D", fresh, *options])
        finally:
            key.unlink()
        if made.returncode:
            self._fail("PostgreSQL could not make its data folder", made.stdout)
        self._set_password(fresh, "CREATE ROLE", f"CREATE DATABASE {DATABASE} OWNER {ROLE}\n")
        fresh.rename(self.cluster)

    def _set_password(self, cluster: Path, verb: str, besides: str = "") -> None:
        """Give our role a new password while no server runs, and keep it in our own file."""
        password = secrets.token_hex(24)
        made = self._home.run(
            [self._program("postgres"), "--single", "-D", cluster, "postgres"],
            words=f"{verb} {ROLE} LOGIN CREATEDB PASSWORD '{password}'\n{besides}",
        )
        if made.returncode or "ERROR" in made.stdout:
            self._fail("PostgreSQL could not make our role", made.stdout)
        write_secret(self._home.secret, password)

    def _write_settings(self) -> None:
        """Write the whole settings file anew, so that it always says what is in force."""
        door = self._home.door
        if len(os.fsencode(door / f".s.PGSQL.{SOCKET_PORT}.lock")) <= LONGEST_SOCKET_PATH:
            self._host, self._port = str(door), SOCKET_PORT
            listen, sockets = "", str(door)
        else:
            self._host, self._port = "127.0.0.1", free_port()
            listen, sockets = "127.0.0.1", ""
        values = {
            **self._settings,
            "listen_addresses": listen,
            "unix_socket_directories": sockets,
            "port": str(self._port),
        }
        lines = ["# Written at every start; changes here do not last."]
        for name, value in values.items():
            quoted = value.replace("'", "''")
            lines.append(f"{name} = '{quoted}'")
        # Beside the cluster, not in it: that folder is another user's, and we may be root.
        path = self._home.folder / "postgresql.conf"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        path.chmod(0o644)

    # Running

    def _begin(self) -> None:
        log = self._open_log()
        before = log.stat().st_size
        settings = shlex.quote(str(self._home.folder / "postgresql.conf"))
        try:
            begun = self._control(
                *("start", "-s", "-w", "-t", str(START_TIMEOUT_S), "-l", str(log)),
                *("-o", f"-c config_file={settings}"),
            )
        except BaseException:
            # Interrupted while waiting: the server may be up already.
            with contextlib.suppress(Exception):
                self._halt()
            raise
        if begun.returncode:
            with log.open(encoding="utf-8", errors="replace") as lines:
                lines.seek(before)
                said = lines.read()
            self._fail("PostgreSQL did not start", said)
        self._running = True
        if not self.durable:
            self._post_watcher()

    def _open_log(self) -> Path:
        """Give the server's log file, begun anew once it has grown long."""
        log = self._home.folder / "server.log"
        if log.exists() and log.stat().st_size > LOG_LIMIT:
            log.replace(log.with_suffix(".log.before"))
        log.touch(mode=0o600)
        self._home.own(log)
        return log

    def _halt(self) -> None:
        """Stop the server: open connections are cut, everything acknowledged is kept."""
        halted = self._control("stop", "-s", "-w", "-m", "fast", "-t", str(STOP_TIMEOUT_S))
        if halted.returncode and living_in(self.cluster):
            self._control("stop", "-s", "-w", "-m", "immediate", "-t", str(STOP_TIMEOUT_S))

    def _stop_what_was_left(self) -> None:
        """Stop a server whose starter was killed; clear the traces of a killed server."""
        if server_in(self.cluster) is not None:
            self._halt()
        clear_leftovers(self.cluster)
        for trace in self._home.door.glob(".s.PGSQL.*"):
            trace.unlink(missing_ok=True)

    def _control(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return self._home.run([self._program("pg_ctl"), "-D", self.cluster, *arguments], quiet=True)

    def _post_watcher(self) -> None:
        """Let a small process stop the server when ours dies: a test run's folder never returns.

        It waits for the end of a pipe that only we hold, so even kill -9 of us wakes it.
        """
        stop = [str(self._program("pg_ctl")), "-D", str(self.cluster), "stop", "-s"]
        self._watcher = subprocess.Popen(
            ["/bin/sh", "-c", 'read -r _; exec "$@"', "watcher", *stop, "-m", "immediate"],
            cwd="/",
            env=self._home.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            user=self._home.user,
            group=self._home.group,
            extra_groups=None if self._home.user is None else [],
        )

    def _dismiss_watcher(self) -> None:
        if self._watcher is not None:
            self._watcher.kill()
            self._watcher.communicate()
            self._watcher = None

    # Words for people

    def _fail(self, sentence: str, said: str) -> NoReturn:
        last = next(
            (line for line in reversed(said.splitlines()) if line.strip()), "no reason told"
        )
        message = f"{sentence} in {self._home.folder}: {last.strip()[:300]}"
        raise EmbeddedPostgresError(message)

    def _as_sentence(self, failure: OSError) -> EmbeddedPostgresError:
        if isinstance(failure, PermissionError):
            place = failure.filename or self.folder
            return EmbeddedPostgresError(
                f"{place} is closed to this user: start Roundsman as the folder's owner, "
                "or choose another folder with ROUNDSMAN_DATA."
            )
        return EmbeddedPostgresError(f"PostgreSQL cannot run in {self.folder}: {failure}.")


def write_secret(path: Path, text: str) -> None:
    """Write a file that its owner alone can read, from its first moment on."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


def free_port() -> int:
    """Give a port on 127.0.0.1 that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
