"""Sending money to a person and paying a merchant at the counter: one transaction, once per key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.kit.fingerprints import fingerprint_of
from sandbox.mock_payments.currency import require_dinars
from sandbox.mock_payments.once import do_once, require_same
from sandbox.mock_payments.transfers import store
from sandbox.mock_payments.transfers.moving import to_transfer

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from sandbox.contracts.transfers import Payee, SendMoney, Transfer
    from sandbox.kit.db import Database
    from sandbox.mock_payments.transfers.moving import Moving
    from sandbox.mock_payments.transfers.sides import Sides


class TransferService:
    def __init__(self, database: Database, sides: Sides, moving: Moving) -> None:
        self._database = database
        self._sides = sides
        self._moving = moving

    def find_payee(self, phone_number: str) -> Payee:
        return self._sides.find_payee(phone_number)

    def get_transfer(self, transfer_id: str) -> Transfer:
        with self._database.read() as connection:
            return to_transfer(store.get(connection, transfer_id))

    def send(self, request: SendMoney) -> Transfer:
        """The first answer comes again for the same key, whatever became of PIN and wallets since: that money has moved."""
        require_dinars(request.currency)
        asked = request.model_dump(include={"idempotency_key", "kind", "amount", "note"})
        fingerprint = fingerprint_of(request.model_dump(exclude={"pin", "idempotency_key", "currency"}))

        def find(connection: Connection) -> Row[Any] | None:
            return store.find_by_key(connection, request.idempotency_key)

        with self._database.read() as connection:
            earlier = find(connection)
        if earlier is not None:
            return to_transfer(require_same(earlier, fingerprint))
        sides = self._sides.authorize(
            request.payer_phone, request.pin, request.payee_phone, request.kind, request.idempotency_key
        )
        asked["fingerprint"] = fingerprint
        done = do_once(
            self._database, fingerprint, find=find, act=lambda connection: self._moving.move(connection, sides, asked)
        )
        return to_transfer(done)
