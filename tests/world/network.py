"""The way between a phone and the server: perfect until a test breaks it."""

import asyncio
from random import Random

import httpx
from msgspec import Struct

from tests.world.server import Server

PORTAL = b"<html><title>Free WiFi</title>Please sign in</html>"


class Faults(Struct, kw_only=True):
    """How often, of a hundred requests, each thing goes wrong."""

    lost: int = 0
    answer_lost: int = 0
    doubled: int = 0
    late: int = 0
    portal: int = 0


class Network(httpx.AsyncBaseTransport):
    """One phone's network; `cut` is no network at all, `held_up` are requests yet to arrive."""

    def __init__(self, server: Server, dice: Random | None = None) -> None:
        self._server = server
        self._dice = dice or Random(0)
        self.faults = Faults()
        self.cut = False
        self.met: dict[str, int] = {}
        self.held_up: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Carry one request, or fail as networks do."""
        body = await request.aread()
        fault = "cut" if self.cut else self._choose()
        self.met[fault] = self.met.get(fault, 0) + 1
        if fault in ("cut", "lost"):
            raise httpx.ConnectError(fault, request=request)
        if fault == "portal":
            return httpx.Response(200, content=PORTAL, headers={"content-type": "text/html"})
        if fault == "late":
            self.held_up.append(_copy(request, body))
            raise httpx.ReadTimeout(fault, request=request)
        response = await self._carry(_copy(request, body))
        if fault == "doubled":
            response = await self._carry(_copy(request, body))
        if fault == "answer_lost":
            raise httpx.ReadError(fault, request=request)
        return response

    async def deliver_late(self) -> int:
        """Let what was held up arrive now, in another order; nobody waits for the answers."""
        waiting, self.held_up = self.held_up, []
        self._dice.shuffle(waiting)
        for request in waiting:
            await self._carry(request)
        return len(waiting)

    def heal(self) -> None:
        """Make the network perfect again."""
        self.faults, self.cut = Faults(), False

    def _choose(self) -> str:
        roll = self._dice.randrange(100)
        for name in ("lost", "answer_lost", "doubled", "late", "portal"):
            roll -= getattr(self.faults, name)
            if roll < 0:
                return name
        return "fine"

    async def _carry(self, request: httpx.Request) -> httpx.Response:
        response = await self._server.transport().handle_async_request(request)
        content = b"".join([part async for part in response.aiter_raw()])
        await asyncio.sleep(0)
        return httpx.Response(response.status_code, headers=response.headers, content=content)


def _copy(request: httpx.Request, body: bytes) -> httpx.Request:
    headers = [(name, value) for name, value in request.headers.raw]
    return httpx.Request(request.method, request.url, headers=headers, content=body)
