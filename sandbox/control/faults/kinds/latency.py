"""The answer comes late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from sandbox.control.faults.kind import Kind
from sandbox.kit.shapes import NotBoolean, Shape
from sandbox.kit.waiting import begin_pause

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.control.faults.http import HttpExchange

_ = str  # marks a text for the catalogs


class Latency(Shape):
    seconds: Annotated[float, NotBoolean, Field(gt=0, le=30)]


def _act(wanted: Latency, exchange: HttpExchange) -> Iterable[bytes]:
    begin_pause()(wanted.seconds)
    return exchange.proceed()


KIND = Kind(
    "latency",
    "http",
    _(
        "The service begins its work so many seconds of real time later, at most 30; the sandbox's clock may stand still."
    ),
    Latency,
    _act,
    "seconds=2 service=payments",
)
