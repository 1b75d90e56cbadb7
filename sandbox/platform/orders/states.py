"""The life of an order, from the open payment form to the money on the merchant's wallet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.kit.states import StateMachine

if TYPE_CHECKING:
    from sqlalchemy import Row

ORDER = StateMachine(
    "order",
    initial="OPENED",
    transitions={
        "OPENED": frozenset(
            {"SCANNED", "PREPARED", "VERIFIED", "PREAUTHORISED", "PAID", "ATTEMPT_FAILED", "REFUSED", "EXPIRED"}
        ),
        "SCANNED": frozenset(
            {"SCANNED", "PREPARED", "VERIFIED", "PREAUTHORISED", "PAID", "ATTEMPT_FAILED", "REFUSED", "EXPIRED"}
        ),
        "PREPARED": frozenset({"VERIFIED", "PREAUTHORISED", "PAID", "ATTEMPT_FAILED", "REFUSED", "EXPIRED"}),
        "PREAUTHORISED": frozenset({"PAID", "REFUSED", "EXPIRED"}),
        "VERIFIED": frozenset({"PREAUTHORISED", "PAID", "ATTEMPT_FAILED", "REFUSED", "EXPIRED"}),
        "ATTEMPT_FAILED": frozenset(
            {"SCANNED", "PREPARED", "VERIFIED", "PREAUTHORISED", "PAID", "ATTEMPT_FAILED", "REFUSED", "EXPIRED"}
        ),
        "REFUSED": frozenset({"PAID"}),
        "EXPIRED": frozenset({"PAID"}),
        "PAID": frozenset({"PARTLY_REFUNDED", "REFUNDED"}),
        "PARTLY_REFUNDED": frozenset({"PARTLY_REFUNDED", "REFUNDED"}),
        "REFUNDED": frozenset(),
    },
)
"""PAID may follow every state in which nothing was paid: the ledger is the truth, and its event may come late."""

WAITING = frozenset({"OPENED", "SCANNED", "ATTEMPT_FAILED"})
"""No payment is under way: the form's time can run out."""
UNDER_WAY = frozenset({"PREPARED", "VERIFIED"})
"""A payment is being made."""
SOLD = frozenset({"PAID", "PARTLY_REFUNDED", "REFUNDED"})
"""The merchant got the money, whatever went back since."""
PAID_FOR = SOLD | {"PREAUTHORISED"}
"""The shopper has done all there is to do, though the merchant may not have the money yet."""
ENDED = SOLD | {"REFUSED", "EXPIRED"}

STATUS_AFTER_EVENT = {
    "payment.prepared": "PREPARED",
    "payment.verified": "VERIFIED",
    "payment.executed": "PAID",
    "payment.refused": "ATTEMPT_FAILED",
    "payment.expired": "ATTEMPT_FAILED",
    "payment.cancelled": "REFUSED",
}
"""After payment.refunded the amounts decide: see :func:`status_after_refund`."""


def status_after_refund(amount: int, refunded: int) -> str:
    """What a sold order over ``amount`` is when ``refunded`` of it has gone back. Millimes."""
    return "REFUNDED" if refunded >= amount else "PARTLY_REFUNDED"


def moved_money(order: Row[Any]) -> bool:
    """Whether a sold order was paid by a phone or a card; a test code of a TEST APP moves no money."""
    return not order.is_test or order.payer_phone is not None or order.card is not None
