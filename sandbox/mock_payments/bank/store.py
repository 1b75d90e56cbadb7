"""Queries on movements to and from the bank."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from sandbox.mock_payments.bank.models import bank_movements


def add(connection: Connection, values: dict[str, Any]) -> None:
    connection.execute(insert(bank_movements), values)


def set_balance(connection: Connection, movement_id: str, balance: int) -> None:
    connection.execute(update(bank_movements).where(bank_movements.c.id == movement_id).values(balance=balance))


def find_by_key(connection: Connection, idempotency_key: str) -> Row[Any] | None:
    query = select(bank_movements).where(bank_movements.c.idempotency_key == idempotency_key)
    return connection.execute(query).first()


def get(connection: Connection, movement_id: str) -> Row[Any]:
    return connection.execute(select(bank_movements).where(bank_movements.c.id == movement_id)).one()
