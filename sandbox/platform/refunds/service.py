"""Giving money back, once: the wish is stored under the order's lock, the Payments API is asked with the refund's own id
as key, and the outcome is stored. Whatever is lost in between, asking again with the same key tells how it ended.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from sandbox.contracts.errors import (
    AlreadyRefunded,
    NotRefundable,
    RefundChanged,
    RefundTooLarge,
)
from sandbox.contracts.payments import Refund as MovedBack
from sandbox.contracts.payments import RefundPayment
from sandbox.kit.clock import to_iso
from sandbox.kit.errors import IdempotencyMismatch, SandboxError, ServiceUnavailable, translatable
from sandbox.kit.tracing import join_trace, trace
from sandbox.platform.audit.actor import current_actor
from sandbox.platform.audit.service import Target
from sandbox.platform.orders import store as order_store
from sandbox.platform.orders.states import SOLD, moved_money, status_after_refund
from sandbox.platform.refunds import store
from sandbox.platform.refunds.states import REFUND

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from sandbox.contracts.payments import PaymentsClient
    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database
    from sandbox.kit.ids import Ids
    from sandbox.platform.audit.service import Audit
    from sandbox.platform.orders.service import OrderService
    from sandbox.platform.refunds.schemas import NewRefund

_BATCH = 100
_log = logging.getLogger(__name__)


class RefundService:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        ids: Ids,
        *,
        audit: Audit,
        orders: OrderService,
        payments: PaymentsClient,
    ) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._audit = audit
        self._orders = orders
        self._payments = payments

    def new_key(self) -> str:
        """What a form carries so that a second click on it is no second refund."""
        return self._ids.token22()

    def refund(
        self, developer_id: str, order_id: str, request: NewRefund, key: str, *, committed: int | None = None
    ) -> Row[Any]:
        """The refund, which is pending where the Payments API does not answer. The same key gets the first outcome again.

        ``committed`` is what had gone back, or was about to, when the caller decided. Raises RefundChanged when that is
        no longer so, OrderNotFound, NotRefundable, AlreadyRefunded, RefundTooLarge, IdempotencyMismatch, and what the
        Payments API refuses, such as InsufficientFunds.
        """
        join_trace(order_id)
        with self._database.write() as connection:
            order = store.lock_order(connection, developer_id, order_id)
            refund = store.find_by_key(connection, order_id, key)
            if refund is None:
                refund = self._begin(connection, order, request, key, committed)
            elif refund.fingerprint != request.fingerprint:
                raise IdempotencyMismatch(field="Idempotency-Key")
        try:
            return self._finish(refund.id)
        except SandboxError as problem:
            if problem.status < 500:
                raise
        with self._database.read() as connection:
            return store.get(connection, refund.id)

    def finish_pending(self) -> int:
        """Find out what became of refunds whose answer was lost; returns of how many."""
        with self._database.read() as connection:
            waiting = store.list_pending(connection, _BATCH)
        done = 0
        for refund_id in waiting:
            try:
                self._finish(refund_id)
            except ServiceUnavailable:
                break  # the others would not fare better
            except SandboxError as problem:
                if problem.status >= 500:
                    _log.warning("refund %s: %s", refund_id, problem)
                    continue
            done += 1
        return done

    def _begin(
        self, connection: Connection, order: Row[Any], request: NewRefund, key: str, committed: int | None
    ) -> Row[Any]:
        taken = find_committed(connection, order)
        if committed not in {None, taken}:
            raise RefundChanged(
                field="committed", refunded_amount=order.refunded_amount, refundable=order.amount - taken
            )
        amount = _require_refundable(order, order.amount - taken, request.amount)
        values = {
            "id": self._ids.token22(),
            "order_id": order.id,
            "key": key,
            "fingerprint": request.fingerprint,
            "amount": amount,
            "reason": request.reason,
            "state": REFUND.initial,
            "actor": current_actor().name,
            "created_at": self._clock.now(),
        }
        store.add(connection, values)
        return store.get(connection, values["id"])

    def _finish(self, refund_id: str) -> Row[Any]:
        """Ask the Payments API unless the outcome is known, and store it. Raises the refusal of a refund that failed, and
        ServiceUnavailable where the outcome stays unknown.
        """
        with self._database.read() as connection:
            refund = store.get(connection, refund_id)
            order = order_store.get(connection, refund.order_id)
            wallet_id = store.get_wallet_id(connection, order.app_id)
        if refund.state == REFUND.initial:
            if moved_money(order):
                self._ask(refund, order, wallet_id)
            else:
                self._record(refund, None)
            with self._database.read() as connection:
                refund = store.get(connection, refund_id)
        if refund.state == "failed":
            raise _refusal(refund)
        return refund

    def _ask(self, refund: Row[Any], order: Row[Any], wallet_id: str) -> None:
        asked = RefundPayment(
            refund_key=refund.id,
            amount=refund.amount,
            app_id=order.app_id,
            payee_wallet_id=wallet_id,
            reason=refund.reason,
        )
        with trace(order.id):
            try:
                moved = self._payments.refund(order.payment_id, asked)
            except SandboxError as refusal:
                if refusal.status >= 500:
                    raise
                self._fail(refund, refusal)
                return
        self._record(refund, moved)

    def _record(self, refund: Row[Any], moved: MovedBack | None) -> None:
        """The money has moved; where a test code paid, there is none to move."""
        with self._database.write() as connection:
            order, now = order_store.get(connection, refund.order_id, lock=True), self._clock.now()
            if not store.finish(connection, refund.id, state="succeeded", finished_at=now):
                return
            self._orders.apply_refund(connection, order, moved or _without_money(refund, order))
            self._tell(connection, "order.refunded", refund, order)

    def _fail(self, refund: Row[Any], refusal: SandboxError) -> None:
        with self._database.write() as connection:
            order, now = order_store.get(connection, refund.order_id, lock=True), self._clock.now()
            if store.finish(connection, refund.id, state="failed", error=refusal.code, finished_at=now):
                self._tell(connection, "order.refund_failed", refund, order, error=refusal.code)

    def _tell(self, connection: Connection, action: str, refund: Row[Any], order: Row[Any], **more: Any) -> None:
        details = {"refund_id": refund.id, "amount": refund.amount, "reason": refund.reason, "asked_by": refund.actor}
        owner = store.get_owner(connection, order.app_id)
        target = Target("order", order.id, order.reference or "")
        self._audit.record(connection, action, target, developer_id=owner, **details, **more)


def find_committed(connection: Connection, order: Row[Any]) -> int:
    """Millimes of an order that went back or are about to. A refund that came about elsewhere is only in the order."""
    return max(int(order.refunded_amount), store.sum_not_failed(connection, order.id))


def _require_refundable(order: Row[Any], left: int, amount: int | None) -> int:
    if order.status not in SOLD:
        raise NotRefundable(field="order_id")
    if left <= 0:
        raise AlreadyRefunded(field="order_id")
    if amount is not None and amount > left:
        raise RefundTooLarge(field="amount", refundable=left)
    return left if amount is None else amount


def _refusal(refund: Row[Any]) -> SandboxError:
    kind = SandboxError.by_code.get(refund.error or "", SandboxError)
    if kind.code == "INSUFFICIENT_FUNDS":
        return kind(
            translatable("The merchant's wallet, or one that got a share, has not enough money for this refund."),
            hint=translatable(
                "The merchant's wallet pays refunds, and each wallet with a share its part: top it up, or refund less."
            ),
            field="amount",
        )
    return kind(field="amount")


def _without_money(refund: Row[Any], order: Row[Any]) -> MovedBack:
    total = order.refunded_amount + refund.amount
    return MovedBack(
        id=refund.id,
        payment_id=order.payment_id,
        amount=refund.amount,
        refunded_total=total,
        state=status_after_refund(order.amount, total).lower(),
        reason=refund.reason,
        created_at=to_iso(refund.created_at),
    )
