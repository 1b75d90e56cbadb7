"""The audit events. The database itself refuses to change or delete one."""

from sqlalchemy import JSON, Column, Index, Integer, String, Table

from sandbox.kit.append_only import refuse_changes
from sandbox.kit.db import Moment
from sandbox.platform.base import metadata

audit_events = Table(
    "audit_events",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("actor_id", String(22)),
    Column("actor_name", String(254), nullable=False),
    Column("authority", String(20), nullable=False),
    Column("action", String(40), nullable=False),
    Column("developer_id", String(22)),
    Column("target_kind", String(20)),
    Column("target_id", String(64)),
    Column("target_name", String(254)),
    Column("details", JSON, nullable=False),
    Column("address", String(45)),
    Column("request_id", String(22)),
    Index("audit_by_time", "at", "number"),
    Index("audit_by_developer_and_time", "developer_id", "at", "number"),
    Index("audit_by_actor_and_time", "actor_id", "at", "number"),
    Index("audit_by_action_and_time", "action", "at", "number"),
    Index("audit_by_authority_and_time", "authority", "at", "number"),
)

refuse_changes(audit_events, "audit events")
