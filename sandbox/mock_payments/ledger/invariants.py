"""What must be true of every journal entry and of the accounts that it touched, checked in the entry's own transaction.

Only where the setting ``check_ledger`` marks the connections: it adds up all postings of these accounts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select

from sandbox.mock_payments.ledger.models import accounts, entries, postings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

CHECK_LEDGER = "check_ledger"
_entry_total = (
    select(func.sum(postings.c.amount))
    .join_from(postings, entries, entries.c.id == postings.c.entry_id)
    .where(entries.c.key == bindparam("key"))
)
_balances = (
    select(accounts.c.key, accounts.c.overdraft, accounts.c.balance, func.sum(postings.c.amount).label("total"))
    .join_from(accounts, postings, postings.c.account == accounts.c.key)
    .where(accounts.c.key.in_(bindparam("keys", expanding=True)))
    .group_by(accounts.c.key, accounts.c.overdraft, accounts.c.balance)
)


class BrokenLedgerError(Exception):
    """The sandbox itself is wrong: the transaction ends, and no money has moved."""


def require_right(connection: Connection, entry_key: str, touched: Sequence[str]) -> None:
    """Raises BrokenLedgerError."""
    total = connection.execute(_entry_total, {"key": entry_key}).scalar()
    if total != 0:
        raise BrokenLedgerError(f"journal entry {entry_key}: its postings sum to {total}, not to zero")
    for row in connection.execute(_balances, {"keys": list(touched)}):
        if row.balance != row.total:
            raise BrokenLedgerError(
                f"{entry_key}: account {row.key} says {row.balance}, its postings sum to {row.total}"
            )
        if row.balance < 0 and not row.overdraft:
            raise BrokenLedgerError(f"{entry_key}: account {row.key} is below zero ({row.balance})")
