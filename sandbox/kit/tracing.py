"""The trace id that joins all exchanges of one payment into one story."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

TRACE_HEADER = "Sandbox-Trace"
BACKGROUND = "background"
"""The story of what an open page asks for again and again: it is not kept, or it would push out what matters."""
_trace: ContextVar[list[str] | None] = ContextVar("sandbox_trace", default=None)


@contextmanager
def trace(trace_id: str = "") -> Iterator[list[str]]:
    """Open a trace for one exchange; yields a box whose only item may be replaced by :func:`join_trace` meanwhile."""
    box = [trace_id]
    token = _trace.set(box)
    try:
        yield box
    finally:
        _trace.reset(token)


def join_trace(story: str) -> None:
    """From here on this exchange belongs to the story of ``story`` (an order's id)."""
    box = _trace.get()
    if box is not None:
        box[0] = story


def current_trace() -> str:
    box = _trace.get()
    return box[0] if box else ""
