"""A stand-in for PostgreSQL in memory, quick enough for hundreds of schedules.

Everything above it is the product's own: committer, groups, doors, flows, pull. Simple statements
are understood as they stand (one table, conditions joined by AND); each of the few long ones has
an answer of its own in `memory_reads.py`. A statement that nobody here knows is an error, and
`test_stand_in.py` lives the same days on this and on the real one and compares every table.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import cache
from operator import itemgetter
from random import Random
from typing import Any

import asyncpg
from msgspec import Struct, field

from backend.kernel.database import Batch, Projection, Row
from backend.sync import storage

Tables = dict[str, dict[tuple[Any, ...], Row]]
"""Rows by table and primary key; a row is never changed, only replaced, so a copy is cheap."""

POISON = "☠"
"""What a text may hold that this database refuses, as a real one refuses what nobody foresaw."""


class Laid(Struct, kw_only=True):
    """A database as it was read from the real one: its keys and its rows."""

    keys: dict[str, tuple[str, ...]]
    defaults: dict[str, dict[str, Any]]
    tables: Tables


async def lay(connection: asyncpg.Connection) -> Laid:
    """Read a whole settled database, table by table."""
    columns = await connection.fetch(
        "SELECT c.relname AS name, a.attname AS part, i.indkey::int2[] @> ARRAY[a.attnum] AS is_key,"
        " pg_get_expr(d.adbin, d.adrelid) AS given"
        " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0"
        " AND NOT a.attisdropped JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary"
        " LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'"
        " ORDER BY c.relname, array_position(i.indkey::int2[], a.attnum), a.attnum"
    )
    keys: dict[str, tuple[str, ...]] = {}
    defaults: dict[str, dict[str, Any]] = {}
    for one in columns:
        keys.setdefault(one["name"], ())
        if one["is_key"]:
            keys[one["name"]] += (one["part"],)
        defaults.setdefault(one["name"], {})[one["part"]] = _given(one["given"])
    tables: Tables = {}
    for name, key in keys.items():
        found = await connection.fetch(f'SELECT * FROM "{name}"')
        tables[name] = {tuple(row[part] for part in key): dict(row) for row in found}
    return Laid(keys=keys, defaults=defaults, tables=tables)


def _given(expression: str | None) -> Any:
    """Read a column's default; what is worked out at the time stays empty."""
    if expression is None or "(" in expression or expression.startswith("CURRENT"):
        return None
    if expression in ("true", "false"):
        return expression == "true"
    quoted = re.match(r"'(.*)'::", expression)
    return quoted[1] if quoted else int(expression)


class Faults(Struct, kw_only=True):
    """What this database does wrong; a mutant of the tests may ask for more than a real one."""

    refuses_poison: bool = True
    forgets_commits: float = 0.0
    shows_records_late: bool = False
    locks: bool = True


class Memory:
    """The database of one simulated organisation, shared by all its server processes.

    `unknown` are the statements that the stand-in did not understand: a server that only fails at
    them holds what it cannot store, and would hide them.
    """

    def __init__(self, laid: Laid, dice: Random) -> None:
        self.keys = laid.keys
        self.defaults = laid.defaults
        self.tables: Tables = {name: dict(rows) for name, rows in laid.tables.items()}
        self.faults = Faults()
        self.unknown: set[str] = set()
        self.commits = 0
        self._dice = dice
        self._lock = asyncio.Lock()

    def copy(self) -> Tables:
        """Keep a backup."""
        return {name: dict(rows) for name, rows in self.tables.items()}

    def restore(self, backup: Tables) -> None:
        """Be as that backup was."""
        self.tables = {name: dict(rows) for name, rows in backup.items()}

    async def breathe(self) -> None:
        """A journey to the database: others may come in between."""
        for _ in range(self._dice.randrange(3)):
            await asyncio.sleep(0)


