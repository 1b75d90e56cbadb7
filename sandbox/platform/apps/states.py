"""The life of an app, and the two ways in which a merchant learns how a payment ended."""

from typing import Literal

from sandbox.kit.states import StateMachine

APP = StateMachine(
    "app",
    initial="ENABLED",
    transitions={
        "ENABLED": frozenset({"DISABLED", "DELETED"}),
        "DISABLED": frozenset({"ENABLED", "DELETED"}),
        "DELETED": frozenset(),
    },
)
"""A deleted app stays for its orders; its tokens resolve nothing, and its name is free again."""
TEST_APP_NAME = "TEST APP"
"""Each developer owns one; its keys switch test behaviour on (documentation)."""

VerificationMode = Literal["active", "passive"]
"""``active``: the merchant asks for a payment by its id; ``passive``: the platform tells a webhook (report, 5.2)."""
