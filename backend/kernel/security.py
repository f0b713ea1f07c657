"""What every answer says to the browser so that it trusts nobody but us, and whom we answer."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from litestar.types import BeforeMessageSendHookHandler, Message, Scope

from backend.settings import Settings
from shared_schemas.problems import ProblemError

CONTENT_SECURITY_POLICY = "; ".join(  # noqa: FLY002  one rule a line reads better
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "font-src 'self' data:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "manifest-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
"""No inline script, no inline style attribute, nobody else's host.

`blob:` lets the page show a photo that is still on the phone, and the QR reader start its worker;
`data:` is Vant's icon font. The frameworks set styles through the DOM, which this does not touch.
"""

EVIDENCE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
"""For bytes that people sent: whatever they turn out to be, they run nothing."""

_STEADY: Mapping[str, str] = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": (
        "camera=(self), geolocation=(self), microphone=(self), payment=(), usb=()"
    ),
}

_YEAR_S = 365 * 24 * 3600
_SITE_WORDS = ("same-origin", "none")
"""`none` is a person who typed the address; a form on another page says `cross-site`."""


def security_headers(settings: Settings) -> BeforeMessageSendHookHandler:
    """Give the hook for Litestar's `before_send` that puts these on every answer, 404 included.

    A header that the handler set itself stands. What comes from /api is never kept by a cache
    unless its handler says so.
    """
    steady = dict(_STEADY)
    if settings.secure_cookies:
        steady["strict-transport-security"] = f"max-age={_YEAR_S}"

    everywhere = [(name.encode(), value.encode()) for name, value in steady.items()]
    in_api = [*everywhere, (b"cache-control", b"no-store")]

    async def add(message: Message, scope: Scope) -> None:
        if message["type"] != "http.response.start":
            return
        given = list(message.get("headers", ()))
        names = {name.lower() for name, _ in given}
        wanted = in_api if scope["path"].startswith("/api/") else everywhere
        message["headers"] = given + [pair for pair in wanted if pair[0] not in names]

    return add


def require_same_origin(headers: Mapping[str, str], public_url: str) -> None:
    """Go on only if the browser says that our own page is asking; silence is not a refusal.

    Old phones send neither header; there the cookie's SameSite and the security value must do.
    Behind a proxy our own address is `public_url`, whatever the Host header has become.

    Raises: csrf_failed.
    """
    if headers.get("sec-fetch-site", "none") not in _SITE_WORDS:
        raise ProblemError("csrf_failed")
    origin = headers.get("origin")
    if origin is None:
        return
    named = urlsplit(origin).netloc.lower()
    ours = {headers.get("host", "").lower(), urlsplit(public_url).netloc.lower()} - {""}
    if named not in ours:
        raise ProblemError("csrf_failed")
