"""Queries on developers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, delete, exists, insert, select, update

from sandbox.platform.accounts.models import developers
from sandbox.platform.accounts.states import ACCOUNT
from sandbox.platform.business.models import business_switches
from sandbox.platform.mail_keys.models import mail_keys

if TYPE_CHECKING:
    from datetime import datetime


def add(connection: Connection, values: dict[str, Any]) -> None:
    connection.execute(insert(developers).values(**values))


def delete_never_activated(connection: Connection, email: str, now: datetime) -> None:
    """The account of this address, when it is pending and has no key any more that could activate it."""
    has_key = exists().where(mail_keys.c.developer_id == developers.c.id, mail_keys.c.expires_at > now)
    query = select(developers.c.id).where(developers.c.email == email, developers.c.status == ACCOUNT.initial, ~has_key)
    for developer_id in connection.execute(query).scalars().all():
        connection.execute(delete(mail_keys).where(mail_keys.c.developer_id == developer_id))
        connection.execute(delete(business_switches).where(business_switches.c.developer_id == developer_id))
        connection.execute(delete(developers).where(developers.c.id == developer_id))


def find(connection: Connection, developer_id: str, *, lock: bool = False) -> Row[Any] | None:
    query = select(developers).where(developers.c.id == developer_id)
    return connection.execute(query.with_for_update() if lock else query).first()


def get(connection: Connection, developer_id: str, *, lock: bool = False) -> Row[Any]:
    query = select(developers).where(developers.c.id == developer_id)
    return connection.execute(query.with_for_update() if lock else query).one()


def find_by_email(connection: Connection, email: str) -> Row[Any] | None:
    return connection.execute(select(developers).where(developers.c.email == email)).first()


def change(connection: Connection, developer_id: str, **values: Any) -> None:
    connection.execute(update(developers).where(developers.c.id == developer_id).values(**values))
