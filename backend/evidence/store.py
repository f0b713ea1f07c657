"""Where the bytes of photos and signatures lie: by organisation and hash, in a folder or a bucket.

Evidence that is put here is never changed and never taken away by anything in this room; only the
parts of an upload are, once the whole lies there or nobody comes back for it.
"""

import asyncio
import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import obstore
from obstore.exceptions import NotFoundError
from obstore.store import LocalStore, MemoryStore, ObjectStore, from_url

THUMB = ".thumb.jpg"

AT_ONCE = 2
"""Photos that are forced to the disk at the same time.

The database's own commits wait in the same queue of the disk: with fifty phones sending photos at
once and no bound, whoever sends an answer beside them waited three times as long.
"""


TAKEN_IN = 3
"""Photos that are looked at, forced out and written down at the same time.

Fifty phones with their photos would take every connection to the database and every turn of the
processor at once, and whoever sends an answer beside them would wait for all of them.
"""


class EvidenceStore:
    """Bytes by name in any store that obstore speaks; on our own disk they are forced out.

    `folder` is set for a local store: an answer is given only when the disk has the bytes. Photos
    that come whole are taken in under `intake`, a few at a time.
    """

    def __init__(self, store: ObjectStore, folder: Path | None = None) -> None:
        """Use that store."""
        self._store = store
        self._folder = folder
        self.intake = asyncio.Semaphore(TAKEN_IN)
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._known: set[Path] = set()

    @classmethod
    def in_folder(cls, folder: Path) -> "EvidenceStore":
        """Give the store in a folder of our own disk, made if it is not there."""
        folder.mkdir(parents=True, exist_ok=True)
        return cls(LocalStore(prefix=folder, mkdir=True), folder)

    @classmethod
    def at(cls, address: str, folder: Path) -> "EvidenceStore":
        """Give the store at an address such as s3://bucket/prefix; without one, in that folder.

        Whoever may write there is told by the environment (AWS_ACCESS_KEY_ID and the like), never
        by the address.
        """
        return cls(from_url(address)) if address else cls.in_folder(folder)

    @classmethod
    def in_memory(cls) -> "EvidenceStore":
        """Give a store that forgets when the process ends; for tests."""
        return cls(MemoryStore())

    async def put(self, key: str, content: bytes) -> None:
        """Keep these bytes for good; once this returns, a power cut does not lose them."""
        async with self._turn:
            await obstore.put_async(self._store, key, content)
            if self._folder is not None:
                await asyncio.to_thread(_force_out, self._folder, key, self._known)

    async def put_lightly(self, key: str, content: bytes) -> None:
        """Keep bytes that can be made again."""
        await obstore.put_async(self._store, key, content)

    async def holds(self, key: str, size: int) -> bool:
        """Say whether all the bytes lie under that name."""
        with suppress(NotFoundError, FileNotFoundError):
            return (await obstore.head_async(self._store, key))["size"] == size
        return False

    async def remove(self, keys: Sequence[str]) -> None:
        """Take away parts that nobody needs any more; evidence only where retention says so."""
        for key in keys:
            with suppress(NotFoundError, FileNotFoundError):
                await obstore.delete_async(self._store, key)

    async def list_older(self, folder: str, than: datetime) -> list[str]:
        """List what was put into a folder before an instant, by the store's own clock."""
        found: list[str] = []
        async for page in obstore.list(self._store, folder):
            found += [one["path"] for one in page if one["last_modified"] < than]
        return found

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


def _force_out(folder: Path, key: str, known: set[Path]) -> None:
    """Make the disk write the file and the folders that name it.

    The folders whose own names this process has forced out before are `known`; in a folder that is
    known a new one may yet be made, and its name is as new as a file's.
    """
    path = folder / key
    _force(path)
    _force(path.parent)
    named: list[Path] = []
    for each in path.parents:
        if each == folder or each in known:
            break
        _force(each.parent)
        named.append(each)
    known.update(named)


def _force(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
