"""What moved between wallets and the bank: one row for each key."""

from sqlalchemy import BigInteger, Column, Integer, String, Table

from sandbox.kit.db import Moment
from sandbox.mock_payments.base import metadata

bank_movements = Table(
    "bank_movements",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(22), nullable=False, unique=True),
    Column("idempotency_key", String(100), nullable=False, unique=True),
    Column("fingerprint", String(64), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("wallet_id", String(22), nullable=False),
    Column("rib", String(20), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("balance", BigInteger, nullable=False),
    Column("created_at", Moment, nullable=False),
)
"""``balance``: what the wallet could spend right after it, so that the first answer can be given again."""
