"""One clock for several processes on one database: each looks at it before it works, and moves it under its row's lock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.control import store
from sandbox.kit.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from _typeshed.wsgi import StartResponse, WSGIApplication

    from sandbox.kit.db import Database


class SharedClock(Clock):
    def __init__(self, database: Database) -> None:
        super().__init__()
        self._database = database
        self.refresh()

    def refresh(self) -> int:
        """As others have set it; returns 0, as a job that found nothing to do."""
        with self._database.read() as connection:
            state = store.load_clock(connection)
        if state is not None:
            self.restore(state)
        return 0

    def freeze(self) -> datetime:
        return self._change(super().freeze)

    def resume(self) -> datetime:
        return self._change(super().resume)

    def advance(self, seconds: float) -> datetime:
        return self._change(lambda: super(SharedClock, self).advance(seconds))

    def speed(self, rate: float) -> datetime:
        return self._change(lambda: super(SharedClock, self).speed(rate))

    def around(self, app: WSGIApplication) -> WSGIApplication:
        """``app``, for whose requests time is what it is in every process."""

        def at_this_time(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
            self.refresh()
            return app(environ, start_response)

        return at_this_time

    def _change(self, change: Callable[[], datetime]) -> datetime:
        """What two processes do at once adds up."""
        with self._database.write() as connection:
            self.restore(store.lock_clock(connection))
            now = change()
            store.save_clock(connection, self.state)
        return now
