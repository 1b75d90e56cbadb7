"""Whether an app accepts payments."""

from sandbox.kit.states import StateMachine

APP = StateMachine(
    "app",
    initial="ENABLED",
    transitions={"ENABLED": frozenset({"DISABLED"}), "DISABLED": frozenset({"ENABLED"})},
)
TEST_APP_NAME = "TEST APP"
"""Each developer owns one; its keys switch test behaviour on (documentation)."""
