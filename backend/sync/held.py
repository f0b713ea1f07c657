"""Operations that could not be applied yet: tried again by themselves when their wait is over."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from backend.directory.actors import Actor
from backend.directory.authors import load_authors
from backend.kernel.database import Database
from backend.sync.received import receive
from backend.sync.state import Submission
from backend.sync.storage import HeldContext, waiting_for


async def resubmissions(
    database: Database, organization: str, brought: Iterable[str]
) -> list[Submission]:
    """Give the held operations that may pass now, each as a push of its own author.

    Source: sync design, section 5; SPEC HE3.
    """
    rows = await waiting_for(database, organization, brought)
    people = sorted({row["person_id"] for row in rows})
    authors = await load_authors(database, organization, people)
    # Of someone who was shut out since, a person in the office decides, not we.
    return [
        _submission(row, authors[row["person_id"]]) for row in rows if row["person_id"] in authors
    ]


async def waited_for(database: Database, organization: str) -> list[str]:
    """List what held operations wait for, each once."""
    rows = await database.rows(
        "SELECT DISTINCT waits_for FROM held_operations"
        " WHERE organization_id = $1 AND state = 'waiting' AND waits_for <> ''",
        organization,
    )
    return [row["waits_for"] for row in rows]


def _submission(row: Mapping[str, Any], actor: Actor) -> Submission:
    context = msgspec.json.decode(row["context"], type=HeldContext)
    return Submission(
        organization=row["organization_id"],
        actor=actor,
        device=row["device_id"],
        writer=row["writer_id"],
        sent=context.sent,
        received=[receive(row["content"].encode(), row["writer_id"])],
        received_ms=row["received_ms"],
        floor_ms=context.floor_ms,
        trusted=context.trusted,
        retried=True,
    )
