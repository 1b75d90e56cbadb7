"""Balances, top-ups, and the proof that the ledger is right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.contracts.errors import WalletClosed
from sandbox.contracts.payments import Balance, LedgerReport, TopUp
from sandbox.kit.fingerprints import fingerprint_of
from sandbox.mock_payments.currency import require_dinars
from sandbox.mock_payments.ledger import store
from sandbox.mock_payments.ledger.entries import BANK, JournalEntry, Posting, hold_account, move, wallet_account
from sandbox.mock_payments.once import do_once
from sandbox.mock_payments.payments import store as payment_store
from sandbox.mock_payments.proof.checks import list_problems

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database


@dataclass(frozen=True)
class _Booked:
    """Stands for a journal entry where :func:`do_once` wants to know what a call did: its postings say all."""

    fingerprint: str


class LedgerService:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def top_up(self, request: TopUp) -> Balance:
        """Money from the bank into a wallet; the same key moves it once, and is refused for another top-up."""
        require_dinars(request.currency)
        wallet, key = wallet_account(request.wallet_id), f"top_up:{request.idempotency_key}"
        entry = move(key, "top_up", request.wallet_id, amount=request.amount, source=BANK, target=wallet)
        try:
            do_once(
                self._database,
                _fingerprint(entry.postings),
                find=lambda connection: _find_booked(connection, key),
                act=lambda connection: self._book(connection, entry),
            )
        except store.AccountClosed:
            raise WalletClosed(field="wallet_id") from None
        return self.get_balance(request.wallet_id)

    def get_balance(self, wallet_id: str) -> Balance:
        with self._database.read() as connection:
            available = store.balance_of(connection, wallet_account(wallet_id))
            held = store.balance_of(connection, hold_account(wallet_id))
        return Balance(wallet_id=wallet_id, available=available, held=held)

    def _book(self, connection: Connection, entry: JournalEntry) -> _Booked:
        store.open_accounts(connection, [posting.account for posting in entry.postings])
        store.add_entry(connection, entry, self._clock.now())
        return _Booked(_fingerprint(entry.postings))

    def verify(self) -> LedgerReport:
        """Check every rule over the whole ledger as it stands at one moment."""
        with self._database.read() as connection:
            problems = list_problems(connection)
            accounts, journal_entries, postings = store.count_all(connection)
            live = payment_store.count_live(connection)
        return LedgerReport(
            ok=not problems,
            accounts=accounts,
            journal_entries=journal_entries,
            postings=postings,
            live_payments=live,
            problems=problems,
        )


def _find_booked(connection: Connection, key: str) -> _Booked | None:
    postings = store.find_postings(connection, key)
    return _Booked(_fingerprint(postings)) if postings else None


def _fingerprint(postings: Iterable[Posting]) -> str:
    return fingerprint_of(sorted((posting.account, posting.amount) for posting in postings))
