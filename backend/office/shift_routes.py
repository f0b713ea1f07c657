"""What the office asks about shifts, removals and equipment."""

from litestar import Router, get
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery

from backend.directory.actors import Actor
from backend.directory.sessions import require_actor
from backend.office.equipment import load_equipment
from backend.office.removals import load_removals
from backend.office.scope import local_date, require_date, require_month, require_word
from backend.office.shifts import load_shifts
from shared_schemas.shift_desk import EquipmentYear, RemovalsOfMonth, ShiftsOfDay


@get("/shifts")
async def read_shifts(
    actor: NamedDependency[Actor],
    state: State,
    *,
    site: FromQuery[str],
    on: FromQuery[str | None] = None,
) -> ShiftsOfDay:
    """Show who stands where on one date at a site, by default today, and each handover.

    Raises: not_allowed, not_found, request_invalid.
    """
    date = require_date(on) if on else None
    now_ms = state.clock.now_ms()
    async with state.database.snapshot() as connection:
        return await load_shifts(connection, actor, require_word(site), on=date, now_ms=now_ms)


@get("/removals")
async def read_removals(
    actor: NamedDependency[Actor],
    state: State,
    *,
    site: FromQuery[str],
    month: FromQuery[str | None] = None,
) -> RemovalsOfMonth:
    """Show what left a site in one month, by default this one.

    Raises: not_allowed, not_found, request_invalid.
    """
    now = local_date(state.clock.now_ms(), "").isoformat()
    first, last = require_month(month or now[:7])
    async with state.database.snapshot() as connection:
        return await load_removals(connection, actor, require_word(site), first=first, last=last)


@get("/equipment")
async def read_equipment(
    actor: NamedDependency[Actor],
    state: State,
    *,
    site: FromQuery[str],
    year: FromQuery[str | None] = None,
) -> EquipmentYear:
    """Show the register of equipment with a year's care, by default this year's.

    Raises: not_allowed, not_found, request_invalid.
    """
    now_ms = state.clock.now_ms()
    chosen = require_month(f"{year or local_date(now_ms, '').year}-01")[0].year
    async with state.database.snapshot() as connection:
        return await load_equipment(
            connection, actor, require_word(site), year=chosen, now_ms=now_ms
        )


shift_routes = [
    Router(
        path="/api/office",
        dependencies={"actor": Provide(require_actor)},
        route_handlers=[read_shifts, read_removals, read_equipment],
    )
]
"""For the application; it finds `database` and `clock` in the app's state."""
