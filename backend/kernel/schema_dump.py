"""Write down how a migrated database looks, so that a change of it is seen in a review."""

import asyncio
import sys
import tempfile
from pathlib import Path

import asyncpg

from backend.kernel.migrations import migrate
from backend.kernel.postgres import EmbeddedPostgres

TARGET = Path(__file__).parents[1] / "schema.sql"
HEADING = """\
-- The database as the migrations leave it, written by `python -m backend.kernel.schema_dump`.
-- tests/house/test_schema_is_committed.py compares. Read it to see; change it by a migration.
"""

_COLUMNS = """
SELECT c.relname AS name, a.attname AS field, format_type(a.atttypid, a.atttypmod) AS kind,
       a.attnotnull AS needed, pg_get_expr(d.adbin, d.adrelid) AS usual
  FROM pg_class c
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> 'migration'
 ORDER BY c.relname, a.attnum
"""
_CONSTRAINTS = """
SELECT conrelid::regclass::text AS name, pg_get_constraintdef(oid) AS rule
  FROM pg_constraint
 WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
   AND conrelid::regclass::text <> 'migration'
 ORDER BY 1, contype DESC, 2
"""
_INDEXES = """
SELECT pg_get_indexdef(i.indexrelid) AS rule
  FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
 WHERE c.relnamespace = 'public'::regnamespace AND c.relname <> 'migration'
   AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid)
 ORDER BY 1
"""


async def dump_schema(url: str) -> str:
    """Tell every table with its columns and rules, and every index, in a fixed order."""
    connection = await asyncpg.connect(url)
    try:
        columns = await connection.fetch(_COLUMNS)
        constraints = await connection.fetch(_CONSTRAINTS)
        indexes = await connection.fetch(_INDEXES)
    finally:
        await connection.close()
    tables: dict[str, list[str]] = {}
    for row in columns:
        needed = " NOT NULL" if row["needed"] else ""
        usual = f" DEFAULT {row['usual']}" if row["usual"] else ""
        tables.setdefault(row["name"], []).append(f"{row['field']} {row['kind']}{usual}{needed}")
    for row in constraints:
        tables[row["name"]].append(row["rule"])
    told = [
        f"CREATE TABLE {name} (\n    " + ",\n    ".join(lines) + "\n);"
        for name, lines in tables.items()
    ]
    told += [f"{row['rule']};" for row in indexes]
    return HEADING + "\n" + "\n\n".join(told) + "\n"


async def _write(url: str) -> None:
    await migrate(url)
    TARGET.write_text(await dump_schema(url), encoding="utf-8")


def main() -> None:
    """Migrate a throw-away database and write its schema into the repository."""
    with (
        tempfile.TemporaryDirectory() as folder,
        EmbeddedPostgres(Path(folder), durable=False) as server,
    ):
        asyncio.run(_write(server.dsn))
    sys.stdout.write(f"{TARGET}\n")


if __name__ == "__main__":
    main()
