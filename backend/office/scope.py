"""What the person at the desk may look at: the sites where the right holds, and no other."""

import contextlib
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from backend.directory.actors import CLOSED, Actor
from backend.directory.rights import Right
from backend.kernel.clock import instant, milliseconds
from shared_schemas.office import SiteNamed
from shared_schemas.primitives import Bilingual
from shared_schemas.problems import ProblemError

Sites = Mapping[str, SiteNamed]
"""By site id, in the order in which the sites are named."""

_SITES = """
    SELECT id, name_zh, name_en, zone FROM sites
    WHERE organization_id = $1 AND id = ANY($2::text[]) ORDER BY code, name_zh, id
"""
_REVISION = "SELECT position FROM log_heads WHERE organization_id = $1"
_USUAL_ZONE = "Asia/Shanghai"
_DATE = re.compile(r"(?:19[7-9]|[2-8]\d\d)\d-\d\d-\d\d", re.ASCII)
_LONGEST_WORD = 200
_FURTHEST_MS = 10**14


async def load_sites(connection: Any, actor: Actor, right: Right) -> Sites:
    """Read the sites where this person holds the right.

    Raises: not_allowed when there is none.
    """
    actor.require(right)
    found = await connection.fetch(_SITES, actor.organization, list(actor.sites_with(right)))
    return {
        row["id"]: SiteNamed(
            id=row["id"], name=Bilingual(zh=row["name_zh"], en=row["name_en"]), zone=row["zone"]
        )
        for row in found
    }


def covert_sites(actor: Actor) -> list[str]:
    """List the sites at which this person may see what the assessed must not know of yet.

    Source: decisions G25.
    """
    return list(actor.sites_with("see_covert"))


def closed_scopes(actor: Actor) -> list[str]:
    """Name the closed scopes of those sites, as conflicts and held operations are kept in them."""
    return [f"{CLOSED}{site}" for site in covert_sites(actor)]


async def load_revision(connection: Any, organization: str) -> int:
    """Read how far the organisation's log has come: the number that every page carries."""
    found = await connection.fetchval(_REVISION, organization)
    return int(found or 0)


def zone_of(name: str) -> ZoneInfo:
    """Give a site's time zone; a name nobody knows counts as Chinese time."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(_USUAL_ZONE)


def local_date(at_ms: int, zone: str) -> date:
    """Give the calendar date that people at the site write at that instant.

    Units: milliseconds UTC.

    >>> local_date(0, "Asia/Shanghai").isoformat()
    '1970-01-01'
    """
    return instant(at_ms).astimezone(zone_of(zone)).date()


def day_edges(on: date, zone: str) -> tuple[int, int]:
    """Give the first instant of a site's calendar date and the first of the next.

    Units: milliseconds UTC.

    >>> day_edges(date(1970, 1, 2), "UTC")
    (86400000, 172800000)
    """
    where = zone_of(zone)
    begin = datetime.combine(on, time(), where)
    end = datetime.combine(on + timedelta(days=1), time(), where)
    return milliseconds(begin.astimezone(UTC)), milliseconds(end.astimezone(UTC))


def require_date(text: str) -> date:
    """Read a calendar date written YYYY-MM-DD, of the years that a calendar can count with.

    Raises: request_invalid.
    """
    with contextlib.suppress(ValueError):
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    raise ProblemError("request_invalid", field="date")


def require_month(text: str) -> tuple[date, date]:
    """Read a month written YYYY-MM; give its first and its last day.

    Raises: request_invalid.
    """
    first = require_date(f"{text}-01")
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def require_word(text: str) -> str:
    """Read an id or a word of the address; PostgreSQL keeps no NUL and no half characters.

    Raises: request_invalid.
    """
    try:
        plain = len(text.encode()) <= _LONGEST_WORD and "\0" not in text
    except UnicodeEncodeError:
        plain = False
    if not plain:
        raise ProblemError("request_invalid", field="id")
    return text


def require_instant(at_ms: int | None) -> int | None:
    """Read an instant, if one is given, that a date can stand for.

    Units: milliseconds UTC.
    Raises: request_invalid.
    """
    if at_ms is not None and abs(at_ms) > _FURTHEST_MS:
        raise ProblemError("request_invalid", field="before_ms")
    return at_ms
