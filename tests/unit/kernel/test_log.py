"""The log knows ids and kinds; words do not get into it, whoever forgets."""

import json
from collections.abc import Iterator

import pytest
import structlog

from backend.kernel.log import configure_log, log


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Leave structlog as the other tests expect it."""
    yield
    structlog.reset_defaults()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    """Give the lines written to standard error."""
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_one_event_is_one_line_with_known_keys_only(capsys: pytest.CaptureFixture[str]) -> None:
    configure_log("info")
    log.info("writer_bound", device="c" * 32, remark="the resident of 3-201", name="老周")
    log.debug("not at this level")
    (line,) = lines(capsys)
    assert line.pop("at")
    assert line == {"event": "writer_bound", "level": "info", "device": "c" * 32}


def test_exception_is_written_without_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    configure_log("error")
    try:
        int("the resident of 3-201")
    except ValueError as error:
        log.exception("group_failed")
        log.error("group_failed", error=repr(error))
    whole, named = lines(capsys)
    assert whole["error"] == named["error"] == "ValueError"
    assert "test_log.py" in str(whole["frames"])
    assert "resident" not in str(whole) + str(named)
