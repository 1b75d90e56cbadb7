"""What each journal entry should have moved, as the record says that it books, beside what its postings moved.

One pass over all entries in their order, each with its record and its postings; a million take SQLite some four seconds.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, Select, and_, case, func, literal_column, null, select

from sandbox.mock_payments.bank.models import bank_movements
from sandbox.mock_payments.ledger.entries import BANK, CARDS, CLEARING, FEES
from sandbox.mock_payments.ledger.models import entries, postings
from sandbox.mock_payments.payments.models import payments
from sandbox.mock_payments.payments.states import EXECUTED, HOLDING, PAYMENT
from sandbox.mock_payments.refunds.models import refunds
from sandbox.mock_payments.transfers.models import transfers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement

_OF_PAYMENT = ("hold", "execute", "release", "refund")
_OF_TRANSFER = ("person", "counter")
_OF_BANK = ("top_up", "withdrawal")
_RELEASED = frozenset(PAYMENT.transitions) - HOLDING - EXECUTED
_RECORDS = (payments, refunds, transfers, bank_movements)
"""Grouping by their keys, which an entry has one of at most, lets what depends on them be told once an entry."""
_kind = entries.c.kind
_zero: Any = literal_column("0")


def list_wrong(connection: Connection) -> Sequence[Row[*tuple[Any, ...]]]:
    """``total`` should be zero; ``moved`` of ``amount`` out of one account, ``received`` and ``fee_booked`` of ``fee`` in others.

    Of a refund ``given`` comes out of more accounts than that one. ``amount`` is None where no record explains the entry.
    """
    return connection.execute(_wrong()).all()


@lru_cache(maxsize=1)
def _wrong() -> Select[Any]:
    amount, fee, shared, given = _expected()
    source, target = _accounts()
    out = func.sum(case((and_(postings.c.account == source, postings.c.amount < 0), -postings.c.amount), else_=_zero))
    into = func.sum(case((and_(postings.c.account == target, postings.c.amount > 0), postings.c.amount), else_=_zero))
    fees = func.sum(case((postings.c.account == FEES, postings.c.amount), else_=_zero))
    total, moved = func.sum(postings.c.amount), func.sum(func.abs(postings.c.amount))
    told = {
        "total": total,
        "moved": moved,
        "amount": amount,
        "fee": fee,
        "shared": shared,
        "given": given,
        "out": out,
        "received": into,
        "fee_booked": fees,
    }
    labelled = (column.label(name) for name, column in told.items())
    each = (
        select(entries.c.id, entries.c.key, _kind, entries.c.reference, *labelled)
        .select_from(_joined())
        .group_by(entries.c.id, *(table.c.number for table in _RECORDS))
        .subquery()
    )
    booked = each.c
    is_right = and_(
        booked.total == 0,
        booked.out == booked.amount - booked.given,
        booked.fee_booked == booked.fee,
        booked.received == booked.amount - booked.fee - booked.shared,
        booked.moved == 2 * booked.amount,
    )
    return select(each).where(is_right.is_not(True))


def _joined() -> Any:
    """Every entry beside its record: one look into an index for each, and none into those of other kinds."""

    def reference_of(kinds: Sequence[str]) -> ColumnElement[Any]:
        return case((_kind.in_(kinds), entries.c.reference), else_=null())

    refund_key = case((_kind == "refund", func.substr(entries.c.key, len("refund:") + 1)), else_=null())
    return (
        entries.outerjoin(payments, payments.c.id == reference_of(_OF_PAYMENT))
        .outerjoin(refunds, and_(refunds.c.refund_key == refund_key, refunds.c.payment_id == entries.c.reference))
        .outerjoin(transfers, transfers.c.id == reference_of(_OF_TRANSFER))
        .outerjoin(bank_movements, bank_movements.c.id == reference_of(_OF_BANK))
        .outerjoin(postings, postings.c.entry_id == entries.c.id)
    )


def _expected() -> tuple[ColumnElement[Any], ...]:
    """Amount, the fee and the shares of others in it, and what others gave of it. An entry must have the key of its record,
    and suit its state.
    """

    def keyed(prefix: str) -> ColumnElement[bool]:
        return entries.c.key == prefix + ":" + entries.c.reference

    by_tester = entries.c.key.startswith("top_up:", autoescape=True)
    amount = case(
        (and_(_kind == "hold", keyed("hold")), payments.c.amount + payments.c.released),
        (and_(_kind == "execute", keyed("execute"), payments.c.state.in_(EXECUTED)), payments.c.amount),
        (and_(_kind == "release", keyed("release"), payments.c.state.in_(_RELEASED)), payments.c.amount),
        (and_(_kind == "release", keyed("release"), payments.c.state.in_(EXECUTED)), payments.c.released),
        (_kind == "refund", refunds.c.amount),
        (and_(_kind == transfers.c.kind, keyed("transfer")), transfers.c.amount),
        (and_(_kind == bank_movements.c.kind, keyed("bank")), bank_movements.c.amount),
        (and_(_kind == "top_up", by_tester), func.max(postings.c.amount)),
        else_=null(),
    )
    fee = case((_kind == "execute", payments.c.fee), (_kind == "counter", transfers.c.fee), else_=_zero)
    shared = case((_kind == "execute", payments.c.shared), else_=_zero)
    return amount, fee, shared, case((_kind == "refund", func.coalesce(refunds.c.shared, _zero)), else_=_zero)


def _accounts() -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    payer, payee = payments.c.payer_wallet_id, payments.c.payee_wallet_id
    purse = case((payer == CARDS, CLEARING), else_="wallet:" + payer)
    banked = "wallet:" + func.coalesce(bank_movements.c.wallet_id, entries.c.reference)
    source = case(
        (_kind == "hold", purse),
        (_kind.in_(("execute", "release")), "hold:" + payer),
        (_kind == "refund", "wallet:" + payee),
        (_kind == "top_up", BANK),
        (_kind == "withdrawal", banked),
        else_="wallet:" + transfers.c.payer_wallet_id,
    )
    target = case(
        (_kind == "hold", "hold:" + payer),
        (_kind == "execute", "wallet:" + payee),
        (_kind.in_(("release", "refund")), purse),
        (_kind == "top_up", banked),
        (_kind == "withdrawal", BANK),
        else_="wallet:" + transfers.c.payee_wallet_id,
    )
    return source, target
