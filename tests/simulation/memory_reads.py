"""What the stand-in answers to the product's longer reading statements, one function each."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

import msgspec

from tests.simulation.memory import Memory
from tests.simulation.memory_domains import ANSWERS

Answer = Callable[..., list[Any]]
Change = Callable[..., None]
COUNTERS_UNSEEN = "[]"


def touched(  # noqa: PLR0917  as the statement numbers its values
    memory: Memory,
    organization: str,
    ids: Sequence[str],
    asked: Sequence[str],
    writers: Sequence[str],
    by: Sequence[str],
    counters: Sequence[int],
    people: Sequence[str],
) -> list[Any]:
    """Answer `storage._TOUCHED_SQL`."""
    tables = memory.tables
    head = tables["log_heads"].get((organization,))
    found = [_part("head", first=head["position"])] if head else []
    found += more_records(memory, organization, ids)
    progress = {one: tables["writer_progress"].get((organization, one)) for one in writers}
    met = {
        one
        for one, writer, counter in zip(asked, by, counters, strict=True)
        if (row := progress.get(writer)) is None
        or counter <= row["contiguous"]
        or row["beyond"] != COUNTERS_UNSEEN
    }
    held = {
        row["operation_id"]: row
        for row in tables["held_operations"].values()
        if row["state"] != "applied" and row["operation_id"] in met
    }
    for one, row in held.items():
        waits = int(row["state"] == "waiting")
        found.append(_part("held", one, row["sha256"], row["outcome"], waits))
    found += [
        _part("log", one, row["sha256"], row["outcome"])
        for one in met
        if (row := tables["operations"].get((organization, one)))
    ]
    for writer, row in progress.items():
        if row:
            part = _part("writer", writer, row["last_page"], row["beyond"], row["contiguous"])
            last = (row["last_stamp"], row["last_counter"], row["last_wall_ms"])
            found.append(part | dict(zip(("second", "third", "fourth"), last, strict=True)))
    return found + _waiting(memory, people)


def more_records(memory: Memory, organization: str, ids: Sequence[str]) -> list[Any]:
    """Answer `storage._MORE_SQL`: records that only a door's reader could name."""
    records = memory.tables["records"]
    return [
        _part("record", one, row["site_id"], row["content"], row["sum"])
        for one in ids
        if (row := records.get((organization, one)))
    ]


def _waiting(memory: Memory, people: Sequence[str]) -> list[Any]:
    """What waits of these people, by writer, with its bytes."""
    sizes: dict[tuple[str, str], list[int]] = {}
    for row in memory.tables["held_operations"].values():
        if row["state"] == "waiting" and row["person_id"] in people:
            size = len(row["content"].encode())
            sizes.setdefault((row["writer_id"], row["person_id"]), []).append(size)
    return [
        _part("waiting", writer, person, "", len(each)) | {"second": sum(each)}
        for (writer, person), each in sizes.items()
    ]


def waiting_for(  # noqa: PLR0917  as the statement numbers its values
    memory: Memory,
    organization: str,
    brought: Sequence[str],
    after_ms: int,
    writer: str,
    counter: int,
    one: str,
    most: int,
    most_bytes: int,
) -> list[Any]:
    """Answer `held._WAITING_FOR`: the next portion of what waited for any of these."""
    place = itemgetter("received_ms", "writer_id", "counter", "id")
    rows = sorted(
        (
            row
            for (at, _), row in memory.tables["held_operations"].items()
            if at == organization
            and row["state"] == "waiting"
            and row["waits_for"] in brought
            and place(row) > (after_ms, writer, counter, one)
        ),
        key=place,
    )
    found, before = [], 0
    for row in rows[:most]:
        if before < most_bytes:
            found.append(row)
        before += len(row["content"].encode())
    return found


def _part(
    part: str, one: str = "", short: str = "", long: str = "", first: int = 0
) -> dict[str, Any]:
    rest = {"second": 0, "third": 0, "fourth": 0}
    return {"part": part, "id": one, "short": short, "long": long, "first": first, **rest}


