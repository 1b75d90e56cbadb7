"""Refunds as they were asked for, and what became of each."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, UniqueConstraint

from sandbox.kit.db import Moment
from sandbox.platform.base import metadata

refunds = Table(
    "refunds",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(22), nullable=False, unique=True),
    Column("order_id", String(22), nullable=False),
    Column("key", String(100), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("reason", String(200)),
    Column("state", String(10), nullable=False),
    Column("error", String(30)),
    Column("actor", String(254), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("finished_at", Moment),
    UniqueConstraint("order_id", "key"),
)
Index("refunds_pending", refunds.c.number, sqlite_where=refunds.c.state == "pending")
