"""Closing a wallet: only an empty one, towards which nothing is under way either; and no money arrives in it any more.

The ledger decides: the wallet's accounts are sealed in the transaction that finds them empty, under their lock, and a sealed
account takes no posting. So money that was on its way when the wallet closed is refused where it would arrive, and a payment
that was held for it gives the money back to its payer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.contracts.errors import WalletClosed, WalletNotEmpty
from sandbox.kit.errors import SandboxError, ServiceUnavailable, translatable
from sandbox.mock_payments.closings import store
from sandbox.mock_payments.ledger import store as ledger
from sandbox.mock_payments.ledger.entries import hold_account, wallet_account
from sandbox.mock_payments.payments import store as payment_store

if TYPE_CHECKING:
    from sandbox.contracts.wallets import CloseWallet, Wallet, WalletsClient
    from sandbox.kit.db import Database
    from sandbox.kit.ids import Ids


class ClosingService:
    def __init__(self, database: Database, ids: Ids, wallets: WalletsClient) -> None:
        self._database = database
        self._ids = ids
        self._wallets = wallets

    def close(self, request: CloseWallet) -> Wallet:
        """First the wallet may do nothing any more, then it is looked at. A call that was cut off is finished by repeating it,
        and by :meth:`finish_sealed` once the accounts are sealed.
        """
        wallet, token = self._wallets.begin_closing(request), self._ids.token22()
        try:
            self._seal(wallet.id, token)
        except WalletNotEmpty:
            self._wallets.cancel_closing(wallet.id)
            raise
        return self._finish(wallet.id, token)

    def finish_sealed(self) -> int:
        """Bring to an end what was cut off between the two services; returns how many."""
        with self._database.read() as connection:
            rows = store.list_sealed(connection)
        return sum(self._settle(row.wallet_id, row.token) for row in rows)

    def _settle(self, wallet_id: str, token: str) -> int:
        try:
            if self._wallets.get_wallet(wallet_id).status in {"closing", "closed"}:
                self._finish(wallet_id, token)
            else:
                self._unseal(wallet_id, token)
        except ServiceUnavailable:
            return 0
        except SandboxError:
            return 1  # its owner uses it again, and the seal is off
        return 1

    def _seal(self, wallet_id: str, token: str) -> None:
        """Raises WalletNotEmpty."""
        keys = wallet_account(wallet_id), hold_account(wallet_id)
        with self._database.write() as connection:
            ledger.open_accounts(connection, keys)
            locked = ledger.lock_balances(connection, keys)
            available, held = (locked[key] for key in keys)
            incoming = payment_store.incoming_of(connection, wallet_id)
            if available or held or incoming:
                raise WalletNotEmpty(field="phone_number", available=available, held=held, incoming=incoming)
            ledger.set_closed(connection, keys, is_closed=True)
            store.seal(connection, wallet_id, token)

    def _finish(self, wallet_id: str, token: str) -> Wallet:
        """Raises WalletClosed when somebody else took the closing back meanwhile; the seal is off then."""
        try:
            wallet = self._wallets.finish_closing(wallet_id)
        except WalletClosed:
            self._unseal(wallet_id, token)
            raise WalletClosed(
                translatable("Meanwhile another call took the closing back."),
                hint=translatable("Close the wallet again if it is still to be closed."),
                field="phone_number",
            ) from None
        with self._database.write() as connection:
            store.finish(connection, wallet_id)
        return wallet

    def _unseal(self, wallet_id: str, token: str) -> None:
        keys = wallet_account(wallet_id), hold_account(wallet_id)
        with self._database.write() as connection:
            ledger.lock_balances(connection, keys)
            if store.unseal(connection, wallet_id, token):
                ledger.set_closed(connection, keys, is_closed=False)
