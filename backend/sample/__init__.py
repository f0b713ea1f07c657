"""The sample organisations, in Chinese with English names: who, where, and a month of history."""

import secrets
from collections import deque
from pathlib import Path

import asyncpg

from backend.caretaker import Caretaker
from backend.evidence.store import EvidenceStore
from backend.kernel.anchors import load_secret
from backend.kernel.clock import Clock, SystemClock
from backend.kernel.database import Database
from backend.sample.aftermath import write_aftermath
from backend.sample.cast import ORGANIZATIONS, SampleOrganization
from backend.sample.history import write_history
from backend.sample.settling import settle
from backend.scoring.recompute import Recompute
from backend.settings import Settings
from backend.switchboard import FACTS, SWITCHBOARD
from backend.sync.committer import Committer

_PASSWORD_FILE = "sample-password"  # noqa: S105  the name of a file
_HISTORY_DAYS = 45
_LOADING = "samples-loading"
"""Lies in the data folder while samples are being loaded, and after that was interrupted."""


class SamplesThereError(Exception):
    """The sample organisations are there already, perhaps with work in them."""


async def load_samples(
    settings: Settings, clock: Clock | None = None, *, days: int = _HISTORY_DAYS
) -> None:
    """Load both sample organisations with their history, through the same one door as phones.

    Units: `days` of history before today.
    Raises: SamplesThereError.
    """
    hands = clock or SystemClock()
    database = Database(settings.database_url)
    await database.open()
    committer = Committer(database, SWITCHBOARD, hands)
    recompute = Recompute(database, hands, FACTS)
    secret = load_secret(settings.data_folder, settings.secret)
    caretaker = Caretaker(database, committer, recompute, hands, secret=secret)
    store = EvidenceStore.at(settings.evidence_url, settings.data_folder / "evidence")
    password = sample_password(settings.data_folder)
    loading = settings.data_folder / _LOADING
    try:
        await _make_room(database, interrupted=loading.exists())
        loading.touch()
        for organization in ORGANIZATIONS:
            places = await settle(
                database, committer, caretaker, organization, password, hands.now_ms(), days
            )
            await write_history(database, committer, store, organization, places, hands.now_ms())
            await write_aftermath(database, committer, organization, hands.now_ms())
        while await recompute.bring_up_to_date():
            pass
        loading.unlink()
    finally:
        await committer.close()
        await database.close()


async def _make_room(database: Database, *, interrupted: bool) -> None:
    """Take away what an interrupted loading left; never samples that people may work in.

    Raises: SamplesThereError.
    """
    ids = [organization.id for organization in ORGANIZATIONS]
    if not await database.rows("SELECT 1 FROM organizations WHERE id = ANY($1)", ids):
        return
    if not interrupted:
        message = "The sample organisations are there already; nothing was changed."
        raise SamplesThereError(message)
    tables = await database.rows(
        "SELECT table_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND column_name = 'organization_id'"
    )
    waiting = deque([(row["table_name"], "organization_id") for row in tables])
    waiting.append(("organizations", "id"))
    async with database.transaction() as connection:
        for _ in range(len(waiting) ** 2):
            if not waiting:
                return
            table, column = waiting.popleft()
            try:
                async with connection.transaction():
                    await connection.execute(
                        f"DELETE FROM {table} WHERE {column} = ANY($1)",  # noqa: S608  our own names
                        ids,
                    )
            except asyncpg.ForeignKeyViolationError:
                # What still points at these rows goes first.
                waiting.append((table, column))


def sample_password(data_folder: Path) -> str:
    """Give the one password of all sample accounts, made at random for this data folder."""
    path = data_folder / _PASSWORD_FILE
    if not path.exists():
        data_folder.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(4), encoding="ascii")
    return path.read_text(encoding="ascii").strip()


def sample_accounts(data_folder: Path) -> list[str]:
    """List the sample accounts as one tells them to a newcomer."""
    password = sample_password(data_folder)
    lines = [f"{line}" for one in ORGANIZATIONS for line in _accounts_of(one)]
    return [f"示例账号 sample accounts, 密码 password {password}", *lines]


def _accounts_of(organization: SampleOrganization) -> list[str]:
    return [
        f"  {organization.name.zh} {organization.name.en}",
        *(
            f"    {person.user_name}  {person.name.zh} {person.name.en}, {person.does}"
            for person in organization.people
            if person.does
        ),
    ]
