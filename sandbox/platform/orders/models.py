"""Orders and their timeline."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table

from sandbox.kit.db import Moment
from sandbox.platform.base import metadata


def _bytewise(length: int) -> String:
    """A text that is searched by its beginning: its index must sort as bytes do, whatever language PostgreSQL speaks."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


orders = Table(
    "orders",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(22), nullable=False, unique=True),
    Column("app_id", String(22), nullable=False),
    Column("is_test", Boolean, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("reference", _bytewise(64)),
    Column("name", String(80)),
    Column("description", String(500)),
    Column("status", String(15), nullable=False),
    Column("reason", String(30)),
    Column("payment_id", String(22), index=True),
    Column("payer_phone", _bytewise(8)),
    Column("payer_name", String(80)),
    Column("code_expires_at", Moment),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("paid_at", Moment),
    Column("refunded_amount", BigInteger, nullable=False, server_default="0"),
    Index("orders_by_date", "app_id", "created_at", "number"),
    Index("orders_by_status", "app_id", "status", "created_at", "number"),
    Index("orders_by_amount", "app_id", "amount", "number"),
)
Index("orders_by_reference", orders.c.app_id, orders.c.reference, sqlite_where=orders.c.reference.is_not(None))
Index("orders_by_payer", orders.c.app_id, orders.c.payer_phone, sqlite_where=orders.c.payer_phone.is_not(None))

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
