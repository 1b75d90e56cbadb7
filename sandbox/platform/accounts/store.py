"""Queries on developers and login sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from sandbox.platform.accounts.models import developers, sessions

if TYPE_CHECKING:
    from datetime import datetime


def add(connection: Connection, values: dict[str, Any]) -> None:
    connection.execute(insert(developers).values(**values))


def delete_never_activated(connection: Connection, email: str, now: datetime) -> None:
    """The account of this address, when it is pending and its key has expired."""
    is_over = (developers.c.status == "pending") & (developers.c.activation_expires_at <= now)
    connection.execute(delete(developers).where(developers.c.email == email, is_over))


def get(connection: Connection, developer_id: str) -> Row[Any]:
    return connection.execute(select(developers).where(developers.c.id == developer_id)).one()


def find_by_email(connection: Connection, email: str) -> Row[Any] | None:
    return connection.execute(select(developers).where(developers.c.email == email)).first()


def find_by_activation(connection: Connection, activation_hash: str) -> Row[Any] | None:
    return connection.execute(select(developers).where(developers.c.activation_hash == activation_hash)).first()


def change(connection: Connection, developer_id: str, **values: Any) -> None:
    connection.execute(update(developers).where(developers.c.id == developer_id).values(**values))


def add_session(connection: Connection, values: dict[str, Any]) -> None:
    connection.execute(insert(sessions).values(**values))


def find_by_session(connection: Connection, token_hash: str, now: datetime) -> Row[Any] | None:
    query = (
        select(developers)
        .join(sessions, sessions.c.developer_id == developers.c.id)
        .where(sessions.c.token_hash == token_hash, sessions.c.expires_at > now, developers.c.status == "active")
    )
    return connection.execute(query).first()


def delete_session(connection: Connection, token_hash: str) -> None:
    connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash))


def delete_expired_sessions(connection: Connection, now: datetime) -> int:
    return connection.execute(delete(sessions).where(sessions.c.expires_at <= now)).rowcount
