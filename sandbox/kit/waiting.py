"""Waiting for something to appear, for callers that ask with ``?wait=SECONDS`` of real time."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar

from sandbox.kit.turns import step_aside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from _typeshed.wsgi import StartResponse, WSGIApplication

T = TypeVar("T")
_STEP_SECONDS = 0.05


class Patience:
    """How many of a server's requests may wait at the same time: were it all of them, nobody could end their waiting."""

    def __init__(self, *, at_once: int) -> None:
        self._places = threading.Semaphore(at_once)
        self._over = threading.Event()
        self._has_ended = False

    def around(self, app: WSGIApplication) -> WSGIApplication:
        """``app``, whose requests share this patience."""

        def patient(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
            token = _patience.set(self)
            try:
                return app(environ, start_response)
            finally:
                _patience.reset(token)

        return patient

    def end(self) -> None:
        """Nobody waits any more."""
        self._has_ended = True
        self._over.set()

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Nobody waits meanwhile."""
        self._over.set()
        try:
            yield
        finally:
            if not self._has_ended:
                self._over.clear()

    @contextmanager
    def place(self) -> Iterator[threading.Event]:
        """Yields what ends the waiting; where no place is free, it has ended already."""
        if not self._places.acquire(blocking=False):
            full = threading.Event()
            full.set()
            yield full
            return
        try:
            yield self._over
        finally:
            self._places.release()


_patience: ContextVar[Patience | None] = ContextVar("sandbox_patience", default=None)


@contextmanager
def nobody_waits() -> Iterator[None]:
    """Called from inside a request: it and the others of its server get an answer at once, with what there is."""
    patience = _patience.get()
    if patience is None:
        yield
        return
    with patience.suspended():
        yield


def begin_pause() -> Callable[[float], None]:
    """How to wait some seconds of real time from here on, outside of this request's turn too.

    It ends when :class:`Patience` does, and is skipped where no more requests may wait: a pause blocks nobody else.
    """
    step_aside()
    patience = _patience.get() or Patience(at_once=1)

    def pause(seconds: float) -> None:
        with patience.place() as over:
            over.wait(seconds)

    return pause


def poll(look: Callable[[], Sequence[T]], *, seconds: float) -> Sequence[T]:
    """What ``look`` finds, as soon as it finds something, or nothing after ``seconds`` or when :class:`Patience` ends."""
    until = time.monotonic() + seconds
    found = look()
    if found or seconds <= 0:
        return found
    step_aside()
    with (_patience.get() or Patience(at_once=1)).place() as over:
        while not found and time.monotonic() < until and not over.wait(_STEP_SECONDS):
            found = look()
    return found
