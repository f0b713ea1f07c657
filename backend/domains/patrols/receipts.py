"""The receipt of a round (离线凭条): read, proven and held against what has arrived; pure.

The format stands in RECEIPT.md beside this file; the guard's phone makes it.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence

import msgspec
from msgspec import Struct

from backend.kernel.sealing import from_base64url, is_signature_of
from shared_schemas.patrol_desk import ReceiptContent, ReceiptVerdict
from shared_schemas.problems import ProblemError

PREFIX = "RR1"
SIGNED = b"roundsman receipt 1\n"
MARK = 6
DIGEST = 16
LONGEST = 4_000
"""What an operation keeps of it. Units: characters."""

_PARTS = 3
_CONTENT = msgspec.json.Decoder(ReceiptContent)
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError)


class Receipt(Struct, frozen=True, kw_only=True):
    """A receipt taken apart: what it says, the bytes that were signed, the signature."""

    content: ReceiptContent
    signed: bytes
    signature: bytes


class Arrived(Struct, frozen=True, kw_only=True):
    """One operation of the writer on the round as it is here."""

    id: str
    counter: int
    kind: str
    sha256: str


def read_receipt(text: str) -> Receipt:
    """Read the receipt that somebody scanned, pasted or typed off a guard's phone.

    Raises: receipt_unreadable.
    """
    parts = "".join(text.split()).split(".")
    if len(parts) != _PARTS or parts[0] != PREFIX or len(text) > LONGEST:
        raise ProblemError("receipt_unreadable")
    try:
        content = _CONTENT.decode(from_base64url(parts[1]))
        signature = from_base64url(parts[2])
    except _UNREADABLE:
        raise ProblemError("receipt_unreadable") from None
    return Receipt(content=content, signed=parts[1].encode(), signature=signature)


def is_proven(public: str, receipt: Receipt) -> bool:
    """Say whether the writer's registered key signed this receipt."""
    return is_signature_of(public, SIGNED + receipt.signed, receipt.signature)


def is_unsigned(public: str, receipt: Receipt) -> bool:
    """Say whether neither the phone has a key nor the receipt a signature: it proves nothing."""
    return not public and not receipt.signature


def marks_of(arrived: Sequence[Arrived]) -> list[str]:
    """List the marks of the scans among a writer's operations on a round."""
    return [one.sha256[:MARK] for one in _in_order(arrived) if one.kind == "checkpoint_scanned"]


def digest_of(arrived: Sequence[Arrived]) -> str:
    """Give the short hash over a writer's operations on a round."""
    lines = "".join(f"{one.id} {one.sha256}\n" for one in _in_order(arrived))
    return hashlib.sha256(lines.encode()).hexdigest()[:DIGEST]


def _in_order(arrived: Sequence[Arrived]) -> list[Arrived]:
    return sorted(arrived, key=lambda one: one.counter)


def match_receipt(
    content: ReceiptContent, arrived: Sequence[Arrived]
) -> tuple[ReceiptVerdict, int]:
    """Say how a proven receipt stands beside what is here, and how many scans differ.

    Later operations of the same writer, such as a note added at home, spoil nothing.
    """
    covered = [one for one in arrived if one.counter <= content.last]
    if not covered:
        return "not_arrived", len(content.marks) // MARK
    told = [content.marks[at : at + MARK] for at in range(0, len(content.marks), MARK)]
    here = Counter(marks_of(covered))
    differing = (Counter(told) - here).total() + (here - Counter(told)).total()
    if differing == 0 and digest_of(covered) == content.digest:
        return "matches", 0
    return "differs", differing
