"""Phones and what they scanned: the little that the app keeps of its own."""

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, MetaData, String, Table

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
    Column("screen", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
)

scans = Table(
    "scans",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(22), nullable=False, unique=True),
    Column("phone_number", String(8), nullable=False),
    Column("session", String(64), nullable=False),
    Column("app_id", String(22), nullable=False),
    Column("payee_wallet_id", String(22), nullable=False),
    Column("merchant", String(80), nullable=False),
    Column("description", String(500)),
    Column("reference", String(64)),
    Column("amount", BigInteger, nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("payment_id", String(22)),
    Column("expires_at", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    Index("scans_by_phone", "phone_number", "number"),
)
