"""Giving back, confirming and cancelling: what a merchant's server does with a payment that was made (documentation)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from sandbox.contracts.errors import AmountMismatch, PaymentClosed, Refusal, SplitTooLarge
from sandbox.kit.clock import to_iso
from sandbox.kit.shapes import Amount, Optional, Shape
from sandbox.platform.merchant_api.answers import NotDone
from sandbox.platform.merchant_api.settlement import IN_PAYOUT
from sandbox.platform.orders.states import ENDED
from sandbox.platform.refunds.schemas import NewRefund

if TYPE_CHECKING:
    from sqlalchemy import Row

    from sandbox.kit.clock import Clock
    from sandbox.platform.hosted.service import HostedPages
    from sandbox.platform.merchant_api.settlement import Settlement
    from sandbox.platform.refunds.service import RefundService


class OfPayment(Shape):
    payment_id: Annotated[str, Field(min_length=1)]


class ConfirmPayment(OfPayment):
    """``amount`` in millimes, at most what is held; all of it when it is not sent."""

    amount: Annotated[Amount | None, Optional] = None


class OperationResult(Shape):
    """``amount`` is a text of millimes; of the moments one is there, as of ``refund_id``."""

    payment_id: str
    status: str
    amount: str | None = None
    refund_id: str | None = None
    confirmed_at: str | None = None
    cancelled_at: str | None = None
    refunded_at: str | None = None


class OperationDone(Shape):
    result: OperationResult
    status: Literal["success"]
    code: int


class OperationRefused(Shape):
    """``code`` is a text here (documentation)."""

    status: Literal["error"]
    message: str
    code: str
    result: dict[str, Any] | None = None


class PaymentOperations:
    def __init__(self, clock: Clock, pages: HostedPages, refunds: RefundService, settlement: Settlement) -> None:
        self._clock = clock
        self._pages = pages
        self._refunds = refunds
        self._settlement = settlement

    def refund(self, app: Row[Any], payment_id: str) -> dict[str, Any]:
        """All that is left goes back, but not while the money is on its way out (ours). Raises PaymentNotFound, NotDone."""
        page = self._pages.get_of(app, payment_id)
        if self._settlement.status_of(page) == IN_PAYOUT:
            hint = "Its settlement_status is IN_PAYOUT: ask again once it is PAID (setting settlement_seconds)."
            raise NotDone("refunded", "REFUND_NOT_ALLOWED", hint)
        try:
            refund = self._refunds.refund(app.developer_id, page.id, NewRefund(), self._refunds.new_key())
        except Refusal as refusal:
            raise NotDone("refunded", "REFUND_NOT_ALLOWED", f"{refusal.message} {refusal.hint}") from None
        done = {"refund_id": f"ref_{refund.id}", "payment_id": page.id, "amount": str(refund.amount)}
        done |= {"status": "success" if refund.state == "succeeded" else "pending"}
        return _done(done | {"refunded_at": to_iso(refund.finished_at or refund.created_at)})

    def confirm(self, app: Row[Any], request: ConfirmPayment) -> dict[str, Any]:
        """The money that is held moves, or ``amount`` of it. Raises PaymentNotFound, NotDone."""
        page = self._pages.get_of(app, request.payment_id)
        try:
            taken = self._pages.confirm_hold(page.id, request.amount)
        except PaymentClosed:
            hint = f"Its status is {page.status}: only a pre-authorization that a shopper has paid can be confirmed."
            raise NotDone("confirmed", "CONFIRM_NOT_ALLOWED", hint) from None
        except (AmountMismatch, SplitTooLarge):
            hint = f"{page.amount} millimes are held: confirm at most as much, and at least the shares of others."
            raise NotDone("confirmed", "CONFIRM_NOT_ALLOWED", hint) from None
        except Refusal as refusal:
            raise NotDone("confirmed", "CONFIRM_NOT_ALLOWED", f"{refusal.message} {refusal.hint}") from None
        return _done(
            {
                "payment_id": page.id,
                "status": "confirmed",
                "amount": str(taken.amount),
                "confirmed_at": to_iso(taken.paid_at or self._clock.now()),
            }
        )

    def cancel(self, app: Row[Any], payment_id: str) -> dict[str, Any]:
        """What is held goes back; a page that nobody has paid yet is closed (ours). Raises PaymentNotFound, NotDone."""
        page = self._pages.get_of(app, payment_id)
        if page.status == "PREAUTHORISED":
            self._pages.cancel_hold(page.id)
        elif page.status in ENDED or self._pages.cancel(page.id).status != "REFUSED":
            hint = f"Its status is {page.status}: what is not held any more cannot be cancelled."
            raise NotDone("cancelled", "CANCEL_NOT_ALLOWED", hint)
        return _done({"payment_id": page.id, "status": "cancelled", "cancelled_at": to_iso(self._clock.now())})


def _done(result: dict[str, Any]) -> dict[str, Any]:
    return {"result": result, "status": "success", "code": 0}


_CODES = {400: "INVALID_REQUEST", 401: "UNAUTHORIZED", 403: "UNAUTHORIZED", 404: "PAYMENT_NOT_FOUND"}


def not_done(status: int, message: str) -> dict[str, Any]:
    """What does not concern the payment itself: wrong keys, an unknown id, a body that cannot be read (ours, but for ``result``)."""
    result = {"status": status, "message": message}
    return {"status": "error", "message": message, "code": _CODES.get(status, "ERROR"), "result": result}
