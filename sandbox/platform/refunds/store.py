"""Queries on refunds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, func, insert, select, update

from sandbox.contracts.errors import OrderNotFound
from sandbox.platform.apps.models import apps
from sandbox.platform.orders.models import orders
from sandbox.platform.refunds.models import refunds
from sandbox.platform.refunds.states import REFUND

if TYPE_CHECKING:
    from collections.abc import Sequence


def lock_order(connection: Connection, developer_id: str, order_id: str) -> Row[Any]:
    """The developer's order, which nobody else changes until this transaction ends. Raises OrderNotFound."""
    query = select(orders).where(orders.c.id == order_id).with_for_update()
    order = connection.execute(query).first()
    owner = select(apps.c.developer_id).where(apps.c.id == (order.app_id if order else None))
    if order is None or connection.execute(owner).scalar() != developer_id:
        raise OrderNotFound
    return order


def get_wallet_id(connection: Connection, app_id: str) -> str:
    """The wallet that an app is paid to, and that pays back."""
    return str(connection.execute(select(apps.c.wallet_id).where(apps.c.id == app_id)).scalar_one())


def get_owner(connection: Connection, app_id: str) -> str:
    return str(connection.execute(select(apps.c.developer_id).where(apps.c.id == app_id)).scalar_one())


def add(connection: Connection, values: dict[str, Any]) -> None:
    connection.execute(insert(refunds), values)


def get(connection: Connection, refund_id: str) -> Row[Any]:
    return connection.execute(select(refunds).where(refunds.c.id == refund_id)).one()


def find_by_key(connection: Connection, order_id: str, key: str) -> Row[Any] | None:
    query = select(refunds).where(refunds.c.order_id == order_id, refunds.c.key == key)
    return connection.execute(query).first()


def list_by_order(connection: Connection, order_id: str) -> Sequence[Row[Any]]:
    """Oldest first."""
    return connection.execute(select(refunds).where(refunds.c.order_id == order_id).order_by(refunds.c.number)).all()


def list_pending(connection: Connection, limit: int) -> Sequence[str]:
    """The ids of refunds whose outcome is not known yet, oldest first."""
    query = select(refunds.c.id).where(refunds.c.state == "pending").order_by(refunds.c.number).limit(limit)
    return connection.execute(query).scalars().all()


def sum_not_failed(connection: Connection, order_id: str) -> int:
    """Millimes that went back, or are about to."""
    total = func.coalesce(func.sum(refunds.c.amount), 0)
    query = select(total).where(refunds.c.order_id == order_id, refunds.c.state != "failed")
    return int(connection.execute(query).scalar_one())


def finish(connection: Connection, refund_id: str, **outcome: Any) -> bool:
    """Store how a refund ended; False when that was known already."""
    states = REFUND.sources_of(outcome["state"])
    query = update(refunds).where(refunds.c.id == refund_id, refunds.c.state.in_(states)).values(**outcome)
    return connection.execute(query).rowcount == 1
