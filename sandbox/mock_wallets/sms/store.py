"""Queries on SMS messages. Statements of the hot path are built once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, bindparam, insert, select

from sandbox.kit.db import tell_witness, trouble_of
from sandbox.kit.tracing import Sighting
from sandbox.mock_wallets.sms.models import messages

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_PAGE = 100
_add = insert(messages)
_known = select(messages.c.key).where(messages.c.key.in_(bindparam("keys", expanding=True)))


def add(
    connection: Connection, key: str, phone_number: str, text: str, sent_at: datetime, *, story: str | None = None
) -> None:
    if trouble_of(connection).find("sms", f"SMS to {phone_number}", [phone_number], story=story):
        return  # whoever sent it does not know
    connection.execute(_add, {"key": key, "phone_number": phone_number, "text": text, "sent_at": sent_at})
    told = json.dumps({"text": text}, ensure_ascii=False).encode()
    tell_witness(connection, Sighting("sms", "SMS", phone_number, 200, answer=told, trace=story))


def known_keys(connection: Connection, keys: Sequence[str]) -> set[str]:
    return set(connection.execute(_known, {"keys": keys}).scalars())


def list_newest(connection: Connection, phone_number: str | None, contains: str | None) -> Sequence[Row[Any]]:
    query = select(messages).order_by(messages.c.id.desc()).limit(_PAGE)
    if phone_number:
        query = query.where(messages.c.phone_number == phone_number)
    if contains:
        query = query.where(messages.c.text.contains(contains, autoescape=True))
    return connection.execute(query).all()
