"""Queries on hosted payment pages."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from sandbox.contracts.errors import PaymentNotFound
from sandbox.platform.hosted.models import pages

_add = insert(pages)
_by_id = select(pages).where(pages.c.order_id == bindparam("id"))


def add(connection: Connection, values: dict[str, Any]) -> None:
    connection.execute(_add, values)


def find(connection: Connection, page_id: str) -> Row[Any] | None:
    return connection.execute(_by_id, {"id": page_id}).first()


def keep_code(connection: Connection, page_id: str, code: str) -> None:
    connection.execute(update(pages).where(pages.c.order_id == page_id).values(held_code=code))


def get(connection: Connection, page_id: str) -> Row[Any]:
    """Raises PaymentNotFound."""
    found = find(connection, page_id)
    if found is None:
        raise PaymentNotFound(field="payment_id")
    return found
