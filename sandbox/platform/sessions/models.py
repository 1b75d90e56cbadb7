"""Login sessions. The token is kept as a hash; ``id`` names a session to its owner."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table, false

from sandbox.kit.db import Moment
from sandbox.platform.base import metadata

sessions = Table(
    "login_sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("id", String(22), nullable=False, index=True, server_default=""),
    Column("developer_id", String(22), ForeignKey("developers.id"), nullable=False),
    Column("is_remembered", Boolean, nullable=False, server_default=false()),
    Column("address", String(45)),
    Column("user_agent", String(300), nullable=False, server_default=""),
    Column("created_at", Moment, nullable=False),
    Column("last_seen_at", Moment, nullable=False, server_default="0"),
    Column("expires_at", Moment, nullable=False, index=True),
    Index("sessions_by_developer", "developer_id", "created_at", "id"),
)
