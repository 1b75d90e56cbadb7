"""How far a switch has come: the wallet's owner waits for the code, has proved who they are, has an account."""

from sandbox.kit.states import StateMachine

SWITCH = StateMachine(
    "switch of a business account",
    initial="waiting",
    transitions={
        "waiting": frozenset({"verified"}),
        "verified": frozenset({"done"}),
        "done": frozenset(),
    },
)
LIFETIME_SECONDS = 1800
