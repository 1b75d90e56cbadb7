"""Queries on audit events: they are only ever added and read."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert

from sandbox.platform.audit.models import audit_events

_add = insert(audit_events)


def add(connection: Connection, values: dict[str, Any]) -> None:
    connection.execute(_add, values)
