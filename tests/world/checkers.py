"""What must hold whatever happened: each checker says what is wrong, or passes in silence."""

import sys
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec

from backend.directory.actors import RoleAt
from backend.directory.rights import RECORD_RIGHTS, ROLES
from backend.kernel.canonical import canonical
from backend.kernel.database import Database
from backend.kernel.identity import content_hash
from backend.sync.checksum import shown, stored, sum_of, value_of
from backend.sync.doors import own_scope
from backend.sync.spans import latest_counters, read_spans
from tests.world.cast import HARBOUR
from tests.world.phone import Phone
from tests.world.rebuild import conflicts_differ, fold_log, read_log, records_differ
from tests.world.server import Server


async def check_acknowledged_is_durable(database: Database, phones: Sequence[Phone]) -> int:
    """Whatever a phone was told has arrived lies in the log or on the held desk, as sent."""
    rows = await database.rows(
        "SELECT id, sha256, content, outcome FROM operations UNION ALL"
        " SELECT operation_id, sha256, content, outcome FROM held_operations"
    )
    kept: dict[tuple[str, str], str] = {(row["id"], row["sha256"]): row["content"] for row in rows}
    count = 0
    for phone in phones:
        for entry in phone.outbox:
            if entry.outcome is not None:
                assert (entry.id, entry.sha256) in kept, f"{entry.id} was acknowledged and is gone"
                text = kept[entry.id, entry.sha256]
                assert text.encode() == entry.text or '"redacted":{' in text
                count += 1
    return count


async def check_log(database: Database, organization: str = HARBOUR) -> int:
    """The log is dense, its texts are what was hashed, and the records are its folds."""
    rows = await database.rows(
        "SELECT position, id, sha256, content, caused_by FROM operations"
        " WHERE organization_id = $1 ORDER BY position",
        organization,
    )
    assert [row["position"] for row in rows] == list(range(1, len(rows) + 1))
    known = {row["id"] for row in rows}
    for row in rows:
        left = msgspec.json.decode(row["content"]).get("redacted")
        told = left["sha256"] if left else content_hash(row["content"].encode())
        assert told == row["sha256"], row["id"]
        assert not row["caused_by"] or row["caused_by"] in known, row["id"]
    assert await records_differ(database, organization) == []
    assert not await conflicts_differ(database, organization)
    await check_scope_sums(database, organization)
    return len(rows)


async def check_scope_sums(database: Database, organization: str = HARBOUR) -> int:
    """The checksums kept along the way are what counting every record anew gives.

    Gives how many records were counted.
    """
    rows = await database.rows("SELECT * FROM records WHERE organization_id = $1", organization)
    counted: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        value = value_of(row["id"], row["position"], row["content"])
        assert row["sum"] == stored(value), row["id"]
        counted.setdefault((row["site_id"], row["kind"]), []).append(value)
    kept = await database.rows(
        "SELECT * FROM scope_sums WHERE organization_id = $1 AND count <> 0", organization
    )
    assert {(row["site_id"], row["kind"]): row["count"] for row in kept} == {
        scope: len(values) for scope, values in counted.items()
    }
    for row in kept:
        expected = sum_of(counted[row["site_id"], row["kind"]])
        assert shown(int(row["sum"])) == shown(expected), (row["site_id"], row["kind"])
    return len(rows)


async def check_cursor(
    database: Database, phone: Phone, roles: Sequence[RoleAt] | None = None
) -> int:
    """A cursor means exactly the log up to its position, in what this phone may hold.

    `roles` are those of its person, where they are no longer what they were in the beginning.
    """
    held = [phone.person.role] if roles is None else roles
    position = int(phone.cursor.split(".")[0])
    log = await read_log(database, phone.person.organization)
    folded = fold_log(log, until=position)
    rows = await database.rows(
        "SELECT r.id, r.site_id, m.record_id AS own FROM records r LEFT JOIN scope_members m"
        " ON m.organization_id = r.organization_id AND m.record_id = r.id AND m.present"
        " AND m.scope = $2 AND m.position <= $3 WHERE r.organization_id = $1",
        phone.person.organization,
        own_scope(phone.person.id),
        position,
    )
    sites = {row["id"]: row["site_id"] for row in rows}
    own = {row["own"] for row in rows}
    expected = {
        one: record
        for one, record in folded.items()
        if one in own or any(_may_hold(role, record, sites[one]) for role in held)
    }
    assert phone.records.keys() == expected.keys()
    for one, record in expected.items():
        assert canonical(phone.records[one]) == canonical(record), one
    assert phone.differs == [], f"{phone.person.name.en} counts otherwise than the server"
    return len(expected)


