"""Bytes of photos that retention took out: deleted after the commit, also when a server died."""

from typing import Protocol

from backend.evidence.store import THUMB, EvidenceStore, key_of
from backend.kernel.database import Database


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
        found = await database.rows(
            "SELECT f.sha256, e.sha256 IS NOT NULL AS again FROM evidence_forgotten f"
            " LEFT JOIN evidence e ON e.organization_id = $1 AND e.sha256 = f.sha256"
            " WHERE f.organization_id = $1",
            organization,
        )
        keys = [key_of(organization, row["sha256"]) for row in found if not row["again"]]
        if keys:
            await store.remove([*keys, *(key + THUMB for key in keys)])
        if found:
            await database.run(
                "DELETE FROM evidence_forgotten WHERE organization_id = $1 AND sha256 = ANY($2)",
                organization,
                [row["sha256"] for row in found],
            )

    return forget
