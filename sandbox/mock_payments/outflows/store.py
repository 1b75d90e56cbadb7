"""Queries on what wallets paid in a day. Statements of the hot path are built once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, text

if TYPE_CHECKING:
    from datetime import date

_add = text(
    "INSERT INTO daily_outflows (wallet_id, day, amount) VALUES (:wallet_id, :day, :amount)"
    " ON CONFLICT (wallet_id, day) DO UPDATE SET amount = daily_outflows.amount + excluded.amount RETURNING amount"
)


def add(connection: Connection, wallet_id: str, day: date, amount: int) -> int:
    """The day's total with ``amount`` in it. The row is locked until the transaction ends, so that payments take turns."""
    values = {"wallet_id": wallet_id, "day": day.isoformat(), "amount": amount}
    return int(connection.execute(_add, values).scalar_one())
