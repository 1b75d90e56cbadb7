"""Refunds, and what wallets with a share gave of them; rows are only ever added."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table

from sandbox.kit.db import Moment
from sandbox.mock_payments.base import metadata

refunds = Table(
    "refunds",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(22), nullable=False, unique=True),
    Column("refund_key", String(100), nullable=False, unique=True),
    Column("fingerprint", String(64), nullable=False),
    Column("payment_id", String(22), ForeignKey("payments.id"), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("refunded_total", BigInteger, nullable=False),
    Column("state", String(20), nullable=False),
    Column("reason", String(500)),
    Column("created_at", Moment, nullable=False),
    Column("shared", BigInteger),
    Index("refunds_by_payment", "payment_id", "number"),
)
"""``refunded_total`` and ``state`` are the payment's just after this refund: the first answer, to be given again. ``shared``: what
other wallets than the merchant's gave of it; None where it was made before they did, and all of it came from the merchant.
"""

refund_shares = Table(
    "refund_shares",
    metadata,
    Column("refund_id", String(22), ForeignKey("refunds.id"), primary_key=True),
    Column("wallet_id", String(64), primary_key=True),
    Column("amount", BigInteger, nullable=False),
)
"""What a wallet gave of a refund because it had got a share of the payment."""
