"""Requests take turns, so that they do not fight over Python's one interpreter.

Threads that run Python at the same time take the interpreter from one another at each statement of SQLite, which lets it go:
with eight clients a checkout cost half as much again as with one.
"""

from __future__ import annotations

import threading
import time
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication

_QUICK_SECONDS = 0.025
"""Most requests end within a tenth of this."""
_LONGEST_WAIT_SECONDS = 0.5


class Turns:
    """One quick request at a time. Whoever turns out to be slow keeps nobody back: the turns go on beside it.

    No request waits for ever, whatever becomes of the others: each wait ends by time, and so does all waiting of one request.
    """

    def __init__(self, *, quick: float = _QUICK_SECONDS, longest_wait: float = _LONGEST_WAIT_SECONDS) -> None:
        self._quick = quick
        self._longest_wait = longest_wait
        self._current = _Turn()

    def around(self, app: WSGIApplication) -> WSGIApplication:
        """``app``, whose requests take turns until they begin to answer; what they send piece by piece is not counted."""

        def taking_turns(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
            turn = self._take()
            token = _taken.set(turn)
            try:
                return app(environ, start_response)
            finally:
                _taken.reset(token)
                turn.give_back()

        return taking_turns

    def _take(self) -> _Turn:
        now = time.monotonic()
        until = now + self._longest_wait
        while now < until:
            turn = self._current
            if turn.lock.acquire(timeout=self._quick):
                if turn is self._current:
                    turn.begin()
                    return turn
                turn.lock.release()  # somebody slow gave it back after the others had gone on
            now = time.monotonic()
            if turn is self._current and now - turn.since > self._quick:
                break
        turn = _Turn()
        turn.lock.acquire()
        turn.begin()
        self._current = turn
        return turn


def step_aside() -> None:
    """The request that calls this will wait, or compute without the interpreter: the next one need not wait to find out."""
    turn = _taken.get()
    if turn is not None:
        turn.give_back()


class _Turn:
    """``since`` is when the request began that holds the lock."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.since = 0.0
        self._holder: int | None = None

    def begin(self) -> None:
        self.since, self._holder = time.monotonic(), threading.get_ident()

    def give_back(self) -> None:
        """Only by the thread that holds it, and once."""
        if self._holder == threading.get_ident():
            self._holder = None
            self.lock.release()


_taken: ContextVar[_Turn | None] = ContextVar("sandbox_taken_turn", default=None)
