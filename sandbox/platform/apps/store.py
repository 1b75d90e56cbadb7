"""Queries on apps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, text, update

from sandbox.contracts.errors import AppNotFound, ChallengeNotFound
from sandbox.platform.apps.models import apps, links, wallet_states

if TYPE_CHECKING:
    from collections.abc import Sequence

_learn_wallet = text(
    "INSERT INTO wallet_states (wallet_id, status, sequence) VALUES (:wallet_id, :status, :sequence)"
    " ON CONFLICT (wallet_id) DO UPDATE SET status = excluded.status, sequence = excluded.sequence"
    " WHERE wallet_states.sequence < excluded.sequence"
)
_by_public_token = select(apps).where(apps.c.public_token == bindparam("token"))


def add(connection: Connection, values: dict[str, Any]) -> None:
    connection.execute(insert(apps).values(**values))


def get(connection: Connection, app_id: str) -> Row[Any]:
    found = connection.execute(select(apps).where(apps.c.id == app_id)).first()
    if found is None:
        raise AppNotFound
    return found


def change(connection: Connection, app_id: str, **values: Any) -> None:
    connection.execute(update(apps).where(apps.c.id == app_id).values(**values))


def get_owned(connection: Connection, developer_id: str, app_id: str) -> Row[Any]:
    """Somebody else's app is as unknown as one that is not there."""
    found = get(connection, app_id)
    if found.developer_id != developer_id:
        raise AppNotFound
    return found


def find_by_public_token(connection: Connection, public_token: str) -> Row[Any] | None:
    return connection.execute(_by_public_token, {"token": public_token}).first()


def find_by_name(connection: Connection, developer_id: str, name: str) -> Row[Any] | None:
    return connection.execute(select(apps).where(apps.c.developer_id == developer_id, apps.c.name == name)).first()


def list_owned(connection: Connection, developer_id: str) -> Sequence[Row[Any]]:
    """The developer's apps, oldest first, the TEST APP last."""
    query = select(apps).where(apps.c.developer_id == developer_id).order_by(apps.c.is_test, apps.c.number)
    return connection.execute(query).all()


def count_ordinary(connection: Connection, developer_id: str) -> int:
    query = select(func.count()).select_from(apps).where(apps.c.developer_id == developer_id, ~apps.c.is_test)
    return connection.execute(query).scalar_one()


def add_link(connection: Connection, values: dict[str, Any]) -> None:
    connection.execute(insert(links).values(**values))


def get_link(connection: Connection, developer_id: str, link_id: str, *, lock: bool = False) -> Row[Any]:
    query = select(links).where(links.c.id == link_id, links.c.developer_id == developer_id)
    found = connection.execute(query.with_for_update() if lock else query).first()
    if found is None:
        raise ChallengeNotFound
    return found


def finish_link(connection: Connection, link_id: str, app_id: str) -> None:
    connection.execute(update(links).where(links.c.id == link_id).values(app_id=app_id))


def learn_wallet(connection: Connection, wallet_id: str, status: str, sequence: int) -> str:
    """Keep the newest of what is known of a wallet, and tell it; its row stays locked for the transaction."""
    connection.execute(_learn_wallet, {"wallet_id": wallet_id, "status": status, "sequence": sequence})
    found = connection.execute(select(wallet_states.c.status).where(wallet_states.c.wallet_id == wallet_id))
    return str(found.scalar_one())


def list_by_wallet(connection: Connection, wallet_id: str) -> Sequence[Row[Any]]:
    return connection.execute(select(apps).where(apps.c.wallet_id == wallet_id).order_by(apps.c.number)).all()


def set_wallet_status(connection: Connection, app_id: str, status: str) -> None:
    connection.execute(update(apps).where(apps.c.id == app_id).values(wallet_status=status))
