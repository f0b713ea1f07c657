"""The embedded PostgreSQL: it starts anywhere, survives any kill, and leaves nothing behind."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from backend.kernel import postgres_programs
from backend.kernel.postgres import EmbeddedPostgres
from backend.kernel.postgres_processes import living_in, process_in_lock_file, server_in
from backend.kernel.postgres_programs import EmbeddedPostgresError, find_programs

ROOT = Path(__file__).parents[2]

ONLY_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
ONLY_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="root alone can be another user")

STARTED_ELSEWHERE = """
import sys
from pathlib import Path
from backend.kernel.postgres import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), durable=sys.argv[2] == "durable")
print(server.start(), flush=True)
sys.stdin.read()
"""


def ask(dsn: str, *statements: str) -> object:
    """Run statements over one connection; give the last one's single value."""

    async def run() -> object:
        connection = await asyncpg.connect(dsn)
        try:
            answer = None
            for statement in statements:
                answer = await connection.fetchval(statement)
            return answer
        finally:
            await connection.close()

    return asyncio.run(run())


@pytest.fixture
def empty_folder() -> Iterator[Path]:
    """A place for a data folder that every user can reach, unlike pytest's own for root."""
    place = Path(tempfile.mkdtemp(dir="/tmp", prefix="roundsman-test-"))
    place.chmod(0o755)
    before = os.umask(0o022)
    yield place / "postgres"
    os.umask(before)
    shutil.rmtree(place)


@pytest.fixture(scope="module")
def made_once() -> Iterator[Path]:
    """A cluster that was made, started and stopped, for copying."""
    place = Path(tempfile.mkdtemp(dir="/tmp", prefix="roundsman-test-"))
    place.chmod(0o755)
    with EmbeddedPostgres(place / "postgres", durable=False):
        pass
    yield place / "postgres"
    shutil.rmtree(place)


@pytest.fixture
def folder(made_once: Path, empty_folder: Path) -> Path:
    """A data folder with a cluster in it, made much quicker than by making one."""
    subprocess.run(["cp", "-a", made_once, empty_folder], check=True)
    return empty_folder


def start_elsewhere(folder: Path, *, durable: bool = True) -> "subprocess.Popen[str]":
    """Start the database from another process, which then waits to be killed."""
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            STARTED_ELSEWHERE,
            str(folder),
            "durable" if durable else "forgetful",
        ],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith("postgresql://")
    return process


def kill(process: "subprocess.Popen[str]") -> None:
    """Kill a process as hard as the system can, and close its pipes."""
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        assert pipe is not None
        pipe.close()


def test_what_was_written_is_there_after_a_stop_and_a_start(empty_folder: Path) -> None:
    with EmbeddedPostgres(empty_folder) as first:
        ask(first.dsn, "CREATE TABLE kept (word text)", "INSERT INTO kept VALUES ('巡记')")
    with EmbeddedPostgres(empty_folder) as second:
        assert ask(second.dsn, "SELECT word FROM kept") == "巡记"
        assert ask(second.dsn, "SHOW fsync") == "on"


def test_stop_leaves_no_process_and_start_twice_is_once(folder: Path) -> None:
    server = EmbeddedPostgres(folder)
    assert server.start() == server.start()
    server.stop()
    server.stop()
    assert living_in(server.cluster) == []


def test_chinese_words_can_be_searched(folder: Path) -> None:
    with EmbeddedPostgres(folder, durable=False) as server:
        ask(server.dsn, "CREATE EXTENSION pg_trgm")
        assert ask(server.dsn, "SELECT cardinality(show_trgm('巡检报告'))") == 5
        assert ask(server.dsn, "SHOW fsync") == "off"


