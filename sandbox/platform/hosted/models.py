"""What an order that is paid on a page of ours has beside the order itself; the page's id is the order's."""

from sqlalchemy import JSON, Boolean, Column, Index, String, Table, false

from sandbox.kit.db import Moment
from sandbox.platform.base import metadata

pages = Table(
    "hosted_pages",
    metadata,
    Column("order_id", String(22), primary_key=True),
    Column("app_id", String(22), nullable=False),
    Column("generation", String(4), nullable=False),
    Column("success_url", String(2000), nullable=False),
    Column("failure_url", String(2000), nullable=False),
    Column("webhook_url", String(2000)),
    Column("image_url", String(2000)),
    Column("accepts_cards", Boolean, nullable=False, server_default=false()),
    Column("holds_only", Boolean, nullable=False, server_default=false()),
    Column("held_code", String(6)),
    Column("customer", String(100)),
    Column("shares", JSON),
    Column("terminal_id", String(64)),
    Column("created_at", Moment, nullable=False),
    Index("hosted_pages_by_app", "app_id", "created_at"),
)
"""``generation`` of the merchant API that asked for it. ``holds_only``: the money is held until the merchant confirms, with
``held_code``.

``customer`` is the merchant's own name of a shopper whose card may be kept; ``shares`` are ``[{wallet_id, amount}]`` in millimes;
``terminal_id`` is that of the terminal that shows the page's code at a counter.
"""

bindings = Table(
    "card_bindings",
    metadata,
    Column("id", String(22), primary_key=True),
    Column("app_id", String(22), nullable=False),
    Column("customer", String(100), nullable=False),
    Column("last_four", String(4), nullable=False),
    Column("brand", String(20), nullable=False),
    Column("pan", String(20)),
    Column("expiration", String(6)),
    Column("holder", String(80)),
    Column("created_at", Moment, nullable=False),
    Index("card_bindings_by_customer", "app_id", "customer"),
)
"""Cards that shoppers had kept: never a whole number, which the sandbox forgets once a card was charged, nor a security code.

``pan`` is masked; it is missing of a card that an older sandbox kept, until the shopper pays with it once more.
"""
