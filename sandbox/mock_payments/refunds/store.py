"""Queries on refunds, and the sums by which the ledger's proof checks them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, bindparam, insert, select

from sandbox.contracts.errors import RefundNotFound
from sandbox.mock_payments.refunds.models import refunds

if TYPE_CHECKING:
    from collections.abc import Sequence

KIND = "refund"
"""The kind of the journal entries that book refunds; their keys are ``refund:<refund_key>``."""
_add = insert(refunds)
_by_key = select(refunds).where(refunds.c.refund_key == bindparam("key"))


def add(connection: Connection, values: dict[str, Any]) -> None:
    connection.execute(_add, values)


def entry_key(refund_key: str) -> str:
    return f"{KIND}:{refund_key}"


def find_by_key(connection: Connection, refund_key: str) -> Row[Any] | None:
    return connection.execute(_by_key, {"key": refund_key}).first()


def get(connection: Connection, payment_id: str, refund_id: str) -> Row[Any]:
    query = select(refunds).where(refunds.c.id == refund_id, refunds.c.payment_id == payment_id)
    found = connection.execute(query).first()
    if found is None:
        raise RefundNotFound(field="refund_id")
    return found


def list_by_payment(connection: Connection, payment_id: str) -> Sequence[Row[Any]]:
    """Oldest first."""
    query = select(refunds).where(refunds.c.payment_id == payment_id).order_by(refunds.c.number)
    return connection.execute(query).all()
