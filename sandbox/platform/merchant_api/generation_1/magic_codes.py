"""The codes of the old test mode, for TEST APPs only: 111111 succeeds, 000000 fails, and no money moves (seen in clients).

Both let the form pass, so that a merchant sees the refusal where it really comes from: in the answer to accept.
"""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sandbox.contracts.errors import (
    AlreadyAccepted,
    AmountMismatch,
    CodeExpired,
    PaymentClosed,
    PaymentExpired,
    PaymentNotFound,
    WrongCode,
)
from sandbox.contracts.payments import PaymentsClient, Verified, VerifyCode
from sandbox.kit.tracing import join_trace
from sandbox.platform.orders import store as order_store
from sandbox.platform.orders.service import require_open
from sandbox.platform.orders.states import SOLD

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database
    from sandbox.kit.errors import SandboxError
    from sandbox.kit.ids import Ids
    from sandbox.platform.merchant_api.generation_1.schemas import Accept
    from sandbox.platform.orders.changes import OrderChanges

SUCCEEDS, FAILS = "111111", "000000"
_PAYER = "TEST CODE"
ACCEPT_SECONDS = 120


class MagicCodes:
    def __init__(
        self, database: Database, clock: Clock, ids: Ids, *, payments: PaymentsClient, changes: OrderChanges
    ) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._payments = payments
        self._changes = changes

    def verify(self, request: VerifyCode) -> Verified:
        """A test code passes without any phone; every other code is the Payments API's to judge."""
        join_trace(request.session)
        with self._database.read() as connection:
            order = order_store.get(connection, request.session)
        if not order.is_test or request.code not in {SUCCEEDS, FAILS} or order.payer_phone is not None:
            return self._payments.verify(request.session, request.code)
        with self._database.write() as connection:
            order, now = order_store.get(connection, request.session, lock=True), self._clock.now()
            payment_id = order.payment_id or self._ids.token22()
            if order.status not in SOLD | {"VERIFIED"}:
                require_open(order, now)
                until = now + timedelta(seconds=ACCEPT_SECONDS)
                changes = {"payment_id": payment_id, "payer_name": _PAYER, "code_expires_at": until, "reason": None}
                self._changes.make(connection, order, now, status="VERIFIED", **changes)
        return Verified(payment_id=payment_id)

    def owns(self, order: Row[Any]) -> bool:
        """Whether this order was paid by a test code rather than by a phone."""
        return bool(order.is_test) and order.payer_name == _PAYER

    def accept(self, app: Row[Any], order: Row[Any], request: Accept, execution_key: str) -> tuple[int, str | None]:
        if order.app_id != app.id:
            raise PaymentNotFound(field="payment_id")
        if request.amount not in {None, order.amount}:
            raise AmountMismatch(field="amount")
        with self._database.write() as connection:
            order = order_store.get(connection, order.id, lock=True)
            refusal = self._finish(connection, order, request.flouci_otp, execution_key)
        if refusal is not None:
            raise refusal
        return order.amount, order.reference

    def _finish(self, connection: Connection, order: Row[Any], code: str, execution_key: str) -> SandboxError | None:
        """Mark the order paid, or failed; why it was refused, or None. The first answer to a key stays."""
        now = self._clock.now()
        line = {"key": f"{order.id}:accepted", "order_id": order.id, "kind": "payment.executed", "at": now}
        line["detail"] = sha256(execution_key.encode()).hexdigest()
        if order.status in SOLD:
            same = order_store.get_event(connection, line["key"]).detail == line["detail"]
            return None if same else AlreadyAccepted(field="payment_id")
        if order.status != "VERIFIED":
            return PaymentClosed(field="payment_id")
        if now >= order.code_expires_at:
            self._changes.make(connection, order, now, status="ATTEMPT_FAILED", reason=CodeExpired.code)
            return PaymentExpired(field="payment_id")
        if code != SUCCEEDS:
            self._changes.make(connection, order, now, status="ATTEMPT_FAILED", reason=WrongCode.code)
            return WrongCode(field="flouci_otp")
        order_store.add_event(connection, line)
        self._changes.make(connection, order, now, status="PAID", paid_at=now)
        return None
