"""Shapes of the sessions' JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.kit.clock import to_iso
from sandbox.kit.shapes import Shape
from sandbox.platform.accounts.schemas import Developer  # noqa: TC001  read by the dataclass's users
from sandbox.platform.sessions.browsers import describe

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from sqlalchemy import Row


class SessionToken(Shape):
    """What programs send as ``Authorization: Bearer <token>`` until it expires."""

    token: str
    expires_at: str


class OpenSession(Shape):
    """A login as its owner sees it. ``browser`` is what the User-Agent header claimed; ``current`` marks the asker's own."""

    id: str
    browser: str
    address: str | None
    remembered: bool
    current: bool
    created_at: str
    last_seen_at: str
    expires_at: str


class SessionsEnded(Shape):
    ended: int


@dataclass(frozen=True)
class OpenedSession:
    """What a login gives: the secret token, and the language that the developer chose."""

    token: str
    expires_at: datetime
    language: str


@dataclass(frozen=True)
class CurrentSession:
    developer: Developer
    id: str


def to_session(row: Row[Any], current_id: str | None) -> OpenSession:
    return OpenSession(
        id=row.id,
        browser=describe(row.user_agent),
        address=row.address,
        remembered=row.is_remembered,
        current=row.id == current_id,
        created_at=to_iso(row.created_at),
        last_seen_at=to_iso(row.last_seen_at),
        expires_at=to_iso(row.expires_at),
    )
