"""The SMS messages that phones of this sandbox received."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from sandbox.kit.db import Moment
from sandbox.mock_wallets.base import metadata

messages = Table(
    "sms_messages",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", String(500), nullable=False, unique=True),
    Column("phone_number", String(8), nullable=False),
    Column("text", Text, nullable=False),
    Column("sent_at", Moment, nullable=False),
    Index("sms_by_phone", "phone_number", "id"),
)
