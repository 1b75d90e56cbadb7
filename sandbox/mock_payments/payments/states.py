"""The life of a code payment (report, figure V.4): prepared on the phone, verified in the form, executed by the merchant."""

from sandbox.kit.states import StateMachine

CODE_DIGITS = 6
CODE_TRIES = 3
CODE_SECONDS = 120
ACCEPT_SECONDS = 120
"""Once the code is verified, the merchant's back end has this long to accept."""

PAYMENT = StateMachine(
    "payment",
    initial="prepared",
    transitions={
        "prepared": frozenset({"verified", "executed", "refused", "expired", "cancelled"}),
        "verified": frozenset({"executed", "refused", "expired", "cancelled"}),
        "executed": frozenset(),
        "refused": frozenset(),
        "expired": frozenset(),
        "cancelled": frozenset(),
    },
)
HOLDING = frozenset({"prepared", "verified"})
"""States in which the payer's money is held."""
