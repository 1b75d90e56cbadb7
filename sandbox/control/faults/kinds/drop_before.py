"""The connection is lost on the way to the service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.control.faults.kind import Kind, NoParameters

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.control.faults.http import HttpExchange

_ = str  # marks a text for the catalogs


def _act(_wanted: NoParameters, exchange: HttpExchange) -> Iterable[bytes]:
    return exchange.drop()


KIND = Kind(
    "drop_before",
    "http",
    _("The connection is closed before the service has seen the request: nothing was done."),
    act=_act,
    example="service=wallets next=3",
)
