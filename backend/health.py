"""Whether this server can work: for people who run it and for the proxy before it."""

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from litestar import Request, Response, get
from msgspec import Struct

from backend.kernel.database import UNAVAILABLE
from backend.kernel.migrations import known_migrations
from shared_schemas.sync import WIRE_VERSION


class Health(Struct, frozen=True, kw_only=True):
    """The state of this server: its database, its migrations and its version."""

    status: str
    database: str
    migrations: str
    version: str
    wire: int


@get("/health", opt={"public": True})
async def health(request: Request[Any, Any, Any]) -> Response[Health]:
    """Say whether the database answers and has today's shape."""
    try:
        rows = await request.app.state.database.rows("SELECT app_name, name FROM migration")
    except UNAVAILABLE:
        return _answer("unavailable", "unknown")
    ran = {f"{row['app_name']}:{row['name']}" for row in rows}
    missing = set(known_migrations()) - ran
    return _answer("available", f"{len(missing)} missing" if missing else "complete")


def _answer(database: str, migrations: str) -> Response[Health]:
    good = database == "available" and migrations == "complete"
    body = Health(
        status="ok" if good else "failing",
        database=database,
        migrations=migrations,
        version=own_version(),
        wire=WIRE_VERSION,
    )
    return Response(body, status_code=200 if good else 503)


def own_version() -> str:
    """Give the version of the product that is installed here."""
    try:
        return version("roundsman")
    except PackageNotFoundError:
        return "0.1.0"
