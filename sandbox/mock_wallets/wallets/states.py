"""What a wallet may do: only an active one pays and is paid (report, 2.3.6 Legal)."""

from collections.abc import Mapping

from sandbox.contracts.events import WalletEventType
from sandbox.kit.states import StateMachine

WALLET = StateMachine(
    "wallet",
    initial="pending",
    transitions={
        "pending": frozenset({"active"}),
        "active": frozenset({"blocked"}),
        "blocked": frozenset({"active"}),
    },
)
"""Pending: its holder is not approved yet. Blocking cannot be a way around the approval, so it starts from active only."""

EVENT_OF_STATE: Mapping[str, WalletEventType] = {"blocked": "wallet.blocked", "active": "wallet.unblocked"}
