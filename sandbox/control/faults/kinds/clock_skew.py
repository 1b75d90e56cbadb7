"""One service's clock is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from sandbox.control.faults.kind import Kind
from sandbox.kit.clock import skewed
from sandbox.kit.shapes import NotBoolean, Shape

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.control.faults.http import HttpExchange

_ = str  # marks a text for the catalogs
_DAY = 86_400


class ClockSkew(Shape):
    seconds: Annotated[float, NotBoolean, Field(ge=-_DAY, le=_DAY)]


def _act(wanted: ClockSkew, exchange: HttpExchange) -> Iterable[bytes]:
    with skewed(wanted.seconds):
        return exchange.proceed()


KIND = Kind(
    "clock_skew",
    "http",
    _(
        "For this exchange the service's clock is ahead by so many seconds, or behind where they are less than zero, at most a day; those of others are right."
    ),
    ClockSkew,
    _act,
    "seconds=300 service=payments every=1",
)
