"""How every failure is answered: RFC 9457 problem documents, in one place and one form.

A person meets a title and a next step in their language; a page meets a code. Nothing of our
inside leaves: what we did not expect is written down under an id, and only the id is answered.
"""

import re
from typing import Any

import asyncpg
import msgspec
from litestar import Request, Response
from litestar.exceptions import (
    HTTPException,
    MethodNotAllowedException,
    SerializationException,
    ValidationException,
)
from litestar.routes import HTTPRoute
from litestar.types import ExceptionHandlersMap
from msgspec import Struct

from backend.kernel.identity import random_id
from backend.kernel.log import log, where
from shared_schemas.problems import Problem, ProblemError, problem

MEDIA_TYPE = "application/problem+json"

_BY_STATUS: dict[int, str] = {
    400: "request_invalid",
    401: "sign_in_needed",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "too_large",
    415: "media_type_unsupported",
    422: "request_invalid",
    429: "too_many_requests",
    503: "database_unavailable",
}

_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.InternalClientError,
    asyncpg.TooManyConnectionsError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    ConnectionError,
)
"""PostgreSQL is away, starting or leaving; the phone tries again by itself."""

_UNSPEAKABLE = (
    asyncpg.CharacterNotInRepertoireError,
    asyncpg.UntranslatableCharacterError,
    UnicodeEncodeError,
)
"""Signs that no text may hold, such as the sign zero."""

_FIELD = re.compile(r"\$\.?([^`]*)`$")
_LONGEST_FIELD = 80
_FIRST_FAILURE_OF_OURS = 500
_RETRY_S = 5


class ProblemDocument(Struct, frozen=True, kw_only=True):
    """A problem as it is answered: the RFC's members first, then ours in both languages."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    title_zh: str
    title_en: str
    next_zh: str
    next_en: str
    details: dict[str, str | int]


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Answer anything that went wrong with its problem document."""
    found = problem_of(error)
    if found.status >= _FIRST_FAILURE_OF_OURS:
        found = _written_down(found, error)
    answered = problem_answer(request, found)
    if isinstance(error, MethodNotAllowedException):
        answered.headers["allow"] = ", ".join(_methods_at(request))
    return answered


exception_handlers: ExceptionHandlersMap = {Exception: answer}
"""For Litestar's `exception_handlers`: one answer for all, unknown routes included."""


def problem_answer(request: Request[Any, Any, Any], found: Problem) -> Response[bytes]:
    """Give a problem as a response, its words in the language that the reader prefers."""
    english = prefers_english(request.headers.get("accept-language", ""))
    document = ProblemDocument(
        type=f"/problems/{found.code}",
        title=found.title_en if english else found.title_zh,
        status=found.status,
        detail=found.next_en if english else found.next_zh,
        code=found.code,
        title_zh=found.title_zh,
        title_en=found.title_en,
        next_zh=found.next_zh,
        next_en=found.next_en,
        details=found.details,
    )
    headers = {"vary": "accept-language", "content-language": "en" if english else "zh"}
    if found.status in (429, 503):
        headers["retry-after"] = str(found.details.get("retry_after_s", _RETRY_S))
    return Response(
        msgspec.json.encode(document),
        status_code=found.status,
        media_type=MEDIA_TYPE,
        headers=headers,
    )


def problem_of(error: BaseException) -> Problem:
    """Name the problem that an exception stands for; what nobody foresaw is our failure."""
    found = problem("server_failed")
    match error:
        case ProblemError():
            found = error.problem
        case ValidationException():
            found = problem("request_invalid", **_field_of(error))
        case HTTPException():
            found = _problem_of_status(error)
        case msgspec.ValidationError():
            found = problem("request_invalid", **_field_in(str(error)))
        # Brackets within brackets, deeper than any message of ours, end in a RecursionError.
        case msgspec.DecodeError() | SerializationException() | RecursionError():
            found = problem("json_malformed")
        case _ if isinstance(error, _UNSPEAKABLE):
            found = problem("request_invalid")
        case _ if _database_is_away(error):
            found = problem("database_unavailable")
    return found


def prefers_english(accept_language: str) -> bool:
    """Say whether the reader asks for English before Chinese; Chinese is the rule.

    >>> prefers_english("en-GB,en;q=0.9,zh;q=0.1"), prefers_english("zh-CN,en"), prefers_english("")
    (True, False, False)
    """
    weights = {"zh": 0.0, "en": 0.0}
    for asked in accept_language.lower().split(","):
        name, _, quality = asked.strip().partition(";q=")
        language = name.split("-")[0]
        if language in weights:
            weights[language] = max(weights[language], _weight(quality))
    return weights["en"] > weights["zh"] or (
        weights["en"] == weights["zh"] > 0 and _first_named(accept_language) == "en"
    )


def _methods_at(request: Request[Any, Any, Any]) -> list[str]:
    """List what may be done at the address asked for, in alphabetical order."""
    asked = request.scope["path"].strip("/").split("/")
    found: set[str] = set()
    for route in request.app.routes:
        parts = [part for part in route.path_components if part != ""]
        same = len(parts) == len(asked) and all(
            not isinstance(part, str) or part == one for part, one in zip(parts, asked, strict=True)
        )
        if same and isinstance(route, HTTPRoute):
            found |= {str(method) for method in route.methods}
    return sorted(found)


def _weight(quality: str) -> float:
    # A header's own decimal, never a score: the one place where a float does no harm.
    try:
        return float(quality) if quality else 1.0
    except ValueError:
        return 0.0


def _first_named(accept_language: str) -> str:
    named = re.findall(r"\b(zh|en)\b", accept_language.lower())
    return named[0] if named else ""


def _problem_of_status(error: HTTPException) -> Problem:
    broken = isinstance(error.__cause__, SerializationException | msgspec.DecodeError)
    if error.status_code == 400 and broken:  # noqa: PLR2004  the status of a bad request
        return problem("json_malformed")
    code = _BY_STATUS.get(error.status_code)
    if code is None:
        code = "server_failed" if error.status_code >= _FIRST_FAILURE_OF_OURS else "request_invalid"
    return problem(code)


def _field_of(error: ValidationException) -> dict[str, str]:
    """Name the first field that is wrong; its value is never repeated."""
    extra = error.extra
    if isinstance(extra, list) and extra and isinstance(extra[0], dict):
        return {"field": str(extra[0].get("key", ""))[:_LONGEST_FIELD]}
    return {}


def _field_in(message: str) -> dict[str, str]:
    found = _FIELD.search(message)
    return {"field": found[1][:_LONGEST_FIELD]} if found and found[1] else {}


def _database_is_away(error: BaseException) -> bool:
    if isinstance(error, _AWAY):
        return True
    if isinstance(error, asyncpg.InterfaceError):
        said = str(error)
        return "clos" in said or "released" in said
    # Python says so when every address of a host refuses.
    return type(error) is OSError and "Connect call failed" in str(error)


def _written_down(found: Problem, error: BaseException) -> Problem:
    own = random_id()
    log.error(
        "failed", id=own, code=found.code, error=type(error).__qualname__, frames=where(error)
    )
    return problem(found.code, **found.details, id=own)
