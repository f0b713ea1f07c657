"""The shapes that travel change only together with WIRE_VERSION and a line of its history."""

import hashlib
import re
from typing import Any

import msgspec

from shared_schemas import carried, session, sync
from shared_schemas.operations import KINDS, LIFECYCLES, Envelope
from tests.house.repository import ROOT, read

MESSAGES = (
    sync.PushRequest,
    sync.PushReply,
    sync.PullReply,
    sync.WriterBinding,
    sync.WriterBound,
    sync.EvidenceReceipt,
    carried.BundleHeader,
    carried.CarriedReply,
    session.SignIn,
    session.SessionReply,
    Envelope,
)
LINE = re.compile(r"^(\d+)  (\d{4}-\d\d-\d\d)  ([0-9a-f]{16})  (\S.+)$", re.MULTILINE)


def fingerprint() -> str:
    """Give 16 characters that change with any shape, policy or lifecycle that travels."""
    _, shapes = msgspec.json.schema_components([*MESSAGES, *(kind.body for kind in KINDS.values())])
    lifecycles = {name: msgspec.to_builtins(one) for name, one in LIFECYCLES.items()}
    told = msgspec.json.encode(
        {"shapes": _without_words(shapes), "lifecycles": lifecycles}, order="sorted"
    )
    return hashlib.sha256(told).hexdigest()[:16]


def _without_words(shape: Any) -> Any:
    """Leave out titles and descriptions: words may be mended at any time."""
    if isinstance(shape, dict):
        return {
            name: _without_words(part)
            for name, part in shape.items()
            if not (name in ("title", "description") and isinstance(part, str))
        }
    return [_without_words(part) for part in shape] if isinstance(shape, list | tuple) else shape


def test_wire_fingerprint_stands_beside_its_version() -> None:
    lines = LINE.findall(read(ROOT / "shared_schemas" / "sync.py"))
    assert lines, "the history of WIRE_VERSION has lines: version, date, fingerprint, what changed"
    assert [int(version) for version, *_ in lines] == list(range(1, len(lines) + 1))
    version, _, recorded, _ = lines[-1]
    assert int(version) == sync.WIRE_VERSION
    assert fingerprint() == recorded, (
        f"what travels has changed: raise WIRE_VERSION and add a line with {fingerprint()},"
        " or, before the first release, mend the line"
    )


def test_dates_by_which_old_phones_are_served_are_those_of_the_history() -> None:
    lines = LINE.findall(read(ROOT / "shared_schemas" / "sync.py"))
    assert tuple((int(version), on) for version, on, *_ in lines) == sync.WIRE_HISTORY


def test_oldest_phone_served_is_one_that_exists() -> None:
    assert 1 <= sync.OLDEST_SERVED <= sync.WIRE_VERSION
