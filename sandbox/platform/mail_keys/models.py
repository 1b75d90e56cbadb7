"""The keys on their way: one of each purpose for an account, kept as a hash."""

from sqlalchemy import Column, ForeignKey, String, Table

from sandbox.kit.db import Moment
from sandbox.platform.base import metadata

mail_keys = Table(
    "mail_keys",
    metadata,
    Column("developer_id", String(22), ForeignKey("developers.id"), primary_key=True),
    Column("purpose", String(20), primary_key=True),
    Column("key_hash", String(64), nullable=False, unique=True),
    Column("email", String(254)),
    Column("expires_at", Moment, nullable=False),
)
