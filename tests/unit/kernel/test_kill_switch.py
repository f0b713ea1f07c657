"""The worker that takes itself away is served in place of the usual one, and touches no record."""

from pathlib import Path

from litestar import Litestar
from litestar.testing import TestClient

from backend.kernel.kill_switch import KILL_WORKER, WORKER_PATH
from backend.kernel.static_files import static_router
from backend.settings import read_settings


def worker(folder: Path, *, kill_shell: bool) -> tuple[str, str]:
    app = Litestar([static_router(folder, kill_shell=kill_shell)], openapi_config=None)
    with TestClient(app) as client:
        reply = client.get(WORKER_PATH)
        assert reply.status_code == 200
        assert reply.headers["content-type"].startswith("text/javascript")
        return reply.text, reply.headers["cache-control"]


def test_worker_of_the_release_is_replaced_only_while_the_switch_is_on(tmp_path: Path) -> None:
    (tmp_path / "service-worker.js").write_text("// the release's own\n", encoding="utf-8")
    assert worker(tmp_path, kill_shell=False)[0] == "// the release's own\n"
    text, cache = worker(tmp_path, kill_shell=True)
    assert text == KILL_WORKER
    assert cache == "no-cache", "a browser must not keep the killing worker longer than the switch"


def test_killing_worker_deletes_nothing_but_its_own_caches() -> None:
    assert "indexedDB" not in KILL_WORKER
    assert "workbox-" in KILL_WORKER
    assert "registration.scope" in KILL_WORKER
    assert "navigate" not in KILL_WORKER, "the page in use is not loaded anew"


def test_switch_is_off_unless_it_says_1() -> None:
    for given in ({}, {"ROUNDSMAN_KILL_SHELL": ""}, {"ROUNDSMAN_KILL_SHELL": "0"}):
        assert read_settings(given).kill_shell is False
    assert read_settings({"ROUNDSMAN_KILL_SHELL": "1"}).kill_shell is True
