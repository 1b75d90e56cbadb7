"""Developers and their login sessions. Secrets are kept as hashes."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table, false

from sandbox.kit.db import Moment
from sandbox.platform.base import metadata

developers = Table(
    "developers",
    metadata,
    Column("id", String(22), primary_key=True),
    Column("name", String(80), nullable=False),
    Column("email", String(200), nullable=False, unique=True),
    Column("password_hash", String(200), nullable=False),
    Column("status", String(10), nullable=False),
    Column("language", String(2), nullable=False),
    Column("is_admin", Boolean, nullable=False, server_default=false()),
    Column("activation_hash", String(64), unique=True),
    Column("activation_expires_at", Moment),
    Column("suspended_at", Moment),
    Column("suspension_reason", String(500)),
    Column("created_at", Moment, nullable=False),
    Index("developers_by_creation", "created_at", "id"),
)

sessions = Table(
    "login_sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("developer_id", String(22), ForeignKey("developers.id"), nullable=False, index=True),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
)
