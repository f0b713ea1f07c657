"""Samples as the office sees them: announced, due to be drawn, drawn."""

from typing import Literal

from msgspec import Struct

from shared_schemas.office import SiteNamed
from shared_schemas.primitives import Bilingual


class SampleLine(Struct, frozen=True, kw_only=True):
    """One thing that a sample drew: the check or finding, called by its title.

    `task` or `nonconformity` says what can be opened; both are empty for a single reading.
    """

    id: str
    title: Bilingual
    task: str = ""
    nonconformity: str = ""


class SampleSeen(Struct, frozen=True, kw_only=True):
    """One sample. While it is due, `whole` and `drawn` are what drawing it now would give."""

    id: str
    site: SiteNamed
    title: Bilingual
    population: str
    rate_percent: int
    seed: str
    from_on: str
    closes_on: str
    state: Literal["announced", "drawn", "due"]
    whole: tuple[str, ...]
    drawn: tuple[str, ...]
    lines: tuple[SampleLine, ...]
    again_of: str = ""


class SampleList(Struct, frozen=True, kw_only=True):
    """All samples of the sites that the reader may see, the newest first."""

    revision: int
    samples: tuple[SampleSeen, ...]
