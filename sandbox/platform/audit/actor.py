"""Who acts: the four authorities of the report, 4.1, and the one that this request or job runs with."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Authority(StrEnum):
    SYSTEM = "System"
    ANONYMOUS = "AnonymousUser"
    DEVELOPER = "ROLE_DEVELOPER"
    ADMIN = "ROLE_ADMIN"


@dataclass(frozen=True)
class Actor:
    """``name`` is an e-mail address where there is one; ``address`` is where the request came from. ``api_key``
    tells which of the developer's keys acted, where it was one.
    """

    authority: Authority
    developer_id: str | None = None
    name: str = ""
    address: str | None = None
    request_id: str | None = None
    api_key: str | None = None


SYSTEM = Actor(Authority.SYSTEM, name="System")
"""What is done automatically, outside any request: jobs, events, the clock."""
_current: ContextVar[Actor] = ContextVar("sandbox_actor", default=SYSTEM)


def current_actor() -> Actor:
    return _current.get()


@contextmanager
def acting_as(actor: Actor) -> Iterator[None]:
    token = _current.set(actor)
    try:
        yield
    finally:
        _current.reset(token)
