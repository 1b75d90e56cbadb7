"""Queries on orders. Statements of the hot path are built once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Integer, Row, bindparam, insert, literal_column, select, text, update

from sandbox.contracts.errors import SessionNotFound
from sandbox.kit.due import next_in
from sandbox.platform.orders.models import order_events, order_items, orders
from sandbox.platform.orders.states import WAITING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sandbox.kit.clock import NextDue
    from sandbox.kit.db import Database
    from sandbox.platform.orders.basket import Item

_PAGE = 50
_add = insert(orders)
_add_items = insert(order_items)
_items_of = select(order_items).where(order_items.c.order_id == bindparam("order_id")).order_by(order_items.c.position)
_change = update(orders).where(orders.c.id == bindparam("which"))
_by_id = select(orders).where(orders.c.id == bindparam("id"))
_by_id_locked = _by_id.with_for_update()
_by_payment = select(orders).where(orders.c.payment_id == bindparam("payment_id"))
_is_waiting = orders.c.status.in_([literal_column(f"'{status}'") for status in sorted(WAITING)])
# Spelled out, as the condition of the index is: SQLite takes that index for no parameters, and would read all orders.
_due = (
    select(orders.c.id)
    .where(_is_waiting, orders.c.expires_at <= bindparam("now"))
    .limit(bindparam("limit", type_=Integer))
)
_add_event = text(
    "INSERT INTO order_events (key, order_id, kind, detail, at) VALUES (:key, :order_id, :kind, :detail, :at)"
    " ON CONFLICT (key) DO NOTHING"
).bindparams(bindparam("at", type_=order_events.c.at.type))


def add(connection: Connection, values: dict[str, Any]) -> None:
    connection.execute(_add, values)


def add_items(connection: Connection, order_id: str, items: Sequence[Item]) -> None:
    if items:
        rows = [{"order_id": order_id, "position": place, **vars(item)} for place, item in enumerate(items)]
        connection.execute(_add_items, rows)


def list_items(connection: Connection, order_id: str) -> Sequence[Row[Any]]:
    """What the checkout said is in the basket, in its order."""
    return connection.execute(_items_of, {"order_id": order_id}).all()


def change(connection: Connection, order_id: str, **values: Any) -> None:
    connection.execute(_change, {"which": order_id, **values})


def find(connection: Connection, order_id: str, *, lock: bool = False) -> Row[Any] | None:
    return connection.execute(_by_id_locked if lock else _by_id, {"id": order_id}).first()


def get(connection: Connection, order_id: str, *, lock: bool = False) -> Row[Any]:
    found = find(connection, order_id, lock=lock)
    if found is None:
        raise SessionNotFound(field="session")
    return found


def find_by_payment(connection: Connection, payment_id: str) -> Row[Any] | None:
    return connection.execute(_by_payment, {"payment_id": payment_id}).first()


def add_event(connection: Connection, event: dict[str, Any]) -> bool:
    """Put a line into the order's timeline; False when its key was there before."""
    return connection.execute(_add_event, event).rowcount == 1


def get_event(connection: Connection, key: str) -> Row[Any]:
    return connection.execute(select(order_events).where(order_events.c.key == key)).one()


def list_by_app(connection: Connection, app_id: str) -> Sequence[Row[Any]]:
    newest_first = (orders.c.created_at.desc(), orders.c.number.desc())
    query = select(orders).where(orders.c.app_id == app_id).order_by(*newest_first).limit(_PAGE)
    return connection.execute(query).all()


def list_waiting(connection: Connection, app_id: str) -> Sequence[Row[Any]]:
    """The app's orders in which no payment is under way, locked."""
    query = select(orders).where(orders.c.app_id == app_id, orders.c.status.in_(WAITING))
    return connection.execute(query.order_by(orders.c.number).with_for_update()).all()


def list_due(connection: Connection, now: datetime, limit: int) -> Sequence[str]:
    return connection.execute(_due, {"now": now, "limit": limit}).scalars().all()


def next_due(database: Database) -> NextDue:
    """When the next form expires."""
    return next_in(database, orders.c.expires_at, _is_waiting)
