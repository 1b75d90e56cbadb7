"""Queries on applications and the pictures of cards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, text, update

from sandbox.contracts.errors import ApplicationNotFound
from sandbox.kit.paging import Page, PageQuery, read_page
from sandbox.mock_wallets.kyc.models import applications, cards
from sandbox.mock_wallets.wallets.models import wallets

if TYPE_CHECKING:
    from datetime import datetime

_enter = text(
    "INSERT INTO kyc_applications (id, phone_number, kind, level, language, state, reasons, created_at)"
    " VALUES (:id, :phone_number, :kind, :level, :language, :state, '[]', :created_at)"
    " ON CONFLICT (phone_number) DO UPDATE SET phone_number = excluded.phone_number"
).bindparams(bindparam("created_at", type_=applications.c.created_at.type))


def enter(connection: Connection, values: dict[str, Any], created_at: datetime) -> Row[Any]:
    """The application of this phone, made now where there was none; locked, so that starts of one phone take turns."""
    connection.execute(_enter, values | {"created_at": created_at})
    query = select(applications).where(applications.c.phone_number == values["phone_number"])
    return connection.execute(query).one()


def get(connection: Connection, application_id: str, *, lock: bool = False) -> Row[Any]:
    query = select(applications).where(applications.c.id == application_id)
    found = connection.execute(query.with_for_update() if lock else query).first()
    if found is None:
        raise ApplicationNotFound
    return found


def change(connection: Connection, application_id: str, **values: Any) -> Row[Any]:
    connection.execute(update(applications).where(applications.c.id == application_id).values(**values))
    return get(connection, application_id)


def keep_card(connection: Connection, application_id: str, content: bytes) -> None:
    """In place of an earlier picture; the application is locked."""
    connection.execute(delete(cards).where(cards.c.application_id == application_id))
    connection.execute(insert(cards).values(application_id=application_id, content=content))


def get_card(connection: Connection, application_id: str) -> bytes:
    found = connection.execute(select(cards.c.content).where(cards.c.application_id == application_id)).scalar()
    if found is None:
        raise ApplicationNotFound
    return bytes(found)


def list_by_state(connection: Connection, state: str, page: PageQuery) -> Page[Row[Any]]:
    query = select(applications).where(applications.c.state == state)
    return read_page(connection, query, [applications.c.number], page)


def cin_is_taken(connection: Connection, cin: str, kind: str, wallet_id: str) -> bool:
    query = select(wallets.c.id).where(wallets.c.cin == cin, wallets.c.kind == kind, wallets.c.id != wallet_id)
    return connection.execute(query).first() is not None
