"""What happened in a span of time, counted from the orders themselves: for the day that is closed and for the day that goes on.

Each rule stands here once, so that a written row and a live figure cannot differ.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, case, func, literal_column, select

from sandbox.kit.clock import LATEST
from sandbox.platform.metrics.figures import Figures
from sandbox.platform.metrics.models import sale_refunds
from sandbox.platform.orders.models import order_events, order_items, orders

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Select

REFUSED_EVENTS = ("payment.refused", "payment.expired", "payment.cancelled", "refused")
"""An attempt that failed, or a shopper who said no; a form that nobody used is none (conversion tells of those)."""
_IS_REFUSED = order_events.c.kind.in_([literal_column(f"'{kind}'") for kind in REFUSED_EVENTS])
"""Spelled out, as the condition of the index is: SQLite takes that index for no parameters."""
_REASON = case((order_events.c.kind == "refused", "REFUSED_BY_SHOPPER"), else_=func.coalesce(order_events.c.detail, ""))


def _within(moment: ColumnElement[Any], start: datetime, end: datetime | None) -> tuple[ColumnElement[bool], ...]:
    """Always with both ends: for an open span SQLite would rather read all orders app by app."""
    return moment >= start, moment < (end or LATEST)


def _of_apps(app_id: ColumnElement[Any], app_ids: Sequence[str] | None) -> tuple[ColumnElement[bool], ...]:
    """Not by an index that begins with the app: the time span is what leaves little to read (SQLite would choose the app)."""
    return () if app_ids is None else (app_id.concat("").in_(app_ids),)


def count_figures(
    connection: Connection, start: datetime, end: datetime | None, app_ids: Sequence[str] | None = None
) -> dict[str, Figures]:
    """By app, without ``end`` up to now; all apps without ``app_ids``. An app that did nothing is left out."""
    opened = select(orders.c.app_id, func.count(), func.count(orders.c.paid_at)).where(
        *_within(orders.c.created_at, start, end), *_of_apps(orders.c.app_id, app_ids)
    )
    paid = select(orders.c.app_id, func.count(), func.sum(orders.c.amount)).where(
        *_within(orders.c.paid_at, start, end), *_of_apps(orders.c.app_id, app_ids)
    )
    refunded = select(sale_refunds.c.app_id, func.count(), func.sum(sale_refunds.c.amount)).where(
        *_within(sale_refunds.c.at, start, end), *_of_apps(sale_refunds.c.app_id, app_ids)
    )
    found: dict[str, Figures] = defaultdict(Figures)
    for app_id, count, converted in connection.execute(opened.group_by(orders.c.app_id)):
        found[app_id] += Figures(opened=count, converted=converted)
    for app_id, count, amount in connection.execute(paid.group_by(orders.c.app_id)):
        found[app_id] += Figures(transactions=count, gross=int(amount))
    for app_id, count, amount in connection.execute(refunded.group_by(sale_refunds.c.app_id)):
        found[app_id] += Figures(refunds=count, refunded=int(amount))
    return dict(found)


def count_refusals(
    connection: Connection, start: datetime, end: datetime, app_ids: Sequence[str] | None = None
) -> list[tuple[str, str, int]]:
    """App, reason and how often."""
    reason = _REASON.label("reason")
    query = (
        select(orders.c.app_id, reason, func.count())
        .select_from(order_events.join(orders, orders.c.id == order_events.c.order_id))
        .where(
            *_within(order_events.c.at, start, end),
            _IS_REFUSED,
            *_of_apps(orders.c.app_id, app_ids),
        )
        .group_by(orders.c.app_id, reason)
    )
    return [(app_id, why, count) for app_id, why, count in connection.execute(query)]


def select_items(start: datetime, end: datetime, app_ids: Sequence[str]) -> Select[Any]:
    """Columns app_id, key, name, count (pieces) and sales of what was paid in the span."""
    key = order_items.c.key
    return (
        select(
            orders.c.app_id,
            key,
            func.max(order_items.c.name).label("name"),
            func.sum(order_items.c.quantity).label("count"),
            func.sum(func.coalesce(order_items.c.total, 0)).label("sales"),
        )
        .select_from(orders.join(order_items, order_items.c.order_id == orders.c.id))
        .where(*_within(orders.c.paid_at, start, end), *_of_apps(orders.c.app_id, app_ids))
        .group_by(orders.c.app_id, key)
    )


def select_customers(start: datetime, end: datetime, app_ids: Sequence[str]) -> Select[Any]:
    """Columns app_id, key, name, count (orders) and sales; the payer's number stands for a customer whom nobody named."""
    key = func.coalesce(orders.c.customer_key, "phone:" + orders.c.payer_phone).label("key")
    name = func.coalesce(orders.c.customer_name, orders.c.customer_email, orders.c.customer_id, orders.c.payer_phone)
    return (
        select(
            orders.c.app_id,
            key,
            func.max(name).label("name"),
            func.count().label("count"),
            func.sum(orders.c.amount).label("sales"),
        )
        .where(*_within(orders.c.paid_at, start, end), *_of_apps(orders.c.app_id, app_ids), key.is_not(None))
        .group_by(orders.c.app_id, key)
    )


def find_next_moment(connection: Connection, start: datetime) -> datetime | None:
    """The first moment from ``start`` on at which anything happened."""
    firsts = [
        connection.execute(select(func.min(column)).where(column >= start, *more)).scalar()
        for column, more in (
            (orders.c.created_at, ()),
            (orders.c.paid_at, ()),
            (sale_refunds.c.at, ()),
            (order_events.c.at, (_IS_REFUSED,)),
        )
    ]
    return min((first for first in firsts if first is not None), default=None)
