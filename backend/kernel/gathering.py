"""Many who ask the same at nearly the same moment are answered by one statement."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Generic, TypeVar

Answer = TypeVar("Answer")

MOST_AT_ONCE = 200
Ask = Callable[[Sequence[str]], Awaitable[Mapping[str, Answer]]]


class Gathering(Generic[Answer]):
    """Asks for everything that came while the last question was under way, in one go.

    Nothing is remembered: each answer was read after its question came.
    """

    def __init__(self, ask: Ask[Answer]) -> None:
        """Say how to answer several keys at once; a key without an answer is left out."""
        self._ask = ask
        self._waiting: dict[str, list[asyncio.Future[Answer | None]]] = {}
        self._asking: asyncio.Task[None] | None = None

    async def get(self, key: str) -> Answer | None:
        """Give the answer to one key, or nothing.

        Raises: whatever asking raised.
        """
        future: asyncio.Future[Answer | None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(key, []).append(future)
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._run())
        return await future

    async def _run(self) -> None:
        while self._waiting:
            keys = list(self._waiting)[:MOST_AT_ONCE]
            asked = [(key, future) for key in keys for future in self._waiting.pop(key)]
            try:
                found = await self._ask(keys)
            except asyncio.CancelledError:
                for _, future in asked:
                    future.cancel()
                raise
            except Exception as error:  # noqa: BLE001  each asker is told
                for _, future in asked:
                    if not future.done():
                        future.set_exception(error)
            else:
                for key, future in asked:
                    if not future.done():
                        future.set_result(found.get(key))
