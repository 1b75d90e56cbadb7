"""Queries on API keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, bindparam, func, insert, or_, select, update

from sandbox.contracts.errors import ApiKeyNotFound
from sandbox.kit.paging import Page, PageQuery, read_page
from sandbox.platform.accounts.models import developers
from sandbox.platform.api_keys.models import api_keys

if TYPE_CHECKING:
    from datetime import datetime

_holder = (
    select(
        developers,
        api_keys.c.id.label("key_id"),
        api_keys.c.name.label("key_name"),
        api_keys.c.prefix,
        api_keys.c.access,
        api_keys.c.last_used_at,
    )
    .join(developers, developers.c.id == api_keys.c.developer_id)
    .where(
        api_keys.c.key_hash == bindparam("key_hash"),
        api_keys.c.revoked_at.is_(None),
        or_(api_keys.c.expires_at.is_(None), api_keys.c.expires_at > bindparam("now")),
        developers.c.status == "active",
    )
)


def add(connection: Connection, values: dict[str, Any]) -> None:
    connection.execute(insert(api_keys).values(**values))


def get_owned(connection: Connection, developer_id: str, key_id: str) -> Row[Any]:
    """Somebody else's key is as unknown as one that is not there."""
    query = select(api_keys).where(api_keys.c.id == key_id, api_keys.c.developer_id == developer_id)
    found = connection.execute(query).first()
    if found is None:
        raise ApiKeyNotFound
    return found


def list_owned(connection: Connection, developer_id: str, wanted: PageQuery) -> Page[Row[Any]]:
    """Newest first."""
    query = select(api_keys).where(api_keys.c.developer_id == developer_id)
    return read_page(connection, query, [api_keys.c.number], wanted)


def count_working(connection: Connection, developer_id: str, now: datetime) -> int:
    """Keys that are neither revoked nor expired; whoever counts to add one waits for who is at it already."""
    connection.execute(select(developers.c.id).where(developers.c.id == developer_id).with_for_update())
    query = select(func.count()).where(
        api_keys.c.developer_id == developer_id,
        api_keys.c.revoked_at.is_(None),
        or_(api_keys.c.expires_at.is_(None), api_keys.c.expires_at > now),
    )
    return connection.execute(query).scalar_one()


def find_holder(connection: Connection, key_hash: str, now: datetime) -> Row[Any] | None:
    """The active developer whose key this is, with the key's own columns."""
    return connection.execute(_holder, {"key_hash": key_hash, "now": now}).first()


def note_use(connection: Connection, key_id: str, now: datetime) -> None:
    connection.execute(update(api_keys).where(api_keys.c.id == key_id).values(last_used_at=now))


def revoke(connection: Connection, key_id: str, now: datetime) -> bool:
    """Whether it was this call that revoked the key."""
    changed = update(api_keys).where(api_keys.c.id == key_id, api_keys.c.revoked_at.is_(None)).values(revoked_at=now)
    return connection.execute(changed).rowcount == 1
