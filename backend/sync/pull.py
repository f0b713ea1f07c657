"""Records changed since a cursor, as stored: the difference, a grant filled in, or everything."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from backend.directory.actors import Actor
from backend.kernel.database import Database
from backend.sync.cursor import Cursor, Filling, Mark, parse_cursor
from backend.sync.pull_page import Asked, Page, read_page, tag_after
from backend.sync.scopes import (
    KNOWS_SCOPES,
    Holding,
    change_between,
    find_holding,
    holding_of,
    keep_sets,
    raise_alarm,
)
from shared_schemas.sync import WIRE_VERSION, DroppedScope, ServerAnchor

PAGE = 1_000
"""Records in one reply, unless the phone asks for fewer."""


class PullQuestion(Struct, frozen=True, kw_only=True):
    """What a phone asks: from where, for which of its writers, at most how many records.

    `wire` is what the phone understands. `again` names a scope in which it counts otherwise than
    the server and of which it wants everything anew.
    """

    cursor: str = ""
    writers: Sequence[str] = ()
    limit: int = PAGE
    wire: int = 1
    again: str | None = None


class _Start(Struct, frozen=True, kw_only=True):
    """Where a pull begins: after `position`, filling in from `base` what `kept` lacks."""

    position: int = 0
    tag: str = ""
    base: int = 0
    kept: Holding | None = None
    filled: tuple[str, ...] = ()
    dropped: tuple[DroppedScope, ...] = ()
    full: bool = True


_AFRESH = _Start()


async def pull(
    database: Database, actor: Actor, question: PullQuestion, anchor: ServerAnchor
) -> bytes:
    """Give what changed since the cursor, as the JSON of a PullReply.

    The records' texts are put in as stored, never read and written again.

    Raises: scope_not_yours.

    Source: sync design, sections 1 and 4; SPEC CU1 to CU5, SC1 to SC11.
    """
    now = holding_of(actor, question.wire)
    start = await _begin(database, actor, question, now, anchor)
    page = await _read(database, actor.organization, question, now, start)
    if start.position and (page.known_tag != start.tag or start.position > page.head):
        start = _AFRESH
        page = await _read(database, actor.organization, question, now, start)
    end = await _end(database, actor.organization, now, start, page)
    unkept = [] if page.known_set else [now]
    if end.filling is not None and start.kept is not None and not start.base:
        unkept.append(start.kept)
    if unkept:
        await keep_sets(database, actor.organization, unkept)
    return _reply(page, start, end, anchor)


async def _begin(
    database: Database, actor: Actor, question: PullQuestion, now: Holding, anchor: ServerAnchor
) -> _Start:
    """Say where to begin: where the phone stands, if the cursor still tells us."""
    cursor, again = parse_cursor(question.cursor), question.again
    if again is not None:
        await raise_alarm(database, actor, now, again, question.cursor, anchor.server_ms)
    if cursor is None:
        return _AFRESH
    if again is None and cursor.filling is None and cursor.mark == now.mark:
        return _Start(position=cursor.position, tag=cursor.tag, full=False)
    # A phone that holds nothing, knows no scopes, or whose rights changed while it was being
    # given the first pages of a grant, is best served with everything.
    if not cursor.position or question.wire < KNOWS_SCOPES:
        return _AFRESH
    if cursor.filling is not None and cursor.filling.target != now.mark:
        return _AFRESH
    before = await find_holding(database, actor.organization, cursor.mark, now)
    if before is None:
        return _AFRESH
    change = change_between(before, now, again if cursor.filling is None else None)
    return _Start(
        position=cursor.position,
        tag=cursor.tag,
        base=cursor.filling.reached if cursor.filling else 0,
        kept=change.kept,
        filled=change.filled,
        dropped=() if cursor.filling else change.dropped,
        full=False,
    )


async def _read(
    database: Database, organization: str, question: PullQuestion, now: Holding, start: _Start
) -> Page:
    asked = Asked(
        organization=organization,
        holding=now,
        position=start.position,
        base=min(start.base, start.position),
        filled=start.filled,
        fills=start.kept is not None,
        writers=question.writers,
        limit=question.limit,
    )
    return await read_page(database, asked)


async def _end(
    database: Database, organization: str, now: Holding, start: _Start, page: Page
) -> Cursor:
    """Give the cursor after a page: at the head, behind the last line, or amid a filling in."""
    if not page.reached:
        return Cursor(page.head, page.tag, now.mark)
    if start.kept is not None and page.reached < start.position:
        mark = Mark(start.kept.mark.pairs)
        return Cursor(start.position, start.tag, mark, Filling(now.mark, page.reached))
    tag = await tag_after(database, organization, page.reached)
    return Cursor(page.reached, tag, now.mark)


def _reply(page: Page, start: _Start, end: Cursor, anchor: ServerAnchor) -> bytes:
    caught_up = not page.reached
    told: dict[str, Any] = {
        "cursor": str(end),
        "drops": [{"record": record} for record in page.drops],
        "full": start.full,
        "more": not caught_up,
        "receipt": "roundsman",
        "wire": WIRE_VERSION,
        "writers": page.writers,
        "anchor": anchor,
    }
    if start.dropped:
        told["dropped"] = start.dropped
    if end.filling is not None:
        told["whole"] = True
    if start.full and not caught_up and page.scopes:
        told["total"] = sum(scope.count for scope in page.scopes)
    if caught_up and page.scopes:
        told["scopes"] = page.scopes
    rest = msgspec.json.encode(told)
    parts = [b'{"records":[']
    for row in page.records:
        parts += (b'{"position":%d,"record":' % row["place"], row["long"])
        own = b'","scope":"own"}' if row["part"] == "own" else b'"}'
        parts += (b',"site":"', row["short"].encode(), own, b",")
    if page.records:
        parts.pop()
    parts += (b"],", rest[1:])
    return b"".join(parts)
