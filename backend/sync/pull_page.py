"""One page of a pull, read in a single statement: one snapshot, and one journey.

What a phone gets is ordered by where it came about: a record by its own position, what entered the
person's own scope by the later of entry and change, what left by its leaving. Several may come
about at one position, so a page never ends in the middle of one.
"""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from msgspec import Struct

from backend.kernel.database import Database
from backend.sync.checksum import shown
from backend.sync.scopes import OWN, Holding
from backend.sync.spans import latest_counters, read_spans
from shared_schemas.sync import ScopeState, WriterState


class Asked(Struct, frozen=True, kw_only=True):
    """What to read: everything after `position`, and from `base` on what is being filled in.

    `filled` are the pairs of site and kind that are filled in, and `fills` says that anything is;
    `limit` is how many lines make a page.
    """

    organization: str
    holding: Holding
    position: int
    base: int
    filled: Sequence[str]
    fills: bool
    writers: Sequence[str]
    limit: int


class Page(Struct, frozen=True, kw_only=True):
    """What one statement saw: head and its tag, tag at the asked position, lines, writers, sums.

    `reached` is the position of the last line where more may follow, else 0. `known_set` says
    whether the set is already stored under its mark.
    """

    head: int
    tag: str
    known_tag: str
    known_set: bool
    records: list[Any]
    drops: list[str]
    reached: int
    writers: list[WriterState]
    scopes: tuple[ScopeState, ...]


_VISIBLE = """r.site_id = ANY($4) AND r.kind = ANY($5)
   AND ($6::text[] IS NULL OR r.site_id || '|' || r.kind = ANY($6))"""
"""What may be held through its site; the pairs are only asked where sites differ in kinds."""

_PAGE_SQL = f"""
(SELECT 'head' AS part, position, 0::bigint AS place, tag AS short, ''::bytea AS long
   FROM commits WHERE organization_id = $1 ORDER BY position DESC LIMIT 1)
UNION ALL
(SELECT 'known', position, 0, tag, ''
   FROM commits WHERE organization_id = $1 AND position >= $2 ORDER BY position LIMIT 1)
UNION ALL
(SELECT 'set', 0, 0, mark, '' FROM scope_sets WHERE organization_id = $1 AND mark = $11)
UNION ALL
(SELECT 'writer', contiguous, 0, id, convert_to(beyond, 'UTF8')
   FROM writer_progress WHERE organization_id = $1 AND id = ANY($3))
UNION ALL
(SELECT 'record', r.position, r.position, r.site_id, convert_to(r.content, 'UTF8')
   FROM records r
  WHERE r.organization_id = $1 AND r.position > $8 AND {_VISIBLE}
    AND FILLED_IN
  ORDER BY r.position LIMIT $7)
UNION ALL
(SELECT 'own', greatest(m.position, r.position), r.position, r.site_id,
        convert_to(r.content, 'UTF8')
   FROM scope_members m
   JOIN records r ON r.organization_id = $1 AND r.id = m.record_id
  WHERE m.organization_id = $1 AND m.scope = $10 AND m.present
    AND greatest(m.position, r.position) > $8 AND NOT ({_VISIBLE})
  ORDER BY 2 FETCH FIRST $7 ROWS WITH TIES)
UNION ALL
(SELECT 'gone', m.position, 0, m.record_id, ''
   FROM scope_members m
   JOIN records r ON r.organization_id = $1 AND r.id = m.record_id
  WHERE m.organization_id = $1 AND m.position > $2 AND $2 > 0 AND NOT m.present
    AND (m.scope = $10 OR (m.scope = ANY($4) AND r.kind = ANY($5)
                           AND ($6::text[] IS NULL OR m.scope || '|' || r.kind = ANY($6))))
    AND NOT ({_VISIBLE})
    AND NOT EXISTS (SELECT 1 FROM scope_members o
                     WHERE o.organization_id = $1 AND o.scope = $10 AND o.record_id = r.id
                       AND o.present)
  ORDER BY m.position FETCH FIRST $7 ROWS WITH TIES)
UNION ALL
(SELECT 'sum', sum(s.count)::bigint, 0, s.site_id, convert_to(sum(s.sum)::text, 'UTF8')
   FROM scope_sums s
  WHERE $10 <> '' AND s.organization_id = $1 AND s.site_id = ANY($4) AND s.kind = ANY($5)
    AND ($6::text[] IS NULL OR s.site_id || '|' || s.kind = ANY($6))
  GROUP BY s.site_id)
UNION ALL
(SELECT 'sum', count(*), 0, '{OWN}', convert_to(coalesce(sum(r.sum), 0)::text, 'UTF8')
   FROM scope_members m
   JOIN records r ON r.organization_id = $1 AND r.id = m.record_id
  WHERE $10 <> '' AND m.organization_id = $1 AND m.scope = $10 AND m.present
    AND NOT ({_VISIBLE}))
"""  # noqa: S608  the parts are ours
"""Texts come as bytes and leave as bytes. A phone that knows no scopes has no own one ($10)."""

