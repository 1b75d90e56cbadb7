"""The life of a refund: pending from the moment it is stored, until the Payments API has said how it ended."""

from sandbox.kit.states import StateMachine

REFUND = StateMachine(
    "refund",
    initial="pending",
    transitions={"pending": frozenset({"succeeded", "failed"}), "succeeded": frozenset(), "failed": frozenset()},
)
