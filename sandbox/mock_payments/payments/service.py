"""The later steps of a code payment: verify, execute, cancel, expire. Each is one transaction.

A step that ends in a refusal but changes something (a wrong code is counted, an expired hold released) commits first
and raises afterwards, so no refusal is forgotten.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sandbox.contracts.errors import (
    AlreadyAccepted,
    AmountMismatch,
    CodeExpired,
    CodeLocked,
    NotPrepared,
    PaymentClosed,
    PaymentExpired,
    PaymentNotFound,
    WalletClosed,
    WrongCode,
)
from sandbox.contracts.payments import ExecutePayment, KeepHold, Payment, Verified, VerifyCode
from sandbox.kit.errors import IdempotencyMismatch, translatable
from sandbox.kit.tracing import join_trace
from sandbox.mock_payments.currency import require_dinars
from sandbox.mock_payments.ledger.store import AccountClosed
from sandbox.mock_payments.payments import store
from sandbox.mock_payments.payments.endings import Endings
from sandbox.mock_payments.payments.fees import NO_FEE, FeeRule
from sandbox.mock_payments.payments.records import tell_platform, to_payment
from sandbox.mock_payments.payments.states import ACCEPT_SECONDS, EXECUTED, HOLDING, LEFT, PAYMENT

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database
    from sandbox.kit.errors import SandboxError
    from sandbox.kit.outbox import Outbox

_EXPIRY_BATCH = 100


class PaymentService:
    def __init__(self, database: Database, clock: Clock, outbox: Outbox, fees: FeeRule = NO_FEE) -> None:
        self._database = database
        self._clock = clock
        self._outbox = outbox
        self._endings = Endings(outbox, fees)

    def get_payment(self, payment_id: str) -> Payment:
        with self._database.read() as connection:
            row = store.get(connection, payment_id)
        join_trace(row.session)
        return to_payment(row)

    def list_by_payer(self, payer_phone: str) -> list[Payment]:
        with self._database.read() as connection:
            return [to_payment(row) for row in store.list_by_payer(connection, payer_phone)]

    def verify(self, request: VerifyCode) -> Verified:
        """The form checks the code that the shopper typed; saying the right code twice is fine."""
        join_trace(request.session)
        with self._database.write() as connection:
            row = store.find_latest(connection, request.session)
            if row is None:
                raise NotPrepared
            refusal = self._check_code(connection, row, request.code)
            if refusal is None and row.state == "prepared":
                self._mark_verified(connection, row)
        if refusal is not None:
            raise refusal
        return Verified(payment_id=row.id)

    def execute(self, payment_id: str, request: ExecutePayment) -> Payment:
        """The merchant accepts: money moves once. The right code counts as verified where the form did not ask."""
        require_dinars(request.currency)
        try:
            return self._execute(payment_id, request)
        except AccountClosed:
            self._give_up(payment_id)
            raise WalletClosed(
                translatable("The wallet that this payment goes to has been closed; the payer has the money back."),
                hint=translatable("Ask the shopper to pay again, into a wallet that is open."),
                field="payment_id",
            ) from None

    def _execute(self, payment_id: str, request: ExecutePayment) -> Payment:
        with self._database.write() as connection:
            row = store.get(connection, payment_id, lock=True)
            join_trace(row.session)
            if row.app_id != request.app_id or row.payee_wallet_id != request.payee_wallet_id:
                raise PaymentNotFound(field="payment_id")
            if row.state in EXECUTED:
                if row.execution_key != request.execution_key:
                    raise AlreadyAccepted(field="payment_id")
                if (row.amount, row.code) != (request.amount, request.code):
                    raise IdempotencyMismatch(field="execution_key")
                return to_payment(row)
            refusal = self._check_execution(connection, row, request)
            if refusal is None:
                if request.amount < row.amount:
                    row = self._endings.give_back_rest(connection, row, request.amount, self._clock.now())
                row = self._endings.execute(connection, row, self._clock.now(), request.execution_key)
        if refusal is not None:
            raise refusal
        return to_payment(row)

    def keep(self, payment_id: str, request: KeepHold) -> Payment:
        """A pre-authorization: the code is right, and the hold lasts until a moment that the platform names. Repeating it is fine."""
        with self._database.write() as connection:
            row = store.get(connection, payment_id, lock=True)
            join_trace(row.session)
            if row.app_id != request.app_id or row.payee_wallet_id != request.payee_wallet_id:
                raise PaymentNotFound(field="payment_id")
            refusal = self._check_code(connection, row, request.code)
            if refusal is None and row.state in EXECUTED:
                refusal = AlreadyAccepted(field="payment_id")
            if refusal is None:
                until = datetime.fromisoformat(request.until)
                store.change(connection, row.id, state="verified", expires_at=max(until, row.expires_at))
                row = store.get(connection, row.id)
        if refusal is not None:
            raise refusal
        return to_payment(row)

    def cancel(self, payment_id: str) -> Payment:
        with self._database.write() as connection:
            row = store.get(connection, payment_id, lock=True)
            join_trace(row.session)
            if row.state != "cancelled":
                if not PAYMENT.allows(row.state, "cancelled"):
                    raise PaymentClosed(field="payment_id")
                row = self._endings.cancel(connection, row, self._clock.now())
        return to_payment(row)

    def leave(self, payment_id: str) -> Payment:
        """The shopper chooses another way: the held money comes back, and the form may be paid anew. Repeating it is fine.

        Raises PaymentClosed once the code was right: from then on the money may be on its way.
        """
        with self._database.write() as connection:
            row = store.get(connection, payment_id, lock=True)
            join_trace(row.session)
            if (row.state, row.reason) != ("refused", LEFT):
                if row.state != "prepared":
                    raise PaymentClosed(field="payment_id")
                row = self._endings.leave(connection, row, self._clock.now())
        return to_payment(row)

    def refuse_form(self, session: str, payer_phone: str) -> bool:
        """The shopper refused: the held money comes back, and no phone can pay this form from then on.

        While another phone is paying it, or has paid, nothing changes, and False is returned: one who looks on cannot
        end it.
        """
        join_trace(session)
        with self._database.write() as connection:
            store.enter_form(connection, session)
            row = store.find_latest(connection, session)
            under_way = row if row is not None and row.state in HOLDING | EXECUTED else None
            if under_way is not None and under_way.payer_phone != payer_phone:
                return False
            if under_way is not None and under_way.state in EXECUTED:
                raise AlreadyAccepted
            store.close_form(connection, session)
            if under_way is not None:
                self._endings.cancel(connection, under_way, self._clock.now())
        return True

    def expire_due(self) -> int:
        """Release the holds whose time is over; returns how many."""
        with self._database.read() as connection:
            due = store.list_due(connection, self._clock.now(), _EXPIRY_BATCH)
        return sum(self._expire(payment_id) for payment_id in due)

    def _expire(self, payment_id: str) -> int:
        with self._database.write() as connection:
            row, now = store.get(connection, payment_id, lock=True), self._clock.now()
            if row.state not in HOLDING or now < row.expires_at:
                return 0
            self._endings.expire(connection, row, now)
            return 1

    def _give_up(self, payment_id: str) -> None:
        """What was not executed is not held until it expires; nothing else happens to a payment that has ended since."""
        with self._database.write() as connection:
            row = store.get(connection, payment_id, lock=True)
            if row.state in HOLDING:
                self._endings.give_up(connection, row, self._clock.now())

    def _check_execution(self, connection: Connection, row: Row[Any], request: ExecutePayment) -> SandboxError | None:
        fits = request.amount <= row.amount if request.captures_part else request.amount == row.amount
        if row.state in HOLDING and not fits:
            return AmountMismatch(field="amount")
        refusal = self._check_code(connection, row, request.code)
        return PaymentExpired(field="payment_id") if isinstance(refusal, CodeExpired) else refusal

    def _check_code(self, connection: Connection, row: Row[Any], code: str) -> SandboxError | None:
        """Why this code does not open this payment, or None; counts a wrong one and ends the attempt at the third."""
        now = self._clock.now()
        if row.state in HOLDING and now >= row.expires_at:
            self._endings.expire(connection, row, now)
            return CodeExpired(field="code")
        right = hmac.compare_digest(row.code or "", code)
        if row.state not in HOLDING:
            return _why_closed(row, right=right)
        if right:
            return None
        left = row.tries_left - 1
        store.change(connection, row.id, tries_left=left)
        if left > 0:
            return WrongCode(field="code", tries_left=left)
        self._endings.lock_code(connection, row, now)
        return CodeLocked(field="code")

    def _mark_verified(self, connection: Connection, row: Row[Any]) -> None:
        PAYMENT.require(row.state, "verified")
        now = self._clock.now()
        store.change(connection, row.id, state="verified", expires_at=now + timedelta(seconds=ACCEPT_SECONDS))
        tell_platform(connection, self._outbox, store.get(connection, row.id), now)


def _why_closed(row: Row[Any], *, right: bool) -> SandboxError | None:
    if row.state in EXECUTED:
        return None if right else WrongCode(field="code", tries_left=0)
    if row.state == "expired":
        return CodeExpired(field="code")
    if row.reason == WalletClosed.code:
        return WalletClosed(field="payment_id")
    return CodeLocked(field="code") if row.reason == "WRONG_CODE" else PaymentClosed(field="payment_id")
