"""Queries on requests for money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, insert, or_, select, update

from sandbox.contracts.errors import MoneyRequestNotFound
from sandbox.kit.due import next_in
from sandbox.kit.paging import Page, PageQuery, read_page
from sandbox.mock_payments.money_requests.models import money_requests

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sandbox.kit.clock import NextDue
    from sandbox.kit.db import Database


def add(connection: Connection, values: Mapping[str, Any]) -> None:
    connection.execute(insert(money_requests), values)


def find_by_key(connection: Connection, key: str) -> Row[Any] | None:
    return connection.execute(select(money_requests).where(money_requests.c.idempotency_key == key)).first()


def get(connection: Connection, request_id: str, *, lock: bool = False) -> Row[Any]:
    query = select(money_requests).where(money_requests.c.id == request_id)
    found = connection.execute(query.with_for_update() if lock else query).first()
    if found is None:
        raise MoneyRequestNotFound(field="request_id")
    return found


def change(connection: Connection, request_id: str, **values: Any) -> None:
    connection.execute(update(money_requests).where(money_requests.c.id == request_id).values(**values))


def read_list(connection: Connection, phone_number: str, state: str | None, page: PageQuery) -> Page[Row[Any]]:
    """Those that this number made and those that it got."""
    table = money_requests.c
    query = select(money_requests).where(or_(table.payee_phone == phone_number, table.payer_phone == phone_number))
    if state is not None:
        query = query.where(table.state == state)
    return read_page(connection, query, [table.number], page)


def list_due(connection: Connection, now: datetime, limit: int) -> Sequence[str]:
    table = money_requests.c
    query = select(table.id).where(table.state == "pending", table.expires_at <= now).limit(limit)
    return connection.execute(query).scalars().all()


def next_due(database: Database) -> NextDue:
    """When the next request expires."""
    return next_in(database, money_requests.c.expires_at, money_requests.c.state == "pending")
