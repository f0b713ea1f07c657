"""Bytes that come in parts over a bad network: each part is on the disk before it is acknowledged.

An upload is one person's under one hash, so a phone that forgot everything finds it again. The rows
stand in the database and the parts in the evidence store: any process may take the next part.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from litestar.exceptions import InternalServerException
from msgspec import Struct
from msgspec.structs import replace

from backend.directory.actors import Actor
from backend.evidence.store import EvidenceStore, key_of
from backend.kernel.clock import Clock, instant
from backend.kernel.database import Database
from backend.kernel.identity import random_id
from shared_schemas.problems import ProblemError

PART = 256 * 1024
"""So much is the most that a cut can lose. Units: bytes."""

SEALED = "application/vnd.roundsman.sealed"
"""A bundle that one phone sealed and another carries; it is no photo and is opened elsewhere."""

MOST_PARTS = 256
"""A line that is cut all the time gives many small parts; so many are joined into one."""

MOST_OPEN = 50
"""Uploads under way per person; a phone has one. The longest untouched makes way."""

SILENCE_S = 60.0
"""A line that says nothing for so long is taken for cut. Units: seconds."""

ABANDONED = timedelta(days=7)
FOLDER = "uploads"

_COLUMNS = "sha256, media_type, size, received, parts, reply"
_MINE = "organization_id = $1 AND person_id = $2 AND sha256 = $3"
_FIND_SQL = f"SELECT {_COLUMNS} FROM uploads WHERE {_MINE}"  # noqa: S608  our own words
_BEGIN_SQL = f"""
INSERT INTO uploads (organization_id, person_id, sha256, media_type, size, touched_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (organization_id, person_id, sha256) DO UPDATE SET touched_at = excluded.touched_at
    WHERE uploads.size = excluded.size AND uploads.media_type = excluded.media_type
RETURNING {_COLUMNS}
"""  # noqa: S608  our own words
_TAKE_SQL = f"""
UPDATE uploads SET received = received + $5, parts = parts || $6::text, touched_at = $7
WHERE {_MINE} AND received = $4 AND reply IS NULL
RETURNING {_COLUMNS}
"""  # noqa: S608  our own words
_JOIN_SQL = f"UPDATE uploads SET parts = ARRAY[$5::text] WHERE {_MINE} AND parts = $4::text[]"  # noqa: S608  our own words
_SETTLE_SQL = f"""
UPDATE uploads SET reply = $4, parts = '{{}}', received = size, touched_at = $5 WHERE {_MINE}
"""  # noqa: S608  our own words
_FORGET_SQL = f"DELETE FROM uploads WHERE {_MINE} RETURNING parts"  # noqa: S608  our own words
_ARRIVED_SQL = f"SELECT 1 FROM evidence_uploads WHERE {_MINE}"  # noqa: S608  our own words
_MAKE_WAY_SQL = """
DELETE FROM uploads WHERE organization_id = $1 AND person_id = $2 AND sha256 IN (
    SELECT sha256 FROM uploads
    WHERE organization_id = $1 AND person_id = $2 AND reply IS NULL
    ORDER BY touched_at DESC, sha256 OFFSET $3
) RETURNING parts
"""
_CLEAR_SQL = "DELETE FROM uploads WHERE touched_at < $1 RETURNING parts"
_NAMED_SQL = "SELECT unnest(parts) AS part FROM uploads"


class Upload(Struct, frozen=True, kw_only=True):
    """How far an upload has come; with a `reply` it is finished and its parts are gone.

    Units: `size` and `received` bytes.
    """

    sha256: str
    media_type: str
    size: int
    received: int
    parts: tuple[str, ...]
    reply: bytes | None

    @property
    def complete(self) -> bool:
        """Whether every byte has arrived."""
        return self.received == self.size


class Uploads:
    """The uploads under way; nothing about them is kept in this process."""

    def __init__(self, database: Database, store: EvidenceStore, clock: Clock) -> None:
        """Use that database, that store and that clock."""
        self._database = database
        self._store = store
        self._clock = clock

    async def begin(self, actor: Actor, sha256: str, media_type: str, size: int) -> Upload:
        """Give the upload of these bytes, begun now or found as it stands.

        Another size or kind under the same hash means that one of them is wrong: it begins anew.
        """
        now = instant(self._clock.now_ms())
        values = (actor.organization, actor.person, sha256, media_type, size, now)
        row = await self._database.row(_BEGIN_SQL, *values)
        if row is None:
            await self.forget(actor, sha256)
            row = await self._database.row(_BEGIN_SQL, *values)
        if row is None:
            raise ProblemError("conflict")
        gone = await self._database.rows(_MAKE_WAY_SQL, actor.organization, actor.person, MOST_OPEN)
        await self._remove(gone)
        upload = _upload(row)
        if upload.reply is not None and not await self._still_there(actor, upload):
            await self.forget(actor, sha256)
            return await self.begin(actor, sha256, media_type, size)
        return upload

    async def find(self, actor: Actor, sha256: str) -> Upload:
        """Give this person's upload of that hash; another's is none of theirs.

        Raises: not_found.
        """
        row = await self._database.row(_FIND_SQL, actor.organization, actor.person, sha256)
        if row is None:
            raise ProblemError("not_found")
        upload = _upload(row)
        if upload.reply is not None and not await self._still_there(actor, upload):
            await self.forget(actor, sha256)
            raise ProblemError("not_found")
        return upload

    async def take(self, actor: Actor, upload: Upload, body: AsyncIterator[bytes]) -> Upload:
        """Take what comes, part by part; a line that is cut leaves what had come by then.

        Raises: too_large, upload_offset_wrong.
        """
        waiting = bytearray()
        async for piece in _until_cut(body):
            waiting += piece
            if upload.received + len(waiting) > upload.size:
                raise ProblemError("too_large", limit=upload.size)
            while len(waiting) >= PART:
                upload = await self._store_part(actor, upload, bytes(waiting[:PART]))
                del waiting[:PART]
        if waiting:
            upload = await self._store_part(actor, upload, bytes(waiting))
        return upload

    async def content(self, actor: Actor, upload: Upload) -> bytes:
        """Give all the bytes of a complete upload, if they are the declared ones.

        Otherwise the parts are taken away, so that the next try begins anew; unless another request
        has moved on with them meanwhile, which is asked for then.

        Raises: hash_mismatch, not_found, upload_offset_wrong.
        """
        parts = [await self._store.find(part) for part in upload.parts]
        content = b"".join(part for part in parts if part is not None)
        hashed = await asyncio.to_thread(hashlib.sha256, content)
        if len(content) != upload.size or hashed.hexdigest() != upload.sha256:
            now = await self.find(actor, upload.sha256)
            if now.parts != upload.parts:
                raise ProblemError("upload_offset_wrong", offset=now.received)
            await self.forget(actor, upload.sha256)
            raise ProblemError("hash_mismatch")
        return content

    async def settle(self, actor: Actor, upload: Upload, reply: bytes) -> None:
        """Note the answer for those who ask again, and take the parts away."""
        await self._database.run(
            _SETTLE_SQL, actor.organization, actor.person, upload.sha256, reply,
            instant(self._clock.now_ms()),
        )  # fmt: skip
        await self._store.remove(upload.parts)

    async def forget(self, actor: Actor, sha256: str) -> None:
        """Take an upload away with its parts; evidence stays."""
        await self._remove(
            await self._database.rows(_FORGET_SQL, actor.organization, actor.person, sha256)
        )

    async def clear_abandoned(self) -> int:
        """Take away what nobody came back for, and parts that no row names; say how many parts.

        Evidence is never touched: it lies elsewhere.
        """
        before = instant(self._clock.now_ms()) - ABANDONED
        rows = await self._database.rows(_CLEAR_SQL, before)
        await self._remove(rows)
        named = {row["part"] for row in await self._database.rows(_NAMED_SQL)}
        strays = [one for one in await self._store.list_older(FOLDER, before) if one not in named]
        await self._store.remove(strays)
        return sum(len(row["parts"]) for row in rows) + len(strays)

    async def _store_part(self, actor: Actor, upload: Upload, part: bytes) -> Upload:
        """Force a part to the disk, then count it; another may have been quicker."""
        key = f"{FOLDER}/{random_id()}"
        await self._store.put(key, part)
        row = await self._database.row(
            _TAKE_SQL, actor.organization, actor.person, upload.sha256, upload.received, len(part),
            key, instant(self._clock.now_ms()),
        )  # fmt: skip
        if row is None:
            await self._store.remove([key])
            raise ProblemError(
                "upload_offset_wrong", offset=(await self.find(actor, upload.sha256)).received
            )
        taken = _upload(row)
        return await self._join(actor, taken) if len(taken.parts) >= MOST_PARTS else taken

    async def _join(self, actor: Actor, upload: Upload) -> Upload:
        """Put many small parts into one."""
        found = [await self._store.find(part) for part in upload.parts]
        if None in found:
            return upload
        key = f"{FOLDER}/{random_id()}"
        await self._store.put(key, b"".join(part for part in found if part is not None))
        done = await self._database.run(
            _JOIN_SQL, actor.organization, actor.person, upload.sha256, list(upload.parts), key
        )
        joined = done.endswith(" 1")
        await self._store.remove(upload.parts if joined else [key])
        return replace(upload, parts=(key,)) if joined else upload

    async def _still_there(self, actor: Actor, upload: Upload) -> bool:
        """Look whether a finished photo is still ours.

        A folder may have lost its bytes, and what retention let go must be sent anew.
        """
        if upload.media_type == SEALED:
            return True
        mine = await self._database.row(
            _ARRIVED_SQL, actor.organization, actor.person, upload.sha256
        )
        key = key_of(actor.organization, upload.sha256)
        return mine is not None and await self._store.holds(key, upload.size)

    async def _remove(self, rows: list[Any]) -> None:
        await self._store.remove([part for row in rows for part in row["parts"]])


def _upload(row: Any) -> Upload:
    return Upload(
        sha256=row["sha256"],
        media_type=row["media_type"],
        size=row["size"],
        received=row["received"],
        parts=tuple(row["parts"]),
        reply=row["reply"],
    )


async def _until_cut(body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Give what comes until the end, a hang-up or a long silence: all three keep what came."""
    while True:
        try:
            async with asyncio.timeout(SILENCE_S):
                piece = await anext(body)
        except (StopAsyncIteration, TimeoutError, InternalServerException):
            # Litestar says "client disconnected prematurely" with the last of these.
            return
        yield piece
