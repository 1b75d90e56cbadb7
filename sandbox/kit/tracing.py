"""The trace id that joins all exchanges of one payment into one story, and who is told of what is not an exchange here."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

TRACE_HEADER = "Sandbox-Trace"
LONGEST_STORY = 64
BACKGROUND = "background"
"""The story of what an open page asks for again and again: it is not kept, or it would push out what matters."""
OWN_AFFAIR = "console"
"""The story of what the levers ask the services themselves: not kept either, and nothing goes wrong in it."""
UNTOLD = frozenset({BACKGROUND, OWN_AFFAIR})
_NONE = [""]
_trace: ContextVar[list[str] | None] = ContextVar("sandbox_trace", default=None)


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a witness tells: a webhook that was sent, a mail or an SMS that came. ``status`` is 0 where nobody answered."""

    service: str
    method: str
    path: str
    status: int
    milliseconds: float = 0
    request: bytes = b""
    answer: bytes = b""
    trace: str | None = None
    """The story it belongs to, where that is not the one under way."""


Witness = Callable[[Sighting], None]


def nobody_watches(sighting: Sighting) -> None:
    """A witness that forgets."""


class trace:  # noqa: N801  a context manager, as those of contextlib are called
    """Open a trace for one exchange; yields a box that :func:`join_trace` fills meanwhile.

    An exchange that knows no story of its own, such as a shop's, belongs to the first one that it had a part in.
    """

    __slots__ = ("_around", "_box", "_token")

    def __init__(self, trace_id: str = "") -> None:
        self._box = [trace_id]

    def __enter__(self) -> list[str]:
        self._around = _trace.get()
        self._token = _trace.set(self._box)
        return self._box

    def __exit__(self, *_problem: object) -> None:
        _trace.reset(self._token)
        if self._around is not None and self._around == _NONE and self._box[0] not in UNTOLD:
            self._around[:] = self._box


def join_trace(story: str) -> None:
    """From here on this exchange belongs to the story of ``story`` (an order's id)."""
    box = _trace.get()
    if box is not None:
        box[:] = [story]


def join_stories(stories: Iterable[str]) -> None:
    """One exchange that tells of several payments at once, as deliveries in batches do, belongs to the story of each."""
    box, distinct = _trace.get(), list(dict.fromkeys(filter(None, stories)))
    if box is not None and distinct:
        box[:] = distinct


def current_trace() -> str:
    """The story under way; none while it is several."""
    box = _trace.get()
    return box[0] if box and len(box) == 1 else ""
