"""Whether each record was booked as often as its state says: counted first, and named only where the counts disagree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, and_, case, func, literal_column, or_, select

from sandbox.mock_payments.bank.models import bank_movements
from sandbox.mock_payments.ledger.models import entries
from sandbox.mock_payments.payments.models import payments
from sandbox.mock_payments.payments.states import EXECUTED, HOLDING
from sandbox.mock_payments.refunds.models import refunds
from sandbox.mock_payments.transfers.models import transfers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement, Subquery, Table

_ZERO: Any = literal_column("0")
_BOOKED_AS = ("hold", "execute", "release")
_HELD, _EXECUTED, _RELEASED = frozenset({(1, 0, 0)}), frozenset({(1, 1, 0), (1, 1, 1)}), frozenset({(1, 0, 1)})
_BOOKINGS_BY_STATE = {
    **dict.fromkeys(HOLDING, _HELD),
    **dict.fromkeys(EXECUTED, _EXECUTED),
    "expired": _RELEASED,
    "cancelled": _RELEASED,
    "refused": _RELEASED | {(0, 0, 0)},
}
"""How often a payment in this state was held, executed and released. One is refused before its hold, or after it;
where only a part of a hold was taken, the rest is released."""
_BOOKED_ONCE: tuple[tuple[str, Table, ColumnElement[Any]], ...] = (
    ("refund", refunds, "refund:" + refunds.c.refund_key),
    ("transfer", transfers, "transfer:" + transfers.c.id),
    ("bank movement", bank_movements, "bank:" + bank_movements.c.id),
)


def list_wrong_payments(connection: Connection, *, whole: bool) -> Iterator[str]:
    """``whole`` looks at each payment, even where the counts agree."""
    unknown = select(payments.c.state, func.count()).where(payments.c.state.not_in(_BOOKINGS_BY_STATE))
    for state, count in connection.execute(unknown.group_by(payments.c.state)):
        yield f"{count} payments are {state}, which no payment can be yet"
    if not whole and _counts_agree(connection):
        return
    booked = _bookings()
    columns = [func.coalesce(booked.c[kind], 0) for kind in _BOOKED_AS]
    query = select(payments.c.id, payments.c.state, *columns)
    query = query.select_from(payments.outerjoin(booked, booked.c.reference == payments.c.id)).order_by(
        payments.c.number
    )
    for payment_id, state, *found in connection.execute(query):
        counts = tuple(map(int, found))
        if counts not in _BOOKINGS_BY_STATE.get(state, {counts}):
            yield f"payment {payment_id} is {state}, but was held, executed, released {counts} times"


def list_missing(connection: Connection) -> Iterator[str]:
    """Refunds, transfers and movements to and from the bank that the ledger does not know."""
    for name, table, key in _BOOKED_ONCE:
        known = select(entries.c.id).where(entries.c.key == key)
        for found in connection.execute(select(table.c.id).where(~known.exists())).scalars():
            yield f"{name} {found}: no journal entry books it"


def _counts_agree(connection: Connection) -> bool:
    """Entries that suit their payments (which is looked at elsewhere) are enough where they are as many as they should be."""
    by_kind = connection.execute(select(entries.c.kind, func.count()).group_by(entries.c.kind))
    counts: dict[str, int] = {kind: count for kind, count in by_kind}  # noqa: C416  rows are no pairs to mypy
    was_held = or_(payments.c.state != "refused", payments.c.code.is_not(None))
    is_over = and_(was_held, payments.c.state.not_in(HOLDING | EXECUTED))
    conditions = (was_held, payments.c.state.in_(EXECUTED), or_(is_over, payments.c.released != 0))
    sums = (func.sum(case((condition, 1), else_=_ZERO)) for condition in conditions)
    wanted = connection.execute(select(*sums)).one()
    return all(counts.get(kind, 0) == int(count or 0) for kind, count in zip(_BOOKED_AS, wanted, strict=True))


def _bookings() -> Subquery:
    counted = (func.sum(case((entries.c.kind == kind, 1), else_=_ZERO)).label(kind) for kind in _BOOKED_AS)
    query = select(entries.c.reference, *counted).where(entries.c.kind.in_(_BOOKED_AS))
    return query.group_by(entries.c.reference).subquery()
