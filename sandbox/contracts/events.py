"""Events that flow back from the Payments API and the Wallets API to the platform, through the outbox."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from sandbox.contracts.payments import Payment, Refund
from sandbox.kit.shapes import Moment, Shape

PaymentEventType = Literal[
    "payment.prepared",
    "payment.verified",
    "payment.executed",
    "payment.refused",
    "payment.expired",
    "payment.cancelled",
    "payment.refunded",
]


WalletEventType = Literal["wallet.blocked", "wallet.unblocked", "wallet.closed"]


class PaymentEvent(Shape):
    """``id`` is the same at every delivery of the same event; ``at`` is ISO 8601 in UTC; ``refund`` comes with payment.refunded."""

    id: str
    type: PaymentEventType
    at: Moment
    payment: Payment
    refund: Refund | None = None

    @model_validator(mode="after")
    def _tells_of_its_refund(self) -> Self:
        if (self.type == "payment.refunded") != (self.refund is not None):
            raise ValueError("'refund' comes with payment.refunded, and with nothing else.")
        return self


def event_of(payment: Payment, at: str) -> PaymentEvent:
    """The same event that the outbox brings of the state which the payment is in, for who cannot wait for it."""
    told = {"id": f"{payment.id}:{payment.state}", "type": f"payment.{payment.state}", "at": at}
    return PaymentEvent.parse(told | {"payment": payment.model_dump()})


def executed_event(payment: Payment) -> PaymentEvent:
    """The same event that the outbox brings, for who learned of the execution before it came."""
    at = payment.executed_at or payment.created_at
    return PaymentEvent(id=f"{payment.id}:executed", type="payment.executed", at=at, payment=payment)


def refund_event_id(refund: Refund) -> str:
    """The same at every delivery, whoever tells of this refund."""
    return f"{refund.payment_id}:refund:{refund.id}"


def refunded_event(payment: Payment, refund: Refund) -> PaymentEvent:
    """The same event that the outbox brings, for who learned of the refund before it came."""
    return PaymentEvent(
        id=refund_event_id(refund), type="payment.refunded", at=refund.created_at, payment=payment, refund=refund
    )


class PaymentEvents(Shape):
    events: list[PaymentEvent] = Field(max_length=500)


class WalletEvent(Shape):
    """A wallet may no longer pay and be paid, or may again. Of two events the one with the greater ``sequence`` is newer."""

    id: str
    type: WalletEventType
    at: Moment
    wallet_id: str
    status: Literal["blocked", "active", "closed"]
    sequence: int


class WalletEvents(Shape):
    events: list[WalletEvent] = Field(max_length=500)
