"""How far a hosted page is, in the words of the page itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.kit.clock import seconds_until
from sandbox.kit.shapes import Shape
from sandbox.platform.orders.states import PAID_FOR, UNDER_WAY, WAITING

if TYPE_CHECKING:
    from sandbox.kit.clock import Clock
    from sandbox.platform.hosted.schemas import HostedPage

OVER = frozenset({"paid", "expired", "cancelled", "refused"})
"""States in which there is nothing left but the way back to the shop."""
_REFUSALS = {"REFUSED_BY_SHOPPER": "cancelled"}


class Progress(Shape):
    """What the page follows. ``state`` is waiting, scanned, paying or one of OVER; ``reason`` why the last try failed.

    ``clock_rate`` is how many of its seconds pass in one of real time, 0 while the sandbox's clock stands.
    """

    state: str
    reason: str | None
    expires_in_seconds: int
    clock_rate: float


def progress_of(page: HostedPage, clock: Clock) -> Progress:
    return Progress(
        state=_state_of(page),
        reason=page.reason,
        expires_in_seconds=seconds_until(page.expires_at, clock.now()),
        clock_rate=clock.rate,
    )


def _state_of(page: HostedPage) -> str:
    if page.status in PAID_FOR:
        return "paid"
    if page.status == "EXPIRED":
        return "expired"
    if page.status in UNDER_WAY:
        return "paying"
    if page.status in WAITING:
        return "scanned" if page.status == "SCANNED" else "waiting"
    return _REFUSALS.get(page.reason or "", "refused")
