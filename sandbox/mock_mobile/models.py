"""Phones and what they scanned: the little that the app keeps of its own.

A scan's ``kind`` is checkout, hosted, person or counter; its ``amount`` is 0 as long as the owner has still to type it, and the
``destinations`` of a hosted page get shares of it. A transfer to a number is kept like a scan, with the ``key`` that makes
repeating it safe. A phone without a ``wallet_id`` has none yet: its making was cut off, or it is opening one with an application.
"""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, Integer, MetaData, String, Table, false

from sandbox.kit.db import Moment

SCHEMA_VERSION = 1
metadata = MetaData()

phones = Table(
    "phones",
    metadata,
    Column("phone_number", String(8), primary_key=True),
    Column("name", String(80), nullable=False),
    Column("trade_name", String(80)),
    Column("pin", String(6), nullable=False),
    Column("wallet_id", String(22)),
    Column("application_id", String(22)),
    Column("screen", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
)

scans = Table(
    "scans",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(22), nullable=False, unique=True),
    Column("phone_number", String(8), nullable=False),
    Column("kind", String(10), nullable=False, server_default="checkout"),
    Column("method", String(20), nullable=False, server_default="qr"),
    Column("key", String(100)),
    Column("payee_phone", String(8)),
    Column("note", String(500)),
    Column("session", String(64), nullable=False),
    Column("app_id", String(22), nullable=False),
    Column("payee_wallet_id", String(22), nullable=False),
    Column("merchant", String(80), nullable=False),
    Column("description", String(500)),
    Column("reference", String(64)),
    Column("amount", BigInteger, nullable=False),
    Column("asks_amount", Boolean, nullable=False, server_default=false()),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("payment_id", String(22)),
    Column("destinations", JSON),
    Column("expires_at", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    Index("scans_by_phone", "phone_number", "number"),
    Index("scans_by_session", "session"),
    Index("scans_by_key", "phone_number", "key", unique=True),
)
