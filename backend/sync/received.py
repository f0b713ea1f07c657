"""Read one operation's text as it came: what is well made goes on, what is not keeps its text.

Pure. Nothing is thrown away here: every text becomes a Received, with a problem when it has one.
"""

import json
import re
from typing import Any

import msgspec
from msgspec import Struct

from backend.kernel.identity import content_hash
from shared_schemas.operations import KINDS, Envelope
from shared_schemas.problems import Problem, problem

_ENVELOPE = msgspec.json.Decoder(Envelope)
_BODIES = {name: msgspec.json.Decoder(kind.body) for name, kind in KINDS.items()}
_PLAIN = msgspec.json.Decoder()
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What a text can do to our readers; each of them means that nothing was read."""

_SIGN = re.compile(rb'"(?:[^"\\]++|\\.)*+\\?"?|[\[\]{},]', re.DOTALL)
"""A text in quotes, or a bracket. A quote that is never closed runs to the end and is read once:
were it tried anew from each quote behind it, one spoiled push would stop the server for hours."""
COUNTER_LIMIT = 2**53
"""Phones count exactly no further than this, and no column of ours holds much more."""


class Received(Struct, frozen=True, kw_only=True):
    """One operation's text with what could be read of it.

    `id` is empty and `counter` 0 where not even those could be read.
    """

    id: str
    counter: int
    sha256: str
    text: bytes
    envelope: Envelope | None = None
    kind: str = ""
    body: Any = None
    plain: dict[str, Any] | None = None
    problem: Problem | None = None


def receive(text: bytes, writer: str, *, by_server: bool = False) -> Received:
    """Read an operation that came under this writer's name.

    Source: sync design, sections 1 and 5; SPEC PU2, HE1.
    """
    sha256 = content_hash(text)
    try:
        envelope = _ENVELOPE.decode(text)
    except _UNREADABLE as error:
        return _unreadable(text, sha256, writer, str(error))
    named = Received(
        id=f"{writer}:{envelope.counter}", counter=envelope.counter, sha256=sha256, text=text
    )
    if not 0 < envelope.counter < COUNTER_LIMIT:
        return _unreadable(text, sha256, writer, "counter")
    if envelope.writer != writer or envelope.id != named.id:
        return msgspec.structs.replace(named, problem=problem("operation_malformed", what="id"))
    try:
        return _with_body(named, envelope, by_server=by_server)
    except _UNREADABLE as error:
        what = str(error)[:200]
        return msgspec.structs.replace(named, problem=problem("operation_malformed", what=what))


def cut_apart(body: bytes) -> tuple[bytes, list[bytes]] | None:
    """Take a push's operations out of its text by their brackets alone, however spoiled they are.

    Gives the request without them, and each one's text; nothing when the brackets do not fit.

    Source: sync design, section 5 (one spoiled operation never blocks the others); SPEC HE2.

    >>> cut_apart(b'{"operations":[{"a":"]"},7],"writer":"w"}')
    (b'{"operations":[],"writer":"w"}', [b'{"a":"]"}', b'7'])
    """
    depth, begun, piece, named, key_end = 0, -1, -1, b"", 0
    pieces: list[bytes] = []
    for found in _SIGN.finditer(body):
        sign = found[0]
        if sign in (b"[", b"{"):
            depth += 1
            between = body[key_end : found.start()].strip()
            if begun < 0 and depth == 2 and (named, between) == (b'"operations"', b":"):  # noqa: PLR2004  inside the request
                begun, piece = found.start(), found.end()
        elif sign in (b"]", b"}"):
            depth -= 1
            if begun >= 0 and depth == 1:
                pieces.append(body[piece : found.start()].strip())
                return body[:begun] + b"[]" + body[found.end() :], [one for one in pieces if one]
        elif sign == b",":
            if begun >= 0 and depth == 2:  # noqa: PLR2004  between two operations
                pieces.append(body[piece : found.start()].strip())
                piece = found.end()
        elif begun < 0 and depth == 1:
            named, key_end = sign, found.end()
    return None


def _with_body(named: Received, envelope: Envelope, *, by_server: bool) -> Received:
    plain = _PLAIN.decode(envelope.body)
    name = plain.get("kind", "") if isinstance(plain, dict) else ""
    kind = KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        wrong = problem("kind_unknown", kind=str(name)[:60])
    elif not kind.by_people and not by_server:
        wrong = problem("kind_reserved", kind=name)
    elif not kind.belongs_to(envelope.record_kind):
        wrong = problem("record_kind_wrong", kind=name, record_kind=envelope.record_kind[:60])
    else:
        try:
            body = _BODIES[name].decode(envelope.body)
        except msgspec.DecodeError as error:
            wrong = problem("operation_malformed", what=str(error)[:200])
        else:
            return msgspec.structs.replace(
                named, envelope=envelope, kind=name, body=body, plain=plain
            )
    return msgspec.structs.replace(named, problem=wrong)


def _unreadable(text: bytes, sha256: str, writer: str, why: str) -> Received:
    counter = _find_counter(text, writer)
    return Received(
        id=f"{writer}:{counter}" if counter else "",
        counter=counter,
        sha256=sha256,
        text=text,
        problem=problem("operation_malformed", what=why[:200]),
    )


def _find_counter(text: bytes, writer: str) -> int:
    """Find the number under which the phone knows a text that we cannot read."""
    try:
        plain = json.loads(text)
    except (ValueError, RecursionError):
        found = re.search(rb'"id"\s*:\s*"%b:([0-9]{1,15})"' % re.escape(writer.encode()), text)
        return int(found[1]) if found else 0
    counter = plain.get("counter") if isinstance(plain, dict) else None
    return counter if type(counter) is int and 0 < counter < COUNTER_LIMIT else 0
