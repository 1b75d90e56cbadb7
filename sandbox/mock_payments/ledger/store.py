"""Queries on the ledger. Statements of the hot path are built once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, bindparam, func, insert, or_, select, text, update

from sandbox.contracts.errors import InsufficientFunds
from sandbox.mock_payments.ledger.chart import may_be_below_zero
from sandbox.mock_payments.ledger.entries import JournalEntry, Posting
from sandbox.mock_payments.ledger.invariants import CHECK_LEDGER, require_right
from sandbox.mock_payments.ledger.models import accounts, entries, postings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


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


class AccountClosed(Exception):
    """``account`` belongs to a wallet that is closed, and takes no posting; who catches it knows which side that is."""

    def __init__(self, account: str) -> None:
        super().__init__(account)
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
