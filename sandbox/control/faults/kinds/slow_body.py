"""The answer drips."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from sandbox.control.faults.kind import Kind
from sandbox.kit.shapes import NotBoolean, Shape
from sandbox.kit.waiting import begin_pause

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sandbox.control.faults.http import HttpExchange

_ = str  # marks a text for the catalogs


class SlowBody(Shape):
    seconds: Annotated[float, NotBoolean, Field(gt=0, le=30)]
    pieces: Annotated[int, NotBoolean, Field(ge=1, le=100)] = 10


def _act(wanted: SlowBody, exchange: HttpExchange) -> Iterable[bytes]:
    answer = exchange.finish()
    return exchange.send(answer, _drip(answer.body, wanted, begin_pause()))


def _drip(body: bytes, wanted: SlowBody, pause: Callable[[float], None]) -> Iterator[bytes]:
    size = max(1, -(-len(body) // wanted.pieces))
    for place in range(0, len(body), size):
        pause(wanted.seconds / wanted.pieces)
        yield body[place : place + size]


KIND = Kind(
    "slow_body",
    "http",
    _(
        "The work is done at once, and the answer's body takes so many seconds of real time to arrive, at most 30, in pieces."
    ),
    SlowBody,
    _act,
    "seconds=5 pieces=20 route=/api/v2/*",
)