_USUAL_SQL = _PAGE_SQL.replace("FILLED_IN", "($9::text[] IS NULL OR true)")
_FILLING_SQL = _PAGE_SQL.replace(
    "FILLED_IN", "(r.position > $2 OR r.site_id || '|' || r.kind = ANY($9))"
)
"""What every pull asks is kept free of what only a grant needs, a look at each row's site and kind
(measured: 1,000 records in 7 instead of 10 ms)."""

_LINES = ("record", "own", "gone")


async def read_page(database: Database, asked: Asked) -> Page:
    """Read what follows on a cursor."""
    sites, kinds, exact = _split(asked.holding.pairs)
    found = await database.rows(
        _FILLING_SQL if asked.fills else _USUAL_SQL,
        asked.organization,
        asked.position,
        list(asked.writers),
        sites,
        kinds,
        exact,
        asked.limit + 1,
        asked.base if asked.fills else asked.position,
        list(asked.filled),
        asked.holding.own,
        asked.holding.mark.pairs,
    )
    parts: dict[str, list[Any]] = {}
    for row in found:
        parts.setdefault(row["part"], []).append(row)
    head = parts.get("head")
    known = parts.get("known")
    lines = sorted((row for part in _LINES for row in parts.get(part, ())), key=_position)
    # Of lines that share the last position, those behind them may not have been read: whoever asks
    # on gets an empty page at worst, whoever is told that all is there never asks for them.
    more = len(lines) > asked.limit
    reached = lines[asked.limit - 1]["position"] if more else 0
    page = [row for row in lines if row["position"] <= reached] if more else lines
    return Page(
        head=head[0]["position"] if head else 0,
        tag=head[0]["short"] if head else "0",
        known_tag=known[0]["short"] if known else "",
        known_set="set" in parts,
        records=[row for row in page if row["part"] != "gone"],
        drops=list(dict.fromkeys(row["short"] for row in page if row["part"] == "gone")),
        reached=reached,
        writers=[
            _state(row["short"], row["position"], row["long"]) for row in parts.get("writer", ())
        ],
        scopes=_sums(asked.holding, parts.get("sum", ())),
    )


_position = itemgetter("position")


def _split(pairs: frozenset[str]) -> tuple[list[str], list[str], list[str] | None]:
    """Give sites, kinds, and the pairs only where not every kind may be held of every site."""
    split = [pair.split("|") for pair in pairs]
    sites, kinds = {site for site, _ in split}, {kind for _, kind in split}
    exact = None if len(pairs) == len(sites) * len(kinds) else sorted(pairs)
    return sorted(sites), sorted(kinds), exact


def _sums(holding: Holding, rows: Sequence[Any]) -> tuple[ScopeState, ...]:
    """Say what we count in each scope held; one without any record counts nothing."""
    if not holding.own:
        return ()
    told = {row["short"]: (int(row["long"]), row["position"]) for row in rows}
    counts = [(scope, *told.get(scope, (0, 0))) for scope in holding.scopes]
    return tuple(
        ScopeState(scope=scope, sum=shown(total), count=count) for scope, total, count in counts
    )


async def tag_after(database: Database, organization: str, position: int) -> str:
    """Give the tag of the commit that holds a position; it is there and stays as it is."""
    row = await database.row(
        "SELECT tag FROM commits WHERE organization_id = $1 AND position >= $2"
        " ORDER BY position LIMIT 1",
        organization,
        position,
    )
    return row["tag"] if row else "0"


def _state(writer: str, contiguous: int, beyond: bytes | str) -> WriterState:
    told = latest_counters(read_spans(beyond))
    return WriterState(writer=writer, contiguous=contiguous, beyond=told)


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
