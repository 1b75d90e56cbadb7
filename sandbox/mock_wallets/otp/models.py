"""The one-time code challenges."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from sandbox.kit.db import Moment
from sandbox.mock_wallets.base import metadata

challenges = Table(
    "otp_challenges",
    metadata,
    Column("id", String(22), primary_key=True),
    Column("wallet_id", String(22), ForeignKey("wallets.id")),
    Column("phone_number", String(8), nullable=False),
    Column("code_hash", String(64), nullable=False),
    Column("state", String(10), nullable=False),
    Column("tries_left", Integer, nullable=False),
    Column("sent", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("sent_at", Moment, nullable=False, server_default="0"),
    Column("purpose", String(10), nullable=False, server_default="link"),
    Column("language", String(2), nullable=False, server_default="fr"),
)
"""``purpose``: what the code opens, and nothing else. A phone that is about to open a wallet has no ``wallet_id`` yet."""

sendings = Table(
    "otp_sendings",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("phone_number", String(8), nullable=False),
    Column("sent_at", Moment, nullable=False),
    Index("otp_sendings_by_phone", "phone_number", "sent_at"),
)
"""When codes went to a phone; those older than an hour are removed when the next one goes there."""
