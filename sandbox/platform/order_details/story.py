"""All that is known of one order, read in one moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.platform.orders.states import SOLD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row


@dataclass(frozen=True)
class Story:
    """``webhooks`` are what the app's server was told. ``committed`` went back to the payer or is about to; ``refundable`` may still go. Millimes."""

    order: Row[Any]
    app: Row[Any]
    events: Sequence[Row[Any]]
    items: Sequence[Row[Any]]
    webhooks: Sequence[Row[Any]]
    refunds: Sequence[Row[Any]]
    committed: int

    @property
    def refundable(self) -> int:
        return int(self.order.amount) - self.committed if self.order.status in SOLD else 0
