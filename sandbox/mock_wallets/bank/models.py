"""The bank account of each wallet that has one."""

from sqlalchemy import Boolean, Column, ForeignKey, String, Table

from sandbox.kit.db import Moment
from sandbox.mock_wallets.base import metadata

bank_accounts = Table(
    "bank_accounts",
    metadata,
    Column("wallet_id", String(22), ForeignKey("wallets.id"), primary_key=True),
    Column("rib", String(20), nullable=False),
    Column("opened", Boolean, nullable=False),
    Column("linked_at", Moment, nullable=False),
)
