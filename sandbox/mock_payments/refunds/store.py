"""Queries on refunds, and the sums by which the ledger's proof checks them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select

from sandbox.contracts.errors import RefundNotFound
from sandbox.mock_payments.refunds.models import refund_shares, refunds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

KIND = "refund"
"""The kind of the journal entries that book refunds; their keys are ``refund:<refund_key>``."""
_add = insert(refunds)
_add_shares = insert(refund_shares)
_by_key = select(refunds).where(refunds.c.refund_key == bindparam("key"))


def add(connection: Connection, values: dict[str, Any]) -> None:
    connection.execute(_add, values)


def add_shares(connection: Connection, refund_id: str, parts: Mapping[str, int]) -> None:
    rows = [{"refund_id": refund_id, "wallet_id": wallet_id, "amount": part} for wallet_id, part in parts.items()]
    if rows:
        connection.execute(_add_shares, rows)


def given_by_wallet(connection: Connection, payment_id: str) -> dict[str, int]:
    """What wallets with a share of this payment have given of its refunds up to now."""
    query = select(refund_shares.c.wallet_id, func.sum(refund_shares.c.amount))
    query = query.join_from(refund_shares, refunds, refunds.c.id == refund_shares.c.refund_id)
    query = query.where(refunds.c.payment_id == payment_id).group_by(refund_shares.c.wallet_id)
    return {wallet_id: int(given) for wallet_id, given in connection.execute(query)}


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
