"""What may become of a one-time code: six digits, five minutes, three tries; a resend replaces the code."""

from sandbox.kit.states import StateMachine

DIGITS = 6
LIFETIME_SECONDS = 300
TRIES = 3
LINK = "link"
"""What the code of a business wallet opens: the link between an app and the wallet."""

CHALLENGE = StateMachine(
    "challenge",
    initial="pending",
    transitions={
        "pending": frozenset({"pending", "verified", "locked"}),
        "verified": frozenset(),
        "locked": frozenset(),
    },
)
PARTNER = "partner"
"""What a code is for: to link a wallet to a partner's program."""
OF_WALLETS = (LINK, PARTNER)