def test_our_role_is_no_superuser_and_needs_its_password(folder: Path) -> None:
    with EmbeddedPostgres(folder, durable=False) as server:
        assert (
            ask(server.dsn, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
        )
        secret = folder / "secret"
        assert secret.stat().st_mode & 0o777 == 0o600
        assert (server.cluster.parent / "socket").stat().st_mode & 0o777 == 0o700
        with pytest.raises(asyncpg.InvalidPasswordError):
            ask(server.dsn.replace(secret.read_text(encoding="utf-8"), "guessed"))


def test_a_lost_password_is_replaced(folder: Path) -> None:
    (folder / "secret").unlink()
    with EmbeddedPostgres(folder, durable=False) as server:
        assert ask(server.dsn, "SELECT 1") == 1


def test_a_second_start_in_the_same_folder_is_refused_in_a_sentence(folder: Path) -> None:
    with (
        EmbeddedPostgres(folder, durable=False),
        pytest.raises(EmbeddedPostgresError, match="Another Roundsman is at work"),
    ):
        EmbeddedPostgres(folder, durable=False).start()


def test_a_path_too_long_for_a_socket_gets_a_port(empty_folder: Path) -> None:
    with EmbeddedPostgres(empty_folder / ("long" * 25), durable=False) as server:
        assert "@127.0.0.1:" in server.dsn
        assert ask(server.dsn, "SELECT 1") == 1


def test_a_half_made_cluster_is_made_anew(empty_folder: Path) -> None:
    half = empty_folder / "cluster-in-making"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("15", encoding="utf-8")
    with EmbeddedPostgres(empty_folder, durable=False) as server:
        assert ask(server.dsn, "SELECT 1") == 1
    assert not half.exists()


@ONLY_LINUX
def test_a_killed_starter_leaves_a_server_that_the_next_start_replaces(folder: Path) -> None:
    elsewhere = start_elsewhere(folder)
    server = EmbeddedPostgres(folder)
    orphan = server_in(server.cluster)
    assert orphan is not None
    kill(elsewhere)
    assert server_in(server.cluster) == orphan
    with server:
        assert server_in(server.cluster) not in {None, orphan}
        assert ask(server.dsn, "SELECT 1") == 1
    assert living_in(server.cluster) == []


@ONLY_LINUX
def test_a_killed_test_run_leaves_no_server(folder: Path) -> None:
    kill(start_elsewhere(folder, durable=False))
    deadline = time.monotonic() + 20
    while living_in(folder / "cluster") and time.monotonic() < deadline:
        time.sleep(0.05)
    assert living_in(folder / "cluster") == []


@ONLY_LINUX
def test_everything_killed_at_once_loses_nothing_that_was_committed(folder: Path) -> None:
    elsewhere = start_elsewhere(folder)
    server = EmbeddedPostgres(folder)
    dsn = start_address(elsewhere, server)
    ask(dsn, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    for process in living_in(server.cluster):
        os.kill(process, signal.SIGKILL)
    kill(elsewhere)
    assert process_in_lock_file(server.cluster) is not None
    with server:
        assert ask(server.dsn, "SELECT count(*) FROM kept") == 1000


@ONLY_LINUX
def test_a_killed_postmaster_is_replaced_by_the_next_start(folder: Path) -> None:
    elsewhere = start_elsewhere(folder)
    server = EmbeddedPostgres(folder)
    postmaster = server_in(server.cluster)
    assert postmaster is not None
    os.kill(postmaster, signal.SIGKILL)
    kill(elsewhere)
    with server:
        assert ask(server.dsn, "SELECT 1") == 1


@ONLY_LINUX
def test_a_lock_file_with_somebody_elses_process_number_is_no_obstacle(folder: Path) -> None:
    server = EmbeddedPostgres(folder)
    with server:
        lock_file = (server.cluster / "postmaster.pid").read_text(encoding="utf-8")
    stranger = subprocess.Popen(["sleep", "60"], user=(server.cluster / "PG_VERSION").stat().st_uid)
    try:
        _, rest = lock_file.split("\n", 1)
        stale = server.cluster / "postmaster.pid"
        stale.write_text(f"{stranger.pid}\n{rest}", encoding="utf-8")
        with server:
            assert ask(server.dsn, "SELECT 1") == 1
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def start_address(elsewhere: "subprocess.Popen[str]", server: EmbeddedPostgres) -> str:
    """Give the address of a server that another process started in the same folder."""
    assert elsewhere.poll() is None
    secret = (server.folder / "secret").read_text(encoding="utf-8")
    door = server.folder / "socket"
    return f"postgresql://roundsman:{secret}@/roundsman?host={door}&port=5432"


def test_a_data_folder_of_a_newer_postgres_is_refused_in_a_sentence(empty_folder: Path) -> None:
    cluster = empty_folder / "cluster"
    cluster.mkdir(parents=True)
    (cluster / "PG_VERSION").write_text("99\n", encoding="utf-8")
    with pytest.raises(EmbeddedPostgresError, match=r"written by PostgreSQL 99 .* install") as told:
        EmbeddedPostgres(empty_folder).start()
    assert "\n" not in str(told.value)


def test_a_wrong_pg_bin_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PG_BIN", "/nowhere/bin")
    with pytest.raises(EmbeddedPostgresError, match="PG_BIN names /nowhere/bin"):
        find_programs(None)


def test_without_any_system_postgres_the_wheel_serves(
    empty_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PG_BIN", raising=False)
    monkeypatch.setattr(postgres_programs, "SYSTEM_FOLDERS", ())
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with EmbeddedPostgres(empty_folder, durable=False) as server:
        assert (server.cluster / "PG_VERSION").read_text(encoding="utf-8").strip() == "18"
        ask(server.dsn, "CREATE EXTENSION pg_trgm")
        assert ask(server.dsn, "SELECT cardinality(show_trgm('巡检报告'))") == 5


def test_the_programs_follow_the_version_of_the_folder(
    empty_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as hidden:
        hidden.setattr(postgres_programs, "SYSTEM_FOLDERS", ())
        hidden.setattr(shutil, "which", lambda _name: None)
        with EmbeddedPostgres(empty_folder, durable=False):
            pass
    with EmbeddedPostgres(empty_folder, durable=False) as server:
        assert str(ask(server.dsn, "SHOW server_version")).startswith("18")


@ONLY_ROOT
def test_as_root_a_closed_parent_folder_stays_closed(empty_folder: Path) -> None:
    closed = empty_folder.parent / "closed"
    closed.mkdir(mode=0o700)
    with EmbeddedPostgres(closed / "data" / "postgres", durable=False) as server:
        assert ask(server.dsn, "SELECT 1") == 1
        home = Path((server.folder / "lies-in").read_text(encoding="utf-8"))
        assert server.cluster.parent == home
    assert closed.stat().st_mode & 0o777 == 0o700
    assert not home.exists()


@ONLY_ROOT
def test_as_root_a_cluster_that_was_closed_off_is_never_replaced_by_an_empty_one(
    folder: Path,
) -> None:
    with EmbeddedPostgres(folder, durable=False):
        pass
    folder.chmod(0o700)
    with pytest.raises(EmbeddedPostgresError, match="cannot come into"):
        EmbeddedPostgres(folder, durable=False).start()


@ONLY_ROOT
def test_as_root_a_durable_cluster_outside_is_found_again_and_never_shared(
    empty_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = empty_folder.parent / "shared"
    monkeypatch.setattr(postgres_programs, "SHARED_FOLDER", shared)
    closed = empty_folder.parent / "closed"
    closed.mkdir(mode=0o700)
    with EmbeddedPostgres(closed / "postgres") as server:
        ask(server.dsn, "CREATE TABLE kept AS SELECT 7 AS n")
    shutil.copytree(closed / "postgres", closed / "copy")
    with pytest.raises(EmbeddedPostgresError, match="is a copy"):
        EmbeddedPostgres(closed / "copy").start()
    shutil.rmtree(closed / "copy")
    (closed / "postgres").rename(closed / "moved")
    with EmbeddedPostgres(closed / "moved") as server:
        assert ask(server.dsn, "SELECT n FROM kept") == 7
    shutil.rmtree(shared)
    with pytest.raises(EmbeddedPostgresError, match="which is gone"):
        EmbeddedPostgres(closed / "moved").start()


@ONLY_ROOT
def test_as_root_programs_below_a_closed_folder_are_copied(
    empty_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PG_BIN", raising=False)
    monkeypatch.setattr(postgres_programs, "SYSTEM_FOLDERS", ())
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    monkeypatch.setattr(postgres_programs, "SHARED_FOLDER", empty_folder.parent / "shared")
    bundled = find_programs(None)
    assert bundled.bundled_in is not None
    closed = empty_folder.parent / "closed"
    closed.mkdir(mode=0o700)
    shutil.copytree(bundled.bundled_in, closed / bundled.bundled_in.name, symlinks=True)
    libraries = bundled.bundled_in.with_name(f"{bundled.bundled_in.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, closed / libraries.name, symlinks=True)
    # As pip writes it where root's umask is 077.
    subprocess.run(["chmod", "-R", "go-rwx", closed], check=True)
    inside = closed / bundled.bundled_in.name
    hidden = postgres_programs.PostgresPrograms(
        inside / "pginstall" / "bin", bundled.major, bundled_in=inside
    )
    monkeypatch.setattr("backend.kernel.postgres.find_programs", lambda _major: hidden)
    with EmbeddedPostgres(empty_folder, durable=False) as server:
        assert ask(server.dsn, "SELECT 1") == 1
    assert closed.stat().st_mode & 0o777 == 0o700