class MemoryDatabase:
    """`Database` as one server process sees it; `dead` once that process was killed."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.dead = False

    async def rows(self, sql: str, *values: Any) -> list[Any]:
        await self.memory.breathe()
        return read(self.memory, sql, values)

    async def row(self, sql: str, *values: Any) -> Any | None:
        found = await self.rows(sql, *values)
        return found[0] if found else None

    async def row_of(self, sql: str, key: str) -> Any | None:
        return await self.row(sql, [key])

    async def run(self, sql: str, *values: Any) -> str:
        async with self.transaction() as connection:
            await connection.execute(sql, *values)
        return "DONE"

    @asynccontextmanager
    async def transaction_behind(self, lock: str) -> AsyncIterator["MemoryConnection"]:
        assert lock.startswith("SELECT FROM log_heads"), lock
        if not self.memory.faults.locks:
            async with self.transaction() as connection:
                yield connection
            return
        async with self.memory._lock, self.transaction() as connection:
            yield connection

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator["MemoryConnection"]:
        connection = MemoryConnection(self.memory)
        yield connection
        await self.memory.breathe()
        if self.dead:
            raise ConnectionResetError("this process was killed before its commit")
        connection.commit()

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator["MemoryConnection"]:
        """One moment of everything: nothing else runs while this does not wait."""
        still = Memory.__new__(Memory)
        still.__dict__.update(self.memory.__dict__)
        still.tables = self.memory.copy()
        yield MemoryConnection(still)


class MemoryConnection:
    """A connection in a transaction: it reads what was committed, and writes at the end."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._writes: list[tuple[str, Row, bool]] = []
        self._statements: list[tuple[str, Sequence[Any]]] = []

    async def fetch(self, sql: str, *values: Any) -> list[Any]:
        await self._memory.breathe()
        return read(self._memory, sql, values)

    async def fetchrow(self, sql: str, *values: Any) -> Any | None:
        found = await self.fetch(sql, *values)
        return found[0] if found else None

    async def fetchval(self, sql: str, *values: Any) -> Any:
        row = await self.fetchrow(sql, *values)
        return next(iter(row.values())) if row else None

    async def execute(self, sql: str, *values: Any) -> str:
        await self._memory.breathe()
        self._statements.append((re.sub(r"\$(\d+)", _placed, sql), values))
        return "DONE"

    async def copy_records_to_table(
        self, table: str, *, records: Iterable[Sequence[Any]], columns: Sequence[str]
    ) -> None:
        for record in records:
            self.put(table, dict(zip(columns, record, strict=True)), is_new=True)

    def put(self, table: str, row: Row, *, is_new: bool) -> None:
        """Write a row at the commit; a new one must not be there yet."""
        text = row.get("content", "")
        if self._memory.faults.refuses_poison and table == "operations" and POISON in text:
            raise asyncpg.DataError("the database refuses this text")
        if is_new and self._key(table, row) in self._memory.tables[table]:
            raise asyncpg.UniqueViolationError(f"twice in {table}")
        self._writes.append((table, row, is_new))

    def also(self, sql: str, values: Sequence[Any]) -> None:
        """Change rows at the commit."""
        self._statements.append((sql, values))

    def commit(self) -> None:
        """Make everything visible at once."""
        memory = self._memory
        if not self._writes and not self._statements:
            return
        memory.commits += 1
        if memory._dice.random() < memory.faults.forgets_commits:
            return
        late = [one for one in self._writes if one[0] == "records"]
        if memory.faults.shows_records_late and late and memory.commits % 3 == 0:
            self._writes = [one for one in self._writes if one[0] != "records"]
            asyncio.get_running_loop().call_soon(_write, memory, late, 12)
        _write(memory, self._writes)
        for sql, values in self._statements:
            change(memory, sql, values)

    def _key(self, table: str, row: Row) -> tuple[Any, ...]:
        return tuple(row[part] for part in self._memory.keys[table])


