"""Accept: the merchant's back end asks for the money, and it moves once (report, figure V.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import IntegrityError

from sandbox.contracts.errors import AmountMismatch, PaymentNotFound
from sandbox.contracts.events import executed_event
from sandbox.contracts.payments import ExecutePayment, PaymentsClient
from sandbox.kit.errors import IdempotencyMismatch, SandboxError
from sandbox.kit.fingerprints import fingerprint_of
from sandbox.kit.tracing import join_trace
from sandbox.platform.apps.accepting import require_accepting
from sandbox.platform.apps.service import require_credentials
from sandbox.platform.merchant_api.generation_1 import store
from sandbox.platform.merchant_api.generation_1.schemas import Accept, failure, success
from sandbox.platform.orders import store as order_store

if TYPE_CHECKING:
    from sqlalchemy import Row

    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database
    from sandbox.kit.ids import Ids
    from sandbox.platform.merchant_api.generation_1.magic_codes import MagicCodes
    from sandbox.platform.orders.service import OrderService


class AcceptService:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        ids: Ids,
        *,
        payments: PaymentsClient,
        orders: OrderService,
        magic_codes: MagicCodes,
    ) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._payments = payments
        self._orders = orders
        self._magic_codes = magic_codes

    def accept(self, request: Accept, idempotency_key: str | None) -> tuple[int, dict[str, Any]]:
        """HTTP status and body. With an ``idempotency_key`` the first answer is given again, whatever crashed meanwhile."""
        with self._database.read() as connection:
            app = require_credentials(connection, request.app_token, request.app_secret, self._clock.now())
            order = order_store.find_by_payment(connection, request.payment_id)
        require_accepting(app)
        if idempotency_key is None:
            return self._answer(app, order, request, self._ids.token22())
        remembered = self._begin(app.id, idempotency_key, fingerprint_of(request.model_dump()))
        if remembered is not None:
            return remembered
        status, body = self._answer(app, order, request, f"{app.id}:{idempotency_key}")
        if status < 500:
            with self._database.write() as connection:
                store.set_answer(connection, app.id, idempotency_key, status, body)
        return status, body

    def _begin(self, app_id: str, key: str, fingerprint: str) -> tuple[int, dict[str, Any]] | None:
        """Remember that the call came; the answer of an earlier one, if it had got that far."""
        try:
            with self._database.write() as connection:
                earlier = store.find(connection, app_id, key)
                if earlier is None:
                    values = {"app_id": app_id, "key": key, "fingerprint": fingerprint, "created_at": self._clock.now()}
                    store.add(connection, values)
                    return None
        except IntegrityError:
            with self._database.read() as connection:
                earlier = store.find(connection, app_id, key)
        if earlier is None or earlier.fingerprint != fingerprint:
            raise IdempotencyMismatch(field="Idempotency-Key")
        return None if earlier.status is None else (earlier.status, earlier.body)

    def _answer(
        self, app: Row[Any], order: Row[Any] | None, request: Accept, execution_key: str
    ) -> tuple[int, dict[str, Any]]:
        try:
            amount, reference = self._execute(app, order, request, execution_key)
        except SandboxError as error:
            return failure(error, request.payment_id)
        return 200, success(request.payment_id, amount, reference)

    def _execute(
        self, app: Row[Any], order: Row[Any] | None, request: Accept, execution_key: str
    ) -> tuple[int, str | None]:
        """Amount in millimes and the merchant's own reference of the executed payment; ``order`` is its, where that is known."""
        if order is not None and self._magic_codes.owns(order):
            return self._magic_codes.accept(app, order, request, execution_key)
        if order is None:
            order = self._find_order(request.payment_id)
        join_trace(order.id)
        if order.app_id != app.id:
            raise PaymentNotFound(field="payment_id")
        if request.amount not in {None, order.amount}:
            raise AmountMismatch(f"The order is over {order.amount} millimes, not {request.amount}.", field="amount")
        order_of = ExecutePayment(
            app_id=app.id,
            code=request.flouci_otp,
            amount=order.amount,
            payee_wallet_id=app.wallet_id,
            execution_key=execution_key,
        )
        executed = self._payments.execute_surely(request.payment_id, order_of)
        self._orders.receive([executed_event(executed)])
        return executed.amount, executed.reference

    def _find_order(self, payment_id: str) -> Row[Any]:
        """The order of a payment whose events have not come yet: the Payments API knows it."""
        payment = self._payments.get_payment(payment_id)
        with self._database.read() as connection:
            return order_store.get(connection, payment.session)
