"""What waits of one person, and what one person brought unopened, are counted at each push."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.kernel.migrations import migration

ID = "2026-11-20T18:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "how much of a person waits"

OF_PERSON = (
    "CREATE INDEX held_operations_of_person ON held_operations (organization_id, person_id)"
    " WHERE state = 'waiting'"
)
OF_CARRIER = (
    "CREATE INDEX carried_bundles_of_carrier ON carried_bundles (organization_id, carrier_id)"
    " WHERE state = 'held'"
)
BY_AGE = (
    "CREATE INDEX held_operations_by_age ON held_operations (organization_id, received_ms, id)"
    " WHERE state = 'waiting'"
)
STATEMENTS = (OF_PERSON, OF_CARRIER, BY_AGE)


async def forwards() -> MigrationManager:
    """Make both countable without reading everybody's."""
    return migration("sync", ID, STATEMENTS)