def _write(memory: Memory, writes: Sequence[tuple[str, Row, bool]], turns: int = 0) -> None:
    """Write rows, some turns of the loop later when asked."""
    if turns:
        asyncio.get_running_loop().call_soon(_write, memory, writes, turns - 1)
        return
    for table, row, _ in writes:
        key = tuple(row[part] for part in memory.keys[table])
        before = memory.tables[table].get(key) or memory.defaults[table]
        memory.tables[table][key] = {**before, **row}


class MemoryBatch(Batch):
    """A batch that goes to the stand-in where it is given one, and to PostgreSQL otherwise."""

    def __init__(self) -> None:
        super().__init__()
        self._plain: list[tuple[str, Sequence[Any]]] = []

    def also(self, sql: str, *values: Any) -> None:
        super().also(sql, *values)
        self._plain.append((sql, values))

    async def send(self, connection: Any, last: str = "SELECT 1", *values: Any) -> None:
        if not isinstance(connection, MemoryConnection):
            await super().send(connection, last, *values)
            return
        await connection._memory.breathe()
        for projection, rows in self._rows.values():
            for row in _last_of_equal(projection, rows):
                connection.put(projection.table, row, is_new=not projection.key)
        for sql, given in self._plain:
            connection.also(sql, given)


def _last_of_equal(projection: Projection, rows: Sequence[Row]) -> Iterable[Row]:
    if not projection.key:
        return rows
    return {itemgetter(*projection.key)(row): row for row in rows}.values()


def stand_in() -> None:
    """Let the product's storage write to either; the real way stays as it is."""
    setattr(storage, "Batch", MemoryBatch)  # noqa: B010  its own import of the name


# Simple statements: one table, conditions joined by AND.

_SELECT = re.compile(
    r"SELECT (?P<distinct>DISTINCT )?(?P<columns>[\w, *]+?) FROM (?P<table>\w+)"
    r"(?: WHERE (?P<where>.+?))?(?: ORDER BY (?P<order>[\w, ]+?))?(?: LIMIT (?P<limit>\S+))?"
)
_UPDATE = re.compile(r"UPDATE (?P<table>\w+) SET (?P<set>.+?) WHERE (?P<where>.+)")
_INSERT = re.compile(
    r"INSERT INTO (?P<table>\w+) \((?P<columns>.+?)\) VALUES \((?P<values>.+?)\)(?P<once> ON CONFLICT DO NOTHING)?"
)
_FLAG = re.compile(r"\w+")
_CONDITION = re.compile(
    r"(?P<column>\w+) (?P<how>=|<>|>=|<=|>|<) (?P<any>ANY\()?(?P<value>\$\d+|'[^']*'|\d+|true|false)"
    r"(?:::[\w\[\]]+)?\)?"
)
_HOW: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda one, other: one == other,
    "<>": lambda one, other: one != other,
    ">": lambda one, other: one > other,
    "<": lambda one, other: one < other,
    ">=": lambda one, other: one >= other,
    "<=": lambda one, other: one <= other,
}
Condition = tuple[str, str, str]


class _Simple(Struct, frozen=True, kw_only=True):
    table: str
    columns: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    order: tuple[str, ...] = ()
    limit: str = ""
    distinct: bool = False
    sets: tuple[tuple[str, str], ...] = field(default=())


@cache
def _parse(sql: str) -> _Simple | None:
    flat = " ".join(sql.split())
    if found := _SELECT.fullmatch(flat):
        conditions = _conditions(found["where"])
        if conditions is None:
            return None
        return _Simple(
            table=found["table"],
            columns=tuple(one.strip() for one in found["columns"].split(",")),
            conditions=conditions,
            order=tuple(one.strip() for one in (found["order"] or "").split(",") if one),
            limit=found["limit"] or "",
            distinct=bool(found["distinct"]),
        )
    if found := _UPDATE.fullmatch(flat):
        conditions = _conditions(found["where"])
        sets = tuple(tuple(one.split(" = ", 1)) for one in found["set"].split(", "))
        if conditions is None or any(len(one) != 2 for one in sets):
            return None
        return _Simple(table=found["table"], conditions=conditions, sets=sets)
    if found := _INSERT.fullmatch(flat):
        names, given = found["columns"].split(", "), found["values"].split(", ")
        return _Simple(table=found["table"], sets=tuple(zip(names, given, strict=True)))
    return None