def page(  # noqa: PLR0917  as the statement numbers its values
    memory: Memory,
    organization: str,
    after: int,
    writers: Sequence[str],
    sites: Sequence[str],
    kinds: Sequence[str],
    pairs: Sequence[str] | None,
    limit: int,
    base: int,
    filled: Sequence[str],
    own: str,
    mark: str,
) -> list[Any]:
    """Answer `pull_page._PAGE_SQL`: head, tag, writers, lines of records, own ones, gone, sums."""
    tables = memory.tables
    found = _commits(memory, organization, after)
    if (organization, mark) in tables["scope_sets"]:
        found.append(_line("set", 0, 0, mark))
    for writer in writers:
        if row := tables["writer_progress"].get((organization, writer)):
            found.append(_line("writer", row["contiguous"], 0, writer, row["beyond"].encode()))

    def may(site: str, kind: str) -> bool:
        return site in sites and kind in kinds and (pairs is None or f"{site}|{kind}" in pairs)

    records = {one: row for (at, one), row in tables["records"].items() if at == organization}
    lines = [
        _line("record", row["position"], row["position"], row["site_id"], row["content"].encode())
        for row in records.values()
        if row["position"] > base
        and may(row["site_id"], row["kind"])
        and (row["position"] > after or f"{row['site_id']}|{row['kind']}" in filled)
    ]
    lines.sort(key=itemgetter("position"))
    found += lines[:limit]
    found += _membership(memory, organization, records, may, (after, base, limit), own)
    return [*found, *_sums(memory, organization, records, may, own)]


May = Callable[[str, str], bool]


def _commits(memory: Memory, organization: str, after: int) -> list[Any]:
    rows = [
        row for row in memory.tables["commits"].values() if row["organization_id"] == organization
    ]
    found = []
    if rows:
        head = max(rows, key=itemgetter("position"))
        found.append(_line("head", head["position"], 0, head["tag"]))
    behind = [row for row in rows if row["position"] >= after]
    if behind:
        known = min(behind, key=itemgetter("position"))
        found.append(_line("known", known["position"], 0, known["tag"]))
    return found


def _membership(
    memory: Memory,
    organization: str,
    records: Mapping[str, Any],
    may: May,
    where: tuple[int, int, int],
    own: str,
) -> list[Any]:
    """What entered the own scope, and what left one that is held."""
    after, base, limit = where
    members = [
        row
        for row in memory.tables["scope_members"].values()
        if row["organization_id"] == organization and row["record_id"] in records
    ]
    mine = {row["record_id"] for row in members if row["scope"] == own and row["present"]}
    entered, gone = [], []
    for row in members:
        record = records[row["record_id"]]
        if may(record["site_id"], record["kind"]):
            continue
        came = max(row["position"], record["position"])
        if row["scope"] == own and row["present"] and came > base:
            content = record["content"].encode()
            entered.append(_line("own", came, record["position"], record["site_id"], content))
        left = not row["present"] and row["position"] > after > 0
        seen = row["scope"] == own or may(row["scope"], record["kind"])
        if left and seen and row["record_id"] not in mine:
            gone.append(_line("gone", row["position"], 0, row["record_id"]))
    return [*_with_ties(entered, limit), *_with_ties(gone, limit)]


def _with_ties(lines: list[Any], limit: int) -> list[Any]:
    lines.sort(key=itemgetter("position"))
    if len(lines) <= limit:
        return lines
    last = lines[limit - 1]["position"]
    return [line for line in lines if line["position"] <= last]


def _sums(
    memory: Memory, organization: str, records: Mapping[str, Any], may: May, own: str
) -> list[Any]:
    if not own:
        return []
    totals: dict[str, tuple[int, int]] = {}
    for row in memory.tables["scope_sums"].values():
        if row["organization_id"] == organization and may(row["site_id"], row["kind"]):
            total, count = totals.get(row["site_id"], (0, 0))
            totals[row["site_id"]] = (total + int(row["sum"]), count + row["count"])
    mine = [
        records[row["record_id"]]
        for row in memory.tables["scope_members"].values()
        if row["organization_id"] == organization
        and row["scope"] == own
        and row["present"]
        and row["record_id"] in records
    ]
    hidden = [row for row in mine if not may(row["site_id"], row["kind"])]
    totals["own"] = (sum(row["sum"] for row in hidden), len(hidden))
    return [
        _line("sum", count, 0, site, str(total).encode()) for site, (total, count) in totals.items()
    ]


