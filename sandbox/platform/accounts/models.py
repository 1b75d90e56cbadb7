"""Developers. Passwords are kept as hashes; ``wallet_phone`` is that of the business account the developer came from."""

from sqlalchemy import Boolean, Column, Index, String, Table, false

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
    Column("company", String(80)),
    Column("website", String(200)),
    Column("phone_number", String(8)),
    Column("wallet_phone", String(8)),
    Column("is_admin", Boolean, nullable=False, server_default=false()),
    Column("suspended_at", Moment),
    Column("suspension_reason", String(500)),
    Column("created_at", Moment, nullable=False),
    Index("developers_by_creation", "created_at", "id"),
)
