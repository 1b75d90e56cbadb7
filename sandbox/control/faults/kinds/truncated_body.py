"""The answer breaks off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from sandbox.control.faults.http import cut
from sandbox.control.faults.kind import Kind
from sandbox.kit.shapes import NotBoolean, Shape

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.control.faults.http import HttpExchange

_ = str  # marks a text for the catalogs


class TruncatedBody(Shape):
    bytes: Annotated[int, NotBoolean, Field(ge=0)] | None = None


def _act(wanted: TruncatedBody, exchange: HttpExchange) -> Iterable[bytes]:
    answer = exchange.finish()
    kept = len(answer.body) // 2 if wanted.bytes is None else min(wanted.bytes, max(0, len(answer.body) - 1))
    return exchange.send(answer, cut(answer.body, kept))


KIND = Kind(
    "truncated_body",
    "http",
    _(
        "The work is done, and of the answer's body only the first bytes come, half of them by default; then the connection is closed."
    ),
    TruncatedBody,
    _act,
    "bytes=10 route=/api/accept",
)
