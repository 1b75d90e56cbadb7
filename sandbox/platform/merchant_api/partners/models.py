"""Wallets that were linked to partners, and the tokens that open them for minutes. Tokens are kept hashed."""

from sqlalchemy import Column, ForeignKey, Index, String, Table

from sandbox.kit.db import Moment
from sandbox.platform.base import metadata

links = Table(
    "partner_links",
    metadata,
    Column("session_id", String(22), primary_key=True),
    Column("developer_id", String(22), nullable=False),
    Column("phone_number", String(8), nullable=False),
    Column("wallet_id", String(64), nullable=False),
    Column("challenge_id", String(64), nullable=False),
    Column("tracking_id", String(36), unique=True),
    Column("created_at", Moment, nullable=False),
)

tokens = Table(
    "partner_tokens",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("tracking_id", String(36), ForeignKey("partner_links.tracking_id"), nullable=False),
    Column("kind", String(7), nullable=False),
    Column("expires_at", Moment, nullable=False),
    Index("partner_tokens_by_end", "expires_at"),
)
"""``kind`` is access or refresh."""
