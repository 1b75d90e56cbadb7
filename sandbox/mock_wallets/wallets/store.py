"""Queries on wallets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from sandbox.contracts.errors import WalletNotFound
from sandbox.mock_wallets.wallets.models import wallets

if TYPE_CHECKING:
    from datetime import datetime

_by_phone = select(wallets).where(wallets.c.phone_number == bindparam("phone_number"))
_by_phone_locked = _by_phone.with_for_update()
_by_id = select(wallets).where(wallets.c.id == bindparam("id"))
_by_id_locked = _by_id.with_for_update()


def find_by_phone(connection: Connection, phone_number: str, *, lock: bool = False) -> Row[Any] | None:
    return connection.execute(_by_phone_locked if lock else _by_phone, {"phone_number": phone_number}).first()


def get_by_phone(connection: Connection, phone_number: str) -> Row[Any]:
    found = find_by_phone(connection, phone_number)
    if found is None:
        raise WalletNotFound
    return found


def find(connection: Connection, wallet_id: str, *, lock: bool = False) -> Row[Any] | None:
    return connection.execute(_by_id_locked if lock else _by_id, {"id": wallet_id}).first()


def get(connection: Connection, wallet_id: str, *, lock: bool = False) -> Row[Any]:
    found = find(connection, wallet_id, lock=lock)
    if found is None:
        raise WalletNotFound
    return found


def add(connection: Connection, values: dict[str, Any], created_at: datetime) -> None:
    connection.execute(insert(wallets).values(**values, created_at=created_at))


def change(connection: Connection, wallet_id: str, **values: Any) -> None:
    connection.execute(update(wallets).where(wallets.c.id == wallet_id).values(**values))


def change_status(connection: Connection, wallet_id: str, status: str) -> None:
    changed = update(wallets).where(wallets.c.id == wallet_id)
    connection.execute(changed.values(status=status, sequence=wallets.c.sequence + 1))
