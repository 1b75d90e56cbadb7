"""Active verification: the merchant's back end asks how a payment ended, by its id (CONTRACT.md section 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.contracts.errors import PassiveVerification, PaymentNotFound
from sandbox.platform.apps.service import require_credentials
from sandbox.platform.merchant_api.envelope import common
from sandbox.platform.merchant_api.verifying import verified
from sandbox.platform.orders import store as order_store
from sandbox.platform.orders.states import SOLD

if TYPE_CHECKING:
    from sqlalchemy import Row

    from sandbox.contracts.payments import Payment, PaymentsClient
    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database
    from sandbox.platform.hosted.service import HostedPages
    from sandbox.platform.merchant_api.settlement import Settlement
    from sandbox.platform.quirks.service import QuirkService

_OF_ORDER = {"REFUSED": "FAILURE", "ATTEMPT_FAILED": "FAILURE", "EXPIRED": "EXPIRED"} | dict.fromkeys(SOLD, "SUCCESS")
_OF_PAYMENT = {
    "executed": "SUCCESS",
    "partly_refunded": "SUCCESS",
    "refunded": "SUCCESS",
    "expired": "EXPIRED",
    "refused": "FAILURE",
    "cancelled": "FAILURE",
}
"""What is not here is still PENDING."""


class VerificationService:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        payments: PaymentsClient,
        *,
        pages: HostedPages,
        quirks: QuirkService,
        settlement: Settlement,
    ) -> None:
        self._database = database
        self._pages = pages
        self._quirks = quirks
        self._settlement = settlement
        self._clock = clock
        self._payments = payments

    def verify(self, public_token: str, private_token: str, payment_id: str) -> dict[str, Any]:
        """The answer's body. A disabled app may still ask. Raises BadCredentials, PassiveVerification, PaymentNotFound."""
        with self._database.read() as connection:
            app = require_credentials(connection, public_token, private_token, self._clock.now())
            order = order_store.find_by_payment(connection, payment_id)
        page = self._pages.find(payment_id)
        if page is not None and page.app_id == app.id:
            # the mode is about script payments: v1 has no other way to ask
            return verified(page, "v1", self._quirks.of(app), now=self._clock.now(), settlement=self._settlement)
        if app.verification_mode != "active":
            raise PassiveVerification
        if order is None:
            return _answer(self._find_attempt(app, payment_id))
        if order.app_id != app.id:
            raise PaymentNotFound(field="payment_id")
        return _answer(_result(order, payment_id, _OF_ORDER.get(order.status, "PENDING")))

    def _find_attempt(self, app: Row[Any], payment_id: str) -> dict[str, Any]:
        """An attempt whose events have not come yet, or that another one of the same order has followed."""
        payment: Payment = self._payments.get_payment(payment_id)
        if payment.app_id != app.id:
            raise PaymentNotFound(field="payment_id")
        return _result(payment, payment_id, _OF_PAYMENT.get(payment.state, "PENDING"))


def _result(told: Row[Any] | Payment, payment_id: str, status: str) -> dict[str, Any]:
    details = {"order_number": payment_id, "name": told.payer_name, "phone_number": told.payer_phone}
    return {
        "type": "wallet",
        "amount": told.amount,
        "status": status,
        "details": details,
        "developer_tracking_id": told.reference,
    }


def _answer(result: dict[str, Any]) -> dict[str, Any]:
    return {"success": True, "result": result} | common("v1")
