"""Words that a flow wrote down a second time go with the words themselves.

A flow may copy what somebody wrote into another record, such as what a place remembers. The records
are those that the door's reader named; their folds are written anew by the flow, and here only the
lines of the log are cleared, so that the words are nowhere.

Source: sync design, section 1 (record); SPEC LO6.
"""

from collections.abc import Collection
from typing import Any

import msgspec

from backend.kernel.canonical import canonical
from backend.sync.doors import SYSTEM_PERSON
from backend.sync.state import Group
from shared_schemas.retention import REMOVED

_LINES = """
SELECT id, content, sha256 FROM operations
 WHERE organization_id = $1 AND record_id = ANY($2) AND person_id = $3
"""
_REWRITE = "UPDATE operations SET content = $3 WHERE organization_id = $1 AND id = $2"

SHORTEST_CUT = 100
"""Words that were cut to fit are known again by so many letters."""


async def clear_quotes(connection: Any, group: Group, kind: str, words: Collection[str]) -> None:
    """Take words out of what flows wrote into the records that this kind's reader named."""
    named = group.known.get(kind, {}).get("records", ())
    told = {word for word in words if word and word != REMOVED}
    if not named or not told:
        return
    lines = await connection.fetch(_LINES, group.organization, list(named), SYSTEM_PERSON)
    for line in lines:
        written = msgspec.json.decode(line["content"])
        body = without(written["body"], told)
        if body != written["body"]:
            left = {"redacted": {"photos": [], "sha256": line["sha256"]}, **written, "body": body}
            await connection.execute(_REWRITE, group.organization, line["id"], canonical(left))


def without(value: Any, words: Collection[str]) -> Any:
    """Give a value with these words removed wherever they stand in it, cut ones, too.

    >>> without({"note": "老王家", "of": ["老王", 7]}, {"老王家"})["of"]
    ['老王', 7]
    """
    if isinstance(value, dict):
        return {name: without(each, words) for name, each in value.items()}
    if isinstance(value, list):
        return [without(each, words) for each in value]
    return REMOVED if isinstance(value, str) and _is_quoted(value, words) else value


def _is_quoted(text: str, words: Collection[str]) -> bool:
    cut = len(text) >= SHORTEST_CUT
    return text in words or (cut and any(word.startswith(text) for word in words))
