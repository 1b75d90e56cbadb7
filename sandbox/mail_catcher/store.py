"""Queries on caught mails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, insert, select

from sandbox.kit.errors import NotFound
from sandbox.mail_catcher.models import mails

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_PAGE = 100


def add(connection: Connection, sender: str, recipients: Sequence[str], raw: bytes, received_at: datetime) -> None:
    addresses = "\n".join(recipients).lower()
    values = {"sender": sender, "recipients": addresses, "raw": raw, "received_at": received_at}
    connection.execute(insert(mails), values)


def get(connection: Connection, mail_id: int) -> Row[Any]:
    found = connection.execute(select(mails).where(mails.c.id == mail_id)).first()
    if found is None:
        raise NotFound
    return found


def list_newest(connection: Connection, to: str | None) -> Sequence[Row[Any]]:
    query = select(mails).order_by(mails.c.id.desc()).limit(_PAGE)
    if to:
        one_of_them = "\n" + mails.c.recipients + "\n"
        query = query.where(one_of_them.contains(f"\n{to.strip().lower()}\n", autoescape=True))
    return connection.execute(query).all()
