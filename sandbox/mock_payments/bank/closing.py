"""Closing a wallet: only an empty one, towards which nothing is under way either."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.contracts.errors import WalletNotEmpty
from sandbox.mock_payments.ledger import store as ledger
from sandbox.mock_payments.ledger.entries import hold_account, wallet_account
from sandbox.mock_payments.payments import store as payment_store

if TYPE_CHECKING:
    from sandbox.contracts.wallets import CloseWallet, Wallet, WalletsClient
    from sandbox.kit.db import Database


class ClosingService:
    def __init__(self, database: Database, wallets: WalletsClient) -> None:
        self._database = database
        self._wallets = wallets

    def close(self, request: CloseWallet) -> Wallet:
        """First nothing may go in or out any more, then it is looked at: money cannot arrive in between.

        A call that was cut off leaves the wallet closing, and is finished by repeating it.
        """
        wallet = self._wallets.begin_closing(request)
        with self._database.read() as connection:
            available = ledger.balance_of(connection, wallet_account(wallet.id))
            held = ledger.balance_of(connection, hold_account(wallet.id))
            incoming = payment_store.incoming_of(connection, wallet.id)
        if available or held or incoming:
            self._wallets.cancel_closing(wallet.id)
            raise WalletNotEmpty(field="phone_number", available=available, held=held, incoming=incoming)
        return self._wallets.finish_closing(wallet.id)
