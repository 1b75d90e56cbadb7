"""Apps, their pictures, and apps that still wait for their one-time code."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from sandbox.kit.db import Moment
from sandbox.platform.base import metadata

apps = Table(
    "apps",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(22), nullable=False, unique=True),
    Column("developer_id", String(22), ForeignKey("developers.id"), nullable=False),
    Column("name", String(80), nullable=False),
    Column("description", String(500)),
    Column("wallet_id", String(22), nullable=False),
    Column("wallet_phone", String(8), nullable=False),
    Column("trade_name", String(80), nullable=False),
    Column("public_token", String(36), nullable=False, unique=True),
    Column("private_token", String(36), nullable=False),
    Column("private_token_version", Integer, nullable=False, server_default="1"),
    Column("former_private_token", String(36)),
    Column("former_valid_until", Moment),
    Column("status", String(10), nullable=False),
    Column("wallet_status", String(10), nullable=False, server_default="active"),
    Column("is_test", Boolean, nullable=False),
    Column("verification_mode", String(10), nullable=False, server_default="active"),
    Column("created_at", Moment, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("allowed_origins", JSON, nullable=False, server_default="[]"),
    Column("session_seconds", Integer),
    Column("image_id", String(22)),
    Column("deleted_at", Moment),
    Column("quirks", JSON(none_as_null=True)),
)
Index("apps_by_name", apps.c.developer_id, apps.c.name, unique=True, sqlite_where=apps.c.status != "DELETED")

images = Table(
    "app_images",
    metadata,
    Column("id", String(22), primary_key=True),
    Column("app_id", String(22), nullable=False, index=True),
    Column("media_type", String(20), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("created_at", Moment, nullable=False),
)

links = Table(
    "app_links",
    metadata,
    Column("id", String(22), primary_key=True),
    Column("developer_id", String(22), ForeignKey("developers.id"), nullable=False),
    Column("name", String(80), nullable=False),
    Column("description", String(500)),
    Column("phone_number", String(8), nullable=False),
    Column("challenge_id", String(22), nullable=False),
    Column("app_id", String(22)),
    Column("form_key", String(64)),
    Column("created_at", Moment, nullable=False),
    Index("app_links_by_form", "developer_id", "form_key", unique=True),
)

wallet_states = Table(
    "wallet_states",
    metadata,
    Column("wallet_id", String(22), primary_key=True),
    Column("status", String(10), nullable=False),
    Column("sequence", Integer, nullable=False),
)
"""The newest that is known of each wallet, told before its app was made or after."""
