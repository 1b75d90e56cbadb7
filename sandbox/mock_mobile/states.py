"""What may become of a scan on the phone.

A form's is prepared, a hosted page's prepared and then paid, a person's or a counter's is being paid and then paid.
"""

from sandbox.kit.states import StateMachine

SCAN = StateMachine(
    "scan",
    initial="scanned",
    transitions={
        "scanned": frozenset({"prepared", "paying", "paid", "refused"}),
        "paying": frozenset({"paying", "scanned", "paid"}),
        "prepared": frozenset({"prepared", "paid", "refused"}),
        "paid": frozenset(),
        "refused": frozenset(),
    },
)
