"""What may become of a scan on the phone."""

from sandbox.kit.states import StateMachine

SCAN = StateMachine(
    "scan",
    initial="scanned",
    transitions={
        "scanned": frozenset({"prepared", "refused"}),
        "prepared": frozenset({"prepared", "refused"}),
        "refused": frozenset(),
    },
)
