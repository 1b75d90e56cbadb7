"""Queries on one order and its story."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, select

from sandbox.contracts.errors import OrderNotFound
from sandbox.platform.apps.models import apps
from sandbox.platform.orders.models import order_events, order_items, orders

if TYPE_CHECKING:
    from collections.abc import Sequence


def get_order(connection: Connection, developer_id: str, order_id: str) -> Row[Any]:
    """Somebody else's order is as unknown as one that is not there."""
    query = select(orders).join(apps, apps.c.id == orders.c.app_id)
    found = connection.execute(query.where(orders.c.id == order_id, apps.c.developer_id == developer_id)).first()
    if found is None:
        raise OrderNotFound
    return found


def get_app(connection: Connection, app_id: str) -> Row[Any]:
    """Also one that is deleted: its orders stay."""
    return connection.execute(select(apps).where(apps.c.id == app_id)).one()


def list_events(connection: Connection, order_id: str) -> Sequence[Row[Any]]:
    """Oldest first; those of the same moment as they came."""
    query = select(order_events).where(order_events.c.order_id == order_id)
    return connection.execute(query.order_by(order_events.c.at, order_events.c.id)).all()


def list_items(connection: Connection, order_id: str) -> Sequence[Row[Any]]:
    """What the checkout said is in the basket, in its order."""
    query = select(order_items).where(order_items.c.order_id == order_id).order_by(order_items.c.position)
    return connection.execute(query).all()
