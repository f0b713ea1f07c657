"""What we write down about ourselves: one JSON line per event, with ids and never with words.

error: a developer must look. info: something changed. debug: the rest. There are no warnings.
"""

import logging
import sys
import time
from collections.abc import MutableMapping
from typing import Any

import structlog
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, BeforeMessageSendHookHandler, Message, Receive, Scope, Send

KEYS = frozenset(
    {
        "event",
        "level",
        "at",
        "id",
        "code",
        "count",
        "counter",
        "device",
        "error",
        "frames",
        "kind",
        "method",
        "ms",
        "operation",
        "organization",
        "path",
        "period",
        "person",
        "position",
        "pushes",
        "record",
        "scheme",
        "session",
        "site",
        "size",
        "status",
        "version",
        "writer",
    }
)
"""What may stand in the log; anything else is left out, so that no one's words slip in."""

_LEVELS = {"error": logging.ERROR, "info": logging.INFO, "debug": logging.DEBUG}
_FAILED = 500
_STARTED = "_request_started"

log: structlog.typing.FilteringBoundLogger = structlog.get_logger("roundsman")
"""The one logger: `log.info("writer_bound", writer=…, device=…)`."""


def configure_log(level: str) -> None:
    """Write events of that level and graver to standard error, one JSON object per line."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            name_errors,
            keep_known_keys,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS.get(level, logging.INFO)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def name_errors(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Turn an exception into its kind and the places it came through, without its message."""
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given
    if isinstance(error, BaseException):
        event["error"] = type(error).__qualname__
        event["frames"] = where(error)
    elif "error" in event:
        event["error"] = str(event["error"]).partition("(")[0]
    return event


def keep_known_keys(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Leave out of an event everything that the log does not know by name."""
    return {name: value for name, value in event.items() if name in KEYS}


def where(error: BaseException) -> list[str]:
    """Say where an exception came from: files, lines and functions, never its message.

    A database's message may quote the value that it did not like.
    """
    frames = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return frames[-12:]


class RequestClock(ASGIMiddleware):
    """Notes when a request began, so that its line in the log can say how long it took."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Note the time and go on."""
        scope["state"][_STARTED] = time.perf_counter()
        await next_app(scope, receive, send)


def request_log() -> BeforeMessageSendHookHandler:
    """Give the hook for Litestar's `before_send` that writes one line per answer.

    The path is the route's pattern: neither ids nor query values nor what a stranger typed.
    """

    async def write(message: Message, scope: Scope) -> None:
        if message["type"] != "http.response.start" or scope["type"] != ScopeType.HTTP:
            return
        status = message["status"]
        line: dict[str, Any] = {
            "method": str(scope["method"]),
            "path": scope.get("path_template") or "",
            "status": status,
        }
        device = getattr(scope.get("user"), "device", "")
        if device:
            line["device"] = device
        started = scope["state"].get(_STARTED)
        if started is not None:
            line["ms"] = round((time.perf_counter() - started) * 1000, 1)
        if status >= _FAILED:
            log.error("answered", **line)
        else:
            log.debug("answered", **line)

    return write
