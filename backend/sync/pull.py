"""Records changed since a cursor, as stored, or a full refill; one snapshot for the whole reply."""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

import msgspec
from msgspec import Struct

from backend.directory.actors import Actor, visible_kinds
from backend.kernel.database import Database
from backend.sync.cursor import Cursor, parse_cursor, scope_mark
from shared_schemas.sync import WIRE_VERSION, ServerAnchor, WriterState

_COUNTERS = tuple[int, ...]

PAGE = 1_000
"""Records in one reply, unless the phone asks for fewer."""


class PullQuestion(Struct, frozen=True, kw_only=True):
    """What a phone asks: from where, for which of its writers, at most how many records."""

    cursor: str = ""
    writers: Sequence[str] = ()
    limit: int = PAGE


async def pull(
    database: Database, actor: Actor, question: PullQuestion, anchor: ServerAnchor
) -> bytes:
    """Give what changed since the cursor, as the JSON of a PullReply.

    The records' texts are put in as stored, never read and written again.

    Source: sync design, section 1; SPEC CU1 to CU5.
    """
    pairs = _visible_pairs(actor)
    asked = _still_ours(parse_cursor(question.cursor), scope_mark(pairs))
    page = await _read(database, actor.organization, asked, pairs, question)
    if asked.position and (page.known_tag != asked.tag or asked.position > page.head.position):
        asked = Cursor(0, "", asked.scope)
        page = await _read(database, actor.organization, asked, pairs, question)
    more = len(page.records) > question.limit
    records = page.records[: question.limit]
    end = page.head
    if more:
        end = await _page_end(database, actor.organization, records[-1], asked.scope)
    full = not asked.position and question.cursor != str(asked)
    return _reply(records, end, page.writers, anchor, full=full, more=more)


def _visible_pairs(actor: Actor) -> list[str]:
    """List site and kind, joined by a bar, of all that this person may hold; "" is every site."""
    pairs = {f"{site}|{kind}" for site in actor.sites for kind in visible_kinds(actor, site)}
    everywhere = {f"|{pair.split('|')[1]}" for pair in pairs}
    return sorted(pairs | everywhere)


def _still_ours(cursor: Cursor | None, mark: str) -> Cursor:
    """Give the cursor if it was made for this scope, else the beginning."""
    return cursor if cursor is not None and cursor.scope == mark else Cursor(0, "", mark)


class _Page(Struct, frozen=True, kw_only=True):
    """What one statement saw: the head, the tag at the cursor, records and writers."""

    head: Cursor
    known_tag: str
    records: list[Any]
    writers: list[WriterState]


_PAGE_SQL = """
(SELECT 'head' AS part, position, tag AS short, ''::bytea AS long
   FROM commits WHERE organization_id = $1 ORDER BY position DESC LIMIT 1)
UNION ALL
(SELECT 'known', position, tag, ''
   FROM commits WHERE organization_id = $1 AND position >= $2 ORDER BY position LIMIT 1)
UNION ALL
(SELECT 'writer', contiguous, id, convert_to(beyond, 'UTF8')
   FROM writer_progress WHERE organization_id = $1 AND id = ANY($3))
UNION ALL
(SELECT 'record', position, site_id, convert_to(content, 'UTF8')
   FROM records
  WHERE organization_id = $1 AND position > $2 AND site_id = ANY($4) AND kind = ANY($5)
    AND ($6::text[] IS NULL OR site_id || '|' || kind = ANY($6))
  ORDER BY position LIMIT $7)
"""
"""One statement is one snapshot, and one journey. Texts come as bytes and leave as bytes."""


async def _read(
    database: Database, organization: str, asked: Cursor, pairs: list[str], question: PullQuestion
) -> _Page:
    found = await database.rows(
        _PAGE_SQL,
        organization,
        asked.position,
        list(question.writers),
        *_scope(pairs),
        question.limit + 1,
    )
    parts: dict[str, list[Any]] = {"head": [], "known": [], "writer": [], "record": []}
    for row in found:
        parts[row["part"]].append(row)
    position, tag = next(((row["position"], row["short"]) for row in parts["head"]), (0, "0"))
    return _Page(
        head=Cursor(position, tag, asked.scope),
        known_tag=next((row["short"] for row in parts["known"]), ""),
        records=sorted(parts["record"], key=itemgetter("position")),
        writers=[_state(row["short"], row["position"], row["long"]) for row in parts["writer"]],
    )


def _scope(pairs: list[str]) -> tuple[list[str], list[str], list[str] | None]:
    """Give sites, kinds, and the pairs only where not every kind may be held of every site."""
    split = [pair.split("|") for pair in pairs]
    sites, kinds = {site for site, _ in split}, {kind for _, kind in split}
    exact = None if len(pairs) == len(sites) * len(kinds) else pairs
    return sorted(sites), sorted(kinds), exact


async def _page_end(database: Database, organization: str, last: Any, mark: str) -> Cursor:
    """Give the cursor after a page that is not the last: its commit is there and stays as it is."""
    row = await database.row(
        "SELECT tag FROM commits WHERE organization_id = $1 AND position >= $2"
        " ORDER BY position LIMIT 1",
        organization,
        last["position"],
    )
    return Cursor(last["position"], row["tag"] if row else "0", mark)


def _state(writer: str, contiguous: int, beyond: bytes | str) -> WriterState:
    return WriterState(
        writer=writer, contiguous=contiguous, beyond=msgspec.json.decode(beyond, type=_COUNTERS)
    )


async def writer_state(database: Database, organization: str, writer: str) -> WriterState:
    """Give how far one writer has come, for a phone that has just been bound."""
    row = await database.row(
        "SELECT contiguous, beyond FROM writer_progress WHERE organization_id = $1 AND id = $2",
        organization,
        writer,
    )
    if row is None:
        return WriterState(writer=writer, contiguous=0)
    return _state(writer, row["contiguous"], row["beyond"])


def _reply(
    rows: Sequence[Any],
    end: Cursor,
    writers: Sequence[WriterState],
    anchor: ServerAnchor,
    *,
    full: bool,
    more: bool,
) -> bytes:
    rest = msgspec.json.encode(
        {
            "cursor": str(end),
            "drops": [],
            "full": full,
            "more": more,
            "receipt": "roundsman",
            "wire": WIRE_VERSION,
            "writers": list(writers),
            "anchor": anchor,
        }
    )
    parts = [b'{"records":[']
    for row in rows:
        site = row["short"].encode()
        parts += (b'{"position":%d,"record":' % row["position"], row["long"])
        parts += (b',"site":"', site, b'"}', b",")
    parts[-1:] = (parts[-1].rstrip(b","), b"],", rest[1:])
    return b"".join(parts)
