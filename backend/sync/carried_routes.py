"""The route by which anybody who is signed in brings up what others recorded, unread."""

from typing import Any

from litestar import Request, Response, post

from backend.directory.actors import Actor
from backend.kernel.bodies import read_body
from backend.kernel.packing import packed_json
from backend.sync.carried import Carrying

_MORE_THAN_A_PHOTO = 2
"""A bundle is one photo, which may travel in base64, or operations, which are far smaller."""


@post("/api/sync/carried", status_code=200, request_max_body_size=None, opt={"packed": True})
async def take_in_bundle(request: Request[Actor, Any, Any]) -> Response[bytes]:
    """Take in one bundle of somebody's work; the answer names hashes and never content.

    What it is, its first bytes say, whatever the request calls it.

    Raises: too_large, desk_full, gaps_too_many, database_unavailable.
    """
    state = request.app.state
    content = await read_body(request, state.settings.upload_limit * _MORE_THAN_A_PHOTO)
    carrying: Carrying = state.carrying
    return await packed_json(request, await carrying.answer(request.user, content))


carried_routes = [take_in_bundle]
