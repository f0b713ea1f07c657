"""Where the bytes of photos and signatures lie: by organisation and hash, in a folder or a bucket.

What is put here is never changed and never taken away by anything in this room.
"""

import asyncio
import os
from contextlib import suppress
from pathlib import Path

import obstore
from obstore.exceptions import NotFoundError
from obstore.store import LocalStore, MemoryStore, ObjectStore

THUMB = ".thumb.jpg"


class EvidenceStore:
    """Bytes by name in any store that obstore speaks; on our own disk they are forced out.

    `folder` is set for a local store: an answer is given only when the disk has the bytes.
    """

    def __init__(self, store: ObjectStore, folder: Path | None = None) -> None:
        """Use that store."""
        self._store = store
        self._folder = folder

    @classmethod
    def in_folder(cls, folder: Path) -> "EvidenceStore":
        """Give the store in a folder of our own disk, made if it is not there."""
        folder.mkdir(parents=True, exist_ok=True)
        return cls(LocalStore(prefix=folder, mkdir=True), folder)

    @classmethod
    def in_memory(cls) -> "EvidenceStore":
        """Give a store that forgets when the process ends; for tests."""
        return cls(MemoryStore())

    async def put(self, key: str, content: bytes) -> None:
        """Keep these bytes for good; once this returns, a power cut does not lose them."""
        await obstore.put_async(self._store, key, content)
        if self._folder is not None:
            await asyncio.to_thread(_force_out, self._folder, key)

    async def put_lightly(self, key: str, content: bytes) -> None:
        """Keep bytes that can be made again."""
        await obstore.put_async(self._store, key, content)

    async def holds(self, key: str, size: int) -> bool:
        """Say whether all the bytes lie under that name."""
        with suppress(NotFoundError, FileNotFoundError):
            return (await obstore.head_async(self._store, key))["size"] == size
        return False

    async def find(self, key: str) -> bytes | None:
        """Give the bytes kept under that name, or nothing."""
        with suppress(NotFoundError, FileNotFoundError):
            found = await obstore.get_async(self._store, key)
            return bytes(await found.bytes_async())
        return None


def key_of(organization: str, sha256: str) -> str:
    """Name the place of some bytes; 256 folders keep each one short.

    >>> key_of("a", "ff00")
    'a/ff/ff00'
    """
    return f"{organization}/{sha256[:2]}/{sha256}"


def _force_out(folder: Path, key: str) -> None:
    """Make the disk write the file and the folders that name it."""
    path = folder / key
    for each in (path, *list(path.parents)[:3]):
        handle = os.open(each, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
