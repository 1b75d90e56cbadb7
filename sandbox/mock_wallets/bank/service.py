"""Linking a wallet to a bank account, opening one with a partner, and the word that money may move between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.contracts.bank import BankAccount
from sandbox.contracts.errors import BankAlreadyLinked, BankNotFound, BankNotLinked, WalletBlocked
from sandbox.contracts.wallets import BankAuthorization
from sandbox.kit.clock import to_iso
from sandbox.kit.rib import iban_of, key_of
from sandbox.mock_wallets.bank import store
from sandbox.mock_wallets.bank.partners import ACCOUNT_DIGITS, BRANCH, PARTNERS, name_of
from sandbox.mock_wallets.wallets import store as wallet_store
from sandbox.mock_wallets.wallets.service import to_wallet

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from sandbox.contracts.bank import LinkBank, OpenBankAccount
    from sandbox.contracts.wallets import AuthorizeBank
    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database
    from sandbox.kit.ids import Ids
    from sandbox.mock_wallets.pins.guard import PinGuard
    from sandbox.mock_wallets.wallets.levels import WalletLevels


class BankService:
    def __init__(self, database: Database, clock: Clock, ids: Ids, *, pins: PinGuard, levels: WalletLevels) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._pins = pins
        self._levels = levels

    def get(self, wallet_id: str) -> BankAccount:
        with self._database.read() as connection:
            wallet_store.get(connection, wallet_id)
            return _to_account(store.get(connection, wallet_id))

    def link(self, wallet_id: str, request: LinkBank) -> BankAccount:
        with self._database.write() as connection:
            _lock_active(connection, wallet_id)
            now = self._clock.now()
            return _to_account(store.replace(connection, wallet_id, request.rib, opened=False, linked_at=now))

    def open(self, wallet_id: str, request: OpenBankAccount) -> BankAccount:
        """The partner answers at once, which is simulated; the RIB is a right one."""
        if all(bank.code != request.bank for bank in PARTNERS):
            raise BankNotFound(field="bank")
        first_18 = request.bank + BRANCH + self._ids.digits(ACCOUNT_DIGITS)
        with self._database.write() as connection:
            _lock_active(connection, wallet_id)
            if store.find(connection, wallet_id) is not None:
                raise BankAlreadyLinked(field="wallet_id")
            rib = first_18 + key_of(first_18)
            return _to_account(store.replace(connection, wallet_id, rib, opened=True, linked_at=self._clock.now()))

    def unlink(self, wallet_id: str) -> BankAccount:
        with self._database.write() as connection:
            wallet_store.get(connection, wallet_id, lock=True)
            account = store.get(connection, wallet_id)
            store.remove(connection, wallet_id)
        return _to_account(account)

    def authorize(self, request: AuthorizeBank) -> BankAuthorization:
        """The PIN is looked at first, so that a stranger learns nothing of a wallet."""
        with self._database.read() as connection:
            wallet = wallet_store.get_by_phone(connection, request.phone_number)
            account = store.find(connection, wallet.id)
        self._pins.require(wallet, request.pin, attempt=request.attempt)
        if wallet.status != "active":
            raise WalletBlocked(field="phone_number")
        if account is None:
            raise BankNotLinked(field="phone_number")
        limits = self._levels.limits_of(wallet)
        return BankAuthorization(wallet=to_wallet(wallet), limits=limits, account=_to_account(account))


def _lock_active(connection: Connection, wallet_id: str) -> None:
    if wallet_store.get(connection, wallet_id, lock=True).status != "active":
        raise WalletBlocked(field="wallet_id")


def _to_account(row: Row[Any]) -> BankAccount:
    return BankAccount(
        wallet_id=row.wallet_id,
        rib=row.rib,
        iban=iban_of(row.rib),
        bank_name=name_of(row.rib[:2]),
        opened=row.opened,
        linked_at=to_iso(row.linked_at),
    )
