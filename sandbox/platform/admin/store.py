"""Queries on users, as admins ask them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, delete, func, or_, select, update

from sandbox.contracts.errors import UserNotFound
from sandbox.kit.paging import Page, PageQuery, read_page
from sandbox.platform.accounts.models import developers
from sandbox.platform.api_keys.models import api_keys
from sandbox.platform.apps.models import apps
from sandbox.platform.sessions.models import sessions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sandbox.platform.admin.filters import UserFilter

_SEARCHED = tuple(
    column for column in developers.c if column.name in {"name", "email", "company", "phone_number", "wallet_phone"}
)


def list_users(connection: Connection, wanted: UserFilter, page: PageQuery) -> Page[Row[Any]]:
    """Newest first."""
    query = select(developers)
    if wanted.status is not None:
        query = query.where(developers.c.status == wanted.status)
    if wanted.q is not None:
        query = query.where(or_(*(column.icontains(wanted.q, autoescape=True) for column in _SEARCHED)))
    return read_page(connection, query, [developers.c.created_at, developers.c.id], page)


def get(connection: Connection, user_id: str) -> Row[Any]:
    found = connection.execute(select(developers).where(developers.c.id == user_id)).first()
    if found is None:
        raise UserNotFound
    return found


def lock_with_admins(connection: Connection, user_id: str) -> tuple[Row[Any], set[str]]:
    """The user, and the ids of all active admins; whoever else acts on one of them waits.

    One statement in one order, so that two admins who act on each other cannot wait for each other for ever.
    """
    is_admin = developers.c.is_admin & (developers.c.status == "active")
    query = select(developers).where(or_(developers.c.id == user_id, is_admin)).order_by(developers.c.id)
    rows = connection.execute(query.with_for_update()).all()
    user = next((row for row in rows if row.id == user_id), None)
    if user is None:
        raise UserNotFound
    return user, {row.id for row in rows if row.is_admin and row.status == "active"}


def change(connection: Connection, user_id: str, **values: Any) -> None:
    connection.execute(update(developers).where(developers.c.id == user_id).values(**values))


def end_sessions(connection: Connection, user_id: str) -> int:
    return connection.execute(delete(sessions).where(sessions.c.developer_id == user_id)).rowcount


def count_sessions(connection: Connection, user_id: str, now: datetime) -> int:
    query = select(func.count()).where(sessions.c.developer_id == user_id, sessions.c.expires_at > now)
    return connection.execute(query).scalar_one()


def count_keys(connection: Connection, user_id: str, now: datetime) -> int:
    lives_on = or_(api_keys.c.expires_at.is_(None), api_keys.c.expires_at > now)
    query = select(func.count()).where(api_keys.c.developer_id == user_id, api_keys.c.revoked_at.is_(None), lives_on)
    return connection.execute(query).scalar_one()


def list_apps(connection: Connection, user_id: str) -> Sequence[Row[Any]]:
    query = select(apps).where(apps.c.developer_id == user_id).order_by(apps.c.is_test, apps.c.number)
    return connection.execute(query).all()
