"""The transfers table; rows are only ever added."""

from sqlalchemy import BigInteger, Column, Integer, String, Table

from sandbox.kit.db import Moment
from sandbox.mock_payments.base import metadata

transfers = Table(
    "transfers",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(22), nullable=False, unique=True),
    Column("idempotency_key", String(100), nullable=False, unique=True),
    Column("fingerprint", String(64), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("payer_wallet_id", String(22), nullable=False),
    Column("payer_phone", String(8), nullable=False),
    Column("payer_name", String(80), nullable=False),
    Column("payee_wallet_id", String(22), nullable=False),
    Column("payee_phone", String(8), nullable=False),
    Column("payee_name", String(80), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("fee", BigInteger, nullable=False),
    Column("note", String(500)),
    Column("request_id", String(22), unique=True),
    Column("created_at", Moment, nullable=False),
)
"""``request_id`` is unique, so a request for money can be paid once only, whatever its state says."""
