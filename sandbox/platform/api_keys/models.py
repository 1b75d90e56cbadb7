"""API keys. Only the hash of a key is kept: it is shown once, when it is made."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from sandbox.kit.db import Moment
from sandbox.platform.base import metadata

api_keys = Table(
    "api_keys",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(22), nullable=False, unique=True),
    Column("developer_id", String(22), ForeignKey("developers.id"), nullable=False),
    Column("name", String(80), nullable=False),
    Column("access", String(5), nullable=False),
    Column("prefix", String(12), nullable=False),
    Column("key_hash", String(64), nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("last_used_at", Moment),
    Column("revoked_at", Moment),
    Index("api_keys_by_developer", "developer_id", "number"),
)
