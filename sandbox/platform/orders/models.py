"""Orders and their timeline."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table

from sandbox.kit.db import Moment
from sandbox.platform.base import metadata

orders = Table(
    "orders",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(22), nullable=False, unique=True),
    Column("app_id", String(22), nullable=False),
    Column("is_test", Boolean, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("reference", String(64)),
    Column("name", String(80)),
    Column("description", String(500)),
    Column("status", String(15), nullable=False),
    Column("reason", String(30)),
    Column("payment_id", String(22), index=True),
    Column("payer_phone", String(8)),
    Column("payer_name", String(80)),
    Column("code_expires_at", Moment),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("paid_at", Moment),
    Column("refunded_amount", BigInteger, nullable=False, server_default="0"),
    Index("orders_by_app", "app_id", "number"),
)

_waiting = orders.c.status.in_(("OPENED", "SCANNED", "ATTEMPT_FAILED"))
Index("orders_due", orders.c.expires_at, sqlite_where=_waiting)
_sold = orders.c.status.in_(("PAID", "PARTLY_REFUNDED", "REFUNDED"))
Index("orders_sold", orders.c.app_id, orders.c.amount, sqlite_where=_sold)

order_events = Table(
    "order_events",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", String(60), nullable=False, unique=True),
    Column("order_id", String(22), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("detail", String(80)),
    Column("at", Moment, nullable=False),
)
