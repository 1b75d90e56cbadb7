"""Whether wallets that got a share of a payment gave of its refunds just what they should."""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, and_, literal_column, or_, select

from sandbox.mock_payments.ledger.models import entries, postings
from sandbox.mock_payments.payments.models import payments, shares
from sandbox.mock_payments.proof.records import sums_that_differ
from sandbox.mock_payments.refunds.models import refund_shares, refunds
from sandbox.mock_payments.refunds.parts import give_back

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_zero: Any = literal_column("0")


def wrong_sums(connection: Connection) -> Sequence[Row[*tuple[Any, ...]]]:
    """Refunds that do not say as much came from wallets with a share as their parts sum to."""
    said = select(refunds.c.id, refunds.c.shared.label("said"), _zero.label("given")).where(refunds.c.shared != 0)
    return sums_that_differ(connection, said, select(refund_shares.c.refund_id, _zero, refund_shares.c.amount))


def unpaid(connection: Connection) -> Sequence[Row[*tuple[Any, ...]]]:
    """Parts that the refund's entry did not take out of their wallet, or not as much."""
    leg = and_(
        postings.c.entry_id == entries.c.id,
        postings.c.account == "wallet:" + refund_shares.c.wallet_id,
        postings.c.amount == -refund_shares.c.amount,
    )
    query = (
        select(refund_shares)
        .select_from(
            refund_shares.outerjoin(refunds, refunds.c.id == refund_shares.c.refund_id)
            .outerjoin(entries, entries.c.key == "refund:" + refunds.c.refund_key)
            .outerjoin(postings, leg)
        )
        .where(postings.c.id.is_(None))
    )
    return connection.execute(query).all()


def wrong_parts(connection: Connection) -> Iterator[tuple[str, str, int, int]]:
    """Refund, wallet, what it should give and what it gave: the refunds of each payment are gone through again in their order."""
    columns = (refunds.c.id, refunds.c.payment_id, refunds.c.number, refunds.c.amount, refunds.c.shared)
    query = (
        select(
            *columns, payments.c.amount.label("paid"), refund_shares.c.wallet_id, refund_shares.c.amount.label("part")
        )
        .select_from(
            refunds.join(payments, payments.c.id == refunds.c.payment_id).outerjoin(
                refund_shares, refund_shares.c.refund_id == refunds.c.id
            )
        )
        .where(or_(payments.c.shared != 0, refunds.c.shared != 0))
        .order_by(refunds.c.payment_id, refunds.c.number)
    )
    got = _got(connection)
    for payment_id, rows in groupby(connection.execute(query), key=lambda row: row.payment_id):
        yield from _go_through(rows, got.get(payment_id, {}))


def _go_through(rows: Iterable[Row[*tuple[Any, ...]]], got: dict[str, int]) -> Iterator[tuple[str, str, int, int]]:
    refunded, given = 0, defaultdict[str, int](int)
    for refund_id, grouped in groupby(rows, key=lambda row: row.id):
        parts = list(grouped)
        first = parts[0]
        gave = {row.wallet_id: int(row.part) for row in parts if row.wallet_id is not None}
        should = {} if first.shared is None or not got else give_back(first.paid, refunded, first.amount, got, given)
        for wallet_id in sorted(should.keys() | gave):
            if should.get(wallet_id, 0) != gave.get(wallet_id, 0):
                yield refund_id, wallet_id, should.get(wallet_id, 0), gave.get(wallet_id, 0)
            given[wallet_id] += gave.get(wallet_id, 0)
        refunded += int(first.amount)


def _got(connection: Connection) -> dict[str, dict[str, int]]:
    """What wallets got a share of, by payment that was refunded."""
    query = select(shares.c.payment_id, shares.c.wallet_id, shares.c.amount)
    query = query.where(shares.c.payment_id.in_(select(refunds.c.payment_id)))
    found = defaultdict[str, dict[str, int]](dict)
    for payment_id, wallet_id, amount in connection.execute(query):
        found[payment_id][wallet_id] = int(amount)
    return found