def _line(part: str, position: int, place: int, short: str, long: bytes = b"") -> dict[str, Any]:
    return {"part": part, "position": position, "place": place, "short": short, "long": long}


def standing(memory: Memory, organization: str, people: Sequence[str]) -> list[Any]:
    """Answer who of these may still act, and what they may do now."""
    return [row for row in everybody(memory, organization, people) if row["active"]]


def everybody(memory: Memory, organization: str, people: Sequence[str] | str) -> list[Any]:
    """Answer who these people are, also those who were shut out."""
    tables, found = memory.tables, []
    for one in [people] if isinstance(people, str) else people:
        person = tables["people"].get((organization, one))
        if person:
            found.append(
                {**person, "person_id": one, "device_id": "", "id": "", **_roles(memory, person)}
            )
    return found


def _roles(memory: Memory, person: Mapping[str, Any]) -> dict[str, Any]:
    who = (person["organization_id"], person["id"])
    held = sorted(
        (row["role"], row["site_id"])
        for row in memory.tables["memberships"].values()
        if (row["organization_id"], row["person_id"]) == who
    )
    at = {site for _, site in held}
    departments = sorted(
        {
            row["department_id"]
            for row in memory.tables["memberships"].values()
            if (row["organization_id"], row["person_id"]) == who and row["department_id"]
        }
    )
    sites = sorted(
        row["id"]
        for row in memory.tables["sites"].values()
        if row["organization_id"] == who[0] and ("" in at or row["id"] in at)
    )
    roles = [f"{role} {site}" for role, site in held]
    return {"roles": roles, "sites": sites, "departments": departments}


# Writing statements that are more than one row of one table.


def move_sums(
    memory: Memory,
    organization: str,
    sites: Sequence[str],
    kinds: Sequence[str],
    totals: Sequence[str],
    counts: Sequence[int],
) -> None:
    """Carry out `membership._MOVE_SUMS`."""
    table = memory.tables["scope_sums"]
    for site, kind, total, count in zip(sites, kinds, totals, counts, strict=True):
        key = (organization, site, kind)
        before = table.get(key, {"sum": 0, "count": 0})
        table[key] = {
            "organization_id": organization,
            "site_id": site,
            "kind": kind,
            "sum": int(before["sum"]) + int(total),
            "count": before["count"] + count,
        }


def keep_sets(
    memory: Memory, organization: str, marks: Sequence[str], contents: Sequence[str]
) -> None:
    """Carry out what `scopes.keep_sets` asks."""
    for mark, content in zip(marks, contents, strict=True):
        row = {"organization_id": organization, "mark": mark, "content": content}
        memory.tables["scope_sets"].setdefault((organization, mark), row)


def desk(memory: Memory, organization: str, ids: Sequence[str]) -> list[Any]:
    """Answer `desk._DESK`: held rows with the site where each belongs."""
    found = []
    for one in ids:
        row = memory.tables["held_operations"].get((organization, one))
        if row is None:
            continue
        record = memory.tables["records"].get((organization, row["record_id"]))
        known = msgspec.json.decode(row["context"]).get("site", "")
        found.append({**row, "site_id": (record and record["site_id"]) or known})
    return found


_ANSWERS: tuple[tuple[str, Answer], ...] = (
    ("WITH mine AS MATERIALIZED", touched),
    ("'known', position", page),
    ("SELECT 'record' AS part, x.id", more_records),
    ("p.id = ANY($2::text[]) AND p.active", standing),
    ("FROM people p WHERE p.organization_id = $1 AND p.id = ", everybody),
    ("->> 'site'", desk),
    ("WHERE before < $8", waiting_for),
    *ANSWERS,
)
"""By a few words that stand in this statement and in no other."""

_CHANGES: tuple[tuple[str, Change], ...] = (
    ("INSERT INTO scope_sums", move_sums),
    ("INSERT INTO scope_sets", keep_sets),
)


@cache
def find_answer(sql: str) -> Answer | None:
    """Give the answer to a statement that is too long to be understood word by word."""
    return next((answer for words, answer in _ANSWERS if words in sql), None)


@cache
def find_change(sql: str) -> Change | None:
    """Give what a writing statement does that is too long to be understood word by word."""
    return next((change for words, change in _CHANGES if words in sql), None)
