"""Binding a phone database to a person: from then on that person is the author of all it sends."""

from backend.directory.actors import Actor
from backend.kernel.clock import Clock, instant
from backend.kernel.database import Database
from shared_schemas.problems import ProblemError
from shared_schemas.sync import WriterBinding


async def bind_writer(
    database: Database, clock: Clock, actor: Actor, binding: WriterBinding
) -> None:
    """Bind a writer to the person who is signed in; binding it again changes nothing.

    A writer stays with its person whoever holds the phone; the first key it gave stays its key.

    Raises: conflict when it is bound to another person.
    """
    row = await database.row(
        "INSERT INTO writers (organization_id, id, person_id, device_id, public_key, bound_at) "
        "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (organization_id, id) DO UPDATE "
        "SET public_key = CASE WHEN writers.public_key = '' "
        "AND writers.person_id = excluded.person_id THEN excluded.public_key "
        "ELSE writers.public_key END RETURNING person_id",
        actor.organization, binding.writer, actor.person, actor.device, binding.public_key,
        instant(clock.now_ms()),
    )  # fmt: skip
    if row is None or row["person_id"] != actor.person:
        raise ProblemError("conflict", field="writer")
