"""Queries on links and tokens of partners."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from sandbox.platform.merchant_api.partners.models import links, tokens

if TYPE_CHECKING:
    from datetime import datetime


def add_link(connection: Connection, values: dict[str, Any]) -> None:
    connection.execute(insert(links).values(**values))


def find_link(connection: Connection, developer_id: str, session_id: str) -> Row[Any] | None:
    query = select(links).where(links.c.session_id == session_id, links.c.developer_id == developer_id)
    return connection.execute(query).first()


def finish_link(connection: Connection, session_id: str, tracking_id: str) -> None:
    """The first number stays."""
    open_one = update(links).where(links.c.session_id == session_id, links.c.tracking_id.is_(None))
    connection.execute(open_one.values(tracking_id=tracking_id))


def find_linked(connection: Connection, tracking_id: str, phone_number: str) -> Row[Any] | None:
    query = select(links).where(links.c.tracking_id == tracking_id, links.c.phone_number == phone_number)
    return connection.execute(query).first()


def add_token(connection: Connection, values: dict[str, Any], now: datetime) -> None:
    connection.execute(delete(tokens).where(tokens.c.expires_at <= now))
    connection.execute(insert(tokens).values(**values))


def find_token(connection: Connection, token_hash: str, kind: str, now: datetime) -> Row[Any] | None:
    query = (
        select(tokens, links.c.developer_id, links.c.phone_number, links.c.wallet_id)
        .join(links, links.c.tracking_id == tokens.c.tracking_id)
        .where(tokens.c.token_hash == token_hash, tokens.c.kind == kind, tokens.c.expires_at > now)
    )
    return connection.execute(query).first()


def delete_token(connection: Connection, token_hash: str) -> bool:
    return connection.execute(delete(tokens).where(tokens.c.token_hash == token_hash)).rowcount == 1
