"""What lies in released databases is counted as the code counts it."""

from importlib import import_module

from tests.world.cast import ANA, DAILY_CHECK, HARBOUR
from tests.world.checkers import check_scope_sums
from tests.world.fixtures import World

MIGRATION = "backend.sync.piccolo_migrations.sync_2026_11_20t10_00_00"


async def test_SC6_SC7_migration_counts_what_was_recorded_before_there_were_sums(
    world: World,
) -> None:
    ana = await world.phone(ANA)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    ana.record(task, "remark_added", remark='压 😀 "\\/\u2028\x00')
    ana.answer(task, "cleaning", "fail", plan=DAILY_CHECK)
    await ana.push()
    counted = await check_scope_sums(world.server.database)
    kept = await world.rows("SELECT * FROM scope_sums ORDER BY 1, 2, 3")
    database = world.server.database
    await database.run("UPDATE records SET sum = 0")
    await database.run("DELETE FROM scope_sums")
    *_, count_records, count_scopes = import_module(MIGRATION).STATEMENTS
    await database.run(count_records)
    await database.run(count_scopes)
    assert await check_scope_sums(database) == counted > 20
    again = await world.rows("SELECT * FROM scope_sums ORDER BY 1, 2, 3")
    assert again == [row for row in kept if row["count"]]
    assert {row["organization_id"] for row in again} >= {HARBOUR}
