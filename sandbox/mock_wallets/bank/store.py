"""Queries on the bank accounts of wallets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, delete, insert, select

from sandbox.contracts.errors import BankNotLinked
from sandbox.mock_wallets.bank.models import bank_accounts

if TYPE_CHECKING:
    from datetime import datetime


def find(connection: Connection, wallet_id: str) -> Row[Any] | None:
    return connection.execute(select(bank_accounts).where(bank_accounts.c.wallet_id == wallet_id)).first()


def get(connection: Connection, wallet_id: str) -> Row[Any]:
    found = find(connection, wallet_id)
    if found is None:
        raise BankNotLinked
    return found


def replace(connection: Connection, wallet_id: str, rib: str, *, opened: bool, linked_at: datetime) -> Row[Any]:
    """The wallet is locked by the caller."""
    remove(connection, wallet_id)
    values = {"wallet_id": wallet_id, "rib": rib, "opened": opened, "linked_at": linked_at}
    connection.execute(insert(bank_accounts).values(**values))
    return get(connection, wallet_id)


def remove(connection: Connection, wallet_id: str) -> None:
    connection.execute(delete(bank_accounts).where(bank_accounts.c.wallet_id == wallet_id))
