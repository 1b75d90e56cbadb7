"""The one place that checks a PIN, so that wrong ones are counted wherever they are tried."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.contracts.errors import PinBlocked, WrongPin
from sandbox.kit.passwords import matches, pin_hasher
from sandbox.mock_wallets.pins import store as tries
from sandbox.mock_wallets.wallets import store

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from sandbox.kit.db import Database

PIN_TRIES = 3


class PinGuard:
    def __init__(self, database: Database) -> None:
        self._database = database

    def require(self, wallet: Row[Any], pin: str, field: str = "pin", *, attempt: str | None = None) -> None:
        """Raises WrongPin (tries_left) and PinBlocked. Call it outside a transaction: a wrong PIN is counted in one of its own.

        A right PIN after no wrong one, as nearly all are, writes nothing. Of guesses that race only those before the
        third wrong one are answered: what was read before the PIN was compared is not relied on. ``attempt`` is the
        idempotency key of the call: the same wrong PIN with the same key is one try, however often it is sent.
        """
        if wallet.wrong_pins >= PIN_TRIES:
            raise PinBlocked(field=field)
        if not matches(pin_hasher(), wallet.pin_hash, pin):
            raise self._count_wrong(wallet, pin, field, attempt)
        with self._database.read() as connection:
            now = store.get(connection, wallet.id)
        if now.wrong_pins or now.pin_hash != wallet.pin_hash:
            self._forget_wrong(wallet, field)

    @staticmethod
    def tries_left(wallet: Row[Any]) -> int:
        return max(0, PIN_TRIES - int(wallet.wrong_pins))

    def _count_wrong(self, wallet: Row[Any], pin: str, field: str, attempt: str | None) -> PinBlocked | WrongPin:
        with self._database.write() as connection:
            wrong = store.get(connection, wallet.id, lock=True).wrong_pins
            if attempt is None or self._is_new(connection, wallet.id, attempt, pin):
                wrong += 1
            if wrong <= PIN_TRIES:
                store.change(connection, wallet.id, wrong_pins=wrong)
        left = PIN_TRIES - wrong
        return WrongPin(field=field, tries_left=left) if left > 0 else PinBlocked(field=field)

    @staticmethod
    def _is_new(connection: Connection, wallet_id: str, attempt: str, pin: str) -> bool:
        """Whether this call has not tried this PIN yet; what it tried first is kept until the wallet's PIN is right again."""
        hasher, tried = pin_hasher(), tries.list_tried(connection, wallet_id, attempt)
        if not tried:
            tries.add(connection, wallet_id, attempt, hasher.hash(pin))
        return not any(matches(hasher, hashed, pin) for hashed in tried)

    def _forget_wrong(self, wallet: Row[Any], field: str) -> None:
        with self._database.write() as connection:
            now = store.get(connection, wallet.id, lock=True)
            if now.wrong_pins >= PIN_TRIES:
                raise PinBlocked(field=field)
            if now.pin_hash != wallet.pin_hash:  # changed meanwhile: this one was right when the call came
                raise WrongPin(field=field, tries_left=PIN_TRIES - now.wrong_pins)
            store.change(connection, wallet.id, wrong_pins=0)
            tries.forget(connection, wallet.id)
