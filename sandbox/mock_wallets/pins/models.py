"""Wrong PINs since the last right one, by the call that tried them."""

from sqlalchemy import Column, ForeignKey, String, Table

from sandbox.mock_wallets.base import metadata

wrong_tries = Table(
    "wrong_pin_tries",
    metadata,
    Column("wallet_id", String(22), ForeignKey("wallets.id"), primary_key=True),
    Column("attempt", String(120), primary_key=True),
    Column("pin_hash", String(200), nullable=False),
)
"""``attempt`` is the idempotency key of the call. ``pin_hash`` keeps one key from being a way to try many PINs."""
