"""Queries on hosted payment pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from sandbox.contracts.errors import PaymentNotFound
from sandbox.kit.paging import Page, PageQuery, read_page
from sandbox.platform.hosted.models import bindings, pages
from sandbox.platform.orders.models import orders

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_MOST = 200


@dataclass(frozen=True, kw_only=True)
class PageFilter:
    """Which pages of an app to list: of these generations, with one of these statuses (none for any), created in a span."""

    app_id: str
    generations: tuple[str, ...]
    statuses: tuple[str, ...] = ()
    begins: datetime | None = None
    before: datetime | None = None
    terminal_id: str | None = None


_add = insert(pages)
_by_id = select(pages).where(pages.c.order_id == bindparam("id"))


def add(connection: Connection, values: dict[str, Any]) -> None:
    connection.execute(_add, values)


def find(connection: Connection, page_id: str) -> Row[Any] | None:
    return connection.execute(_by_id, {"id": page_id}).first()


def read_pages(connection: Connection, wanted: PageFilter, page: PageQuery) -> Page[Row[Any]]:
    """Orders of pages with what made them, newest first."""
    query = select(orders, pages.c.generation, pages.c.terminal_id).join(pages, pages.c.order_id == orders.c.id)
    query = query.where(orders.c.app_id == wanted.app_id, pages.c.generation.in_(wanted.generations))
    if wanted.statuses:
        query = query.where(orders.c.status.in_(wanted.statuses))
    if wanted.begins is not None:
        query = query.where(orders.c.created_at >= wanted.begins)
    if wanted.before is not None:
        query = query.where(orders.c.created_at < wanted.before)
    if wanted.terminal_id is not None:
        query = query.where(pages.c.terminal_id == wanted.terminal_id)
    return read_page(connection, query, [orders.c.number], page)


def list_by_reference(connection: Connection, app_ids: Sequence[str], generation: str, reference: str) -> Sequence[str]:
    """Ids of pages that go by the merchant's own reference, newest first."""
    query = select(orders.c.id).join(pages, pages.c.order_id == orders.c.id)
    query = query.where(orders.c.app_id.in_(app_ids), orders.c.reference == reference)
    query = query.where(pages.c.generation == generation).order_by(orders.c.number.desc()).limit(_MOST)
    return connection.execute(query).scalars().all()


def list_bindings(connection: Connection, app_id: str, customer: str) -> Sequence[Row[Any]]:
    """Oldest first."""
    query = select(bindings).where(bindings.c.app_id == app_id, bindings.c.customer == customer)
    return connection.execute(query.order_by(bindings.c.created_at, bindings.c.id)).all()


def add_binding(connection: Connection, values: dict[str, Any]) -> None:
    connection.execute(insert(bindings).values(**values))


def change_binding(connection: Connection, binding_id: str, values: dict[str, Any]) -> None:
    connection.execute(update(bindings).where(bindings.c.id == binding_id).values(**values))


def keep_code(connection: Connection, page_id: str, code: str) -> None:
    connection.execute(update(pages).where(pages.c.order_id == page_id).values(held_code=code))


def get(connection: Connection, page_id: str) -> Row[Any]:
    """Raises PaymentNotFound."""
    found = find(connection, page_id)
    if found is None:
        raise PaymentNotFound(field="payment_id")
    return found
