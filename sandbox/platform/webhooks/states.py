"""The life of a webhook event, and when it is tried again."""

from datetime import timedelta

from sandbox.kit.states import StateMachine

EVENT = StateMachine(
    "webhook event",
    initial="pending",
    transitions={
        "pending": frozenset({"pending", "delivered", "failed", "stopped"}),
        "delivered": frozenset({"pending"}),
        "failed": frozenset({"pending"}),
        "stopped": frozenset({"pending"}),
    },
)
"""Back to pending only by hand: whoever looks at an event may send it again."""

RETRY_SECONDS = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""After the first try, which is made at once (CONTRACT.md section 3: the real schedule is unknown, this one is ours)."""

TYPE_OF_STATUS = {
    "PAID": "payment.executed",
    "REFUSED": "payment.refused",
    "EXPIRED": "payment.expired",
    "PARTLY_REFUNDED": "payment.refunded",
    "REFUNDED": "payment.refunded",
}
"""What an app's server is told when one of its orders gets this status."""
TEST_TYPE = "webhook.test"
TYPES = (*dict.fromkeys(TYPE_OF_STATUS.values()), TEST_TYPE)


def retry_after(attempts: int) -> timedelta | None:
    """How long to wait after the ``attempts``-th failure, counted from one; None when it was the last."""
    return timedelta(seconds=RETRY_SECONDS[attempts - 1]) if attempts <= len(RETRY_SECONDS) else None
