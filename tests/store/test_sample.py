"""The samples load through the one door, whole or not at all, and never over people's work."""

from pathlib import Path

import asyncpg
import pytest

from backend.sample import SamplesThereError, load_samples
from backend.settings import Settings


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return Settings(data_folder=tmp_path, database_url=database_url, scrypt_cost=2**4)


async def ask(url: str, question: str):
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


async def test_samples_leave_nothing_held_and_a_score_with_reasons(settings):
    await load_samples(settings, days=15)
    assert await ask(settings.database_url, "SELECT count(*) FROM held_operations") == 0
    assert await ask(settings.database_url, "SELECT count(*) FROM operations") > 200
    assert await ask(settings.database_url, "SELECT count(*) FROM scorecards WHERE measured") >= 1
    weak = "SELECT count(*) FROM operations WHERE record_kind = 'task' AND time_class = 'C'"
    assert await ask(settings.database_url, weak) == 0


async def test_samples_are_never_loaded_over_what_is_there(settings):
    await load_samples(settings, days=2)
    before = await ask(settings.database_url, "SELECT count(*) FROM operations")
    with pytest.raises(SamplesThereError):
        await load_samples(settings, days=2)
    assert await ask(settings.database_url, "SELECT count(*) FROM operations") == before


async def test_an_interrupted_loading_is_begun_anew(settings):
    await load_samples(settings, days=2)
    (settings.data_folder / "samples-loading").touch()
    await load_samples(settings, days=2)
    assert await ask(settings.database_url, "SELECT count(*) FROM organizations") == 2
    assert not (settings.data_folder / "samples-loading").exists()
