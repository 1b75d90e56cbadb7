"""Where the shopper goes back to (CONTRACT.md section 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.platform.orders.states import SOLD

if TYPE_CHECKING:
    from sandbox.platform.hosted.schemas import HostedPage


def shop_address(page: HostedPage) -> str:
    """The shop's link for this end of the payment, with ``payment_id``: blindly as ``?payment_id=``, even behind a query (seen)."""
    address = page.success_url if page.status in SOLD else page.failure_url
    return f"{address}?payment_id={page.id}"
