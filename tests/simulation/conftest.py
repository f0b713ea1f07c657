"""Every story happens in the same world."""

from pathlib import Path

import pytest

from backend.kernel.postgres import EmbeddedPostgres
from tests.simulation.runner import keep_laid
from tests.world.fixtures import settled_template, settled_url, world

__all__ = ["settled_template", "settled_url", "world"]


@pytest.fixture(scope="session")
def laid(
    postgres: EmbeddedPostgres, settled_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The settled world as every schedule in memory begins with it."""
    path = tmp_path_factory.mktemp("laid") / "laid.pickle"
    return keep_laid(postgres.dsn_of(settled_template), path)
