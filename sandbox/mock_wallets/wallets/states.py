"""What a wallet may do: only an active one pays and is paid (report, 2.3.6 Legal)."""

from collections.abc import Mapping

from sandbox.contracts.events import WalletEventType
from sandbox.kit.states import StateMachine

WALLET = StateMachine(
    "wallet",
    initial="pending",
    transitions={
        "pending": frozenset({"active"}),
        "active": frozenset({"blocked", "closing"}),
        "blocked": frozenset({"active"}),
        "closing": frozenset({"active", "closed"}),
        "closed": frozenset(),
    },
)
"""Pending: its holder is not approved yet. Blocking cannot be a way around the approval, so it starts from active only.
Closing: the owner wants it closed, and the Payments API looks whether it is empty; a call that was cut off is repeated.
"""

EVENT_OF_STATE: Mapping[str, WalletEventType] = {
    "blocked": "wallet.blocked",
    "active": "wallet.unblocked",
    "closed": "wallet.closed",
}
"""What others are told. While a wallet is closing nothing is decided, and nothing told."""
