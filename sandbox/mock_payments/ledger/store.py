"""Queries on the ledger. Statements of the hot path are built once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, bindparam, case, func, insert, literal_column, or_, select, text, update

from sandbox.contracts.errors import InsufficientFunds, WalletClosed
from sandbox.mock_payments.ledger.chart import may_be_below_zero
from sandbox.mock_payments.ledger.entries import JournalEntry, Posting
from sandbox.mock_payments.ledger.invariants import CHECK_LEDGER, require_right
from sandbox.mock_payments.ledger.models import accounts, entries, postings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement

_open_account = text(
    "INSERT INTO ledger_accounts (key, overdraft, balance) VALUES (:key, :overdraft, 0) ON CONFLICT (key) DO NOTHING"
)
_add_to_balance = (
    update(accounts)
    .where(
        accounts.c.key == bindparam("account"),
        ~accounts.c.closed,
        or_(accounts.c.overdraft, accounts.c.balance + bindparam("change") >= 0),
    )
    .values(balance=accounts.c.balance + bindparam("change"))
)
_locked_balance = select(accounts.c.balance).where(accounts.c.key == bindparam("key")).with_for_update()
_add_entry = insert(entries)
_add_postings = insert(postings)


class AccountClosed(WalletClosed):
    """``account`` belongs to a wallet that is closed, and takes no posting."""

    def __init__(self, account: str) -> None:
        super().__init__()
        self.account = account


def open_accounts(connection: Connection, keys: Sequence[str]) -> None:
    """Make the accounts that are not there yet, with a balance of zero."""
    connection.execute(_open_account, [{"key": key, "overdraft": may_be_below_zero(key)} for key in sorted(keys)])


def add_entry(connection: Connection, entry: JournalEntry, created_at: datetime) -> None:
    """Book the entry and move the cached balances with it. Raises InsufficientFunds and AccountClosed; the transaction ends then.

    Accounts are touched in one order everywhere, so two transactions cannot wait for each other.
    """
    values = {"key": entry.key, "kind": entry.kind, "reference": entry.reference, "created_at": created_at}
    added = connection.execute(_add_entry, values).inserted_primary_key
    entry_id = added[0] if added else None
    for posting in sorted(entry.postings, key=lambda posting: posting.account):
        changed = connection.execute(_add_to_balance, {"account": posting.account, "change": posting.amount})
        if changed.rowcount != 1:
            raise _why_untouched(connection, posting.account)
    rows = [{"entry_id": entry_id, "account": posting.account, "amount": posting.amount} for posting in entry.postings]
    connection.execute(_add_postings, rows)
    if connection.info.get(CHECK_LEDGER):
        require_right(connection, entry.key, [posting.account for posting in entry.postings])


def lock_balances(connection: Connection, keys: Sequence[str]) -> dict[str, int]:
    """What is in these accounts, which nobody else can touch until the transaction ends; taken in the order of entries."""
    return {key: int(connection.execute(_locked_balance, {"key": key}).scalar_one()) for key in sorted(keys)}


def set_closed(connection: Connection, keys: Sequence[str], *, is_closed: bool) -> None:
    connection.execute(update(accounts).where(accounts.c.key.in_(keys)).values(closed=is_closed))


def _why_untouched(connection: Connection, account: str) -> InsufficientFunds | AccountClosed:
    is_closed = connection.execute(select(accounts.c.closed).where(accounts.c.key == account)).scalar()
    return AccountClosed(account) if is_closed else InsufficientFunds()


def find_postings(connection: Connection, key: str) -> frozenset[Posting]:
    """The postings of the entry with this key; none when there is no such entry."""
    query = select(postings.c.account, postings.c.amount).join(entries).where(entries.c.key == key)
    return frozenset(Posting(row.account, row.amount) for row in connection.execute(query))


def balance_of(connection: Connection, key: str) -> int:
    return connection.execute(select(accounts.c.balance).where(accounts.c.key == key)).scalar() or 0


def count_all(connection: Connection) -> tuple[int, int, int]:
    """How many accounts, journal entries and postings there are."""
    tables = (accounts, entries, postings)
    counted = [connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]
    return counted[0], counted[1], counted[2]


def unbalanced_entries(connection: Connection) -> Sequence[Row[*tuple[Any, ...]]]:
    """Entries whose postings do not sum to zero, or that have none: two queries, each in the order of one index."""
    total = func.sum(postings.c.amount).label("total")
    sums = select(postings.c.entry_id, total).group_by(postings.c.entry_id).having(total != 0).subquery()
    wrong = select(entries.c.key, sums.c.total).join(sums, sums.c.entry_id == entries.c.id)
    has_postings = select(postings.c.id).where(postings.c.entry_id == entries.c.id).exists()
    empty = select(entries.c.key, literal_column("0").label("total")).where(~has_postings)
    return [*connection.execute(wrong), *connection.execute(empty)]


def wrong_balances(connection: Connection) -> Sequence[Row[*tuple[Any, ...]]]:
    """Accounts whose cached balance is not the sum of their postings."""
    total = func.coalesce(func.sum(postings.c.amount), 0)
    query = (
        select(accounts.c.key, accounts.c.balance, total.label("total"))
        .select_from(accounts.outerjoin(postings, postings.c.account == accounts.c.key))
        .group_by(accounts.c.key, accounts.c.balance)
        .having(accounts.c.balance != total)
    )
    return connection.execute(query).all()


def overdrawn_accounts(connection: Connection) -> Sequence[Row[*tuple[Any, ...]]]:
    query = select(accounts.c.key, accounts.c.balance).where(~accounts.c.overdraft, accounts.c.balance < 0)
    return connection.execute(query).all()


def hold_balances(connection: Connection) -> Iterator[tuple[str, int]]:
    """Wallet id and balance of each hold account."""
    query = select(accounts.c.key, accounts.c.balance).where(accounts.c.key.startswith("hold:", autoescape=True))
    for row in connection.execute(query):
        yield row.key.removeprefix("hold:"), row.balance


def moved(wallet_id: ColumnElement[Any], *, sign: int) -> ColumnElement[int]:
    """What the joined postings put into this wallet (``sign`` 1) or took from it (-1), for queries that check them."""
    amount = postings.c.amount * sign
    is_counted = (postings.c.account == "wallet:" + wallet_id) & (amount > 0)
    return func.coalesce(func.sum(case((is_counted, amount), else_=0)), 0)
