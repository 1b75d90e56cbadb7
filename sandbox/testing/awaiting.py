"""Drivers for tests that run in an event loop: the same calls, awaitable, while the loop goes on."""

from __future__ import annotations

from functools import partial
from inspect import isawaitable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


async def in_thread(call: Callable[[], Any]) -> Any:
    """In a thread, under asyncio and under trio: a shop that lives in this very loop can answer meanwhile."""
    from anyio.to_thread import run_sync

    result = await run_sync(call)
    return await result if isawaitable(result) else result


class Awaited:
    """A driver whose methods are coroutines, and so are its properties: ``await phone.aio.pay()``, ``await phone.aio.balance``."""

    def __init__(self, driver: object) -> None:
        self._driver = driver

    def __getattr__(self, name: str) -> Any:
        if isinstance(getattr(type(self._driver), name, None), property):
            return in_thread(partial(getattr, self._driver, name))
        found = getattr(self._driver, name)
        if not callable(found):
            return found
        return lambda *arguments, **named: in_thread(partial(found, *arguments, **named))


class HasAio:
    """Gives a driver its awaitable side."""

    @property
    def aio(self) -> Awaited:
        """The same, awaitable."""
        return Awaited(self)
