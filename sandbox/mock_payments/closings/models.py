"""The wallets whose accounts are sealed, since their owners want them closed."""

from sqlalchemy import Column, Index, String, Table

from sandbox.mock_payments.base import metadata

closings = Table(
    "wallet_closings",
    metadata,
    Column("wallet_id", String(64), primary_key=True),
    Column("token", String(22), nullable=False),
    Column("state", String(20), nullable=False),
)
"""``state``: sealed (the Wallets API is to be told) or closed (it knows). ``token`` is that of the call that sealed last."""
Index("wallet_closings_sealed", closings.c.wallet_id, sqlite_where=closings.c.state == "sealed")
