"""Opening wallets, finding them, and checking that a payer may pay a payee."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import IntegrityError

from sandbox.contracts.errors import WalletBlocked, WalletExists, WrongPin
from sandbox.contracts.wallets import Authorization, Authorize, OpenWallet, Wallet
from sandbox.kit.passwords import matches, pin_hasher
from sandbox.mock_wallets.wallets import store

if TYPE_CHECKING:
    from sqlalchemy import Row

    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database
    from sandbox.kit.ids import Ids


class WalletService:
    def __init__(self, database: Database, clock: Clock, ids: Ids) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids

    def open_wallet(self, request: OpenWallet) -> Wallet:
        values = request.model_dump(exclude={"pin"})
        values |= {"id": self._ids.token22(), "pin_hash": pin_hasher().hash(request.pin)}
        try:
            with self._database.write() as connection:
                store.add(connection, values, self._clock.now())
        except IntegrityError:
            raise WalletExists(field="phone_number") from None
        return Wallet.model_validate(values)

    def find_wallet(self, phone_number: str) -> Wallet | None:
        with self._database.read() as connection:
            row = store.find_by_phone(connection, phone_number)
        return row and to_wallet(row)

    def authorize(self, request: Authorize) -> Authorization:
        """The PIN is looked at before the state, so that a stranger learns nothing of a wallet."""
        with self._database.read() as connection:
            payer = store.get_by_phone(connection, request.payer_phone)
            payee = store.get(connection, request.payee_wallet_id)
        if not matches(pin_hasher(), payer.pin_hash, request.pin):
            raise WrongPin(field="pin")
        if payer.status != "active":
            raise WalletBlocked(field="payer_phone")
        if payee.status != "active":
            raise WalletBlocked("The merchant's wallet may not accept payments.", field="payee_wallet_id")
        return Authorization(payer=to_wallet(payer), payee=to_wallet(payee))


def to_wallet(row: Row[Any]) -> Wallet:
    return Wallet.model_validate(row._mapping)
