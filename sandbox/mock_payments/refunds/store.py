"""Queries on refunds, and the sums by which the ledger's proof checks them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, bindparam, func, insert, or_, select

from sandbox.contracts.errors import RefundNotFound
from sandbox.mock_payments.ledger.models import entries, postings
from sandbox.mock_payments.ledger.store import moved
from sandbox.mock_payments.payments.models import payments
from sandbox.mock_payments.payments.states import EXECUTED
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


def payments_beside_refunds(connection: Connection) -> Sequence[Row[*tuple[Any, ...]]]:
    """Payments that were refunded, or say so: with the sum of their refunds as ``total``."""
    total = func.coalesce(func.sum(refunds.c.amount), 0)
    columns = (payments.c.id, payments.c.state, payments.c.amount, payments.c.refunded)
    query = (
        select(*columns, total.label("total"))
        .select_from(payments.outerjoin(refunds, refunds.c.payment_id == payments.c.id))
        .where(or_(payments.c.refunded != 0, payments.c.state.in_(EXECUTED - {"executed"}), refunds.c.id.is_not(None)))
        .group_by(*columns)
    )
    return connection.execute(query).all()


def wrong_bookings(connection: Connection) -> Sequence[Row[*tuple[Any, ...]]]:
    """Refunds that the ledger did not move from the merchant's wallet to the payer's, or not as much."""
    given, received = moved(payments.c.payee_wallet_id, sign=-1), moved(payments.c.payer_wallet_id, sign=1)
    query = (
        select(refunds.c.id, refunds.c.amount, given.label("given"), received.label("received"))
        .select_from(
            refunds.join(payments, payments.c.id == refunds.c.payment_id)
            .outerjoin(entries, entries.c.key == KIND + ":" + refunds.c.refund_key)
            .outerjoin(postings, postings.c.entry_id == entries.c.id)
        )
        .group_by(refunds.c.id, refunds.c.amount)
        .having(or_(given != refunds.c.amount, received != refunds.c.amount))
    )
    return connection.execute(query).all()


def bookings_without_refund(connection: Connection) -> Sequence[str]:
    booked = func.substr(entries.c.key, len(KIND) + 2)  # this side, so that each is found along the index of refund_key
    known = select(refunds.c.id).where(refunds.c.refund_key == booked)
    query = select(entries.c.key).where(entries.c.kind == KIND, ~known.exists())
    return connection.execute(query).scalars().all()
