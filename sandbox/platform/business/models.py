"""Switches under way. The token, which only who began one holds, is kept as a hash."""

from sqlalchemy import Column, ForeignKey, String, Table

from sandbox.kit.db import Moment
from sandbox.platform.base import metadata

business_switches = Table(
    "business_switches",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("phone_number", String(8), nullable=False),
    Column("challenge_id", String(22), nullable=False),
    Column("status", String(10), nullable=False),
    Column("holder_name", String(80)),
    Column("trade_name", String(80)),
    Column("developer_id", String(22), ForeignKey("developers.id")),
    Column("expires_at", Moment, nullable=False, index=True),
)
