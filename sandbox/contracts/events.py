"""Events that flow back from the Payments API to the platform, through the outbox."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sandbox.contracts.payments import Payment
from sandbox.kit.shapes import Moment, Shape

PaymentEventType = Literal[
    "payment.prepared",
    "payment.verified",
    "payment.executed",
    "payment.refused",
    "payment.expired",
    "payment.cancelled",
]


class PaymentEvent(Shape):
    """``id`` is the same at every delivery of the same event; ``at`` is ISO 8601 in UTC."""

    id: str
    type: PaymentEventType
    at: Moment
    payment: Payment


class PaymentEvents(Shape):
    events: list[PaymentEvent] = Field(max_length=500)
