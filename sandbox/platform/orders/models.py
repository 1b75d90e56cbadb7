"""Orders and their timeline."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, Integer, String, Table

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
    Column("card", JSON(none_as_null=True)),
    Column("method", String(20)),
    Column("code_expires_at", Moment),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("paid_at", Moment),
    Column("refunded_amount", BigInteger, nullable=False, server_default="0"),
    Column("fee", BigInteger, nullable=False, server_default="0"),
    Column("shared", BigInteger, nullable=False, server_default="0"),
    Column("customer_key", String(260)),
    Column("customer_id", String(64)),
    Column("customer_name", String(80)),
    Column("customer_email", String(200)),
    Index("orders_by_date", "app_id", "created_at", "number"),
    Index("orders_by_status", "app_id", "status", "created_at", "number"),
    Index("orders_by_amount", "app_id", "amount", "number"),
    Index("orders_by_opening", "created_at", "app_id", "paid_at"),
)
"""``customer_…`` is whom the checkout named, if anybody; ``customer_key`` is the same for the same customer.

``card`` is what may be known of the card that paid (contracts/cards.py); no phone paid then. ``method`` names the way to pay, once it is known. ``fee`` and ``shared`` (what other
wallets got) are parts of ``amount`` that the merchant did not receive.
"""
Index("orders_by_reference", orders.c.app_id, orders.c.reference, sqlite_where=orders.c.reference.is_not(None))
Index("orders_by_payer", orders.c.app_id, orders.c.payer_phone, sqlite_where=orders.c.payer_phone.is_not(None))

_waiting = orders.c.status.in_(("OPENED", "SCANNED", "ATTEMPT_FAILED"))
Index("orders_due", orders.c.expires_at, sqlite_where=_waiting)
_paid = orders.c.paid_at.is_not(None)
Index("orders_by_payment_time", orders.c.paid_at, orders.c.app_id, orders.c.amount, sqlite_where=_paid)

order_items = Table(
    "order_items",
    metadata,
    Column("order_id", String(22), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("key", String(90), nullable=False),
    Column("item_id", String(64)),
    Column("name", String(80), nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("price", BigInteger),
    Column("total", BigInteger),
    sqlite_with_rowid=False,
)
"""What the checkout said is in the basket; ``key`` is the same for the same item, ``price`` of one and ``total`` in millimes."""

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
_refused = order_events.c.kind.in_(("payment.refused", "payment.expired", "payment.cancelled", "refused"))
Index("order_events_refused", order_events.c.at, sqlite_where=_refused)
