"""Rows per app and day in Africa/Tunis, how far they are written, and what was refunded when.

A day on which an app did nothing has no row. Rankings have rows per month too, so that a year of many customers adds up fast.
"""

from typing import Any

from sqlalchemy import DDL, BigInteger, Column, Date, Index, Integer, String, Table, event

from sandbox.kit.db import Moment
from sandbox.platform.base import metadata

metric_progress = Table(
    "metric_progress",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("closed_until", Moment, nullable=False),
)
"""One row: every day that ended by ``closed_until`` is written. Writers share its lock, the job takes it for itself."""

changed_days = Table(
    "metric_changed_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("app_id", String(22), primary_key=True),
)
"""Days to write again: something of theirs came after they had been written."""

app_days = Table(
    "app_days",
    metadata,
    Column("app_id", String(22), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("opened", Integer, nullable=False),
    Column("converted", Integer, nullable=False),
    Column("transactions", Integer, nullable=False),
    Column("gross", BigInteger, nullable=False),
    Column("refunds", Integer, nullable=False),
    Column("refunded", BigInteger, nullable=False),
)
"""``converted`` counts the orders opened on the day that were paid, whenever; a sale belongs to the day it was paid."""

refusal_days = Table(
    "app_refusal_days",
    metadata,
    Column("app_id", String(22), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("reason", String(80), primary_key=True),
    Column("count", Integer, nullable=False),
)


def _ranking(name: str, period: str) -> Table:
    """Sales of one thing (an item, a customer) in one period: ``count`` is how many, ``sales`` in millimes."""
    return Table(
        name,
        metadata,
        Column("app_id", String(22), primary_key=True),
        Column(period, Date, primary_key=True),
        Column("key", String(260), primary_key=True),
        Column("name", String(260)),
        Column("count", BigInteger, nullable=False),
        Column("sales", BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )


item_days, item_months = _ranking("app_item_days", "day"), _ranking("app_item_months", "month")
customer_days, customer_months = _ranking("app_customer_days", "day"), _ranking("app_customer_months", "month")

sale_refunds = Table(
    "sale_refunds",
    metadata,
    Column("key", String(60), primary_key=True),
    Column("order_id", String(22), nullable=False),
    Column("app_id", String(22), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("at", Moment, nullable=False),
    Index("sale_refunds_by_time", "at", "app_id", "amount"),
)
"""Refunds as the Payments API told of them, each at its own moment; ``key`` is that of the event."""

_begin: Any = DDL("INSERT INTO metric_progress (id, closed_until) VALUES (1, 0)")  # type: ignore[no-untyped-call]  # SQLAlchemy's DDL has no types
event.listen(metric_progress, "after_create", _begin)
