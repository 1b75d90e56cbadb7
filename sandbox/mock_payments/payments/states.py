"""The life of a code payment (report, figure V.4): prepared on the phone, verified in the form, executed by the merchant."""

from sandbox.kit.states import StateMachine

CODE_DIGITS = 6
CODE_TRIES = 3
ACCEPT_SECONDS = 120
"""Once the code is verified, the merchant's back end has this long to accept."""

LEFT = "OTHER_WAY"
"""Why an attempt was refused that its shopper left for another way to pay."""

PAYMENT = StateMachine(
    "payment",
    initial="created",
    transitions={
        "created": frozenset({"scanned", "prepared", "preauthorised", "refused", "expired", "cancelled", "failed"}),
        "scanned": frozenset({"prepared", "preauthorised", "refused", "expired", "cancelled", "failed"}),
        "prepared": frozenset({"verified", "executed", "refused", "expired", "cancelled"}),
        "verified": frozenset({"executed", "refused", "expired", "cancelled"}),
        "executed": frozenset({"partly_refunded", "refunded"}),
        "preauthorised": frozenset({"captured", "released", "expired", "failed"}),
        "captured": frozenset({"partly_refunded", "refunded"}),
        "partly_refunded": frozenset({"partly_refunded", "refunded"}),
        "refunded": frozenset(),
        "refused": frozenset(),
        "expired": frozenset(),
        "cancelled": frozenset(),
        "released": frozenset(),
        "failed": frozenset(),
    },
)
NOT_KEPT = frozenset({"created", "scanned"})
"""States of a payment that nothing is held for: the platform's order and the phone's scan tell of them, no row does."""
LATER = frozenset({"preauthorised", "captured", "released", "failed"})
"""States of card payments, which nothing reaches yet."""
HOLDING = frozenset({"prepared", "verified"})
"""States in which the payer's money is held."""
EXECUTED = frozenset({"executed", "partly_refunded", "refunded"})
"""States in which the money has gone to the merchant, whatever came back from there since."""
REFUNDABLE = frozenset({"executed", "partly_refunded"})


def state_after(amount: int, refunded: int) -> str:
    """What an executed payment over ``amount`` is when ``refunded`` of it has gone back. Millimes."""
    if refunded == 0:
        return "executed"
    return "refunded" if refunded == amount else "partly_refunded"
