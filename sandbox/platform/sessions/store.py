"""Queries on login sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from sandbox.kit.paging import Page, PageQuery, read_page
from sandbox.platform.accounts.models import developers
from sandbox.platform.accounts.states import ACTIVE
from sandbox.platform.sessions.models import sessions

if TYPE_CHECKING:
    from datetime import datetime

_find_open = (
    select(developers, sessions.c.id.label("session_id"), sessions.c.last_seen_at)
    .join(sessions, sessions.c.developer_id == developers.c.id)
    .where(
        sessions.c.token_hash == bindparam("token_hash"),
        sessions.c.expires_at > bindparam("now"),
        developers.c.status == ACTIVE,
    )
)


def add(connection: Connection, values: dict[str, Any]) -> None:
    connection.execute(insert(sessions).values(**values))


def find_open(connection: Connection, token_hash: str, now: datetime) -> Row[Any] | None:
    """The developer whose session this is, with ``session_id`` and ``last_seen_at``."""
    return connection.execute(_find_open, {"token_hash": token_hash, "now": now}).first()


def touch(connection: Connection, session_id: str, now: datetime) -> None:
    connection.execute(update(sessions).where(sessions.c.id == session_id).values(last_seen_at=now))


def list_open(connection: Connection, developer_id: str, now: datetime, wanted: PageQuery) -> Page[Row[Any]]:
    """Newest first."""
    query = select(sessions).where(sessions.c.developer_id == developer_id, sessions.c.expires_at > now)
    return read_page(connection, query, (sessions.c.created_at, sessions.c.id), wanted)


def delete_one(connection: Connection, developer_id: str, session_id: str) -> bool:
    query = delete(sessions).where(sessions.c.id == session_id, sessions.c.developer_id == developer_id)
    return connection.execute(query).rowcount == 1


def delete_by_token(connection: Connection, token_hash: str) -> None:
    connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash))


def delete_all(connection: Connection, developer_id: str, *, but: str | None = None) -> int:
    """All of a developer's sessions, but the one with this id; returns how many there were."""
    query = delete(sessions).where(sessions.c.developer_id == developer_id)
    return connection.execute(query if but is None else query.where(sessions.c.id != but)).rowcount


def delete_expired(connection: Connection, now: datetime) -> int:
    return connection.execute(delete(sessions).where(sessions.c.expires_at <= now)).rowcount
