"""Keeping a photo's very bytes for the person who sent them, whichever way they came."""

import asyncio
from datetime import datetime

from backend.evidence.photos import look_at
from backend.evidence.store import EvidenceStore, key_of
from backend.kernel.database import Database

_KEEP_SQL = """
WITH wanted AS (
    DELETE FROM evidence_forgotten WHERE organization_id = $1 AND sha256 = $2
), kept AS (
    INSERT INTO evidence (organization_id, sha256, size, media_type, uploader, received_at)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING
)
INSERT INTO evidence_uploads (organization_id, sha256, person_id, received_at)
VALUES ($1, $2, $5, $6) ON CONFLICT DO NOTHING
"""


async def keep_photo(
    database: Database,
    store: EvidenceStore,
    organization: str,
    person: str,
    sha256: str,
    content: bytes,
    now: datetime,
) -> None:
    """Keep a photo as sent by that person, once it is seen to be one; then the disk has it.

    Raises: hash_mismatch, media_type_unsupported, too_large.
    Source: sync design, section 6; SPEC EV1, EV2.
    """
    async with store.intake:
        await _keep(database, store, (organization, person), sha256, content, now)


async def _keep(
    database: Database,
    store: EvidenceStore,
    whose: tuple[str, str],
    sha256: str,
    content: bytes,
    now: datetime,
) -> None:
    organization, person = whose
    photo = await asyncio.to_thread(look_at, content, sha256)
    key = key_of(organization, sha256)
    known = await database.row(
        "SELECT 1 FROM evidence WHERE organization_id = $1 AND sha256 = $2", organization, sha256
    )
    # The row is written after the disk has the bytes, so it vouches for them; the look at the
    # store mends a folder that lost some.
    if known is None or not await store.holds(key, len(content)):
        await store.put(key, content)
    await database.run(_KEEP_SQL, organization, sha256, len(content), photo.media_type, person, now)
    # Whoever was deleting it for retention has let us in only now: it may have to lie there anew.
    if not await store.holds(key, len(content)):
        await store.put(key, content)
