"""Ids, clocks and small values that every message is made of; it must never know a domain."""

from typing import Annotated

from msgspec import Meta, Struct

_ID_NOTE = "32 hexadecimal characters, random on the phone or derived on the server"

Id = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\Z", description=_ID_NOTE)]
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z", description="SHA-256 in hexadecimal")]
NoId = Annotated[
    str, Meta(pattern=r"^([0-9a-f]{32})?\Z", description="an id, or empty for nothing")
]
NoSha256 = Annotated[
    str, Meta(pattern=r"^([0-9a-f]{64})?\Z", description="a SHA-256, or empty for nothing")
]
"""Never written as a union with an empty literal: msgspec then asks it for the pattern, too."""

LocalDate = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\Z",
        description="calendar date of the site",
    ),
]
EXACT = 2**53 - 1
"""Phones count exactly no further than this; what lies beyond would be rounded unseen."""

Milliseconds = Annotated[int, Meta(ge=0, le=EXACT, description="milliseconds since 1970-01-01 UTC")]
Bytes = Annotated[int, Meta(ge=0, le=EXACT, description="a length in bytes")]
VersionNumber = Annotated[int, Meta(ge=1, le=2**31 - 1)]
ShortText = Annotated[str, Meta(max_length=200)]
LongText = Annotated[str, Meta(max_length=4000)]


class Bilingual(Struct, frozen=True, kw_only=True):
    """A name as people read it: Chinese first, English beside it."""

    zh: ShortText
    en: ShortText = ""


class Anchor(Struct, frozen=True, kw_only=True):
    """The last time the server told the phone, with the phone's clocks at that moment.

    Units: all in milliseconds; `wall_ms`, `mono_ms`, `back_ms` were read when the answer arrived.
    Source: sync design, section 7 (time evidence).
    """

    server_ms: int
    round_trip_ms: int
    wall_ms: int
    mono_ms: int
    session: str
    token: str
    back_ms: int = 0


class Capture(Struct, frozen=True, kw_only=True):
    """The phone's clocks at the moment something was recorded.

    `mono_ms` counts from `origin_ms` and stops while the phone sleeps; `session` is one page load.
    `back_ms` is by how much the page saw the wall clock set back since it was opened, all together.

    Units: milliseconds; `zone` is an IANA name such as Asia/Shanghai.
    Source: sync design, section 7 (time evidence).
    """

    wall_ms: int
    mono_ms: int
    origin_ms: int
    session: str
    zone: str = ""
    anchor: Anchor | None = None
    back_ms: int = 0


class EvidenceRef(Struct, frozen=True, kw_only=True):
    """A photo or signature that an operation declares; the bytes travel apart by their hash.

    Units: `size` in bytes of the very bytes that are hashed.
    """

    sha256: Sha256
    size: Bytes
    media_type: str = "image/jpeg"
