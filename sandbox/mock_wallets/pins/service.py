"""Changing a PIN, and setting a new one with a code sent to the owner: forgotten or blocked PINs alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.contracts.errors import WalletBlocked
from sandbox.kit.errors import InvalidInput
from sandbox.kit.passwords import pin_hasher
from sandbox.mock_wallets.pins import store as tries
from sandbox.mock_wallets.wallets import store
from sandbox.mock_wallets.wallets.service import to_wallet

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy import Row

    from sandbox.contracts.wallets import Challenge, ChangePin, UnlockPin, Wallet
    from sandbox.kit.db import Database
    from sandbox.mock_wallets.otp.service import OtpService
    from sandbox.mock_wallets.pins.guard import PinGuard

PURPOSE = "pin"


class PinService:
    def __init__(self, database: Database, guard: PinGuard, otp: OtpService) -> None:
        self._database = database
        self._guard = guard
        self._otp = otp

    def change(self, wallet_id: str, request: ChangePin) -> Wallet:
        """The old PIN is asked, and counted when it is wrong."""
        with self._database.read() as connection:
            wallet = store.get(connection, wallet_id)
        self._guard.require(wallet, request.old_pin, field="old_pin")
        _require_active(wallet)
        if request.new_pin == request.old_pin:
            raise InvalidInput("This is the PIN already.", field="new_pin", hint="Choose another PIN.")
        with self._database.write() as connection:
            store.get(connection, wallet_id, lock=True)
            store.change(connection, wallet_id, pin_hash=pin_hasher().hash(request.new_pin))
            return to_wallet(store.get(connection, wallet_id))

    def start_unlock(self, wallet_id: str) -> Challenge:
        with self._database.write() as connection:
            wallet = _require_active(store.get(connection, wallet_id, lock=True))
            return self._otp.send(connection, wallet.phone_number, wallet.language, PURPOSE, wallet_id=wallet.id)

    def unlock(self, challenge_id: str, request: UnlockPin) -> Wallet:
        """The right code is used up in the transaction that sets the PIN; a wrong one is counted, and nothing else happens."""
        with self._database.write() as connection:
            challenge, refusal = self._otp.check(connection, challenge_id, request.code, PURPOSE)
            if refusal is None:
                wallet = _require_active(store.get(connection, challenge.wallet_id, lock=True))
                store.change(connection, wallet.id, pin_hash=pin_hasher().hash(request.new_pin), wrong_pins=0)
                tries.forget(connection, wallet.id)
                wallet = store.get(connection, wallet.id)
        if refusal is not None:
            raise refusal
        return to_wallet(wallet)


def _require_active(wallet: Row[Any]) -> Row[Any]:
    if wallet.status != "active":
        raise WalletBlocked(field="wallet_id")
    return wallet
