"""Queries on mailed keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, delete, insert, select

from sandbox.platform.mail_keys.models import mail_keys

if TYPE_CHECKING:
    from datetime import datetime


def replace(connection: Connection, values: dict[str, Any]) -> None:
    delete_of(connection, values["developer_id"], values["purpose"])
    connection.execute(insert(mail_keys).values(**values))


def find(connection: Connection, purpose: str, key_hash: str, now: datetime, *, lock: bool = False) -> Row[Any] | None:
    """A key that has not expired."""
    query = select(mail_keys).where(
        mail_keys.c.key_hash == key_hash, mail_keys.c.purpose == purpose, mail_keys.c.expires_at > now
    )
    return connection.execute(query.with_for_update() if lock else query).first()


def delete_of(connection: Connection, developer_id: str, *purposes: str) -> None:
    """An account's keys of these purposes; without any named, all of them."""
    query = delete(mail_keys).where(mail_keys.c.developer_id == developer_id)
    connection.execute(query.where(mail_keys.c.purpose.in_(purposes)) if purposes else query)