def _conditions(where: str | None) -> tuple[Condition, ...] | None:
    found = []
    for part in (where or "").split(" AND "):
        if not part:
            continue
        if _FLAG.fullmatch(part.strip()):
            found.append((part.strip(), "=", "true"))
            continue
        one = _CONDITION.fullmatch(part.strip())
        if one is None:
            return None
        found.append((one["column"], "ANY" if one["any"] else one["how"], one["value"]))
    return tuple(found)


def _placed(found: re.Match[str]) -> str:
    return f"{{{int(found[1]) - 1}}}"


def _value(text: str, values: Sequence[Any]) -> Any:
    if text.startswith("$"):
        return values[int(text[1:]) - 1]
    if text in ("true", "false"):
        return text == "true"
    return text[1:-1] if text.startswith("'") else int(text)


def _chosen(memory: Memory, simple: _Simple, values: Sequence[Any]) -> list[Row]:
    tests: list[tuple[str, Callable[[Any, Any], bool], Any]] = []
    for column, how, text in simple.conditions:
        value = _value(text, values)
        if how == "ANY":
            tests.append((column, lambda one, others: one in others, frozenset(value)))
        else:
            tests.append((column, _HOW[how], value))
    return [
        row
        for row in memory.tables[simple.table].values()
        if all(test(row[column], value) for column, test, value in tests)
    ]


def _require_known(memory: Memory, sql: str, *, is_known: bool) -> None:
    if not is_known:
        memory.unknown.add(sql)
        message = f"the stand-in does not know this statement: {sql}"
        raise AssertionError(message)


def read(memory: Memory, sql: str, values: Sequence[Any]) -> list[Any]:
    """Answer a reading statement."""
    from tests.simulation.memory_reads import find_answer  # noqa: PLC0415  it reads our tables

    answer = find_answer(sql)
    if answer is not None:
        return answer(memory, *values)
    simple = _parse(sql)
    _require_known(memory, sql, is_known=simple is not None and not simple.sets)
    assert simple is not None
    rows = _chosen(memory, simple, values)
    for column in reversed(simple.order):
        name, _, way = column.partition(" ")
        rows.sort(key=itemgetter(name), reverse=way.strip() == "DESC")
    if simple.columns != ("*",):
        rows = [{name: row.get(name, 1) for name in simple.columns} for row in rows]
    if simple.distinct:
        rows = list({tuple(row.values()): row for row in rows}.values())
    return rows[: int(_value(simple.limit, values))] if simple.limit else rows


def change(memory: Memory, sql: str, values: Sequence[Any]) -> None:
    """Carry out a writing statement of a batch, with {0}, {1} where its values go."""
    from tests.simulation.memory_reads import find_change  # noqa: PLC0415  it reads our tables

    longer = find_change(sql)
    if longer is not None:
        longer(memory, *values)
        return
    numbered = re.sub(r"\{(\d+)\}", lambda found: f"${int(found[1]) + 1}", sql)
    simple = _parse(numbered)
    _require_known(memory, sql, is_known=simple is not None)
    assert simple is not None
    sets = {column: _value(text, values) for column, text in simple.sets}
    if simple.conditions:
        chosen: Iterable[Mapping[str, Any]] = _chosen(memory, simple, values)
        _write(memory, [(simple.table, {**row, **sets}, False) for row in chosen])
    else:
        _write(memory, [(simple.table, sets, True)])
