"""When the money of a payment is the merchant's to spend (ours: how long each stage takes is not published)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.platform.orders.states import SOLD

if TYPE_CHECKING:
    from sandbox.kit.clock import Clock
    from sandbox.platform.hosted.schemas import HostedPage

NOT_APPLICABLE, AVAILABLE, IN_PAYOUT = "NOT_APPLICABLE", "AVAILABLE", "IN_PAYOUT"
_STAGES = ("PROCESSING", AVAILABLE, IN_PAYOUT)
_LAST = "PAID"


class Settlement:
    """Each stage takes ``seconds`` of the sandbox's clock, beginning when the payment was made; with 0 all is AVAILABLE at once.

    It is read off the clock, so that no job has to come by.
    """

    def __init__(self, clock: Clock, seconds: int) -> None:
        self._clock = clock
        self._seconds = seconds

    def status_of(self, page: HostedPage) -> str:
        if page.status not in SOLD:
            return NOT_APPLICABLE
        if not self._seconds or page.paid_at is None:
            return AVAILABLE
        passed = int((self._clock.now() - page.paid_at).total_seconds() // self._seconds)
        return _STAGES[max(0, passed)] if passed < len(_STAGES) else _LAST
