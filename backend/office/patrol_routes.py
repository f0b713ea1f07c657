"""What the office asks about rounds, labels and receipts, and the two things it does with them."""

from typing import Any

from litestar import Request, Router, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, JSONBody

from backend.directory.actors import Actor
from backend.directory.sessions import require_actor
from backend.office.patrol_receipts import enter_receipt
from backend.office.patrol_tags import Hands, issue_labels, load_labels
from backend.office.patrols import load_patrols, load_round
from backend.office.scope import require_date, require_word
from shared_schemas.patrol_desk import (
    LabelList,
    LabelOrder,
    LabelsIssued,
    PatrolsToday,
    ReceiptAnswer,
    ReceiptEntry,
    RoundOpened,
)

Asked = Request[Any, Any, Any]


@get("/patrols")
async def read_patrols(
    actor: NamedDependency[Actor], state: State, on: FromQuery[str | None] = None
) -> PatrolsToday:
    """Show the rounds of one date, by default today's.

    Raises: not_allowed, request_invalid.
    """
    date = require_date(on) if on else None
    async with state.database.snapshot() as connection:
        return await load_patrols(connection, actor, on=date, now_ms=state.clock.now_ms())


@get("/rounds/{round_id:str}")
async def read_round(
    actor: NamedDependency[Actor], state: State, round_id: FromPath[str]
) -> RoundOpened:
    """Show one round with every stop.

    Raises: not_allowed, not_found.
    """
    word, now_ms = require_word(round_id), state.clock.now_ms()
    async with state.database.snapshot() as connection:
        return await load_round(connection, actor, word, now_ms=now_ms)


@get("/tags")
async def read_tags(
    actor: NamedDependency[Actor], state: State, request: Asked, site: FromQuery[str] = ""
) -> LabelList:
    """Show the checkpoints with their labels.

    Raises: not_allowed, request_invalid.
    """
    address = state.settings.public_url or str(request.base_url)
    async with state.database.snapshot() as connection:
        return await load_labels(connection, actor, site=require_word(site), address=address)


@post("/tags", status_code=200)
async def post_tags(
    actor: NamedDependency[Actor], state: State, data: JSONBody[LabelOrder]
) -> LabelsIssued:
    """Make new labels; the older ones of the same form are revoked.

    Raises: not_allowed, request_invalid.
    """
    hands = Hands(
        database=state.database,
        committer=state.committer,
        secret=state.secret,
        now_ms=state.clock.now_ms(),
    )
    return await issue_labels(hands, actor, data)


@post("/receipts", status_code=200)
async def post_receipt(
    actor: NamedDependency[Actor], state: State, data: JSONBody[ReceiptEntry]
) -> ReceiptAnswer:
    """Take in the receipt of a round and say how it stands.

    Raises: not_allowed, request_invalid, receipt_unreadable, round_unknown.
    """
    now_ms = state.clock.now_ms()
    return await enter_receipt(state.database, state.committer, actor, data, now_ms)


patrol_routes = [
    Router(
        path="/api/office",
        dependencies={"actor": Provide(require_actor)},
        route_handlers=[read_patrols, read_round, read_tags, post_tags, post_receipt],
    )
]
"""For the application; it finds `database`, `committer`, `clock`, `secret` in the app's state."""
