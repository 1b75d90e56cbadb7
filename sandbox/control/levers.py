"""What the levers act on: given by the composition root, so that this package knows no service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandbox.contracts.mail import InboxClient
    from sandbox.contracts.payments import PaymentsClient
    from sandbox.contracts.transport import Transport
    from sandbox.contracts.wallets import WalletsClient
    from sandbox.control.faults.board import FaultBoard
    from sandbox.control.journal import Journal
    from sandbox.control.snapshots.service import Snapshots
    from sandbox.kit.clock import Clock, NextDue


@dataclass(frozen=True)
class Levers:
    """``load_seed`` takes the text of a seed file or its values, and a name for it. ``drain`` does all work that is due, ``drain_own`` what of it is this process's; ``next_due`` tells when there will be more; ``reset`` returns to the demo world; ``checks`` ask each service's database.

    ``details`` is what ``up --json`` prints; ``owner_of`` tells whose wallet has an id.
    """

    clock: Clock
    journal: Journal
    faults: FaultBoard
    payments: PaymentsClient
    wallets: WalletsClient
    inbox: InboxClient
    checks: Mapping[str, Callable[[], None]]
    is_ready: Callable[[], bool]
    drain: Callable[[], int]
    reset: Callable[[], None]
    drain_own: Callable[[], int]
    save_clock: Callable[[], None]
    next_due: NextDue
    details: Callable[[], Mapping[str, object]]
    owner_of: Callable[[str], str]
    transport: Transport
    base_url: str
    seed: int
    data_dir: str
    load_seed: Callable[[bytes, str], dict[str, Any]]
    snapshots: Callable[[], Snapshots]
    """Raises NotAllowed where there is no whole world to save."""
