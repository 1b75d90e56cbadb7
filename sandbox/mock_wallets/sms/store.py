"""Queries on SMS messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, insert, select

from sandbox.mock_wallets.sms.models import messages

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_PAGE = 100


def add(connection: Connection, key: str, phone_number: str, text: str, sent_at: datetime) -> None:
    connection.execute(insert(messages).values(key=key, phone_number=phone_number, text=text, sent_at=sent_at))


def known_keys(connection: Connection, keys: Sequence[str]) -> set[str]:
    return set(connection.execute(select(messages.c.key).where(messages.c.key.in_(keys))).scalars())


def list_newest(connection: Connection, phone_number: str | None, contains: str | None) -> Sequence[Row[Any]]:
    query = select(messages).order_by(messages.c.id.desc()).limit(_PAGE)
    if phone_number:
        query = query.where(messages.c.phone_number == phone_number)
    if contains:
        query = query.where(messages.c.text.contains(contains, autoescape=True))
    return connection.execute(query).all()
