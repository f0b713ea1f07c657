"""A migrated database looks as the committed schema says; whoever changes one changes the other."""

from backend.kernel.schema_dump import TARGET, dump_schema


async def test_migrated_database_equals_the_committed_schema(database_url: str) -> None:
    told = await dump_schema(database_url)
    assert told == TARGET.read_text(encoding="utf-8"), "run: python -m backend.kernel.schema_dump"