def _may_hold(role: RoleAt, record: Any, scope: str) -> bool:
    site = scope.removeprefix("~")
    if scope != site and "see_covert" not in ROLES[role.role].rights:
        return False
    if not ROLES[role.role].rights & set(RECORD_RIGHTS.get(record["kind"], ())):
        return False
    return site in ("", role.site) or not role.site


async def check_held(database: Database, expected: frozenset[str]) -> None:
    """What is held waits for a reason that a person could have caused, and is not applied too."""
    rows = await database.rows(
        "SELECT h.operation_id, h.problem::json ->> 'code' AS code, o.id AS applied"
        " FROM held_operations h LEFT JOIN operations o"
        " ON o.organization_id = h.organization_id AND o.id = h.operation_id"
        " WHERE h.state = 'waiting'"
    )
    assert {row["code"] for row in rows} <= expected
    assert [row["operation_id"] for row in rows if row["applied"]] == []


async def check_progress(database: Database) -> None:
    """What the server says to have of a writer is exactly what lies in the log or is held."""
    rows = await database.rows(
        "SELECT writer_id, counter FROM operations UNION"
        " SELECT writer_id, counter FROM held_operations"
    )
    found: dict[str, set[int]] = {}
    for row in rows:
        found.setdefault(row["writer_id"], set()).add(row["counter"])
    for row in await database.rows("SELECT id, contiguous, beyond FROM writer_progress"):
        beyond = set(latest_counters(read_spans(row["beyond"]), sys.maxsize))
        assert found[row["id"]] == {*range(1, row["contiguous"] + 1), *beyond}, row["id"]
        assert row["contiguous"] + 1 not in beyond


async def check_scorecards(server: Server) -> int:
    """The live scorecards say what scoring every day anew says; no change was forgotten.

    Gives how many are measured.
    """
    sql = "SELECT id, content FROM scorecards WHERE measured ORDER BY id"
    await server.scores_settle()
    before = await server.database.rows(sql)
    await server.database.run(
        "INSERT INTO stale_periods (organization_id, id, site_id, at_ms, position)"
        " SELECT DISTINCT organization_id, md5(site_id || best_ms / 86400000), site_id,"
        " best_ms / 86400000 * 86400000, 0 FROM operations WHERE site_id <> ''"
    )
    await server.scores_settle()
    after = await server.database.rows(sql)
    changed = [
        (old["content"], new["content"])
        for old, new in zip(before, after, strict=True)
        if old["content"] != new["content"]
    ]
    assert not changed, f"forgotten until now: {changed[0]}"
    return len(before)


def check_equal_states(phones: Sequence[Phone]) -> None:
    """Phones of one scope with equal cursors and empty queues show the same."""
    by_scope: dict[tuple[str, str], Phone] = {}
    for phone in phones:
        assert phone.waiting == [], f"{phone.person.name.en} still waits"
        shown = {one: phone.view(one) for one in phone.records}
        assert shown == phone.records, f"{phone.person.name.en} sees other than the server"
        other = by_scope.setdefault((phone.cursor, phone.person.role.role), phone)
        assert other.records == phone.records
        assert other.sums() == phone.sums()
        assert phone.differs == [], f"{phone.person.name.en} counts otherwise than the server"


def check_sums(reason: dict[str, Any]) -> int:
    """In a reason tree children add up exactly to their parent, and every leaf has its evidence.

    Gives the number of leaves that took points.
    """
    children = reason["children"]
    if children:
        total = sum((Decimal(child["points"]) for child in children), Decimal(0))
        assert total == Decimal(reason["points"]), (reason["name"], total, reason["points"])
        return sum(check_sums(child) for child in children)
    fact = reason.get("fact")
    if reason["kind"] == "deduction":
        assert fact["operation"], reason
        assert Decimal(reason["points"]) <= 0
        return 1
    assert fact is not None or reason["kind"] in ("full", "not_measured", "note"), reason
    return 0
