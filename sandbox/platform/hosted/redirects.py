"""Where the shopper goes back to (CONTRACT.md section 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.platform.links import join
from sandbox.platform.orders.states import PAID_FOR

if TYPE_CHECKING:
    from sandbox.platform.hosted.schemas import HostedPage
    from sandbox.platform.quirks.table import Quirks


def shop_address(page: HostedPage, quirks: Quirks) -> str:
    """The shop's link for this end of the payment, with ``payment_id``."""
    return join(
        page.success_url if page.status in PAID_FOR else page.failure_url,
        {"payment_id": page.id},
        quirks["redirect_join"],
    )
