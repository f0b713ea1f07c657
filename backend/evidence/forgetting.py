"""Bytes of photos that retention took out: deleted after the commit, also when a server died."""

from typing import Protocol

from backend.evidence.store import THUMB, EvidenceStore, key_of
from backend.kernel.database import Database

AT_ONCE = 50
"""So many photos are deleted in one go: a store far away takes its time, and rows wait for it."""

_TO_FORGET_SQL = """
SELECT f.sha256, EXISTS (
    SELECT 1 FROM evidence e WHERE e.organization_id = $1 AND e.sha256 = f.sha256) AS again
  FROM evidence_forgotten f
 WHERE f.organization_id = $1 ORDER BY f.sha256 LIMIT $2 FOR UPDATE SKIP LOCKED
"""
_FORGOTTEN_SQL = "DELETE FROM evidence_forgotten WHERE organization_id = $1 AND sha256 = ANY($2)"


class Forgetting(Protocol):
    """What the caretaker asks for each organisation."""

    async def __call__(self, organization: str) -> None:
        """Delete what is to be forgotten."""


def forgetting(database: Database, store: EvidenceStore) -> Forgetting:
    """Give the task that deletes an organisation's forgotten photos and their small pictures.

    A photo that somebody has sent again since, for another operation, is kept.

    Source: sync design, section 1 (record); SPEC LO7.
    """

    async def forget(organization: str) -> None:
        while await _forget_some(database, store, organization):
            pass

    return forget


async def _forget_some(database: Database, store: EvidenceStore, organization: str) -> int:
    """Delete a few; say how many there were.

    Their rows stay locked meanwhile: who sends such a photo again waits for us, or we for them.
    """
    async with database.transaction() as connection:
        found = await connection.fetch(_TO_FORGET_SQL, organization, AT_ONCE)
        keys = [key_of(organization, row["sha256"]) for row in found if not row["again"]]
        await store.remove([*keys, *(key + THUMB for key in keys)])
        hashes = [row["sha256"] for row in found]
        await connection.execute(_FORGOTTEN_SQL, organization, hashes)
    return len(found)
