"""Queries on switches of business accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from sandbox.contracts.errors import SwitchNotFound
from sandbox.platform.business.models import business_switches

if TYPE_CHECKING:
    from datetime import datetime


def add(connection: Connection, values: dict[str, Any]) -> None:
    connection.execute(insert(business_switches).values(**values))


def get(connection: Connection, token_hash: str, now: datetime, *, lock: bool = False) -> Row[Any]:
    """Raises SwitchNotFound, also when its time is over."""
    query = select(business_switches).where(
        business_switches.c.token_hash == token_hash, business_switches.c.expires_at > now
    )
    found = connection.execute(query.with_for_update() if lock else query).first()
    if found is None:
        raise SwitchNotFound
    return found


def change(connection: Connection, token_hash: str, **values: Any) -> None:
    connection.execute(update(business_switches).where(business_switches.c.token_hash == token_hash).values(**values))


def delete_expired(connection: Connection, now: datetime) -> None:
    connection.execute(delete(business_switches).where(business_switches.c.expires_at <= now))
