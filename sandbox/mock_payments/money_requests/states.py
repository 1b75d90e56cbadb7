"""What may become of a request for money."""

from sandbox.kit.states import StateMachine

MONEY_REQUEST = StateMachine(
    "request for money",
    initial="pending",
    transitions={
        "pending": frozenset({"approved", "refused", "cancelled", "expired"}),
        "approved": frozenset(),
        "refused": frozenset(),
        "cancelled": frozenset(),
        "expired": frozenset(),
    },
)
"""Approved by the payer (the money has moved), refused by the payer, cancelled by who asked, expired on the clock."""
