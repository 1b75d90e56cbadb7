"""What each wallet paid on each day of Tunisia, in millimes."""

from sqlalchemy import BigInteger, Column, String, Table

from sandbox.mock_payments.base import metadata

outflows = Table(
    "daily_outflows",
    metadata,
    Column("wallet_id", String(64), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("amount", BigInteger, nullable=False),
)
