"""The wallets table."""

from sqlalchemy import Column, Integer, String, Table, UniqueConstraint

from sandbox.kit.db import Moment
from sandbox.mock_wallets.base import metadata

wallets = Table(
    "wallets",
    metadata,
    Column("id", String(22), primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("phone_number", String(8), nullable=False, unique=True),
    Column("holder_name", String(80), nullable=False),
    Column("trade_name", String(80)),
    Column("pin_hash", String(200), nullable=False),
    Column("status", String(10), nullable=False),
    Column("language", String(2), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("sequence", Integer, nullable=False, server_default="0"),
    Column("level", Integer, nullable=False, server_default="3"),
    Column("wrong_pins", Integer, nullable=False, server_default="0"),
    Column("tax_number", String(20)),
    Column("cin", String(8)),
    UniqueConstraint("cin", "kind"),
)
"""``sequence`` counts the changes of ``status``, so that whoever is told of them knows which came last. ``wrong_pins`` counts
those in a row. A person has at most one wallet of a kind: ``cin`` is known once an application was approved."""
