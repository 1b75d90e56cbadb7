"""The service refuses without having done anything."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from sandbox.control.faults.http import Whole
from sandbox.control.faults.kind import Kind
from sandbox.kit.errors import InjectedFault
from sandbox.kit.shapes import NotBoolean, Shape
from sandbox.kit.web.refusing import REFUSED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.control.faults.http import HttpExchange

_ = str  # marks a text for the catalogs


class Status(Shape):
    status: Annotated[int, NotBoolean, Field(ge=400, le=599)] = 503
    retry_after: Annotated[int, NotBoolean, Field(ge=0, le=86_400)] | None = None
    body: dict[str, Any] | None = None


def _act(wanted: Status, exchange: HttpExchange) -> Iterable[bytes]:
    if wanted.body is not None:
        body = json.dumps(wanted.body).encode()
        answer = Whole(f"{wanted.status} Fault", [("Content-Type", "application/json")], body)
        return exchange.send(answer, [body])
    exchange.environ[REFUSED] = InjectedFault.of(wanted.status, wanted.retry_after)
    return exchange.proceed()


KIND = Kind(
    "status",
    "http",
    _(
        "The service answers with this status, 503 by default, and has done nothing; the body is as this API tells an error, or the given one."
    ),
    Status,
    _act,
    "status=412 route=/api/v2/verify_payment/* nth=2",
)
