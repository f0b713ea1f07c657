"""Every exception is named as a problem, and what nobody foresaw says nothing."""

import asyncpg
import msgspec
import pytest
from litestar.exceptions import (
    HTTPException,
    NotFoundException,
    PermissionDeniedException,
    ServiceUnavailableException,
    TooManyRequestsException,
)

from backend.kernel.answers import prefers_english, problem_of
from shared_schemas.problems import ProblemError
from shared_schemas.sync import WriterBinding


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ProblemError("conflict"), "conflict"),
        (NotFoundException(), "not_found"),
        (PermissionDeniedException(), "not_allowed"),
        (TooManyRequestsException(), "too_many_requests"),
        (ServiceUnavailableException(), "database_unavailable"),
        (HTTPException(status_code=418), "request_invalid"),
        (HTTPException(status_code=502), "server_failed"),
        (msgspec.DecodeError("cut"), "json_malformed"),
        (RecursionError(), "json_malformed"),
        (asyncpg.CannotConnectNowError("starting"), "database_unavailable"),
        (asyncpg.TooManyConnectionsError("full"), "database_unavailable"),
        (asyncpg.InterfaceError("connection is closed"), "database_unavailable"),
        (asyncpg.InterfaceError("another operation is in progress"), "server_failed"),
        (asyncpg.CharacterNotInRepertoireError("0x00"), "request_invalid"),
        (ConnectionRefusedError(), "database_unavailable"),
        (OSError("Multiple exceptions: Connect call failed"), "database_unavailable"),
        (FileNotFoundError("photo"), "server_failed"),
        (ValueError("words"), "server_failed"),
    ],
)
def test_exception_is_named_as_a_problem(error: Exception, code: str) -> None:
    found = problem_of(error)
    assert found.code == code
    assert "words" not in str(msgspec.to_builtins(found))


def test_field_of_a_wrong_message_is_named() -> None:
    with pytest.raises(msgspec.ValidationError) as wrong:
        msgspec.json.decode(b'{"writer": "x"}', type=WriterBinding)
    assert problem_of(wrong.value).details == {"field": "writer"}


@pytest.mark.parametrize(
    ("asked", "english"),
    [
        ("", False),
        ("en", True),
        ("en, zh", True),
        ("zh, en", False),
        ("zh;q=0.3, en;q=0.9", True),
        ("en;q=x, zh;q=0.1", False),
        ("*", False),
    ],
)
def test_language_is_chinese_unless_english_is_preferred(asked: str, *, english: bool) -> None:
    assert prefers_english(asked) is english
