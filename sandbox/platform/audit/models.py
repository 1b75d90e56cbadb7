"""The audit events. The database itself refuses to change or delete one."""

from typing import Any

from sqlalchemy import DDL, JSON, Column, Index, Integer, String, Table, event

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

_SQLITE = """
CREATE TRIGGER audit_events_refuse_{verb} BEFORE {verb} ON audit_events
BEGIN SELECT RAISE(ABORT, 'audit events are never changed or deleted'); END
"""
_POSTGRESQL = """
CREATE OR REPLACE FUNCTION refuse_change_of_audit_events() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'audit events are never changed or deleted'; END $$;
CREATE TRIGGER audit_events_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit_events()
"""


def _refuse_changes(statement: str, dialect: str) -> None:
    trigger: Any = DDL(statement)  # type: ignore[no-untyped-call]  # SQLAlchemy's DDL has no types
    event.listen(audit_events, "after_create", trigger.execute_if(dialect=dialect))


for _verb in ("UPDATE", "DELETE"):
    _refuse_changes(_SQLITE.format(verb=_verb), "sqlite")
_refuse_changes(_POSTGRESQL, "postgresql")
