"""The life of an order, from the open payment form to the money on the merchant's wallet."""

from sandbox.kit.states import StateMachine

ORDER = StateMachine(
    "order",
    initial="OPENED",
    transitions={
        "OPENED": frozenset({"SCANNED", "PREPARED", "VERIFIED", "PAID", "ATTEMPT_FAILED", "REFUSED", "EXPIRED"}),
        "SCANNED": frozenset({"SCANNED", "PREPARED", "VERIFIED", "PAID", "ATTEMPT_FAILED", "REFUSED", "EXPIRED"}),
        "PREPARED": frozenset({"VERIFIED", "PAID", "ATTEMPT_FAILED", "REFUSED", "EXPIRED"}),
        "VERIFIED": frozenset({"PAID", "ATTEMPT_FAILED", "REFUSED", "EXPIRED"}),
        "ATTEMPT_FAILED": frozenset(
            {"SCANNED", "PREPARED", "VERIFIED", "PAID", "ATTEMPT_FAILED", "REFUSED", "EXPIRED"}
        ),
        "REFUSED": frozenset({"PAID"}),
        "EXPIRED": frozenset({"PAID"}),
        "PAID": frozenset(),
    },
)
"""PAID may follow every state but itself: the ledger is the truth, and its event may come late."""

WAITING = frozenset({"OPENED", "SCANNED", "ATTEMPT_FAILED"})
"""No payment is under way: the form's time can run out."""
ENDED = frozenset({"PAID", "REFUSED", "EXPIRED"})

STATUS_AFTER_EVENT = {
    "payment.prepared": "PREPARED",
    "payment.verified": "VERIFIED",
    "payment.executed": "PAID",
    "payment.refused": "ATTEMPT_FAILED",
    "payment.expired": "ATTEMPT_FAILED",
    "payment.cancelled": "REFUSED",
}
