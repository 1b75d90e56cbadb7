"""What records say of one another: payments, shares and refunds, requests and transfers, and what wallets paid in a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Row,
    and_,
    case,
    func,
    literal_column,
    or_,
    select,
    type_coerce,
    union_all,
)

from sandbox.kit.days import offsets_in_milliseconds
from sandbox.mock_payments.bank.models import bank_movements
from sandbox.mock_payments.ledger.models import entries, postings
from sandbox.mock_payments.money_requests.models import money_requests
from sandbox.mock_payments.outflows.models import outflows
from sandbox.mock_payments.payments.models import payments, shares
from sandbox.mock_payments.payments.states import EXECUTED, HOLDING
from sandbox.mock_payments.refunds.models import refunds
from sandbox.mock_payments.transfers.models import transfers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement

_DAY = 86_400_000
_zero: Any = literal_column("0")


def wrong_payments(connection: Connection) -> Sequence[Row[*tuple[Any, ...]]]:
    """Payments that say of themselves what cannot be: refunds and state that disagree, a fee without a merchant's part."""
    row = payments.c
    is_executed = row.state.in_(EXECUTED)
    state = case((row.refunded == 0, "executed"), (row.refunded == row.amount, "refunded"), else_="partly_refunded")
    wrong = or_(
        and_(is_executed, row.state != state),
        and_(is_executed, row.executed_at.is_(None)),
        and_(is_executed, row.execution_key.is_(None)),
        and_(~is_executed, or_(row.refunded != 0, row.fee != 0, row.released != 0, row.executed_at.is_not(None))),
        row.refunded > row.amount,
        row.fee < 0,
        row.fee + row.shared > row.amount,
    )
    query = select(row.id, row.state, row.amount, row.refunded, row.fee, row.shared, row.executed_at).where(wrong)
    return connection.execute(query).all()


def wrong_refund_sums(connection: Connection) -> Sequence[Row[*tuple[Any, ...]]]:
    """Payments that do not say as much was refunded as their refunds sum to."""
    said = select(payments.c.id, payments.c.refunded.label("said"), _zero.label("given")).where(
        payments.c.refunded != 0
    )
    given = select(refunds.c.payment_id, _zero, refunds.c.amount)
    return sums_that_differ(connection, said, given)


def wrong_refund_totals(connection: Connection) -> Sequence[Row[*tuple[Any, ...]]]:
    """Refunds whose answer, which is given again to a repeated call, is not what had been refunded by then."""
    total = func.sum(refunds.c.amount).over(partition_by=refunds.c.payment_id, order_by=refunds.c.number)
    each = select(refunds.c.id, refunds.c.refunded_total.label("said"), total.label("given")).subquery()
    return connection.execute(select(each).where(each.c.said != each.c.given)).all()


def wrong_share_sums(connection: Connection) -> Sequence[Row[*tuple[Any, ...]]]:
    """Payments that do not say as much is shared as their shares sum to."""
    said = select(payments.c.id, payments.c.shared.label("said"), _zero.label("given")).where(payments.c.shared != 0)
    return sums_that_differ(connection, said, select(shares.c.payment_id, _zero, shares.c.amount))


def unpaid_shares(connection: Connection) -> Sequence[Row[*tuple[Any, ...]]]:
    """Shares of executed payments that the execution did not bring to their wallet, or not as much."""
    leg = and_(
        postings.c.entry_id == entries.c.id,
        postings.c.account == "wallet:" + shares.c.wallet_id,
        postings.c.amount == shares.c.amount,
    )
    query = (
        select(shares.c.payment_id, shares.c.wallet_id, shares.c.amount)
        .select_from(
            shares.join(payments, payments.c.id == shares.c.payment_id)
            .outerjoin(entries, entries.c.key == "execute:" + shares.c.payment_id)
            .outerjoin(postings, leg)
        )
        .where(payments.c.state.in_(EXECUTED), postings.c.id.is_(None))
    )
    return connection.execute(query).all()


def wrong_outflows(connection: Connection) -> Sequence[Row[*tuple[Any, ...]]]:
    """Wallets and days of Tunisia of which another outflow is kept than what payments, transfers and withdrawals sum to."""
    names = ("wallet_id", "day", "kept", "paid")
    sources = (
        (outflows.c.wallet_id, _day_number(connection, outflows.c.day), outflows.c.amount, _zero, None),
        (
            payments.c.payer_wallet_id,
            _day_at(payments.c.created_at),
            _zero,
            payments.c.amount,
            and_(payments.c.counted, payments.c.state.in_(HOLDING | EXECUTED)),
        ),
        (transfers.c.payer_wallet_id, _day_at(transfers.c.created_at), _zero, transfers.c.amount, None),
        (
            bank_movements.c.wallet_id,
            _day_at(bank_movements.c.created_at),
            _zero,
            bank_movements.c.amount,
            bank_movements.c.kind == "withdrawal",
        ),
    )
    parts = []
    for *columns, condition in sources:
        part = select(*(column.label(name) for column, name in zip(columns, names, strict=True)))
        parts.append(part if condition is None else part.where(condition))
    each = union_all(*parts).subquery()
    kept, paid = func.sum(each.c.kept), func.sum(each.c.paid)
    query = select(each.c.wallet_id, each.c.day, kept.label("kept"), paid.label("paid"))
    return connection.execute(query.group_by(each.c.wallet_id, each.c.day).having(kept != paid)).all()


def wrongly_paid_requests(connection: Connection) -> Sequence[str]:
    """Requests that are approved without a transfer of just this, or paid without being approved."""
    row = money_requests.c
    paid = and_(
        transfers.c.request_id == row.id,
        transfers.c.id == row.transfer_id,
        transfers.c.amount == row.amount,
        transfers.c.payer_phone == row.payer_phone,
        transfers.c.payee_phone == row.payee_phone,
    )
    is_right = (row.state == "approved") & transfers.c.id.is_not(None)
    is_open = (row.state != "approved") & row.transfer_id.is_(None)
    query = select(row.id).select_from(money_requests.outerjoin(transfers, paid)).where(~or_(is_right, is_open))
    known = select(row.id).where(row.id == transfers.c.request_id, row.transfer_id == transfers.c.id)
    lost = select(transfers.c.request_id).where(transfers.c.request_id.is_not(None), ~known.exists())
    return connection.execute(query.union(lost)).scalars().all()


def sums_that_differ(connection: Connection, said: Any, given: Any) -> Sequence[Row[*tuple[Any, ...]]]:
    """By id: where what is ``said`` is not what was ``given``."""
    each = union_all(said, given).subquery()
    says, sums = func.sum(each.c.said), func.sum(each.c.given)
    query = select(each.c.id, says.label("said"), sums.label("given")).group_by(each.c.id)
    return connection.execute(query.having(says != sums)).all()


def _day_at(moment: ColumnElement[Any]) -> ColumnElement[Any]:
    """The number of the day of Tunisia since 1970."""
    at = type_coerce(moment, BigInteger)
    offsets: list[Any] = [(at >= since, literal_column(str(offset))) for since, offset in offsets_in_milliseconds()]
    return (at + case(*offsets, else_=_zero)) // literal_column(str(_DAY), BigInteger)


def _day_number(connection: Connection, day: ColumnElement[Any]) -> ColumnElement[Any]:
    if connection.dialect.name == "sqlite":
        return literal_column(f"CAST(julianday({day}) - 2440587.5 AS INTEGER)")
    return literal_column(f"(CAST({day} AS DATE) - DATE '1970-01-01')")
