"""Queries that read the ledger out: piece by piece for exports, line by line for statements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, and_, case, func, literal_column, select

from sandbox.kit.paging import Page, PageQuery, read_cursor, read_page
from sandbox.mock_payments.ledger import store
from sandbox.mock_payments.ledger.models import accounts, entries, postings
from sandbox.mock_payments.payments.models import payments
from sandbox.mock_payments.transfers.models import transfers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_lines = select(
    postings.c.id,
    postings.c.entry_id,
    postings.c.account,
    postings.c.amount,
    entries.c.created_at,
    entries.c.kind,
    entries.c.reference,
    entries.c.key,
).join_from(postings, entries, entries.c.id == postings.c.entry_id)

_is_merchants = and_(entries.c.kind == "execute", postings.c.account == "wallet:" + payments.c.payee_wallet_id)
_is_at_counter = and_(entries.c.kind == "counter", postings.c.amount > 0)
_fee = case((_is_merchants, payments.c.fee), (_is_at_counter, transfers.c.fee), else_=literal_column("0"))
_lines_with_fees = (
    _lines.add_columns(_fee.label("fee"))
    .outerjoin(payments, payments.c.id == entries.c.reference)
    .outerjoin(transfers, transfers.c.id == entries.c.reference)
)


def newest_entry(connection: Connection) -> int:
    return connection.execute(select(func.max(entries.c.id))).scalar() or 0


def first_moment(connection: Connection) -> datetime | None:
    """When the first entry was booked."""
    return connection.execute(select(func.min(entries.c.created_at))).scalar()


def list_accounts(connection: Connection) -> Sequence[str]:
    return connection.execute(select(accounts.c.key).order_by(accounts.c.key)).scalars().all()


def postings_between(connection: Connection, after: int, upto: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """Those of the entries with ids over ``after`` and up to ``upto``, the postings of an entry together."""
    query = _lines.where(entries.c.id > after, entries.c.id <= upto).order_by(entries.c.id, postings.c.id)
    return connection.execute(query).all()


def nth_entry(connection: Connection, after: int, upto: int, count: int) -> int | None:
    """The id of the ``count``-th entry after ``after``; None when there are no more than that up to ``upto``."""
    query = select(entries.c.id).where(entries.c.id > after, entries.c.id <= upto).order_by(entries.c.id)
    found = connection.execute(query.offset(count - 1).limit(2)).scalars().all()
    return found[0] if len(found) > 1 else None


def balance_at(connection: Connection, account: str, moment: datetime, now: datetime) -> int:
    """What was in the account just before ``moment``. Nothing is booked for later, so from now on it is the cached balance."""
    if moment > now:
        return store.balance_of(connection, account)
    query = select(func.coalesce(func.sum(postings.c.amount), 0)).join_from(postings, entries)
    query = query.where(postings.c.account == account, entries.c.created_at < moment)
    return int(connection.execute(query).scalar_one())


def read_lines(
    connection: Connection, account: str, first: datetime, end: datetime, page: PageQuery
) -> tuple[int, Page[Row[Any]]]:
    """Oldest first; with what the lines before this page moved since ``first``."""
    of_period = (postings.c.account == account, entries.c.created_at >= first, entries.c.created_at < end)
    rows = read_page(connection, _lines_with_fees.where(*of_period), [postings.c.id], page, descending=False)
    if page.after is None:
        return 0, rows
    last = read_cursor(page.after, [postings.c.id])[0]
    moved = select(func.coalesce(func.sum(postings.c.amount), 0)).join_from(postings, entries)
    return int(connection.execute(moved.where(*of_period, postings.c.id <= last)).scalar_one()), rows
