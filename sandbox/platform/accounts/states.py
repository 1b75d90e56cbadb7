"""The life of an account: pending until its mail is answered, suspended by an admin, closed for good."""

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
