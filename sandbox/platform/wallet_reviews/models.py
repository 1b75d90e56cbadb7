"""Decisions of admins on applications and wallets that the Wallets API may not have heard of yet, or whose audit event is not written yet."""

from sqlalchemy import JSON, Column, String, Table

from sandbox.platform.base import metadata

decisions = Table(
    "wallet_decisions",
    metadata,
    Column("subject_id", String(64), primary_key=True),
    Column("token", String(22), nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("details", JSON, nullable=False),
    Column("actor", JSON, nullable=False),
)
"""One at most for each application, and for each wallet; ``token`` is that of the newest. ``actor`` is who decided, as the audit event will tell."""
