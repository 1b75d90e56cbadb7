"""What may become of an account: registered, activated by mail, suspended by an admin, closed by its owner."""

from sandbox.kit.states import StateMachine

ACCOUNT = StateMachine(
    "account",
    initial="pending",
    transitions={
        "pending": frozenset({"active", "closed"}),
        "active": frozenset({"suspended", "closed"}),
        "suspended": frozenset({"active", "closed"}),
        "closed": frozenset(),
    },
)
ACTIVE = "active"
"""Only an active account logs in, and only its apps accept payments."""
