"""The connection is lost on the way back: the money has moved, and nobody was told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.control.faults.kind import Kind, NoParameters

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.control.faults.http import HttpExchange

_ = str  # marks a text for the catalogs


def _act(_wanted: NoParameters, exchange: HttpExchange) -> Iterable[bytes]:
    return exchange.drop(exchange.finish().status)


KIND = Kind(
    "drop_after",
    "http",
    _("The connection is closed after the service has done its work: the money has moved, and the answer is lost."),
    act=_act,
    example="route=/api/accept",
)
