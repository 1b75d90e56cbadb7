"""Queries on payments. Statements of the hot path are built once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Integer, Row, bindparam, func, insert, literal_column, select, text, update

from sandbox.contracts.errors import PaymentNotFound
from sandbox.kit.due import next_in
from sandbox.mock_payments.payments.models import payments, shares
from sandbox.mock_payments.payments.states import HOLDING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sandbox.kit.clock import NextDue
    from sandbox.kit.db import Database
    from sandbox.mock_payments.payments.receivers import Receiver

_PAGE = 50
_BOOKED_AS = ("hold", "execute", "release")
_is_holding = payments.c.state.in_([literal_column(f"'{state}'") for state in sorted(HOLDING)])
# Spelled out, as the condition of the index is: SQLite takes that index for no parameters, and would read all payments.
_due = (
    select(payments.c.id)
    .where(_is_holding, payments.c.expires_at <= bindparam("now"))
    .limit(bindparam("limit", type_=Integer))
)
_add = insert(payments)
_add_shares = insert(shares)
_shares_of = select(shares).where(shares.c.payment_id == bindparam("id")).order_by(shares.c.wallet_id)
_enter_form = text(
    "INSERT INTO payment_forms (session, closed) VALUES (:session, false)"
    " ON CONFLICT (session) DO UPDATE SET closed = payment_forms.closed RETURNING closed"
)
_close_form = text(
    "INSERT INTO payment_forms (session, closed) VALUES (:session, true) ON CONFLICT (session) DO UPDATE SET closed = true"
)
_change = update(payments).where(payments.c.id == bindparam("which"))
_by_id = select(payments).where(payments.c.id == bindparam("id"))
_by_id_locked = _by_id.with_for_update()
_by_key = select(payments).where(payments.c.idempotency_key == bindparam("key"))
_latest = (
    select(payments)
    .where(payments.c.session == bindparam("session"), payments.c.code.is_not(None))
    .order_by(payments.c.number.desc())
    .limit(1)
    .with_for_update()
)


def enter_form(connection: Connection, session: str) -> bool:
    """Take the form's row for the transaction, so that paying and refusing it go one after the other; whether it is closed."""
    return bool(connection.execute(_enter_form, {"session": session}).scalar_one())


def close_form(connection: Connection, session: str) -> None:
    connection.execute(_close_form, {"session": session})


def add(connection: Connection, values: dict[str, Any]) -> None:
    connection.execute(_add, values)


def add_shares(connection: Connection, payment_id: str, receivers: Sequence[Receiver]) -> None:
    rows = [
        {"payment_id": payment_id, "wallet_id": each.wallet_id, "amount": each.amount, "ceiling": each.ceiling}
        for each in receivers
    ]
    if rows:
        connection.execute(_add_shares, rows)


def shares_of(connection: Connection, row: Row[Any]) -> Sequence[Row[Any]]:
    """What other wallets than the merchant's get of this payment; nothing is asked where it says that there is nothing."""
    return connection.execute(_shares_of, {"id": row.id}).all() if row.shared else ()


def change(connection: Connection, payment_id: str, **values: Any) -> None:
    connection.execute(_change, {"which": payment_id, **values})


def get(connection: Connection, payment_id: str, *, lock: bool = False) -> Row[Any]:
    found = connection.execute(_by_id_locked if lock else _by_id, {"id": payment_id}).first()
    if found is None:
        raise PaymentNotFound(field="payment_id")
    return found


def find_by_key(connection: Connection, idempotency_key: str) -> Row[Any] | None:
    return connection.execute(_by_key, {"key": idempotency_key}).first()


def find_latest(connection: Connection, session: str) -> Row[Any] | None:
    """The newest payment of a form session that got as far as a code; locked for the transaction."""
    return connection.execute(_latest, {"session": session}).first()


def list_by_session(connection: Connection, session: str) -> Sequence[Row[Any]]:
    """All attempts to pay a form, those that were refused before a code was made among them."""
    return connection.execute(select(payments).where(payments.c.session == session)).all()


def list_due(connection: Connection, now: datetime, limit: int) -> Sequence[str]:
    return connection.execute(_due, {"now": now, "limit": limit}).scalars().all()


def next_due(database: Database) -> NextDue:
    """When the next hold expires."""
    return next_in(database, payments.c.expires_at, _is_holding)


def list_by_payer(connection: Connection, payer_phone: str) -> Sequence[Row[Any]]:
    query = select(payments).where(payments.c.payer_phone == payer_phone).order_by(payments.c.number.desc())
    return connection.execute(query.limit(_PAGE)).all()


def count_live(connection: Connection) -> int:
    query = select(func.count()).select_from(payments).where(_is_holding)
    return connection.execute(query).scalar_one()


def incoming_of(connection: Connection, wallet_id: str) -> int:
    """What live payments hold of others' money for this wallet, in millimes; shares included."""
    rest = select(func.coalesce(func.sum(payments.c.amount - payments.c.shared), 0))
    rest = rest.where(_is_holding, payments.c.payee_wallet_id == wallet_id)
    shared = select(func.coalesce(func.sum(shares.c.amount), 0)).join_from(shares, payments)
    shared = shared.where(_is_holding, shares.c.wallet_id == wallet_id)
    return sum(int(connection.execute(query).scalar_one()) for query in (rest, shared))
